"""Wording that plugins have in common."""

from __future__ import annotations

from datetime import date as Date
from datetime import datetime, timedelta

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def days(length: timedelta) -> str:
    """`23 days`, `1 day` or `less than a day`: whole days of 24 hours."""
    return counted(length.days, "day") if length.days >= 1 else "less than a day"


def counted(number: int, thing: str) -> str:
    """`1 item`, `2 items` …"""
    return f"{number} {thing}{'' if number == 1 else 's'}"


def date(day: Date) -> str:
    """`12 May 2026`; of an instant, its day in its own zone."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def date_and_time(instant: datetime) -> str:
    """`12 May 2026, 09:30 UTC`"""
    return f"{date(instant)}, {instant:%H:%M} {instant.tzname()}"


def shortened(text: str, most: int) -> str:
    """The text, or its first `most` characters and `…`."""
    return text if len(text) <= most else f"{text[:most].rstrip()}…"
