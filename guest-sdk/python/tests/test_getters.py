"""The properties of what authors are handed, held against the interface: a name that is misspelled finds nothing."""

import re
import unittest
from pathlib import Path

from tests import stand_ins

stand_ins.install()

from nudged.notification import Notification, Reminder  # noqa: E402
from nudged.record import Record  # noqa: E402
from nudged.share import Share, ShareItem  # noqa: E402
from nudged.stack import Stack  # noqa: E402


def declared(file: str, resource: str) -> set[str]:
    """The functions of a resource, as componentize-py spells them."""
    wit = (Path(__file__).parents[3] / "wit/v0.1" / f"{file}.wit").read_text()
    [body] = re.findall(rf"resource {resource} \{{(.*?)\n    \}}", wit, re.DOTALL)
    return {name.replace("-", "_") for name in re.findall(r"^ {8}([a-z-]+): func", body, re.MULTILINE)}


class Host:
    """Notes what it is asked for."""

    def __init__(self) -> None:
        self.asked: set[str] = set()

    def __getattr__(self, name: str):
        self.asked.add(name)
        answers = {"parameters": "{}", "len": 1, "item_count": 1, "columns": [], "facts": []}
        return lambda *_: answers.get(name, 0)


def look_at(one: object) -> None:
    """Reads every property and calls every method."""
    for name, member in vars(type(one)).items():
        if isinstance(member, property):
            getattr(one, name)
        elif callable(member) and not name.startswith("_"):
            member(one, "x")


class Getters(unittest.TestCase):
    def test_each_getter_of_the_interface_is_a_property_and_no_other_is_asked_for(self) -> None:
        for file, resource, made, besides in (
            ("shares", "share-batch", lambda host: [Share(host, 0), ShareItem(host, 0, 0)], {"len"}),
            ("stacks", "stack-batch", lambda host: [Stack(host, 0)], {"len"}),
            ("records", "record-batch", lambda host: [Record(host, 0)], {"len"}),
            ("channel", "notification", lambda host: [Notification(host), Reminder(host, 0)], set()),
        ):
            host = Host()
            for one in made(host):
                look_at(one)
            with self.subTest(resource):
                self.assertEqual(host.asked, declared(file, resource) - besides)
