"""Findings as they cross the border.

What is none is told in words: the runtime would only say that a type is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable

from wit_world.imports import findings as wire

from ._plain import described, well_formed
from ._time import millis
from .finding import Finding


def findings(returned: object) -> list[Finding]:
    """What a strategy's function returned, as a list of findings."""
    if returned is None:
        return []
    several = isinstance(returned, Iterable) and not isinstance(returned, (str, bytes, dict))
    found = list(returned) if several else [returned]
    for one in found:
        if not isinstance(one, Finding):
            came = described(one)
            raise TypeError(f"`evaluate` returned {came}, no finding: return finding(…), several of them, or None")
    return found


def finding_about(item: int, found: Finding) -> wire.Finding:
    """A finding about the item at this place of the batch, as it crosses the border."""
    return wire.Finding(
        item,
        _told("reason", found.reason),
        millis(found.since),
        [_told("role", role) for role in found.roles],
        _told("severity", found.severity),
        _told("title", found.title),
        _told("text", found.text),
        millis(found.deadline),
        None if found.action is None else _told("action", found.action),
        [(well_formed(name), well_formed(value)) for name, value in found.facts],
    )


def _told(key: str, value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"the finding's {key} is {described(value)}, no text")
    return well_formed(value)
