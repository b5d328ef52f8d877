//! Lengths of time on people's calendars.

use std::{fmt, str::FromStr};

use chrono::NaiveTime;

use super::Habits;
use crate::model::{Instant, Span, in_zone};

/// A length of time on somebody's calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    /// Calendar days and exact time.
    Span(Span),
    /// `3 working days`: over at the same time of day on the third working day that follows, so that one working day
    /// from Friday 15:00 is Monday 15:00. A free day counts for nothing: from whenever on a Saturday, one working day
    /// is over when Monday is.
    WorkingDays(u32),
}

/// A hundred years of working days: more is a typing error.
const MOST_WORKING_DAYS: u32 = 26_000;

impl Wait {
    /// When it is over if it begins at `start`.
    pub fn after(self, start: Instant, habits: &Habits<'_>) -> Instant {
        match self {
            Self::Span(span) => span.after(start, habits.zone),
            Self::WorkingDays(0) => start,
            Self::WorkingDays(n) => working_days_after(n, start, habits),
        }
    }

    /// This many times as long, but not grown beyond `most_days` days or working days.
    pub(super) fn grown(self, factor: f64, most_days: u32) -> Self {
        match self {
            Self::Span(span) => Self::Span(span.grown(factor, most_days)),
            Self::WorkingDays(n) => {
                let grown = (f64::from(n) * factor).round() as u32;
                Self::WorkingDays(grown.min(most_days).max(n))
            }
        }
    }
}

fn working_days_after(n: u32, start: Instant, habits: &Habits<'_>) -> Instant {
    let calendar = habits.calendar;
    let local = start.with_timezone(&habits.zone).naive_local();
    let (day, time) = if calendar.is_working_day(local.date()) {
        (local.date(), local.time())
    } else {
        (calendar.working_day_after(local.date(), 1), NaiveTime::MIN)
    };
    in_zone(habits.zone, calendar.working_day_after(day, n).and_time(time))
}

/// Why a text is not a [`Wait`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{0}\" is not a length of time; write a number and a unit, such as 12h, 2d or 1w, or a number of working days, \
     such as 3 working days"
)]
pub struct ParseWaitError(String);

impl FromStr for Wait {
    type Err = ParseWaitError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wait = match text.split_whitespace().collect::<Vec<_>>().as_slice() {
            [number, "working", "day" | "days"] => {
                number.parse().ok().filter(|n| *n <= MOST_WORKING_DAYS).map(Self::WorkingDays)
            }
            _ => text.parse().ok().map(Self::Span),
        };
        wait.ok_or_else(|| ParseWaitError(text.to_owned()))
    }
}

impl fmt::Display for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Span(span) => span.fmt(f),
            Self::WorkingDays(1) => f.write_str("1 working day"),
            Self::WorkingDays(n) => write!(f, "{n} working days"),
        }
    }
}
