//! Days counted back from the month's end.

use std::{cmp::Reverse, fmt, iter::successors};

use chrono::{Datelike, Months, NaiveDate, NaiveDateTime, NaiveTime};

use super::ParseScheduleError;

/// The shortest month has so many days, so numbers of days before its last day from here on are not in every month.
const SHORTEST: u32 = 28;
/// The longest month has so many days.
const LONGEST: u32 = 31;

/// One time of day on days before the month's end.
#[derive(Clone)]
pub(super) struct MonthEnd {
    /// Largest first, so that a month's days come in order; each once; at least one.
    days_before: Vec<u32>,
    at: NaiveTime,
}

impl MonthEnd {
    pub(super) fn new(days_before: &[u32], at: NaiveTime) -> Result<Self, ParseScheduleError> {
        let mut days_before = days_before.to_vec();
        days_before.sort_by_key(|days| Reverse(*days));
        days_before.dedup();
        match days_before.first() {
            None => Err(ParseScheduleError::NoDays),
            Some(days) if *days >= LONGEST => Err(ParseScheduleError::TooFar(*days)),
            Some(_) => Ok(Self { days_before, at }),
        }
    }

    /// Those that not every month has.
    pub(super) fn skipped_days(&self) -> &[u32] {
        let skipped = self.days_before.partition_point(|days| *days >= SHORTEST);
        &self.days_before[..skipped]
    }

    /// The first time later than `local`.
    pub(super) fn next_after(&self, local: NaiveDateTime) -> Option<NaiveDateTime> {
        successors(local.date().with_day(1), |month| month.checked_add_months(Months::new(1)))
            .flat_map(|month| self.of_month(month))
            .find(|time| *time > local)
    }

    /// The last time that is not later than `local`.
    pub(super) fn last_until(&self, local: NaiveDateTime) -> Option<NaiveDateTime> {
        successors(local.date().with_day(1), |month| month.checked_sub_months(Months::new(1)))
            .flat_map(|month| self.of_month(month).rev())
            .find(|time| *time <= local)
    }

    /// The times of the month that begins on this day.
    fn of_month(&self, first: NaiveDate) -> impl DoubleEndedIterator<Item = NaiveDateTime> {
        let length = u32::from(first.num_days_in_month());
        let day = move |days_before: &u32| first.with_day(length.checked_sub(*days_before)?);
        self.days_before.iter().filter_map(day).map(|day| day.and_time(self.at))
    }
}

impl fmt::Display for MonthEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.days_before.as_slice() {
            [0] => f.write_str("on each month's last day")?,
            [1] => f.write_str("1 day before each month's last day")?,
            days => {
                let days: Vec<_> = days.iter().map(u32::to_string).collect();
                write!(f, "{} days before each month's last day", days.join(", "))?;
            }
        }
        write!(f, " at {}", self.at.format("%H:%M"))
    }
}
