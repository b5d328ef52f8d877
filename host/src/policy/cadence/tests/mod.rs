//! Cadences as tables of cases: name, what is known, when, what is decided.

mod ladder;
mod manners;
mod repeating;
mod wait;

use std::sync::LazyLock;

use chrono::NaiveDateTime;
use chrono_tz::Tz;

use super::*;
use crate::policy::Schedule;

/// `2026-05-04 09:00`, in UTC.
fn at(text: &str) -> Instant {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").expect(text).and_utc()
}

fn wait(text: &str) -> Wait {
    text.parse().expect(text)
}

/// A moment of a reminder that runs at 09:00 UTC every day.
fn daily(now: &str) -> Moment {
    moment("0 9 * * *", now)
}

fn moment(schedule: &str, now: &str) -> Moment {
    moment_of(&Schedule::parse(schedule, Tz::UTC).expect(schedule), at(now))
}

fn moment_of(schedule: &Schedule, now: Instant) -> Moment {
    let slot = schedule.last_until(now).expect("a fire time");
    Moment { now, slot, next: schedule.next_after(now), source_zone: Tz::UTC }
}

/// Someone in UTC with free weekends and no quiet hours.
fn habits() -> Habits<'static> {
    static CALENDAR: LazyLock<WorkCalendar> = LazyLock::new(WorkCalendar::default);
    Habits { zone: Tz::UTC, calendar: &CALENDAR, quiet_hours: None }
}

fn quiet(hours: &str) -> Habits<'static> {
    Habits { quiet_hours: Some(hours.parse().expect(hours)), ..habits() }
}

fn cadence(mode: Mode) -> Cadence {
    Cadence { mode, after: Wait::Span(Span::ZERO) }
}

/// So many notices were delivered, the last try (delivered or not) belongs to this slot.
fn told(delivered: u32, last_slot: &str) -> History {
    History { sequence: delivered.max(1), delivered, last_slot: Some(at(last_slot)), ..History::default() }
}

fn case(history: &History) -> Case<'_> {
    Case { episode: at("2026-01-01 00:00"), deadline: None, history }
}

/// `hold not-due until 2026-05-05 09:00`.
fn shown((decision, code): Judgement) -> String {
    match decision {
        Decision::Hold(Some(until)) => format!("hold {code} until {}", until.format("%Y-%m-%d %H:%M")),
        decision => format!("{} {code}", decision.word()),
    }
}
