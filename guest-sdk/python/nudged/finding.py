"""What strategies answer with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Severity = Literal["info", "warning", "critical"]


@dataclass(slots=True)
class Finding:
    """An item that needs attention. Made by `finding`."""

    reason: str
    title: str
    text: str
    since: datetime | None = None
    roles: list[str] = field(default_factory=list)
    severity: Severity = "warning"
    deadline: datetime | None = None
    action: str | None = None
    facts: list[tuple[str, str]] = field(default_factory=list)


def finding(
    reason: str,
    title: str,
    text: str,
    *,
    since: datetime | None = None,
    roles: Iterable[str] = (),
    severity: Severity = "warning",
    deadline: datetime | None = None,
    action: str | None = None,
    facts: Mapping[str, object] | Iterable[tuple[str, object]] = (),
) -> Finding:
    """A finding.

    Args:
        reason: Reason code, `[a-z][a-z0-9-]*`, at most 64 bytes: people are told once of each.
        title: The headline: what it is about in a few words.
        text: One or two plain sentences for the person who has to act.
        since: When the item entered the state that is complained of: one that enters it again is a new case. Without it the
            daemon counts from when it saw the finding first.
        roles: Who should be told: `producers`, `stewards`, `requesters`, `requester`, `environment-admins`.
        severity: How bad it is.
        deadline: After this instant acting is too late.
        action: What the daemon may do by itself if it is configured to, such as `revoke`.
        facts: More facts to show, in this order; a blank one is left out.
    """
    if isinstance(roles, str):
        raise TypeError(f"the finding's roles are {roles!r}, no list of texts")
    return Finding(reason, title, text, since, list(roles), severity, deadline, action, _shown(facts))


def _shown(facts: Mapping[str, object] | Iterable[tuple[str, object]]) -> list[tuple[str, str]]:
    pairs = facts.items() if isinstance(facts, Mapping) else facts
    texts = [(str(name), "" if value is None else str(value)) for name, value in pairs]
    return [(name, value) for name, value in texts if value.strip()]
