//! Which values of records tell nothing of people: they are kept.
//!
//! Kept are booleans, and dates and times but of columns that are named after a birth; numbers of at most nine digits before
//! the point, but of columns whose names end like those of keys, accounts, telephones and places (`owner_id`, `zip`); and
//! codes: short words that occur at least three times in a column whose name ends like one of codes (`state`, `kind`), are
//! not written like a name, and stand in no column of another sort. Rather too much is replaced than too little.

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
const CODED: [&str; 23] = [
    "active",
    "category",
    "class",
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

/// Numbers are those of somebody if the column's name ends in one of these, also as a part of its last word.
const NUMBERED: [&str; 37] = [
    "account",
    "badge",
    "bic",
    "code",
    "contact",
    "customer",
    "employee",
    "fax",
    "house",
    "iban",
    "id",
    "ident",
    "key",
    "manager",
    "member",
    "mobile",
    "nif",
    "no",
    "nr",
    "num",
    "number",
    "owner",
    "passport",
    "person",
    "personnel",
    "phone",
    "pin",
    "plz",
    "postal",
    "ref",
    "reference",
    "ssn",
    "tel",
    "user",
    "uuid",
    "vat",
    "zip",
];

/// Words that say so wherever they stand in a column's name.
const OF_PEOPLE: [&str; 8] = ["fax", "iban", "mobile", "passport", "phone", "ssn", "tel", "zip"];

/// Words, or parts of them, of columns that hold when somebody was born.
const BIRTH: [&str; 5] = ["birth", "born", "dob", "geburt", "bday"];

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
        let mut elsewhere = BTreeSet::new();
        for (column, value) in records.flat_map(|record| &record.columns) {
            if is_coded(column) {
                *counts.entry(column).or_default().entry(value.trim()).or_default() += 1;
            } else {
                elsewhere.extend(words(value));
            }
        }
        let is_name = |value: &str| looks_like_name(value) || words(value).any(|word| elsewhere.contains(&word));
        let codes = |(column, values): (&str, BTreeMap<&str, usize>)| {
            let few = values.len() <= CODES && values.keys().all(|value| is_code(value));
            let often = values.into_iter().filter(|(value, count)| few && *count >= OFTEN && !is_name(value));
            (column.to_owned(), often.map(|(value, _)| value.to_owned()).collect())
        };
        Self { codes: counts.into_iter().map(codes).collect() }
    }

    /// Whether the value of a record's column may be told.
    pub(super) fn tells(&self, record: &Record, column: &str, value: &str) -> bool {
        let value = value.trim();
        value.is_empty()
            || is_boolean(value)
            || (is_number(value) && !is_numbered(column) && !is_of_birth(column))
            || (is_time(record, column, value) && !is_of_birth(column))
            || self.codes.get(column).is_some_and(|codes| codes.contains(value))
    }
}

/// Whether the value of a record's column is a day or an instant.
pub(super) fn is_time(record: &Record, column: &str, value: &str) -> bool {
    record.column(column).map(str::trim) == Some(value.trim()) && record.instant(column).is_some()
}

/// Whether a column holds when somebody was born.
pub(super) fn is_of_birth(column: &str) -> bool {
    words(column).any(|word| BIRTH.iter().any(|part| word.contains(part)))
}

/// Whether a column's numbers are those of somebody.
fn is_numbered(column: &str) -> bool {
    let all: Vec<_> = words(column).collect();
    let ends = all.last().is_some_and(|last| NUMBERED.iter().any(|end| last.ends_with(end)));
    ends || all.iter().any(|word| OF_PEOPLE.contains(&word.as_str()))
}

fn is_coded(column: &str) -> bool {
    words(column).last().is_some_and(|last| CODED.contains(&last.as_str()))
}

/// The words of a text, in lower case.
fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase)
}

/// Whether it is written as names are: `Bob`.
fn looks_like_name(value: &str) -> bool {
    let mut letters = value.chars();
    letters.next().is_some_and(char::is_uppercase) && letters.any(char::is_lowercase)
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

    #[test]
    fn numbers_of_somebody_are_not_kept() {
        for column in
            ["id", "owner_id", "ownerId", "personnel_no", "account", "ZIP", "phone-home", "zip_area", "phonenumber"]
        {
            assert_eq!(kept(column, &["4711", "7", "10115"]), [""; 0], "{column}");
        }
        for column in ["amount", "days", "size_gb", "rows", "price"] {
            assert_eq!(kept(column, &["4711", "0.5"]), ["4711", "0.5"], "{column}");
        }
    }

    #[test]
    fn when_somebody_was_born_is_not_kept() {
        for column in ["dob", "date_of_birth", "birthday", "birth_year", "geburtsdatum"] {
            assert_eq!(kept(column, &["1980-05-04", "1980"]), [""; 0], "{column}");
        }
    }

    #[test]
    fn a_name_is_no_code() {
        assert_eq!(kept("status", &["Bob", "Bob", "Bob"]), [""; 0]);
        assert_eq!(kept("code", &["bob", "bob", "bob"]), [""; 0], "codes of what is not known");
        let row = |status: &str, owner: &str| Record {
            columns: vec![("status".to_owned(), status.to_owned()), ("owner".to_owned(), owner.to_owned())],
            ..records("x", &["1"]).remove(0)
        };
        let rows =
            [row("rita", "x"), row("rita", "rita.hall@x.test"), row("rita", ""), row("open", ""), row("open", "")];
        let rows = [&rows[..], &[row("open", "y")]].concat();
        let columns = Columns::of(rows.iter());
        assert!(!columns.tells(&rows[0], "status", "rita"), "somebody is called so");
        assert!(columns.tells(&rows[3], "status", "open"));
    }
}
