//! Working days.

use std::collections::BTreeSet;

use chrono::{Datelike, Days, NaiveDate, Weekday};

/// Which days are working days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkCalendar {
    /// Days of the week that are free.
    pub weekend: Vec<Weekday>,
    /// Days that are free.
    pub holidays: BTreeSet<NaiveDate>,
}

impl Default for WorkCalendar {
    /// Saturday and Sunday are free, every other day is not.
    fn default() -> Self {
        Self { weekend: vec![Weekday::Sat, Weekday::Sun], holidays: BTreeSet::new() }
    }
}

/// A hundred years of days: a search ends there, for calendars on which hardly a day is a working day.
const FAR: u32 = 36_525;

impl WorkCalendar {
    /// Whether people work on that day.
    pub fn is_working_day(&self, day: NaiveDate) -> bool {
        !self.weekend.contains(&day.weekday()) && !self.holidays.contains(&day)
    }

    /// The `n`-th working day after `day`, which does not count itself; the first for 0. A day a hundred years ahead if
    /// the calendar has no such day before.
    pub fn working_day_after(&self, day: NaiveDate, n: u32) -> NaiveDate {
        let days = day.iter_days().skip(1).take(FAR as usize);
        let found = days.filter(|day| self.is_working_day(*day)).nth(n.saturating_sub(1) as usize);
        found.unwrap_or_else(|| day.checked_add_days(Days::new(u64::from(FAR))).unwrap_or(day))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn counts_working_days_over_weekends_and_holidays() {
        let calendar = WorkCalendar { holidays: [day("2026-12-25"), day("2026-12-26")].into(), ..Default::default() };
        for (from, n, expected) in [
            ("2026-12-21", 1, "2026-12-22"),
            ("2026-12-24", 1, "2026-12-28"),
            ("2026-12-25", 1, "2026-12-28"),
            ("2026-12-24", 5, "2027-01-01"),
            ("2026-12-24", 0, "2026-12-28"),
        ] {
            assert_eq!(calendar.working_day_after(day(from), n), day(expected), "{n} after {from}");
        }
        let friday_and_saturday = WorkCalendar { weekend: vec![Weekday::Fri, Weekday::Sat], ..Default::default() };
        assert_eq!(friday_and_saturday.working_day_after(day("2026-12-24"), 1), day("2026-12-27"));
    }

    #[test]
    fn a_calendar_without_a_working_day_puts_off_for_a_hundred_years() {
        let week = [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];
        let never = WorkCalendar { weekend: week.to_vec(), ..Default::default() };
        assert_eq!(never.working_day_after(day("2026-01-01"), 1), day("2126-01-02"));
    }
}
