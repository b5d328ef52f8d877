//! When a reminder runs: times of day on the clocks of a zone.

mod cron;
mod month_end;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

use std::{fmt, iter::successors};

use chrono::{NaiveDateTime, NaiveTime, TimeDelta};
use chrono_tz::Tz;

use self::{cron::CronTimes, month_end::MonthEnd};
use crate::model::{Instant, in_zone};

/// Fire times, either from five-field cron or counted back from the month's end.
///
/// A time of day that a change of the clocks skips fires once, at the end of the gap; one that happens twice fires
/// the first time only. Cron that runs in every hour (`*` in the hour's field) is about time that passes rather
/// than times of day: it runs in both of two like hours, and what the gap skips is left out.
#[derive(Clone)]
pub struct Schedule {
    times: Times,
    zone: Tz,
}

#[derive(Clone)]
enum Times {
    Cron(Box<CronTimes>),
    MonthEnd(MonthEnd),
}

/// Why a text or list is not a schedule.
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
    /// An empty list of days before the month's end.
    #[error("no day is named; write at least one number of days before the month's end, such as [7, 3, 1]")]
    NoDays,
    /// A number of days that reaches into the month before.
    #[error("no month has a day {0} days before its last day; write numbers from 0 (the last day itself) to 30")]
    TooFar(u32),
}

impl Schedule {
    /// Parses an expression such as `0 9 * * 1` (Mondays at 09:00). Day of week is 0–7, where 0 and 7 are Sunday and 1
    /// is Monday; where day of month and day of week are both restricted, either is enough (POSIX cron).
    pub fn parse(text: &str, zone: Tz) -> Result<Self, ParseScheduleError> {
        Ok(Self { times: Times::Cron(CronTimes::parse(text)?.into()), zone })
    }

    /// At `at` on the days that lie these numbers of days before the last day of each month; 0 is the last day itself.
    /// Order and duplicates do not matter. A day that a month lacks is skipped: see [`skipped_days`](Self::skipped_days).
    pub fn month_end(days_before: &[u32], at: NaiveTime, zone: Tz) -> Result<Self, ParseScheduleError> {
        Ok(Self { times: Times::MonthEnd(MonthEnd::new(days_before, at)?), zone })
    }

    /// The numbers of days before the month's end that not every month has, largest first; none for cron.
    pub fn skipped_days(&self) -> &[u32] {
        match &self.times {
            Times::Cron(_) => &[],
            Times::MonthEnd(month_end) => month_end.skipped_days(),
        }
    }

    /// The zone whose clocks count.
    pub fn zone(&self) -> Tz {
        self.zone
    }

    /// The first fire time later than `instant`; `None` if there is none before the year 5000.
    pub fn next_after(&self, instant: Instant) -> Option<Instant> {
        let shown = instant.with_timezone(&self.zone);
        if let Some(cron) = self.every_hour() {
            return cron.next_occurrence(&shown);
        }
        successors(self.times.next_after(shown.naive_local()), |local| self.times.next_after(*local))
            .map(|local| in_zone(self.zone, local))
            .find(|at| *at > instant)
    }

    /// The last fire time that is not later than `instant`.
    pub fn last_until(&self, instant: Instant) -> Option<Instant> {
        if let Some(cron) = self.every_hour() {
            return cron.last_occurrence(&instant.with_timezone(&self.zone));
        }
        let before = |local: &NaiveDateTime| self.times.last_until(*local - TimeDelta::seconds(1));
        successors(self.times.last_until(latest_shown(instant, self.zone)), before)
            .map(|local| in_zone(self.zone, local))
            .find(|at| *at <= instant)
    }

    fn every_hour(&self) -> Option<&CronTimes> {
        match &self.times {
            Times::Cron(cron) if cron.runs_every_hour() => Some(cron),
            Times::Cron(_) | Times::MonthEnd(_) => None,
        }
    }
}

/// No clock time later than this was shown by `instant`. When the clocks went back in the last day, this is what they
/// would show had they not: an earlier pass through a repeated hour showed later times than `instant` does.
fn latest_shown(instant: Instant, zone: Tz) -> NaiveDateTime {
    let day = TimeDelta::days(1);
    let unchanged = (instant - day).with_timezone(&zone).naive_local() + day;
    instant.with_timezone(&zone).naive_local().max(unchanged)
}

impl Times {
    /// The first time later than `local`, whether or not the zone's clocks show it.
    fn next_after(&self, local: NaiveDateTime) -> Option<NaiveDateTime> {
        match self {
            Self::Cron(cron) => cron.next_occurrence(&local.and_utc()).map(|at| at.naive_utc()),
            Self::MonthEnd(month_end) => month_end.next_after(local),
        }
    }

    /// The last time that is not later than `local`.
    fn last_until(&self, local: NaiveDateTime) -> Option<NaiveDateTime> {
        match self {
            Self::Cron(cron) => cron.last_occurrence(&local.and_utc()).map(|at| at.naive_utc()),
            Self::MonthEnd(month_end) => month_end.last_until(local),
        }
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.times {
            Times::Cron(cron) => write!(f, "{cron} ({})", self.zone),
            Times::MonthEnd(month_end) => write!(f, "{month_end} ({})", self.zone),
        }
    }
}

impl fmt::Debug for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Schedule({self})")
    }
}
