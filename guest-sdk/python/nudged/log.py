"""The daemon's log, under the plugin's name. Bounded: what is over the limit is dropped.

Also the way to look into a plugin at work: `print` leads nowhere.
"""

from __future__ import annotations

from wit_world.imports.log import Level
from wit_world.imports.log import log as _write


def error(message: object) -> None:
    """Writes a line at level error."""
    _write(Level.ERROR, str(message))


def warn(message: object) -> None:
    """Writes a line at level warn."""
    _write(Level.WARN, str(message))


def info(message: object) -> None:
    """Writes a line at level info."""
    _write(Level.INFO, str(message))


def debug(message: object) -> None:
    """Writes a line at level debug."""
    _write(Level.DEBUG, str(message))


def trace(message: object) -> None:
    """Writes a line at level trace."""
    _write(Level.TRACE, str(message))
