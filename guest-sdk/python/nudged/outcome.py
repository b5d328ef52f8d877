"""What became of a notification."""

from __future__ import annotations

from wit_world.imports import types as wire

from ._plain import well_formed

Outcome = wire.Outcome_Delivered | wire.Outcome_Retry | wire.Outcome_Rejected


def delivered(detail: str) -> Outcome:
    """Accepted by the other side; the detail is its answer."""
    return wire.Outcome_Delivered(well_formed(detail))


def retry(detail: str, *, after: int | None = None) -> Outcome:
    """Not now: the daemon decides when to try again, at the earliest `after` seconds from now."""
    return wire.Outcome_Retry(wire.Retry(well_formed(detail), after))


def rejected(detail: str) -> Outcome:
    """Refused for good; the detail says why, for the operator."""
    return wire.Outcome_Rejected(well_formed(detail))
