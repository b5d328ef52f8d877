//! Where items are read from: data.all's tables, on PostgreSQL or SQLite.
//!
//! A source streams: one statement, constant memory, rows that matter only. A row that cannot be read or
//! whose references dangle becomes a [`Problem`] in the stream and stops nothing else.

mod act;
mod dataall;
mod naive;
mod open;
mod row;
mod sample;
mod statement;

pub use act::{Acted, Actions, DataallActions, Order, Refusal};
pub use dataall::DataallSource;
pub(crate) use open::{Pool, postgres, sqlite};
pub(crate) use row::Columns;
pub use sample::create_sample;

use std::collections::BTreeSet;

use futures_util::stream::BoxStream;

use crate::model::{Item, Manifest, Problem};

/// The source failed as a whole (unreachable, no such schema, connection lost). The scan ends without
/// closing or sending anything.
#[derive(Debug, thiserror::Error)]
#[error("source: {what}")]
pub struct SourceError {
    /// What was being done, without any credentials.
    pub what: String,
    /// The driver's error.
    #[source]
    pub cause: Option<sqlx::Error>,
}

/// What the due strategies need of the shares: pushed into the query.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Want {
    /// Statuses to read; empty means all.
    pub statuses: BTreeSet<String>,
    /// Whether to load each share's items.
    pub items: bool,
}

impl Want {
    /// The union of what several manifests read.
    pub fn of<'a>(manifests: impl IntoIterator<Item = &'a Manifest>) -> Self {
        let mut want = Self::default();
        let mut every_status = false;
        for manifest in manifests {
            every_status |= manifest.reads.statuses.is_empty();
            want.statuses.extend(manifest.reads.statuses.iter().cloned());
            want.items |= manifest.reads.fields.iter().any(|field| field == "items");
        }
        if every_status {
            want.statuses.clear();
        }
        want
    }
}

/// One element of a scan.
#[derive(Debug, Clone, PartialEq)]
pub enum Row {
    /// A readable item; a share's dataset exists.
    Item(Item),
    /// A row that was left out, or a reference that leads nowhere.
    Problem(Problem),
}

/// Something that items are read from.
#[async_trait::async_trait]
pub trait Source: Send + Sync {
    /// Checks that the source can be reached and holds the tables that are read.
    async fn check(&self) -> Result<(), SourceError>;

    /// Streams the shares that `want` asks for, soft-deleted shares and datasets left out, by `shareUri`.
    fn shares<'a>(&'a self, want: &'a Want) -> BoxStream<'a, Result<Row, SourceError>>;
}
