//! A row of an operator's query becomes a record or a problem.

use std::sync::Arc;

use super::{Columns, Row, link};
use crate::{
    config::RecordsConfig,
    model::{Item, ItemKey, Problem, Record},
};

/// Reads rows that come by id.
pub(super) struct Reader<'a> {
    config: &'a RecordsConfig,
    columns: Vec<String>,
    last: Option<Seen>,
}

/// The id that was read last.
struct Seen {
    id: String,
    /// Whether it was told that there are more rows with it.
    told: bool,
}

impl<'a> Reader<'a> {
    pub(super) fn new(config: &'a RecordsConfig, columns: Vec<String>) -> Self {
        Self { config, columns, last: None }
    }

    /// The record, or what is wrong with the row. Of rows with the same id the first counts, the second is told of.
    pub(super) fn read(&mut self, row: &impl Columns) -> Option<Row> {
        match self.values(row) {
            Ok(values) => self.record(values),
            Err(text) => Some(self.problem(None, &text)),
        }
    }

    /// The row's columns that are not NULL.
    fn values(&self, row: &impl Columns) -> Result<Vec<(String, String)>, String> {
        let mut values = Vec::with_capacity(self.columns.len());
        for (place, column) in self.columns.iter().enumerate() {
            let value = row
                .text_at(place)
                .map_err(|error| format!("\"{column}\" of {} cannot be read as a text: {error}", described(&values)))?;
            values.extend(value.map(|value| (column.clone(), value.to_owned())));
        }
        Ok(values)
    }

    fn record(&mut self, columns: Vec<(String, String)>) -> Option<Row> {
        let value = |name: &str| columns.iter().find(|(column, _)| column == name).map(|(_, value)| value.as_str());
        let column = &self.config.id;
        let Some(id) = value(column).filter(|id| !id.is_empty()).map(str::to_owned) else {
            let row = described(&columns);
            let text = format!("{row} is left out because it has no \"{column}\": return rows that have one");
            return Some(self.problem(None, &text));
        };
        match &mut self.last {
            Some(last) if last.id == id => {
                let first = !std::mem::replace(&mut last.told, true);
                let text =
                    format!("more than one row has the \"{column}\" \"{id}\", and one of them counts: return one");
                return first.then(|| self.problem(Some(ItemKey::record(&self.config.name, &id)), &text));
            }
            last => *last = Some(Seen { id: id.clone(), told: false }),
        }
        let roles = self.config.roles.iter();
        let record = Record {
            roles: roles.map(|(role, name)| (role.clone(), value(name).unwrap_or_default().to_owned())).collect(),
            link: self.config.link.as_ref().and_then(|template| link::fill(template, value)),
            source: self.config.name.clone(),
            id,
            zone: self.config.timezone,
            columns,
        };
        Some(Row::Item(Item::Record(Arc::new(record))))
    }

    fn problem(&self, item: Option<ItemKey>, text: &str) -> Row {
        Row::Problem(Problem { item, text: format!("sources.{}: {text}", self.config.name) })
    }
}

/// A row in words: the beginning of its first values.
fn described(values: &[(String, String)]) -> String {
    let shown: Vec<_> = values
        .iter()
        .take(3)
        .map(|(column, value)| format!("{column}=\"{}\"", value.chars().take(40).collect::<String>()))
        .collect();
    if shown.is_empty() { "a row without a value".to_owned() } else { format!("the row {}", shown.join(" ")) }
}
