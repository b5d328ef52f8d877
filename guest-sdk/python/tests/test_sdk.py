"""Wording and times."""

import unittest
from datetime import date, datetime, timedelta, timezone

from tests import stand_ins

stand_ins.install()

from nudged import _time, text  # noqa: E402
from nudged._plain import well_formed  # noqa: E402
from nudged.strategy import log  # noqa: E402


class Words(unittest.TestCase):
    def test_dates_and_lengths_read_well(self) -> None:
        at = datetime(2026, 5, 2, 7, 5, 59, tzinfo=timezone.utc)
        self.assertEqual((text.date(at), text.date_and_time(at)), ("2 May 2026", "2 May 2026, 07:05 UTC"))
        lengths = [timedelta(hours=hours) for hours in (-5, 23, 24, 49)]
        self.assertEqual([text.days(one) for one in lengths], ["less than a day", "less than a day", "1 day", "2 days"])
        self.assertEqual((text.shortened("año", 3), text.shortened("años buenos", 5)), ("año", "años…"))

    def test_half_a_pair_of_surrogates_is_the_replacement_character(self) -> None:
        texts = {"a\ud83d": "a\ufffd", "\ude00a": "\ufffda", "\ud83d\ude00": "😀", "año": "año", "": ""}
        self.assertEqual([well_formed(text) for text in texts], list(texts.values()))

    def test_log_lines_have_a_level(self) -> None:
        log.warn(7)
        self.assertEqual(stand_ins.LOGGED[-1], ("WARN", "7"))


class Times(unittest.TestCase):
    def test_milliseconds_and_days_become_datetimes_and_dates(self) -> None:
        at = datetime(2026, 5, 18, 9, 30, 0, 123000, tzinfo=timezone.utc)
        self.assertEqual((_time.instant(1_779_096_600_123), _time.millis(at)), (at, 1_779_096_600_123))
        self.assertEqual((_time.day(20_591), _time.day(-1)), (date(2026, 5, 18), date(1969, 12, 31)))
        before = datetime(1969, 12, 31, 23, 59, 59, 999000, tzinfo=timezone.utc)
        self.assertEqual((_time.instant(-1), _time.millis(before)), (before, -1))
        self.assertIsNone(_time.maybe_instant(None) or _time.maybe_day(None) or _time.millis(None))

    def test_what_cannot_be_held_is_the_nearest_that_can(self) -> None:
        self.assertEqual((_time.instant(-(2**63)).year, _time.instant(2**63 - 1).year), (1, 9999))
        self.assertEqual((_time.instant(2**53 + 1).year, _time.instant(253_402_300_799_999).year), (9999, 9999))
        self.assertEqual((_time.day(-(2**31)), _time.day(2**31 - 1)), (date.min, date.max))

    def test_a_datetime_without_a_zone_is_no_instant(self) -> None:
        with self.assertRaisesRegex(TypeError, "has no time zone"):
            _time.millis(datetime(2026, 5, 18))
        with self.assertRaisesRegex(TypeError, r"datetime\.date\(2026, 5, 18\) is no datetime"):
            _time.millis(date(2026, 5, 18))
