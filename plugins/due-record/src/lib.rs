//! Records of an operator's own query with a deadline: what is due soon, and what is overdue.

use nudged_sdk::{
    Context, Finding, Manifest, Record, RecordStrategy, Severity,
    chrono::{DateTime, NaiveDate, Utc},
    log, text,
};
use serde::Deserialize;

/// Days before the deadline from which on it is a warning, and critical.
const WARNING: i64 = 7;
const CRITICAL: i64 = 2;
/// Characters of a record's own text shown.
const TEXT_SHOWN: usize = 500;

struct DueRecord;

/// Which columns say what, and who is told.
#[derive(Debug, Clone, Deserialize, nudged_sdk::Parameters)]
#[serde(deny_unknown_fields)]
struct Parameters {
    /// The column with the deadline: a date, which lasts until its day has ended, or a timestamp.
    #[parameter(format = "column", min_length = 1)]
    deadline_column: String,
    /// The column that names the record for people; without it, it is named by its id.
    #[parameter(format = "column", min_length = 1)]
    title_column: Option<String>,
    /// A column whose text is added to the message.
    #[parameter(format = "column", min_length = 1)]
    text_column: Option<String>,
    /// Records that are due within this many days are found.
    #[serde(default = "thirty")]
    #[parameter(maximum = 36_525)]
    horizon_days: u32,
    /// Roles of the source whose people are told.
    #[serde(default = "owners")]
    #[parameter(min_items = 1, items(min_length = 1))]
    roles: Vec<String>,
}

fn thirty() -> u32 {
    30
}

fn owners() -> Vec<String> {
    vec!["owners".to_owned()]
}

impl RecordStrategy for DueRecord {
    type Parameters = Parameters;

    fn manifest() -> Manifest {
        nudged_sdk::manifest!()
    }

    fn evaluate(record: &Record<'_>, context: &Context<Parameters>) -> Option<Finding> {
        let parameters = &context.parameters;
        let due = Due::of(record, &parameters.deadline_column)?;
        let days = (due.day - context.today).num_days();
        let overdue = due.at <= context.now;
        if !overdue && days > i64::from(parameters.horizon_days) {
            return None;
        }
        let name = name(record, parameters.title_column.as_deref());
        let reason = if overdue { "overdue" } else { "due" };
        let finding = Finding::new(reason, format!("{name} is {reason}"), sentence(record, &name, &due, context))
            .since(due.at)
            .deadline(due.at)
            .roles(parameters.roles.iter().map(String::as_str))
            .severity(if overdue { Severity::Critical } else { Severity::nearing(days, WARNING, CRITICAL) })
            .fact("Record", record.id())
            .fact("Source", record.source())
            .fact("Due", text::date(due.day));
        Some(finding)
    }
}

nudged_sdk::record_strategy!(DueRecord, cases = include_str!("cases.json"));

/// A deadline.
struct Due {
    day: NaiveDate,
    at: DateTime<Utc>,
}

impl Due {
    /// `None` where the column is NULL, which is well, or no date, which the operator should know.
    fn of(record: &Record<'_>, column: &str) -> Option<Self> {
        let due = record.day(column).zip(record.instant(column)).map(|(day, at)| Self { day, at });
        if let (None, Some(value)) = (&due, record.column(column)) {
            let (source, id, value) = (record.source(), record.id(), text::shortened(&value, TEXT_SHOWN));
            log::warn(format_args!("record {id} of {source}: its {column} is \"{value}\", which is no date"));
        }
        due
    }
}

fn name(record: &Record<'_>, column: Option<&str>) -> String {
    let title = column.and_then(|column| record.column(column)).unwrap_or_default();
    text::known(title.trim().to_owned(), &format!("Record {}", record.id()))
}

fn sentence(record: &Record<'_>, name: &str, due: &Due, context: &Context<Parameters>) -> String {
    let verb = if due.at <= context.now { "was" } else { "is" };
    let own = context.parameters.text_column.as_deref().and_then(|column| record.column(column)).unwrap_or_default();
    let own = text::shortened(own.trim(), TEXT_SHOWN);
    let blank = if own.is_empty() { "" } else { " " };
    format!("{name} {verb} due {}.{blank}{own}", text::until(context.today, due.day))
}

#[cfg(test)]
mod tests;
