//! Records: rows of an operator's own query.

use chrono::{DateTime, Datelike, NaiveDate};
use chrono_tz::Tz;

use super::{Instant, ItemKey, in_zone, naive};

/// One row of a `sql` source.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// The source's name in the configuration.
    pub source: String,
    /// The value of the source's `id` column, unique within the source.
    pub id: String,
    /// Columns and their values as texts, in the order of the query; those that are NULL are left out.
    pub columns: Vec<(String, String)>,
    /// The zone of timestamps without one.
    pub zone: Tz,
    /// For each role of the source: the group's name or the address that stands in the role's column; empty where
    /// that is NULL.
    pub roles: Vec<(String, String)>,
    /// Where to act.
    pub link: Option<String>,
}

impl Record {
    /// This record's key.
    pub fn key(&self) -> ItemKey {
        ItemKey::record(&self.source, &self.id)
    }

    /// A column's value.
    pub fn column(&self, name: &str) -> Option<&str> {
        self.columns.iter().find(|(column, _)| column == name).map(|(_, value)| value.as_str())
    }

    /// A column's value as an instant: a timestamp with an offset, or one without in the source's zone. A bare date
    /// stands for the end of that day. Years beyond four digits are refused.
    pub fn instant(&self, column: &str) -> Option<Instant> {
        let text = self.column(column)?.trim();
        if let Some(day) = date(text) {
            return Some(naive::end_of(day, self.zone));
        }
        let text = text.replacen('T', " ", 1);
        let fixed = DateTime::parse_from_str(&text, "%Y-%m-%d %H:%M:%S%.f%#z").map(|at| at.to_utc());
        match fixed {
            Ok(at) => (1..=9999).contains(&at.year()).then_some(at),
            Err(_) => naive::parse(&text).map(|at| in_zone(self.zone, at)),
        }
    }

    /// A column's value as a calendar day in the source's zone.
    pub fn day(&self, column: &str) -> Option<NaiveDate> {
        date(self.column(column)?.trim()).or_else(|| Some(self.instant(column)?.with_timezone(&self.zone).date_naive()))
    }
}

fn date(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|day| (1..=9999).contains(&day.year()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_timestamps_are_read_in_the_sources_zone() {
        let record = |value: &str| Record {
            source: "contracts".to_owned(),
            id: "c1".to_owned(),
            columns: vec![("at".to_owned(), value.to_owned())],
            zone: chrono_tz::Europe::Berlin,
            roles: vec![],
            link: None,
        };
        let cases = [
            ("2026-04-30", Some(("2026-04-30T22:00:00Z", "2026-04-30"))),
            ("2026-04-30 23:30:00", Some(("2026-04-30T21:30:00Z", "2026-04-30"))),
            ("2026-04-30T23:30:00.25", Some(("2026-04-30T21:30:00.25Z", "2026-04-30"))),
            ("2026-04-30T23:30:00Z", Some(("2026-04-30T23:30:00Z", "2026-05-01"))),
            ("2026-04-30 23:30:00+00", Some(("2026-04-30T23:30:00Z", "2026-05-01"))),
            ("2026-04-30 23:30:00-05:30", Some(("2026-05-01T05:00:00Z", "2026-05-01"))),
            ("soon", None),
            ("+262142-12-31 23:00:00", None),
            ("+262142-12-31", None),
            ("10000-01-01T00:00:00Z", None),
            ("", None),
        ];
        for (value, expected) in cases {
            let expected = expected.map(|(at, day)| (at.parse().expect("an instant"), day.parse().expect("a day")));
            let read = record(value).instant("at").zip(record(value).day("at"));
            assert_eq!(read, expected, "{value}");
        }
        assert_eq!(record("2026-04-30").instant("elsewhere"), None);
    }
}
