//! `ladder`: steps before a deadline.

use chrono_tz::Asia;

use super::*;

/// The day of expiry is 30 April 2026; the steps begin on 31 March and on 23, 28 and 29 April.
const DEADLINE: &str = "2026-05-01 00:00";

fn rule() -> Cadence {
    cadence(Mode::Ladder { days_before: vec![30, 7, 2, 1] })
}

fn judged(history: &History, moment: Moment) -> String {
    let case = Case { deadline: Some(at(DEADLINE)), ..case(history) };
    shown(judge(&rule(), &case, moment, &habits()))
}

#[test]
fn tells_once_in_each_step() {
    for (name, history, now, expected) in [
        ("before the first step", History::default(), "2026-03-30 23:59", "hold too-early until 2026-03-31 00:00"),
        ("first step begins", History::default(), "2026-03-31 00:00", "send first"),
        ("within the first step", History::default(), "2026-04-22 09:00", "send first"),
        ("missed steps merge", History::default(), "2026-04-29 09:00", "send first"),
        ("told in this step", told(1, "2026-03-31 09:00"), "2026-04-22 09:00", "hold not-due until 2026-04-23 00:00"),
        ("next step", told(1, "2026-03-31 09:00"), "2026-04-23 09:00", "send step"),
        ("two steps missed", told(1, "2026-03-31 09:00"), "2026-04-28 09:00", "send step"),
        (
            "not again in this slot",
            told(2, "2026-04-28 09:00"),
            "2026-04-28 11:00",
            "hold not-due until 2026-04-29 00:00",
        ),
        ("last step", told(2, "2026-04-28 09:00"), "2026-04-29 09:00", "send step"),
        ("after the last step", told(3, "2026-04-29 09:00"), "2026-04-30 09:00", "drop already-told"),
        ("day of expiry, never told", History::default(), "2026-04-30 23:59", "send first"),
        ("deadline", History::default(), "2026-05-01 00:00", "drop deadline-passed"),
        ("deadline, told", told(3, "2026-04-29 09:00"), "2026-05-02 09:00", "drop deadline-passed"),
        (
            "refused in this slot",
            told(0, "2026-04-23 09:00"),
            "2026-04-23 10:00",
            "hold not-due until 2026-04-24 09:00",
        ),
        ("refused in the last slot", told(0, "2026-04-23 09:00"), "2026-04-24 09:00", "send first"),
        ("refused in the last step", told(0, "2026-04-29 09:00"), "2026-04-30 09:00", "send first"),
        (
            "the second step's was refused",
            told(1, "2026-04-23 09:00"),
            "2026-04-24 09:00",
            "hold not-due until 2026-04-28 00:00",
        ),
    ] {
        assert_eq!(judged(&history, daily(now)), expected, "{name}");
    }
}

#[test]
fn every_step_is_told_once_over_a_month_of_daily_runs_and_scans_by_hand() {
    let mut history = History::default();
    let mut sent = Vec::new();
    for hour in (0..).step_by(3).map(|hour| at("2026-03-25 00:00") + chrono::TimeDelta::hours(hour)) {
        if hour >= at("2026-05-03 00:00") {
            break;
        }
        let moment = daily(&hour.format("%Y-%m-%d %H:%M").to_string());
        if judged(&history, moment).starts_with("send") {
            sent.push(hour);
            let slot = slot(&rule(), Some(at(DEADLINE)), moment);
            history = History { delivered: history.delivered + 1, last_slot: Some(slot), ..history };
        }
    }
    assert_eq!(sent, ["2026-03-31 00:00", "2026-04-23 00:00", "2026-04-28 00:00", "2026-04-29 00:00"].map(at));
}

#[test]
fn a_scan_by_hand_uses_up_the_step_and_not_only_the_last_fire_time() {
    let deadline = Some(at(DEADLINE));
    let (early, weekly) = (daily("2026-04-23 02:00"), moment("0 9 * * 1", "2026-04-29 12:00"));
    for (name, cadence, deadline, moment, expected) in [
        ("step before its fire time", rule(), deadline, early, "2026-04-23 00:00"),
        ("step at its fire time", rule(), deadline, daily("2026-04-23 09:00"), "2026-04-23 09:00"),
        ("last of several steps since the fire time", rule(), deadline, weekly, "2026-04-29 00:00"),
        ("no step begun", rule(), deadline, daily("2026-03-01 10:00"), "2026-03-01 09:00"),
        ("no deadline", rule(), None, early, "2026-04-22 09:00"),
        ("no ladder", Cadence::default(), deadline, early, "2026-04-22 09:00"),
    ] {
        assert_eq!(slot(&cadence, deadline, moment), at(expected), "{name}");
    }
}

#[test]
fn days_are_those_of_the_source() {
    // In Kolkata, the day of expiry ends at 18:30 UTC.
    let source_zone = Asia::Kolkata;
    for (name, deadline, now, expected) in [
        (
            "its day is over when Kolkata's is",
            "2026-04-30 18:30",
            "2026-04-28 18:29",
            "hold too-early until 2026-04-28 18:30",
        ),
        ("begins with Kolkata's day", "2026-04-30 18:30", "2026-04-28 18:30", "send first"),
        ("a deadline within a day", "2026-04-30 10:00", "2026-04-28 18:29", "hold too-early until 2026-04-28 18:30"),
    ] {
        let history = History::default();
        let case = Case { deadline: Some(at(deadline)), ..case(&history) };
        let moment = Moment { source_zone, ..daily(now) };
        let ladder = cadence(Mode::Ladder { days_before: vec![1] });
        assert_eq!(shown(judge(&ladder, &case, moment, &habits())), expected, "{name}");
    }
}

#[test]
fn a_finding_without_a_deadline_is_told_once() {
    for (history, expected) in [(History::default(), "send first"), (told(1, "2026-04-01 09:00"), "drop already-told")]
    {
        let judgement = judge(&rule(), &case(&history), daily("2026-04-23 09:00"), &habits());
        assert_eq!(shown(judgement), expected);
    }
}

#[test]
fn steps_before_the_calendar_begins_never_come() {
    let ladder = cadence(Mode::Ladder { days_before: vec![u32::MAX, 1] });
    let history = History::default();
    let case = Case { deadline: Some(at(DEADLINE)), ..case(&history) };
    let judgement = judge(&ladder, &case, daily("2026-04-01 09:00"), &habits());
    assert_eq!(shown(judgement), "hold too-early until 2026-04-29 00:00");
}
