//! Which rows the strategies want, as conditions with parameters.

use std::collections::BTreeMap;

use super::{Dialect, Parameter, Statement, Want};
use crate::model::Reads;

/// The condition that holds for every row.
const EVERY: &str = "TRUE";

/// Writes conditions and keeps their parameters.
pub(super) struct Wanted<'a> {
    dialect: &'a Dialect,
    parameters: Vec<Parameter>,
}

impl<'a> Wanted<'a> {
    pub(super) fn new(dialect: &'a Dialect) -> Self {
        Self { dialect, parameters: Vec::new() }
    }

    /// The finished statement.
    pub(super) fn statement(self, sql: String) -> Statement {
        Statement { sql, parameters: self.parameters }
    }

    /// Statements that select the `shareUri` of the shares that any of these reads, as few as can be: those that narrow by
    /// the same states of items share one.
    pub(super) fn shares(&mut self, all: Vec<&Reads>, want: &Want) -> Vec<String> {
        let mut by_items: BTreeMap<_, Vec<&Reads>> = BTreeMap::new();
        for reads in all {
            by_items.entry((&reads.item_statuses, &reads.item_health)).or_default().push(reads);
        }
        let (mut arms, mut of_items) = (Vec::new(), Vec::new());
        for ((statuses, health), group) in by_items {
            let shares: Vec<_> = group.into_iter().map(|reads| self.share(reads, want)).collect();
            let items: Vec<_> = self
                .one_of("i.status", statuses)
                .into_iter()
                .chain(self.one_of(r#"i."healthStatus""#, health))
                .collect();
            match items.as_slice() {
                [condition] if shares.iter().any(|share| share == EVERY) => of_items.push(condition.clone()),
                _ => arms.push(self.arm(&shares, &items)),
            }
        }
        arms.extend((!of_items.is_empty()).then(|| self.with_item(&or(&of_items))));
        arms
    }

    /// The shares `s` for which any of the conditions holds, and which have an item for each of those about items. The first
    /// of these is a join: PostgreSQL hashes the shares then, of which there are fewer. A share may be there twice.
    fn arm(&self, shares: &[String], items: &[String]) -> String {
        let any = or(shares);
        let (share_object, share_object_item) =
            (self.dialect.table("share_object"), self.dialect.table("share_object_item"));
        let Some((first, others)) = items.split_first() else {
            return format!(r#"SELECT s."shareUri" FROM {share_object} s WHERE s.deleted IS NULL AND ({any})"#);
        };
        let held = others.iter().map(|item| format!(r#" AND s."shareUri" IN ({})"#, self.with_item(item)));
        format!(
            r#"SELECT s."shareUri" FROM {share_object} s JOIN {share_object_item} i ON i."shareUri" = s."shareUri"
            WHERE s.deleted IS NULL AND ({any}) AND i.deleted IS NULL AND {first}{held}"#,
            held = held.collect::<String>(),
        )
    }

    /// The shares with an item `i` for which the condition holds, once for each such item.
    fn with_item(&self, condition: &str) -> String {
        let items = self.dialect.table("share_object_item");
        format!(r#"SELECT i."shareUri" FROM {items} i WHERE i.deleted IS NULL AND ({condition})"#)
    }

    /// The condition for a share `s`, as far as its own columns tell.
    fn share(&mut self, reads: &Reads, want: &Want) -> String {
        let mut all = Vec::new();
        all.extend(self.one_of("s.status", &reads.statuses));
        all.extend(reads.expires_within_days.map(|days| self.expires(want, days)));
        all.extend(reads.extension_asked.then(|| self.extension_asked()));
        and(all)
    }

    /// The condition for a stack `k`.
    pub(super) fn stack(&mut self, reads: &Reads) -> String {
        let mut all = Vec::new();
        all.extend(self.one_of("k.status", &reads.statuses));
        all.extend(self.one_of("k.stack", &reads.kinds));
        and(all)
    }

    /// Nothing where every text will do.
    fn one_of(&mut self, column: &str, texts: &[String]) -> Option<String> {
        if texts.is_empty() {
            return None;
        }
        let place = self.place(Parameter::Texts(texts.to_vec()));
        Some(match self.dialect {
            Dialect::Postgres(_) => format!("{column} = ANY(${place})"),
            Dialect::Sqlite => format!("{column} IN (SELECT value FROM json_each(${place}))"),
        })
    }

    /// Of the last day every hour counts. What SQLite cannot read as a date is read, to be told of as a problem.
    fn expires(&mut self, want: &Want, days: u32) -> String {
        let column = r#"s."expiryDate""#;
        let Some(last) = want.horizon(days) else { return format!("{column} IS NOT NULL") };
        match self.dialect {
            Dialect::Postgres(_) => {
                let place = self.place(Parameter::Day(last + chrono::Days::new(1)));
                format!("{column} < ${place}")
            }
            Dialect::Sqlite => {
                let place = self.place(Parameter::Day(last));
                format!("COALESCE(date({column}) <= ${place}, {column} IS NOT NULL)")
            }
        }
    }

    /// Also where the flag makes no sense: that is told as a problem.
    fn extension_asked(&self) -> String {
        let flag = match self.dialect {
            Dialect::Postgres(_) => r#"s."submittedForExtension""#,
            Dialect::Sqlite => r#"lower(CAST(s."submittedForExtension" AS TEXT)) NOT IN ('', '0', 'f', 'false')"#,
        };
        format!("(s.status = 'Submitted_For_Extension' OR (s.status = 'Processed' AND {flag}))")
    }

    fn place(&mut self, parameter: Parameter) -> usize {
        self.parameters.push(parameter);
        self.parameters.len()
    }
}

fn and(conditions: Vec<String>) -> String {
    if conditions.is_empty() { EVERY.to_owned() } else { format!("({})", conditions.join(" AND ")) }
}

/// That any of the conditions holds; of none, none does.
pub(super) fn or<T: AsRef<str>>(conditions: &[T]) -> String {
    let conditions: Vec<_> = conditions.iter().map(AsRef::as_ref).collect();
    if conditions.is_empty() { "FALSE".to_owned() } else { conditions.join(" OR ") }
}
