"""What `print` writes goes to the daemon's log, line by line: there is no terminal, and to write to one would end the call."""

from __future__ import annotations

import sys

from . import log


class _Lines:
    """A text stream onto the log. What stands behind the last line's end is not written: a call ends at any moment."""

    encoding = "utf-8"

    def __init__(self) -> None:
        self._rest = ""

    def write(self, text: str) -> int:
        *lines, self._rest = (self._rest + text).split("\n")
        for line in lines:
            log.info(line)
        return len(text)

    def flush(self) -> None:
        """Nothing waits."""

    def isatty(self) -> bool:
        return False


def to_log() -> None:
    """From here on; every call begins anew."""
    sys.stdout = sys.stderr = _Lines()
