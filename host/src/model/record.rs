//! Records: rows of an operator's own query.

use chrono::{DateTime, NaiveDate, SubsecRound, Utc};
use chrono_tz::Tz;

use super::{Instant, ItemKey, naive};

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
    /// For each role of the source: the group's name or the address that stands in the role's column.
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

    /// A column as an instant, to the millisecond: RFC 3339 with its zone, or a timestamp without one in the record's
    /// zone, or a date, which stands for its midnight there.
    pub fn instant(&self, name: &str) -> Option<Instant> {
        let text = self.column(name)?;
        match DateTime::parse_from_rfc3339(text) {
            Ok(at) => Some(at.with_timezone(&Utc).trunc_subsecs(3)),
            Err(_) => naive::parse(text).map(|at| naive::instant(at, self.zone)),
        }
    }

    /// A column as a day in the record's zone.
    pub fn day(&self, name: &str) -> Option<NaiveDate> {
        let text = self.column(name)?;
        match DateTime::parse_from_rfc3339(text) {
            Ok(at) => Some(at.with_timezone(&self.zone).date_naive()),
            Err(_) => naive::parse(text).map(|at| at.date()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(value: &str) -> Record {
        Record {
            source: "tickets".to_owned(),
            id: "1".to_owned(),
            columns: vec![("due".to_owned(), value.to_owned())],
            zone: chrono_tz::Europe::Berlin,
            roles: Vec::new(),
            link: None,
        }
    }

    #[test]
    fn a_column_is_an_instant_and_a_day_in_the_zone_of_the_record() {
        for (value, instant, day) in [
            ("2026-06-30T23:30:00Z", "2026-06-30T23:30:00Z", "2026-07-01"),
            ("2026-06-30T23:30:00.123456+00:00", "2026-06-30T23:30:00.123Z", "2026-07-01"),
            ("2026-06-30 23:30:00", "2026-06-30T21:30:00Z", "2026-06-30"),
            ("2026-06-30", "2026-06-29T22:00:00Z", "2026-06-30"),
        ] {
            let record = record(value);
            assert_eq!(record.instant("due"), instant.parse().ok(), "{value}");
            assert_eq!(record.day("due"), day.parse().ok(), "{value}");
        }
        for value in ["", "soon", "20260630", "2026-06-31"] {
            assert_eq!((record(value).instant("due"), record(value).day("due")), (None, None), "{value}");
        }
        assert_eq!(record("2026-06-30").instant("paid"), None);
    }
}
