//! Days and hours of people: working days, quiet hours.

use std::collections::BTreeSet;

use chrono::{NaiveDate, NaiveTime, Weekday};

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

/// A part of every day in which nobody is told; it may cross midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuietHours {
    /// Its first minute.
    pub from: NaiveTime,
    /// The first minute after it.
    pub to: NaiveTime,
}
