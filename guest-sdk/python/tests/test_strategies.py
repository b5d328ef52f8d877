"""Strategies, and the mistakes that authors make in them."""

import unittest
from datetime import date

from tests import stand_ins

stand_ins.install()

from nudged._failure import told  # noqa: E402
from nudged.strategy import finding, share_strategy  # noqa: E402


class Strategies(unittest.TestCase):
    def evaluate(self, function, *items: dict[str, object]) -> list:
        _, evaluation = share_strategy({"name": "a", "version": "0.1.0"}, function)
        return evaluation().evaluate(stand_ins.Batch(*items), stand_ins.asked('{"b": 1}'))

    def test_one_several_or_no_finding_can_be_returned(self) -> None:
        one = finding("a", "t", "t", facts={"Team": "sales", "Purpose": " ", "Since": None, "Items": 3})
        answers = {"none": None, "one": one, "both": [one, finding("b", "t", "t")]}
        found = self.evaluate(lambda share, _: answers[share.uri], *({"uri": uri} for uri in answers))
        self.assertEqual([(each.item, each.reason) for each in found], [(1, "a"), (2, "a"), (2, "b")])
        self.assertEqual(found[0].attributes, [("Team", "sales"), ("Items", "3")])

    def test_the_question_is_understood(self) -> None:
        seen = []
        self.evaluate(lambda _, context: seen.append(context), {})
        self.assertEqual((seen[0].now.isoformat(), seen[0].today), ("2026-06-04T09:00:00+00:00", date(2026, 6, 4)))
        self.assertEqual((seen[0].parameters, seen[0].attributes), ({"b": 1}, {"on-expiry": "notify"}))

    def test_an_exception_names_its_item_and_place(self) -> None:
        def fails(share, _) -> None:
            raise ValueError(share.uri) from KeyError("cause")

        with self.assertRaises(stand_ins.Err) as raised:
            self.evaluate(fails, {"uri": "s1"})
        self.assertRegex(raised.exception.value, r"(?s)^share:s1: ValueError: s1\n  at .*fails \(.*test_strategies\.py:\d+\)\n")
        self.assertRegex(raised.exception.value, r"because of KeyError: 'cause'$")

    def test_long_tracebacks_keep_what_is_innermost(self) -> None:
        def deep(levels: int) -> None:
            raise RuntimeError("deep") if levels == 0 else deep(levels - 1) or RuntimeError()

        try:
            deep(50)
        except RuntimeError as error:
            self.assertEqual(len(told(error).splitlines()), 13)

    def test_what_is_no_finding_is_told_with_its_item(self) -> None:
        async def later() -> None: ...

        for returned, why in (
            (lambda: "late", "`evaluate` returned 'late', no finding: return finding"),
            (lambda: [None], "`evaluate` returned None, no finding"),
            (lambda: True, "`evaluate` returned True, no finding"),
            (later, "`evaluate` returned a coroutine (a call is answered at once: leave out `async`), no finding"),
            (lambda: finding(None, "t", "t"), "the finding's reason is None, no text"),
            (lambda: finding("a", 7, "t"), "the finding's title is 7, no text"),
            (lambda: finding("a", "t", "t", roles="owner"), "the finding's roles are 'owner', no list of texts"),
            (lambda: finding("a", "t", "t", deadline="soon"), "'soon' is no datetime"),
        ):
            with self.subTest(why), self.assertRaises(stand_ins.Err) as raised:
                self.evaluate(lambda share, _: returned() if share.uri == "s2" else None, {"uri": "s1"}, {"uri": "s2"})
            begins = f"share:s2: TypeError: {why}"
            self.assertEqual(raised.exception.value[: len(begins)], begins)

    def test_a_generator_is_a_list_of_findings(self) -> None:
        def both(share, _):
            yield finding("a", "a\ud83d", share.uri)
            yield finding("b", "t", "t", facts={1: "\ud83d\ude00"})

        found = self.evaluate(both, {"uri": "s1"})
        self.assertEqual([(each.reason, each.title) for each in found], [("a", "a\ufffd"), ("b", "t")])
        self.assertEqual(found[1].attributes, [("1", "😀")])
