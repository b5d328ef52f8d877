"""One message for one recipient, as a channel sees it."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from ._plain import well_formed
from ._time import instant, maybe_instant


class Notification:
    """One message for one recipient, with one or more reminders in it.

    Every property asks the daemon: keep what is needed twice. All texts come from databases and people: escape them for where
    they are put.
    """

    def __init__(self, host) -> None:
        self._host = host
        self.parameters: dict[str, Any] = json.loads(host.parameters())
        """The channel's `parameters`, which fit the manifest's schema."""

    @property
    def id(self) -> str:
        """The stable id: a repeated attempt has the same, so that the other side can drop duplicates."""
        return self._host.id()

    @property
    def channel(self) -> str:
        """The channel's name in the configuration."""
        return self._host.channel()

    @property
    def decided(self) -> datetime:
        """When it was decided. A repeated attempt has the same."""
        return instant(self._host.decided())

    @property
    def address(self) -> str:
        """The recipient's address on this channel."""
        return self._host.address()

    @property
    def subject(self) -> str:
        """A subject line or headline: one line of plain text."""
        return self._host.subject()

    @property
    def preamble(self) -> str:
        """Why this person gets the message, a sentence."""
        return self._host.preamble()

    @property
    def text(self) -> str:
        """The whole message as plain text, always fit to be sent."""
        return self._host.text()

    @property
    def unsubscribe(self) -> str | None:
        """Where the recipient says that they want no more of these, https or mailto; none where nobody may refuse."""
        return self._host.unsubscribe()

    @property
    def more(self) -> int:
        """How many more reminders the message stands for, less urgent than these, that are not shown."""
        return self._host.more()

    @property
    def reminders(self) -> list[Reminder]:
        """What is reminded of, worst first; at least one."""
        return [Reminder(self._host, index) for index in range(self._host.len())]

    def wording(self, part: str) -> str | None:
        """What the operator's template for a part of the message makes of it.

        The parts are `subject`, `text`, `html`, or whatever the channel documents. None if there is no such template or if it
        failed: the channel's own holds.
        """
        return self._host.wording(part)

    def keep(self, receipt: str) -> None:
        """Keeps a text of the channel's own, such as the name that the other side gave to the message, at most 1,000 bytes.

        Once the notification is delivered, `Reminder.thread` gives it back to those that tell of the same again.
        """
        self._host.keep(well_formed(receipt))


class Reminder:
    """One finding as the recipient is told of it."""

    __slots__ = ("_host", "_index")

    def __init__(self, host, index: int) -> None:
        self._host = host
        self._index = index

    @property
    def item(self) -> str:
        """What is reminded of: `share:<uri>`, `stack:<uri>`, `record:<source>:<id>`."""
        return self._host.item(self._index)

    @property
    def reminder(self) -> str:
        """The reminder's name in the configuration."""
        return self._host.reminder(self._index)

    @property
    def notice(self) -> str:
        """`reminder`, `escalation`, `closing` ("this is over") or `action` ("this was done")."""
        return self._host.notice(self._index)

    @property
    def reason(self) -> str:
        """The finding's reason code."""
        return self._host.reason(self._index)

    @property
    def since(self) -> datetime:
        """The episode: when the item entered the state that is told of."""
        return instant(self._host.since(self._index))

    @property
    def deadline(self) -> datetime | None:
        """After this instant acting is too late."""
        return maybe_instant(self._host.deadline(self._index))

    @property
    def target(self) -> str | None:
        """What data.all's pages know the item by: `<shareUri>|<datasetUri>` for a share."""
        return self._host.target(self._index)

    @property
    def title(self) -> str:
        """A headline: the dataset's name and what is wrong."""
        return self._host.title(self._index)

    @property
    def sentence(self) -> str:
        """The strategy's sentence."""
        return self._host.sentence(self._index)

    @property
    def severity(self) -> str:
        """`info`, `warning` or `critical`."""
        return self._host.severity(self._index)

    @property
    def link(self) -> str | None:
        """Where to act; http or https."""
        return self._host.link(self._index)

    @property
    def ordinal(self) -> int:
        """1 for the first time that this recipient is told, 2 for the second …"""
        return self._host.ordinal(self._index)

    @property
    def first_sent(self) -> datetime | None:
        """When this recipient was told first, unless this is the first time."""
        return maybe_instant(self._host.first_sent(self._index))

    @property
    def history(self) -> str:
        """"reminder 3, first sent on 12 May 2026", or empty the first time."""
        return self._host.history(self._index)

    @property
    def thread(self) -> str | None:
        """What the channel kept when it told this recipient of the same for the first time: see `keep`."""
        return self._host.thread(self._index)

    @property
    def facts(self) -> list[tuple[str, str]]:
        """Facts to show, name and value, in order."""
        return self._host.facts(self._index)
