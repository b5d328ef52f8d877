"""Exceptions as the operator reads them."""

from __future__ import annotations

_FRAMES = 12
"""The most lines of a traceback that are told: the innermost are those that help."""


def told(error: BaseException) -> str:
    """What was raised, and where, the innermost first: long texts lose their end.

    Not by the module `traceback`: it looks for the source's lines in files, and there are none.
    """
    frames = []
    traceback = error.__traceback__
    while traceback is not None:
        code = traceback.tb_frame.f_code
        frames.append(f"  at {code.co_qualname} ({_file(code.co_filename)}:{traceback.tb_lineno})")
        traceback = traceback.tb_next
    said = [f"{type(error).__name__}: {_text(error)}", *reversed(frames[-_FRAMES:])]
    if error.__cause__ is not None:
        said.append(f"because of {told(error.__cause__)}")
    return "\n".join(said)


def _text(error: BaseException) -> str:
    """What the exception says; one that cannot say it has no text."""
    try:
        return str(error)
    except Exception:
        return "(without a text)"


def _file(name: str) -> str:
    """A file's name without the folders that it lay in when it was built: they are numbered."""
    parts = name.strip("/").split("/")
    return "/".join(parts[1:]) if parts[0].isdigit() else name
