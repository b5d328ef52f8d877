//! Which rows the strategies want, as conditions with parameters.

use super::{Dialect, Parameter, Statement, Want};
use crate::model::Reads;

/// Writes conditions and keeps their parameters.
pub(super) struct Wanted<'a> {
    dialect: &'a Dialect,
    parameters: Vec<Parameter>,
    /// Conditions for an item `i` of a share.
    of_items: Vec<String>,
}

impl<'a> Wanted<'a> {
    pub(super) fn new(dialect: &'a Dialect) -> Self {
        Self { dialect, parameters: Vec::new(), of_items: Vec::new() }
    }

    /// The finished statement.
    pub(super) fn statement(self, sql: String) -> Statement {
        Statement { sql, parameters: self.parameters }
    }

    /// The condition for a share `s`, beside which [`Self::held`] has been joined.
    pub(super) fn share(&mut self, reads: &Reads, want: &Want) -> String {
        let mut all = Vec::new();
        all.extend(self.one_of("s.status", &reads.statuses));
        all.extend(reads.expires_within_days.map(|days| self.expires(want, days)));
        for (column, texts) in [("i.status", &reads.item_statuses), (r#"i."healthStatus""#, &reads.item_health)] {
            if let Some(condition) = self.one_of(column, texts) {
                self.of_items.push(condition);
                all.push(format!("held.c{}", self.of_items.len()));
            }
        }
        and(all)
    }

    /// The condition for a stack `k`.
    pub(super) fn stack(&mut self, reads: &Reads) -> String {
        let mut all = Vec::new();
        all.extend(self.one_of("k.status", &reads.statuses));
        all.extend(self.one_of("k.stack", &reads.kinds));
        and(all)
    }

    /// Which of the conditions about items hold for each share: a pass over the items that knows nothing but the few
    /// shares for which any holds. As subqueries of the alternatives they would be looked up share by share.
    pub(super) fn held(&self) -> String {
        if self.of_items.is_empty() {
            return super::NOTHING.to_owned();
        }
        let columns =
            (1..).zip(&self.of_items).map(|(n, condition)| format!("{} AS c{n}", self.dialect.any(condition)));
        format!(
            r#"SELECT i."shareUri", {columns} FROM {items} i WHERE i.deleted IS NULL AND ({any}) GROUP BY i."shareUri""#,
            columns = columns.collect::<Vec<_>>().join(", "),
            items = self.dialect.table("share_object_item"),
            any = or(&self.of_items),
        )
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

    fn place(&mut self, parameter: Parameter) -> usize {
        self.parameters.push(parameter);
        self.parameters.len()
    }
}

fn and(conditions: Vec<String>) -> String {
    if conditions.is_empty() { "TRUE".to_owned() } else { format!("({})", conditions.join(" AND ")) }
}

/// That any of the conditions holds; of none, none does.
pub(super) fn or<T: AsRef<str>>(conditions: &[T]) -> String {
    let conditions: Vec<_> = conditions.iter().map(AsRef::as_ref).collect();
    if conditions.is_empty() { "FALSE".to_owned() } else { conditions.join(" OR ") }
}
