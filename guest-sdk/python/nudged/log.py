"""The daemon's log, under the plugin's name. Bounded: what is over the limit is dropped.

What `print` writes comes here, too, at level info.
"""

from __future__ import annotations

from wit_world.imports.log import Level
from wit_world.imports.log import log as _write

from ._plain import well_formed


def error(message: object) -> None:
    """Writes a line at level error."""
    _write(Level.ERROR, well_formed(message))


def warn(message: object) -> None:
    """Writes a line at level warn."""
    _write(Level.WARN, well_formed(message))


def info(message: object) -> None:
    """Writes a line at level info."""
    _write(Level.INFO, well_formed(message))


def debug(message: object) -> None:
    """Writes a line at level debug."""
    _write(Level.DEBUG, well_formed(message))


def trace(message: object) -> None:
    """Writes a line at level trace."""
    _write(Level.TRACE, well_formed(message))
