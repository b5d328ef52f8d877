//! Waits, and the least age of an occurrence.

use chrono_tz::Europe;

use super::*;

#[test]
fn working_days_pass_on_working_days_only() {
    // 2026-05-01 is a Friday and, like Whit Monday (25 May), a holiday in Berlin; its clocks change on 29 March and
    // 25 October.
    let holidays = ["2026-05-01", "2026-05-25"].map(|day| day.parse().expect("a day"));
    let calendar = WorkCalendar { holidays: holidays.into(), ..WorkCalendar::default() };
    let habits = Habits { zone: Europe::Berlin, calendar: &calendar, quiet_hours: None };
    for (name, text, start, over) in [
        ("within the week", "1 working day", "2026-05-05 13:00", "2026-05-06 13:00"),
        ("over the weekend", "1 working day", "2026-05-08 13:00", "2026-05-11 13:00"),
        ("over weekend and holiday", "1 working day", "2026-05-22 13:00", "2026-05-26 13:00"),
        ("over a holiday before the weekend", "2 working days", "2026-04-30 13:00", "2026-05-05 13:00"),
        ("from a Saturday", "1 working day", "2026-05-09 13:00", "2026-05-11 22:00"),
        ("from a Sunday's last hour", "1 working day", "2026-05-10 21:30", "2026-05-11 22:00"),
        ("from a Monday's first hour in Berlin", "1 working day", "2026-05-10 22:30", "2026-05-11 22:30"),
        ("from a holiday", "2 working days", "2026-05-25 10:00", "2026-05-27 22:00"),
        ("a week's worth", "5 working days", "2026-05-06 13:00", "2026-05-13 13:00"),
        ("none", "0 working days", "2026-05-09 13:00", "2026-05-09 13:00"),
        ("clocks go forward", "1 working day", "2026-03-27 14:00", "2026-03-30 13:00"),
        ("clocks go back", "1 working day", "2026-10-23 13:00", "2026-10-26 14:00"),
        ("calendar days", "1d", "2026-05-08 13:00", "2026-05-09 13:00"),
    ] {
        assert_eq!(wait(text).after(at(start), &habits), at(over), "{name}");
    }
}

#[test]
fn a_working_day_that_ends_in_a_gap_ends_with_the_gap() {
    // On Sundays people work here, and at 02:30 on 29 March Berlin has no such time.
    let calendar = WorkCalendar { weekend: vec![], ..WorkCalendar::default() };
    let habits = Habits { zone: Europe::Berlin, calendar: &calendar, quiet_hours: None };
    assert_eq!(wait("1 working day").after(at("2026-03-28 01:30"), &habits), at("2026-03-29 01:00"));
}

#[test]
fn are_read_and_shown() {
    for (text, text_shown) in [
        ("2d", "2d"),
        (" 90m ", "1h 30m"),
        ("1d 12h", "1d 12h"),
        ("1 working day", "1 working day"),
        ("3  working days", "3 working days"),
        ("1 working days", "1 working day"),
    ] {
        assert_eq!(wait(text).to_string(), text_shown);
    }
    for text in
        ["", "working days", "3 days", "-1 working days", "2.5 working days", "3 Working Days", "26001 working days"]
    {
        let error = text.parse::<Wait>().expect_err(text).to_string();
        assert!(error.starts_with(&format!("\"{text}\" is not a length of time; write")), "{error}");
    }
}

#[test]
fn an_occurrence_has_to_reach_its_least_age() {
    // 2026-05-08 is a Friday.
    for (name, after, episode, now, expected) in [
        ("no least age", "0s", "2026-05-08 13:00", "2026-05-08 13:00", None),
        ("young", "1d", "2026-05-08 13:00", "2026-05-09 09:00", Some("hold too-young until 2026-05-09 13:00")),
        ("just old enough", "1d", "2026-05-08 13:00", "2026-05-09 13:00", None),
        (
            "young in working days",
            "1 working day",
            "2026-05-08 13:00",
            "2026-05-11 09:00",
            Some("hold too-young until 2026-05-11 13:00"),
        ),
        ("old enough in working days", "1 working day", "2026-05-08 13:00", "2026-05-12 09:00", None),
        ("stands for a deadline", "1d", "2026-06-01 00:00", "2026-05-08 09:00", None),
        ("stands for a deadline, working days", "3 working days", "2026-06-01 00:00", "2026-05-08 09:00", None),
    ] {
        let cadence = Cadence { after: wait(after), mode: Mode::Single };
        let judgement = too_young(&cadence, at(episode), daily(now), &habits());
        assert_eq!(judgement.map(shown).as_deref(), expected, "{name}");
    }
}
