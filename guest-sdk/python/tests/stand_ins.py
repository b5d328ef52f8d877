"""What componentize-py makes from the WIT, as far as the tests need it."""

import sys
from collections import namedtuple
from enum import Enum
from types import ModuleType, SimpleNamespace


class Err(Exception):
    """What a function with a result raises."""

    def __init__(self, value: object) -> None:
        super().__init__(value)
        self.value = value


WireFinding = namedtuple("WireFinding", "item reason since roles severity title text deadline action attributes")
LOGGED: list[tuple[str, str]] = []
"""What went to the log."""
SENT: list[object] = []
"""What went to the relay and to the inbox."""


def install() -> None:
    """Has the SDK find these in place of the real ones."""
    level = Enum("Level", "ERROR WARN INFO DEBUG TRACE")
    ways = {
        "http": SimpleNamespace(Request=None, Response=None),
        "inbox": SimpleNamespace(Entry=namedtuple("Row", "kind message target"), post=SENT.append),
        "mail": SimpleNamespace(Message=namedtuple("Message", "subject text html headers"), send=SENT.append),
        "types": SimpleNamespace(
            Outcome_Delivered=namedtuple("Delivered", "value"),
            Outcome_Retry=namedtuple("Later", "value"),
            Outcome_Rejected=namedtuple("Rejected", "value"),
            Retry=namedtuple("Retry", "detail after"),
        ),
    }
    imports = _module("wit_world.imports", findings=SimpleNamespace(Finding=WireFinding), **ways)
    _module("wit_world", imports=imports)
    _module("wit_world.imports.log", Level=level, log=lambda level, text: LOGGED.append((level.name, text)))
    _module("componentize_py_types", Err=Err)


def _module(name: str, **contents: object) -> ModuleType:
    module = sys.modules.setdefault(name, ModuleType(name))
    module.__dict__.update(contents)
    return module


class Batch:
    """A batch whose getters answer from dictionaries, one for each item."""

    def __init__(self, *items: dict[str, object]) -> None:
        self.items = items

    def len(self) -> int:
        return len(self.items)

    def __getattr__(self, getter: str):
        return lambda index, *name: self.items[index].get("/".join([getter, *name]))


def asked(parameters: str = "{}", now: int = 1_780_563_600_000, today: int = 20_608) -> SimpleNamespace:
    """The context of a scan on 4 June 2026, 9 o'clock in UTC."""
    return SimpleNamespace(now=now, today=today, parameters=parameters, attributes=[("on-expiry", "notify")])
