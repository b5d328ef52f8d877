//! When a reminder runs.

use std::fmt;

use chrono_tz::Tz;
use croner::{
    Cron,
    parser::{CronParser, Seconds, Year},
};

use crate::model::Instant;

/// Five-field cron on the clocks of a zone.
///
/// Day of week is 0–7, where 0 and 7 are Sunday and 1 is Monday; where day of month and day of week are both
/// restricted, either is enough (POSIX cron). A fixed time that a change of the clocks skips fires once, at the
/// end of the gap; one that happens twice fires the first time only. `croner` implements these rules.
#[derive(Clone)]
pub struct Schedule {
    text: String,
    cron: Cron,
    zone: Tz,
}

/// Why a text is not a schedule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseScheduleError {
    /// Not five fields, or a field is out of range.
    #[error("\"{text}\" is not a cron expression of five fields (minute hour day-of-month month day-of-week): {why}")]
    Syntax {
        /// What was written.
        text: String,
        /// The parser's words.
        why: String,
    },
    /// Such as 30 February.
    #[error("\"{0}\" never comes")]
    Never(String),
}

impl Schedule {
    /// Parses an expression such as `0 9 * * 1` (Mondays at 09:00).
    pub fn parse(text: &str, zone: Tz) -> Result<Self, ParseScheduleError> {
        let syntax = |why: String| ParseScheduleError::Syntax { text: text.to_owned(), why };
        let fields = text.split_whitespace().count();
        if fields != 5 && !text.trim_start().starts_with('@') {
            return Err(syntax(format!("it has {fields} fields")));
        }
        let parser = CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build();
        let cron = parser.parse(text).map_err(|error| syntax(error.to_string()))?;
        let schedule = Self { text: text.to_owned(), cron, zone };
        // 2000 has every day that any year can have, 29 February included.
        let start = chrono::DateTime::UNIX_EPOCH + chrono::TimeDelta::days(10_950);
        schedule.next_after(start).ok_or_else(|| ParseScheduleError::Never(text.to_owned()))?;
        Ok(schedule)
    }

    /// The zone that the fields are read in.
    pub fn zone(&self) -> Tz {
        self.zone
    }

    /// The first fire time later than `instant`; `None` if there is none before the year 5000.
    pub fn next_after(&self, instant: Instant) -> Option<Instant> {
        let local = instant.with_timezone(&self.zone);
        self.cron.find_next_occurrence(&local, false).ok().map(|at| at.to_utc())
    }

    /// The last fire time that is not later than `instant`.
    pub fn last_until(&self, instant: Instant) -> Option<Instant> {
        let local = instant.with_timezone(&self.zone);
        self.cron.find_previous_occurrence(&local, true).ok().map(|at| at.to_utc())
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.text, self.zone)
    }
}

impl fmt::Debug for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Schedule({self})")
    }
}

#[cfg(test)]
mod tests {
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
}
