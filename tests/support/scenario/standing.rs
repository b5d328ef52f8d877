//! What is the same in most scenarios.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::TableRow;

/// The rows and groups of a scenario that says nothing else.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Standing {
    pub(super) groups: BTreeMap<String, Vec<String>>,
    /// Tables that a scenario need not name.
    rows: BTreeMap<String, Vec<TableRow>>,
    /// Columns that a scenario's rows need not name.
    columns: BTreeMap<String, TableRow>,
}

impl Standing {
    /// These rows, and the standing ones of the tables that are not named, with all columns.
    pub(super) fn complete(&self, own: BTreeMap<String, Vec<TableRow>>) -> BTreeMap<String, Vec<TableRow>> {
        let mut rows = self.rows.clone();
        rows.extend(own);
        for (table, rows) in &mut rows {
            let Some(columns) = self.columns.get(table) else { continue };
            for row in rows {
                let named = std::mem::replace(row, columns.clone());
                row.extend(named);
            }
        }
        rows
    }
}
