//! One record, as a strategy sees it.

use chrono::{DateTime, NaiveDate, Utc};

use crate::{bindings::record_strategy::nudged::plugin::records::RecordBatch, time};

/// One row of an operator's own query.
///
/// Like a [`Share`](crate::Share) it is asked of the host, or in native tests plain data, made with
/// [`testing::RecordBuilder`](crate::testing::RecordBuilder). Names are columns of the query, spelled as there.
#[derive(Debug)]
pub struct Record<'a>(Backing<'a>);

#[derive(Debug)]
enum Backing<'a> {
    Host {
        batch: &'a RecordBatch,
        row: u32,
    },
    #[cfg(not(target_arch = "wasm32"))]
    Plain(Box<crate::testing::PlainRecord>),
}

/// Asks the host or the plain data.
macro_rules! read {
    ($record:expr, |$host:ident, $row:ident| $asked:expr, |$plain:ident| $read:expr) => {
        match &$record.0 {
            Backing::Host { batch: $host, row: $row } => $asked,
            #[cfg(not(target_arch = "wasm32"))]
            Backing::Plain($plain) => $read,
        }
    };
}

impl<'a> Record<'a> {
    pub(crate) fn of_host(batch: &'a RecordBatch, row: u32) -> Self {
        Self(Backing::Host { batch, row })
    }

    /// What names the record within its source.
    pub fn id(&self) -> String {
        read!(self, |host, row| host.id(*row), |plain| plain.id.clone())
    }

    /// The source's name in the configuration.
    pub fn source(&self) -> String {
        read!(self, |host, row| host.source(*row), |plain| plain.source.clone())
    }

    /// A column's value; `None` if it is NULL or there is no such column.
    pub fn column(&self, name: &str) -> Option<String> {
        read!(self, |host, row| host.column(*row, name), |plain| plain.column(name).map(str::to_owned))
    }

    /// Names and values of all columns that are not NULL, in the order of the query.
    pub fn columns(&self) -> Vec<(String, String)> {
        read!(self, |host, row| host.columns(*row), |plain| plain.columns.clone())
    }

    /// A column's value as an instant; a bare date is the end of that day in the source's zone.
    pub fn instant(&self, name: &str) -> Option<DateTime<Utc>> {
        read!(self, |host, row| host.instant(*row, name).map(time::instant), |plain| plain.instant(name))
    }

    /// A column's value as a calendar day in the source's zone.
    pub fn day(&self, name: &str) -> Option<NaiveDate> {
        read!(self, |host, row| host.day(*row, name).map(time::day), |plain| plain.day(name))
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl From<crate::testing::PlainRecord> for Record<'static> {
    fn from(plain: crate::testing::PlainRecord) -> Self {
        Self(Backing::Plain(Box::new(plain)))
    }
}
