//! The hours in which nobody is to be disturbed.

use std::{fmt, str::FromStr};

use chrono::{Days, NaiveDate, NaiveTime};
use chrono_tz::Tz;

use crate::model::{Instant, in_zone};

/// A part of every day in which nobody is told, such as `22:00-07:00`. It may cross midnight; if it ends when it
/// begins, there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuietHours {
    /// Its first minute.
    pub from: NaiveTime,
    /// The first minute after it.
    pub to: NaiveTime,
}

impl QuietHours {
    /// When they end, if `now` lies within them on the clocks of `zone`. Where a change of the clocks skips their
    /// beginning or end, the end of the gap stands for it; where one happens twice, the first time counts.
    pub fn end_if_quiet(self, now: Instant, zone: Tz) -> Option<Instant> {
        let today = now.with_timezone(&zone).date_naive();
        let nights = [today.pred_opt()?, today].map(|day| self.beginning_on(day, zone));
        nights.into_iter().flatten().find(|(from, to)| *from <= now && now < *to).map(|(_, to)| to)
    }

    /// The quiet hours that begin on a day.
    fn beginning_on(self, day: NaiveDate, zone: Tz) -> Option<(Instant, Instant)> {
        let crosses_midnight = self.to < self.from;
        let last = if crosses_midnight { day.checked_add_days(Days::new(1))? } else { day };
        Some((in_zone(zone, day.and_time(self.from)), in_zone(zone, last.and_time(self.to))))
    }
}

/// Why a text is not [`QuietHours`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a part of the day; write two times from 00:00 to 23:59 with a hyphen, such as 22:00-07:00")]
pub struct ParseQuietHoursError(String);

impl FromStr for QuietHours {
    type Err = ParseQuietHoursError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let time = |text: &str| NaiveTime::parse_from_str(text.trim(), "%H:%M").ok();
        let hours = text.split_once('-').and_then(|(from, to)| Some(Self { from: time(from)?, to: time(to)? }));
        hours.ok_or_else(|| ParseQuietHoursError(text.to_owned()))
    }
}

impl fmt::Display for QuietHours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.from.format("%H:%M"), self.to.format("%H:%M"))
    }
}

#[cfg(test)]
mod tests {
    use chrono_tz::{America, Europe};

    use super::*;

    #[test]
    fn end_in_time_on_the_clocks_of_the_zone() {
        let berlin = Europe::Berlin;
        for (name, hours, zone, now, end) in [
            ("evening", "22:00-07:00", berlin, "2026-06-01T20:00:00Z", Some("2026-06-02T05:00:00Z")),
            ("just before", "22:00-07:00", berlin, "2026-06-01T19:59:59Z", None),
            ("after midnight", "22:00-07:00", berlin, "2026-06-01T23:30:00Z", Some("2026-06-02T05:00:00Z")),
            ("last second", "22:00-07:00", berlin, "2026-06-02T04:59:59Z", Some("2026-06-02T05:00:00Z")),
            ("over", "22:00-07:00", berlin, "2026-06-02T05:00:00Z", None),
            ("within a day", "12:00-13:00", Tz::UTC, "2026-06-01T12:30:00Z", Some("2026-06-01T13:00:00Z")),
            ("other half of the day", "12:00-13:00", Tz::UTC, "2026-06-01T00:30:00Z", None),
            ("to midnight", "22:00-00:00", Tz::UTC, "2026-06-01T23:59:00Z", Some("2026-06-02T00:00:00Z")),
            ("from midnight", "00:00-06:00", Tz::UTC, "2026-06-01T00:00:00Z", Some("2026-06-01T06:00:00Z")),
            ("none", "09:00-09:00", Tz::UTC, "2026-06-01T09:00:00Z", None),
            ("short night", "22:00-07:00", berlin, "2026-03-28T21:30:00Z", Some("2026-03-29T05:00:00Z")),
            ("long night", "22:00-07:00", berlin, "2026-10-24T21:30:00Z", Some("2026-10-25T06:00:00Z")),
            ("end in the gap", "22:00-02:30", berlin, "2026-03-29T00:59:00Z", Some("2026-03-29T01:00:00Z")),
            ("all in the gap", "02:10-02:40", berlin, "2026-03-29T01:00:00Z", None),
            ("end twice, first", "22:00-02:30", berlin, "2026-10-25T00:10:00Z", Some("2026-10-25T00:30:00Z")),
            ("end twice, second", "22:00-02:30", berlin, "2026-10-25T01:10:00Z", None),
            ("no midnight", "00:00-06:00", America::Sao_Paulo, "2018-11-04T03:00:00Z", Some("2018-11-04T08:00:00Z")),
            // São Paulo's clocks went back to 23:00 at the end of 17 February 2018.
            ("evening twice", "23:30-06:00", America::Sao_Paulo, "2018-02-18T02:10:00Z", Some("2018-02-18T09:00:00Z")),
        ] {
            let hours: QuietHours = hours.parse().expect("quiet hours");
            let expected = end.map(|end| end.parse::<Instant>().expect("an instant"));
            assert_eq!(hours.end_if_quiet(now.parse().expect("an instant"), zone), expected, "{name}");
        }
    }

    #[test]
    fn are_read_and_shown() {
        for (text, shown) in [("22:00-07:00", "22:00-07:00"), (" 9:05 - 10:00 ", "09:05-10:00")] {
            assert_eq!(text.parse::<QuietHours>().expect(text).to_string(), shown);
        }
        for text in ["", "22:00", "22-7", "22:00-24:00", "22:00-07:00-08:00", "22:00:00-07:00:00"] {
            let error = text.parse::<QuietHours>().expect_err(text).to_string();
            assert!(error.contains(&format!("\"{text}\"")) && error.contains("22:00-07:00"), "{error}");
        }
    }
}
