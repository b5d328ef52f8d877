//! Schedules by example.

use super::*;

fn at(text: &str) -> Instant {
    text.parse().expect("an RFC 3339 instant")
}

fn schedule(text: &str, zone: Tz) -> Schedule {
    Schedule::parse(text, zone).expect(text)
}

#[test]
fn counts_days_of_week_from_sunday_as_0_and_7() {
    // 2026-04-24 is a Friday.
    let friday = at("2026-04-24T12:00:00Z");
    for (day, expected) in [("0", "26"), ("7", "26"), ("1", "27"), ("5", "01"), ("MON", "27")] {
        let next = schedule(&format!("0 9 * * {day}"), Tz::UTC).next_after(friday).expect("a fire time");
        assert_eq!(next.format("%d").to_string(), expected, "day of week {day}");
    }
}

#[test]
fn a_skipped_time_fires_once_right_after_the_gap() {
    // Berlin skips 02:00–03:00 on 29 March 2026.
    let early = schedule("30 2 * * *", chrono_tz::Europe::Berlin);
    let first = early.next_after(at("2026-03-28T12:00:00Z")).expect("a fire time");
    assert_eq!(first, at("2026-03-29T01:00:00Z"));
    assert_eq!(early.next_after(first), Some(at("2026-03-30T00:30:00Z")));
    assert_eq!(early.last_until(at("2026-03-29T12:00:00Z")), Some(first));
}

#[test]
fn a_time_that_happens_twice_fires_once() {
    // Berlin has 02:00–03:00 twice on 25 October 2026.
    let early = schedule("30 2 * * *", chrono_tz::Europe::Berlin);
    let first = early.next_after(at("2026-10-24T12:00:00Z")).expect("a fire time");
    assert_eq!(first, at("2026-10-25T00:30:00Z"));
    assert_eq!(early.next_after(first), Some(at("2026-10-26T01:30:00Z")));
}

#[test]
fn the_last_fire_time_includes_the_instant_itself() {
    let daily = schedule("0 9 * * *", chrono_tz::Europe::London);
    assert_eq!(daily.last_until(at("2026-07-01T08:00:00Z")), Some(at("2026-07-01T08:00:00Z")));
    assert_eq!(daily.last_until(at("2026-07-01T07:59:59Z")), Some(at("2026-06-30T08:00:00Z")));
}

#[test]
fn rejects_what_is_no_schedule() {
    for text in ["", "* * * *", "0 0 9 * * *", "61 * * * *", "0 9 * * 8", "0 9 * foo *", "0 9 30 2 *"] {
        assert!(Schedule::parse(text, Tz::UTC).is_err(), "{text:?} must not parse");
    }
}

#[test]
fn a_midnight_that_is_skipped_fires_at_one() {
    // São Paulo's clocks went from 00:00 to 01:00 on 4 November 2018.
    let gap = at("2018-11-04T03:00:00Z");
    let zone = chrono_tz::America::Sao_Paulo;
    for text in ["0 0 * * *", "30 0 4 11 *", "0 */6 * * *", "0,30 0 * * *"] {
        let nightly = schedule(text, zone);
        assert_eq!(nightly.next_after(at("2018-11-03T22:00:00Z")), Some(gap), "{text}");
        assert_eq!(nightly.last_until(at("2018-11-04T03:30:00Z")), Some(gap), "{text}");
    }
    let last = Schedule::month_end(&[26], NaiveTime::MIN, zone).expect("a schedule");
    assert_eq!(last.next_after(at("2018-11-01T00:00:00Z")), Some(gap));
}

#[test]
fn several_named_hours_keep_to_once_over_changes_of_the_clocks() {
    let twice = schedule("30 2,14 * * *", chrono_tz::Europe::Berlin);
    let fires = |from: &str, count| {
        let next = |last: &Instant| twice.next_after(*last);
        successors(next(&at(from)), next).take(count).map(|at| at.to_rfc3339()).collect::<Vec<_>>()
    };
    assert_eq!(fires("2026-03-28T20:00:00Z", 2), ["2026-03-29T01:00:00+00:00", "2026-03-29T12:30:00+00:00"]);
    assert_eq!(fires("2026-10-24T20:00:00Z", 2), ["2026-10-25T00:30:00+00:00", "2026-10-25T13:30:00+00:00"]);
    // In the second pass of the hour, the last fire time is the one in the first.
    assert_eq!(twice.last_until(at("2026-10-25T01:15:00Z")), Some(at("2026-10-25T00:30:00Z")));
}

#[test]
fn cron_of_every_hour_follows_time_that_passes() {
    let hourly = schedule("30 * * * *", chrono_tz::Europe::Berlin);
    for (from, next) in [
        ("2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"),
        ("2026-10-25T01:30:00Z", "2026-10-25T02:30:00Z"),
        ("2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z"),
    ] {
        assert_eq!(hourly.next_after(at(from)), Some(at(next)), "after {from}");
        assert_eq!(hourly.last_until(at(next)), Some(at(next)), "until {next}");
    }
}

#[test]
fn counts_back_from_the_last_day_of_each_month() {
    let nine = NaiveTime::from_hms_opt(9, 0, 0).expect("a time");
    let schedule = Schedule::month_end(&[1, 28, 7, 1], nine, chrono_tz::Europe::London).expect("a schedule");
    let fires: Vec<_> = successors(schedule.next_after(at("2027-01-30T09:00:00Z")), |last| schedule.next_after(*last))
        .map(|at| at.format("%m-%d %H").to_string())
        .take(6)
        .collect();
    // February 2027 has 28 days and so no day 28 days before its last; London is an hour ahead from 28 March.
    assert_eq!(fires, ["02-21 09", "02-27 09", "03-03 09", "03-24 09", "03-30 08", "04-02 08"]);
    assert_eq!(schedule.skipped_days(), [28]);
    assert_eq!(schedule.last_until(at("2027-02-21T08:59:59Z")), Some(at("2027-01-30T09:00:00Z")));
}

#[test]
fn a_leap_day_is_the_last_day_of_its_month() {
    let last = Schedule::month_end(&[0], NaiveTime::MIN, Tz::UTC).expect("a schedule");
    assert_eq!(last.next_after(at("2028-02-28T12:00:00Z")), Some(at("2028-02-29T00:00:00Z")));
    assert_eq!(last.next_after(at("2027-02-01T12:00:00Z")), Some(at("2027-02-28T00:00:00Z")));
    let leap = schedule("0 0 29 2 *", Tz::UTC);
    assert_eq!(leap.next_after(at("2028-03-01T00:00:00Z")), Some(at("2032-02-29T00:00:00Z")));
    assert_eq!(leap.last_until(at("2028-02-28T00:00:00Z")), Some(at("2024-02-29T00:00:00Z")));
}

#[test]
fn says_which_days_before_the_months_end_cannot_be() {
    for (days, message) in [
        (&[][..], "no day is named; write at least one number of days before the month's end, such as [7, 3, 1]"),
        (&[1, 31], "no month has a day 31 days before its last day; write numbers from 0 (the last day itself) to 30"),
    ] {
        let error = Schedule::month_end(days, NaiveTime::MIN, Tz::UTC).expect_err("must not parse");
        assert_eq!(error.to_string(), message);
    }
    let long = Schedule::month_end(&[0, 27, 28, 30], NaiveTime::MIN, Tz::UTC).expect("a schedule");
    assert_eq!(long.skipped_days(), [30, 28]);
    assert!(schedule("0 9 31 * *", Tz::UTC).skipped_days().is_empty());
}

#[test]
fn shows_itself_in_words() {
    let shown = |days: &[u32]| {
        let at = NaiveTime::from_hms_opt(9, 30, 0).expect("a time");
        Schedule::month_end(days, at, chrono_tz::Europe::London).expect("a schedule").to_string()
    };
    assert_eq!(shown(&[0]), "on each month's last day at 09:30 (Europe/London)");
    assert_eq!(shown(&[1]), "1 day before each month's last day at 09:30 (Europe/London)");
    assert_eq!(shown(&[1, 7, 3]), "7, 3, 1 days before each month's last day at 09:30 (Europe/London)");
    assert_eq!(schedule("0 9 * * 1", Tz::UTC).to_string(), "0 9 * * 1 (UTC)");
}
