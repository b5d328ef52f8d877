"""Wording, times, exceptions and what is found."""

import unittest
from datetime import date, datetime, timedelta, timezone

from tests import stand_ins

stand_ins.install()

from nudged import _time, text  # noqa: E402
from nudged._failure import told  # noqa: E402
from nudged.strategy import finding, log, share_strategy  # noqa: E402


class Words(unittest.TestCase):
    def test_dates_and_lengths_read_well(self) -> None:
        at = datetime(2026, 5, 2, 7, 5, 59, tzinfo=timezone.utc)
        self.assertEqual((text.date(at), text.date_and_time(at)), ("2 May 2026", "2 May 2026, 07:05 UTC"))
        lengths = [timedelta(hours=hours) for hours in (-5, 23, 24, 49)]
        self.assertEqual([text.days(one) for one in lengths], ["less than a day", "less than a day", "1 day", "2 days"])
        self.assertEqual((text.shortened("año", 3), text.shortened("años buenos", 5)), ("año", "años…"))

    def test_log_lines_have_a_level(self) -> None:
        log.warn(7)
        self.assertEqual(stand_ins.LOGGED[-1], ("WARN", "7"))


class Times(unittest.TestCase):
    def test_milliseconds_and_days_become_datetimes_and_dates(self) -> None:
        at = datetime(2026, 5, 18, 9, 30, 0, 123000, tzinfo=timezone.utc)
        self.assertEqual((_time.instant(1_779_096_600_123), _time.millis(at)), (at, 1_779_096_600_123))
        self.assertEqual((_time.day(20_591), _time.day(-1)), (date(2026, 5, 18), date(1969, 12, 31)))
        self.assertIsNone(_time.maybe_instant(None) or _time.maybe_day(None) or _time.millis(None))

    def test_what_cannot_be_held_is_the_nearest_that_can(self) -> None:
        self.assertEqual((_time.instant(-(2**63)).year, _time.instant(2**63 - 1).year), (1, 9999))
        self.assertEqual((_time.day(-(2**31)), _time.day(2**31 - 1)), (date.min, date.max))

    def test_a_datetime_without_a_zone_is_no_instant(self) -> None:
        with self.assertRaisesRegex(TypeError, "has no time zone"):
            _time.millis(datetime(2026, 5, 18))


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
        self.assertRegex(raised.exception.value, r"(?s)^share:s1: ValueError: s1\n  at .*fails \(.*test_sdk\.py:\d+\)\n")
        self.assertRegex(raised.exception.value, r"because of KeyError: 'cause'$")

    def test_long_tracebacks_keep_what_is_innermost(self) -> None:
        def deep(levels: int) -> None:
            raise RuntimeError("deep") if levels == 0 else deep(levels - 1) or RuntimeError()

        try:
            deep(50)
        except RuntimeError as error:
            self.assertEqual(len(told(error).splitlines()), 13)
