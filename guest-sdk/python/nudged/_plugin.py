"""What a plugin says of itself."""

from __future__ import annotations

import json
from typing import Any, Literal, NotRequired, TypedDict

Reads = TypedDict(
    "Reads",
    {
        "statuses": NotRequired[list[str]],
        "kinds": NotRequired[list[str]],
        "expires-within-days": NotRequired[int],
        "extension-asked": NotRequired[bool],
        "item-statuses": NotRequired[list[str]],
        "item-health": NotRequired[list[str]],
        "fields": NotRequired[list[str]],
    },
)
"""Which items the daemon reads for a strategy: those that fit all that is said.

`statuses` of shares or stacks, as data.all spells them; `kinds` of stacks; `expires-within-days`: only shares whose last day
of access is at most so many days ahead, or past; `extension-asked`: only shares whose extension was asked for and is not
decided yet; `item-statuses` and `item-health`: only shares with an item that has one of
these; `fields`: costly extras, of which `items` loads the shares' items.
"""

Budget = TypedDict(
    "Budget",
    {
        "item-micros": NotRequired[float],
        "item-bytes": NotRequired[float],
        "first-call-millis": NotRequired[float],
    },
)
"""What calls may cost where the author measures them.

Microseconds and bytes of memory for each item of a full batch, and milliseconds of the first call.
"""


class Manifest(TypedDict):
    """A plugin's manifest. The kind is added by the function that takes it."""

    name: str
    """`[a-z][a-z0-9-]*`: what the configuration calls the plugin."""
    version: str
    """A semantic version."""
    licence: NotRequired[str]
    """An SPDX expression."""
    reads: NotRequired[Reads]
    """What a strategy wants to see; all, if nothing is said."""
    parameters: NotRequired[dict[str, Any]]
    """The JSON Schema of the plugin's parameters; any object, if nothing is said."""
    proposes: NotRequired[list[str]]
    """What a strategy's findings may propose that the daemon does: `revoke`."""
    asks: NotRequired[list[Literal["http", "inbox", "mail"]]]
    """What a channel wants to send through; the operator grants it."""
    hosts: NotRequired[list[str]]
    """The only hosts that a channel sends requests to, as operators grant them."""
    secrets: NotRequired[list[str]]
    """The only secrets that a channel has filled in."""
    budget: NotRequired[Budget]
    """What calls may cost, for `nudged plugin bench`; the daemon passes it over."""


def describing(kind: str, manifest: Manifest) -> type:
    """The interface that the daemon asks first."""
    text = json.dumps({**manifest, "kind": kind})

    class Plugin:
        def describe(self) -> str:
            return text

    return Plugin
