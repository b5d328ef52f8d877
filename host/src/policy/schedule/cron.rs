//! Five-field cron; `croner` knows the fields.

use std::fmt;

use chrono::{DateTime, TimeZone};
use croner::{
    Cron,
    parser::{CronParser, Seconds, Year},
};

use super::ParseScheduleError;
use crate::model::Instant;

/// An expression that was parsed and comes at least once.
#[derive(Clone)]
pub(super) struct CronTimes {
    text: String,
    cron: Cron,
}

impl CronTimes {
    pub(super) fn parse(text: &str) -> Result<Self, ParseScheduleError> {
        let syntax = |why: String| ParseScheduleError::Syntax { text: text.to_owned(), why };
        let fields = text.split_whitespace().count();
        if fields != 5 && !text.trim_start().starts_with('@') {
            return Err(syntax(format!("it has {fields} fields")));
        }
        let parser = CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build();
        let cron = parser.parse(text).map_err(|error| syntax(error.to_string()))?;
        let times = Self { text: text.to_owned(), cron };
        // 2000 has every day that any year can have, 29 February included.
        let start = DateTime::UNIX_EPOCH + chrono::TimeDelta::days(10_950);
        times.next_occurrence(&start).ok_or_else(|| ParseScheduleError::Never(text.to_owned()))?;
        Ok(times)
    }

    /// Whether the hour's field is `*`.
    pub(super) fn runs_every_hour(&self) -> bool {
        let hours = &self.cron.pattern.hours;
        hours.from_wildcard && hours.step == 1
    }

    /// The first time later than `at`.
    pub(super) fn next_occurrence<Z: TimeZone>(&self, at: &DateTime<Z>) -> Option<Instant> {
        self.cron.find_next_occurrence(at, false).ok().map(|at| at.to_utc())
    }

    /// The last time that is not later than `at`.
    pub(super) fn last_occurrence<Z: TimeZone>(&self, at: &DateTime<Z>) -> Option<Instant> {
        self.cron.find_previous_occurrence(at, true).ok().map(|at| at.to_utc())
    }
}

impl fmt::Display for CronTimes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
