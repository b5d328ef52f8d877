"""Times as they cross the border, and as authors see them: aware datetimes in UTC, and dates."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_FIRST = datetime.min.replace(tzinfo=timezone.utc)
_LAST = datetime.max.replace(tzinfo=timezone.utc)
_MILLISECOND = timedelta(milliseconds=1)


def instant(millis: int) -> datetime:
    """The instant that is this many milliseconds after 1970; what cannot be held is the nearest that can."""
    try:
        return _EPOCH + timedelta(milliseconds=millis)
    except OverflowError:
        return _FIRST if millis < 0 else _LAST


def maybe_instant(millis: int | None) -> datetime | None:
    """The same for what may be missing."""
    return None if millis is None else instant(millis)


def day(days: int) -> date:
    """The day that is this many days after 1970-01-01; what cannot be held is the nearest that can."""
    ordinal = _EPOCH_DAY + days
    return date.fromordinal(min(max(ordinal, date.min.toordinal()), date.max.toordinal()))


def maybe_day(days: int | None) -> date | None:
    """The same for what may be missing."""
    return None if days is None else day(days)


def millis(at: datetime | None) -> int | None:
    """The instant as it crosses the border. A datetime without a zone is no instant."""
    if at is None:
        return None
    if not isinstance(at, datetime):
        raise TypeError(f"{at!r} is no datetime")
    if at.tzinfo is None:
        raise TypeError(f"{at} has no time zone: an instant needs one, such as datetime.timezone.utc")
    return (at - _EPOCH) // _MILLISECOND
