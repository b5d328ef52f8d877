"""What a strategy may know beside the item."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from ._time import day, instant


class Context:
    """The question that is asked about each item of a batch."""

    __slots__ = ("now", "today", "parameters", "attributes")

    def __init__(self, asked) -> None:
        self.now: datetime = instant(asked.now)
        """The scan's one and only clock reading: there is no other clock."""
        self.today: date = day(asked.today)
        """The calendar day of `now` in the source's zone."""
        self.parameters: dict[str, Any] = json.loads(asked.parameters)
        """The reminder's `parameters`, which fit the manifest's schema."""
        self.attributes: dict[str, str] = dict(asked.attributes)
        """Facts about the reminder, such as `on-expiry`; there may be more one day."""
