"""One row of the operator's own query, as a strategy sees it."""

from __future__ import annotations

from datetime import date, datetime

from ._time import maybe_day, maybe_instant


class Record:
    """One record. Every property and method asks the daemon: keep what is needed twice."""

    __slots__ = ("_batch", "_index")

    def __init__(self, batch, index: int) -> None:
        self._batch = batch
        self._index = index

    @property
    def key(self) -> str:
        """What the daemon calls it: `record:<source>:<id>`."""
        return f"record:{self.source}:{self.id}"

    @property
    def id(self) -> str:
        """The value of the column that names the record within its source."""
        return self._batch.id(self._index)

    @property
    def source(self) -> str:
        """The source's name in the configuration."""
        return self._batch.source(self._index)

    @property
    def columns(self) -> dict[str, str]:
        """Names and values of all columns that are not NULL, in the order of the query."""
        return dict(self._batch.columns(self._index))

    def column(self, name: str) -> str | None:
        """The column's value as text; None if it is NULL or there is no such column."""
        return self._batch.column(self._index, name)

    def instant(self, name: str) -> datetime | None:
        """The column's value as an instant, None if it is NULL or no date.

        A timestamp without an offset is one in the source's zone, and a bare date stands for the end of that day there.
        """
        return maybe_instant(self._batch.instant(self._index, name))

    def day(self, name: str) -> date | None:
        """The column's value as a calendar day in the source's zone, None if it is NULL or no date."""
        return maybe_day(self._batch.day(self._index, name))
