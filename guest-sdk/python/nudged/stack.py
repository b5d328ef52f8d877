"""One stack, as a strategy sees it."""

from __future__ import annotations


class Stack:
    """One CloudFormation stack of data.all.

    Every property asks the daemon: keep what is needed twice. Texts are empty where the database has nothing. There is no
    `since`: data.all does not keep when a stack's status changed.
    """

    __slots__ = ("_batch", "_index")

    def __init__(self, batch, index: int) -> None:
        self._batch = batch
        self._index = index

    @property
    def key(self) -> str:
        """What the daemon calls it: `stack:<uri>`."""
        return f"stack:{self.uri}"

    @property
    def uri(self) -> str:
        """The stack's id."""
        return self._batch.uri(self._index)

    @property
    def kind(self) -> str:
        """What it deploys: `dataset`, `environment`, `notebook` …"""
        return self._batch.kind(self._index)

    @property
    def status(self) -> str:
        """A state of CloudFormation (`UPDATE_ROLLBACK_FAILED`) or of data.all (`pending`)."""
        return self._batch.status(self._index)

    @property
    def target_uri(self) -> str:
        """The id of what it deploys."""
        return self._batch.target_uri(self._index)

    @property
    def target_label(self) -> str:
        """The name of the dataset or environment that it deploys; empty for other kinds."""
        return self._batch.target_label(self._index)

    @property
    def account(self) -> str:
        """The AWS account."""
        return self._batch.account(self._index)

    @property
    def region(self) -> str:
        """The AWS region."""
        return self._batch.region(self._index)

    @property
    def error(self) -> str:
        """What data.all noted of the failure, JSON."""
        return self._batch.error(self._index)

    @property
    def producers(self) -> str:
        """The team that owns the dataset, for a dataset's stack."""
        return self._batch.producers(self._index)

    @property
    def stewards(self) -> str:
        """The team that approves for the dataset, for a dataset's stack."""
        return self._batch.stewards(self._index)

    @property
    def environment_label(self) -> str:
        """The name of the dataset's environment, or of the one that is deployed."""
        return self._batch.environment_label(self._index)

    @property
    def environment_admins(self) -> str:
        """The team that runs that environment."""
        return self._batch.environment_admins(self._index)
