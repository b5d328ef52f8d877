"""Values as texts."""

from __future__ import annotations


def well_formed(value: object) -> str:
    """The value as a text that can cross the border.

    Half a pair of surrogates is no character: it becomes the replacement character.
    """
    text = str(value)
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def described(value: object) -> str:
    """A value that should have been something else, as a mistake is told."""
    if hasattr(value, "__await__"):
        if hasattr(value, "close"):
            value.close()
        return "a coroutine (a call is answered at once: leave out `async`)"
    return repr(value)[:80]
