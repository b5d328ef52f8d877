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

impl std::str::FromStr for QuietHours {
    type Err = chrono::ParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (from, to) = text.split_once('-').unwrap_or((text, ""));
        let time = |text: &str| NaiveTime::parse_from_str(text.trim(), "%H:%M");
        let hours = Self { from: time(from)?, to: time(to)? };
        if hours.from == hours.to { time("").map(|_| hours) } else { Ok(hours) }
    }
}
