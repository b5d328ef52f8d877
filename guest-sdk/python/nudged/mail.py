"""E-mail through the operator's relay, to the notification's recipient and nobody else.

The manifest asks for it: `"asks": ["mail"]`.
"""

from __future__ import annotations

from collections.abc import Mapping

from wit_world.imports import mail as wire

from ._plain import well_formed
from .outcome import Outcome


def send(subject: str, text: str, *, html: str | None = None, headers: Mapping[str, str] | None = None) -> Outcome:
    """Sends, and says what came of it. Once a call. The daemon adds From, To, Date, the Message-ID and References.

    Header fields are Auto-Submitted, Importance, Precedence, Priority, X-Priority, List-* and X-Nudged-*, with values of
    printable ASCII.
    """
    fields = [(well_formed(name), well_formed(value)) for name, value in (headers or {}).items()]
    html = None if html is None else well_formed(html)
    return wire.send(wire.Message(well_formed(subject), well_formed(text), html, fields))
