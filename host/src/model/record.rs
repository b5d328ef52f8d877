//! Records: rows of an operator's own query.

use chrono_tz::Tz;

use super::ItemKey;

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
}
