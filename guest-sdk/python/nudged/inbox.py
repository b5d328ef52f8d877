"""Rows of data.all's table `notification`: what its users see under the bell.

The manifest asks for it: `"asks": ["inbox"]`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from wit_world.imports import inbox as wire

from ._plain import well_formed
from .outcome import Outcome


@dataclass(slots=True)
class Entry:
    """One row; the daemon fills in the recipient."""

    kind: str
    """Its type, at most 100 characters."""
    message: str
    target: str | None = None
    """What it is about, as a reminder's `target` has it."""


def post(entries: Iterable[Entry]) -> Outcome:
    """Writes all rows or none; those that a former attempt has written are not written again."""
    return wire.post([_row(entry) for entry in entries])


def _row(entry: Entry) -> wire.Entry:
    target = None if entry.target is None else well_formed(entry.target)
    return wire.Entry(well_formed(entry.kind), well_formed(entry.message), target)
