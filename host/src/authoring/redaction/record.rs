//! Which values of records tell nothing of people: they are kept.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::Record;

/// Most digits before the point of a number that is kept: amounts and counts, but no telephone numbers or accounts.
const DIGITS: usize = 9;

/// Longest code, in characters.
const CODE: usize = 20;

/// Most codes that a column may have: more than that, and they name things.
const CODES: usize = 12;

/// How often a code occurs at least.
const OFTEN: usize = 3;

/// Columns have codes in them if their names end in one of these. Names of people and teams are short and occur often,
/// too: the look of a value alone does not tell.
const CODED: [&str; 24] = [
    "active",
    "category",
    "class",
    "code",
    "country",
    "criticality",
    "currency",
    "enabled",
    "flag",
    "kind",
    "level",
    "method",
    "mode",
    "period",
    "phase",
    "priority",
    "region",
    "severity",
    "stage",
    "state",
    "status",
    "tier",
    "type",
    "unit",
];

/// What is known of the columns of many records.
#[derive(Debug, Default)]
pub(super) struct Columns {
    /// The codes of each column that has some.
    codes: BTreeMap<String, BTreeSet<String>>,
}

impl Columns {
    /// Looks at all values of all columns.
    pub(super) fn of<'r>(records: impl Iterator<Item = &'r Record>) -> Self {
        let mut counts: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
        for record in records {
            for (column, value) in record.columns.iter().filter(|(column, _)| is_coded(column)) {
                *counts.entry(column).or_default().entry(value.trim()).or_default() += 1;
            }
        }
        let codes = |(column, values): (&str, BTreeMap<&str, usize>)| {
            let few = values.len() <= CODES && values.keys().all(|value| is_code(value));
            let often = values.into_iter().filter(|(_, count)| few && *count >= OFTEN);
            (column.to_owned(), often.map(|(value, _)| value.to_owned()).collect())
        };
        Self { codes: counts.into_iter().map(codes).collect() }
    }

    /// Whether the value of a record's column may be told: a date, a number, a boolean, or a code that occurs often.
    pub(super) fn tells(&self, record: &Record, column: &str, value: &str) -> bool {
        let value = value.trim();
        let is_time = || record.column(column).map(str::trim) == Some(value) && record.instant(column).is_some();
        value.is_empty()
            || is_boolean(value)
            || is_number(value)
            || is_time()
            || self.codes.get(column).is_some_and(|codes| codes.contains(value))
    }
}

fn is_coded(column: &str) -> bool {
    let words = column.to_ascii_lowercase();
    let last = words.rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    CODED.contains(&last)
}

fn is_code(value: &str) -> bool {
    value.len() <= CODE && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

fn is_boolean(value: &str) -> bool {
    ["true", "false", "t", "f", "yes", "no", "y", "n"].contains(&value.to_ascii_lowercase().as_str())
}

/// A plain number, without a sign of plus and leading zeros: those are how people write telephone numbers and keys.
fn is_number(value: &str) -> bool {
    let (whole, rest) = value.strip_prefix('-').unwrap_or(value).split_once('.').unwrap_or((value, "0"));
    let whole = whole.strip_prefix('-').unwrap_or(whole);
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole)
        && digits(rest)
        && whole.len() <= DIGITS
        && rest.len() <= DIGITS
        && (whole == "0" || !whole.starts_with('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(column: &str, values: &[&str]) -> Vec<Record> {
        let record = |value: &&str| Record {
            source: "query".to_owned(),
            id: "1".to_owned(),
            columns: vec![(column.to_owned(), (*value).to_owned())],
            zone: chrono_tz::UTC,
            roles: vec![],
            link: None,
        };
        values.iter().map(record).collect()
    }

    /// The values of a column that are kept.
    fn kept<'v>(column: &str, values: &[&'v str]) -> Vec<&'v str> {
        let records = records(column, values);
        let columns = Columns::of(records.iter());
        let told = values.iter().zip(&records).filter(|(value, record)| columns.tells(record, column, value));
        told.map(|(value, _)| *value).collect()
    }

    #[test]
    fn dates_numbers_and_booleans_are_kept() {
        let all = ["2026-04-30", "2026-04-30 23:30:00", "7", "-3.25", "0.5", "123456789", "true", "N", ""];
        assert_eq!(kept("anything", &all), all);
        assert_eq!(kept("anything", &["+4915112345678", "0301234567", "123456789012", "1.2.3", "1e5", "x"]), [""; 0]);
    }

    #[test]
    fn codes_are_kept_where_the_column_is_one_of_codes_and_they_occur_often() {
        assert_eq!(kept("contract_state", &["open", "open", "open", "closed"]), ["open"; 3]);
        assert_eq!(kept("owner", &["Bob", "Bob", "Bob"]), [""; 0]);
        assert_eq!(kept("state", &["open", "open", "open", "Bob said so"]), [""; 0], "not a column of codes");
        let many: Vec<_> = (0..13).map(|number| format!("c{number}")).collect();
        let often: Vec<_> = many.iter().map(String::as_str).cycle().take(39).collect();
        assert_eq!(kept("type", &often), [""; 0], "they name things");
    }
}
