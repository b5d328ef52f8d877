//! The section `calendars`.

use std::{collections::BTreeSet, sync::Arc};

use chrono::{NaiveDate, Weekday};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{List, elements};
use crate::{
    config::{problem::Complaint, report::Place},
    policy::WorkCalendar,
};

/// Which days are working days.
#[derive(Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Calendar {
    /// The days of the week that are free.
    #[schemars(extend("uniqueItems" = true))]
    weekend: Vec<Option<Day>>,
    /// The dates that are free.
    #[schemars(extend("uniqueItems" = true), example = ["2026-12-25", "2026-12-26"])]
    holidays: List,
}

/// A day of the week.
#[derive(Deserialize, Serialize, JsonSchema, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum Day {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Default for Calendar {
    fn default() -> Self {
        Self { weekend: vec![Some(Day::Saturday), Some(Day::Sunday)], holidays: List::new() }
    }
}

impl Calendar {
    pub(super) fn meaning(self, at: &Place<'_>) -> Arc<WorkCalendar> {
        let weekend: BTreeSet<_> = self.weekend.iter().flatten().map(|day| *day as u8).collect();
        if weekend.len() == 7 {
            at.key("weekend").error(Complaint::new("leaves no working day", "write the days that are free only"));
        }
        let weekend = self.weekend.into_iter().flatten().map(Weekday::from).collect();
        let holidays = elements(self.holidays, &at.key("holidays"), date);
        Arc::new(WorkCalendar { weekend, holidays: holidays.into_iter().collect() })
    }
}

impl From<Day> for Weekday {
    fn from(day: Day) -> Self {
        match day {
            Day::Monday => Self::Mon,
            Day::Tuesday => Self::Tue,
            Day::Wednesday => Self::Wed,
            Day::Thursday => Self::Thu,
            Day::Friday => Self::Fri,
            Day::Saturday => Self::Sat,
            Day::Sunday => Self::Sun,
        }
    }
}

fn date(text: &str) -> Result<NaiveDate, Complaint> {
    let fail =
        || Complaint::new(format!("{text:?} is not a date"), "write year, month and day, such as \"2026-12-25\"");
    // Two digits each, so that the same day is always written in the same way.
    let complete = text.len() == "2026-12-25".len();
    text.parse().ok().filter(|_| complete).ok_or_else(fail)
}
