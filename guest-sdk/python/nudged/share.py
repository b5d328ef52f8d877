"""One share, as a strategy sees it."""

from __future__ import annotations

from datetime import date, datetime

from ._time import instant, maybe_day, maybe_instant

LIVE = ("Share_Succeeded", "PendingExtension", "Revoke_Approved", "Revoke_In_Progress", "Revoke_Failed")
"""Statuses in which the principal has access to an item, whatever the share's own status."""


class Share:
    """One share of data.all with what reminders need of its dataset and environment.

    Every property asks the daemon, so that only what a strategy looks at crosses the border: look at the cheap things first,
    and keep what is needed twice. Texts are empty where the database has nothing.
    """

    __slots__ = ("_batch", "_index")

    def __init__(self, batch, index: int) -> None:
        self._batch = batch
        self._index = index

    @property
    def key(self) -> str:
        """What the daemon calls it: `share:<uri>`."""
        return f"share:{self.uri}"

    @property
    def uri(self) -> str:
        """The share's id."""
        return self._batch.uri(self._index)

    @property
    def status(self) -> str:
        """The status as data.all spells it: `Submitted`, `Processed` …"""
        return self._batch.status(self._index)

    @property
    def since(self) -> datetime:
        """When the share entered its present status, as well as the tables tell."""
        return instant(self._batch.since(self._index))

    @property
    def owner(self) -> str:
        """Who opened the request, normally an e-mail address."""
        return self._batch.owner(self._index)

    @property
    def requesters(self) -> str:
        """The team that asked."""
        return self._batch.requesters(self._index)

    @property
    def principal(self) -> str:
        """Who gets access: the principal's name or, where it has none, its id."""
        return self._batch.principal(self._index)

    @property
    def principal_type(self) -> str:
        """What kind of principal that is: `Group`, `ConsumptionRole`, `ConsumptionUser`, `RedshiftRole`."""
        return self._batch.principal_type(self._index)

    @property
    def purpose(self) -> str:
        """Why access is asked for."""
        return self._batch.purpose(self._index)

    @property
    def expiry_day(self) -> date | None:
        """The last day of access."""
        return maybe_day(self._batch.expiry_day(self._index))

    @property
    def expires(self) -> datetime | None:
        """When the last day of access has ended in the source's zone."""
        return maybe_instant(self._batch.expires(self._index))

    @property
    def extension_asked(self) -> bool:
        """The flag `submittedForExtension`, as it stands: it means something in the status `Processed` alone."""
        return self._batch.extension_asked(self._index)

    @property
    def extension_reason(self) -> str:
        """Why an extension is asked for."""
        return self._batch.extension_reason(self._index)

    @property
    def requested_expiry_day(self) -> date | None:
        """The last day of access if the extension is approved."""
        return maybe_day(self._batch.requested_expiry_day(self._index))

    @property
    def reject_purpose(self) -> str:
        """Why the share or, in status `Extension_Rejected`, its extension was rejected."""
        return self._batch.reject_purpose(self._index)

    @property
    def non_expirable(self) -> bool:
        """Whether the share never expires."""
        return self._batch.non_expirable(self._index)

    @property
    def dataset_uri(self) -> str:
        """The dataset's id."""
        return self._batch.dataset_uri(self._index)

    @property
    def dataset_label(self) -> str:
        """The dataset's name for people."""
        return self._batch.dataset_label(self._index)

    @property
    def confidentiality(self) -> str:
        """The dataset's confidentiality."""
        return self._batch.confidentiality(self._index)

    @property
    def expiry_setting(self) -> str:
        """In what periods access is asked for: `Monthly` or `Quarterly`."""
        return self._batch.expiry_setting(self._index)

    @property
    def expiry_min_duration(self) -> int | None:
        """Fewest periods that can be asked for."""
        return self._batch.expiry_min_duration(self._index)

    @property
    def expiry_max_duration(self) -> int | None:
        """Most periods that can be asked for."""
        return self._batch.expiry_max_duration(self._index)

    @property
    def producers(self) -> str:
        """The team that owns the dataset."""
        return self._batch.producers(self._index)

    @property
    def stewards(self) -> str:
        """The team that approves for the dataset."""
        return self._batch.stewards(self._index)

    @property
    def environment_uri(self) -> str:
        """The id of the environment that the share is for."""
        return self._batch.environment_uri(self._index)

    @property
    def environment_label(self) -> str:
        """The name of that environment."""
        return self._batch.environment_label(self._index)

    @property
    def extension_pending(self) -> bool:
        """Whether an extension was asked for and is not decided yet."""
        status = self.status
        return status == "Submitted_For_Extension" or (status == "Processed" and self.extension_asked)

    @property
    def items(self) -> list[ShareItem]:
        """What is shared. Empty unless the manifest reads the field `items`."""
        count = self._batch.item_count(self._index)
        return [ShareItem(self._batch, self._index, item) for item in range(count)]


class ShareItem:
    """A table, folder or bucket of a share."""

    __slots__ = ("_batch", "_share", "_item")

    def __init__(self, batch, share: int, item: int) -> None:
        self._batch = batch
        self._share = share
        self._item = item

    @property
    def uri(self) -> str:
        """The item's id within data.all's shares."""
        return self._batch.item_uri(self._share, self._item)

    @property
    def name(self) -> str:
        """The item's name."""
        return self._batch.item_name(self._share, self._item)

    @property
    def type(self) -> str:
        """`DatasetTable`, `S3Bucket` …"""
        return self._batch.item_type(self._share, self._item)

    @property
    def status(self) -> str:
        """The item's own status: `Share_Succeeded`, `Revoke_Failed` …"""
        return self._batch.item_status(self._share, self._item)

    @property
    def health(self) -> str:
        """`Healthy`, `Unhealthy` or `PendingVerify`."""
        return self._batch.item_health(self._share, self._item)

    @property
    def health_message(self) -> str:
        """What the last health check complained of."""
        return self._batch.item_health_message(self._share, self._item)

    @property
    def touched(self) -> datetime | None:
        """When data.all touched the item last."""
        return maybe_instant(self._batch.item_touched(self._share, self._item))

    @property
    def verified(self) -> datetime | None:
        """When its health was looked at last."""
        return maybe_instant(self._batch.item_verified(self._share, self._item))

    @property
    def is_live(self) -> bool:
        """Whether the principal has access to the item now."""
        return self.status in LIVE
