//! Records made of plain data.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};

use crate::Record;

/// The data of a [`Record`], whose source's zone is UTC.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct PlainRecord {
    pub id: String,
    pub source: String,
    pub columns: Vec<(String, String)>,
}

impl PlainRecord {
    pub(crate) fn column(&self, name: &str) -> Option<&str> {
        self.columns.iter().find(|(column, _)| column == name).map(|(_, value)| value.as_str())
    }

    /// Dates and RFC 3339 instants; the host reads more spellings.
    pub(crate) fn instant(&self, name: &str) -> Option<DateTime<Utc>> {
        let text = self.column(name)?;
        let end = |day: NaiveDate| Some((day + Days::new(1)).and_time(NaiveTime::MIN).and_utc());
        text.parse().ok().map_or_else(|| text.parse().ok(), end)
    }

    pub(crate) fn day(&self, name: &str) -> Option<NaiveDate> {
        let text = self.column(name)?;
        text.parse().ok().or_else(|| Some(text.parse::<DateTime<Utc>>().ok()?.date_naive()))
    }
}

/// Makes a [`Record`] step by step.
///
/// ```
/// use nudged_sdk::testing::{RecordBuilder, at};
///
/// let record = RecordBuilder::new("contracts", "c1").column("ends", "2026-04-30").build();
/// assert_eq!(record.instant("ends"), Some(at("2026-05-01T00:00:00Z")));
/// assert_eq!(record.column("owner"), None);
/// ```
#[derive(Debug, Clone)]
pub struct RecordBuilder(PlainRecord);

impl RecordBuilder {
    /// A record of a source, without columns.
    pub fn new(source: &str, id: &str) -> Self {
        Self(PlainRecord { id: id.to_owned(), source: source.to_owned(), columns: Vec::new() })
    }

    /// Adds a column that is not NULL.
    pub fn column(mut self, name: &str, value: &str) -> Self {
        self.0.columns.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The record.
    pub fn build(self) -> Record<'static> {
        self.0.into()
    }
}
