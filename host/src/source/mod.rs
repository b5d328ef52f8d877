//! Where items are read from: data.all's tables and the operator's own queries, on PostgreSQL or SQLite.
//!
//! A source streams: one statement, constant memory, rows that matter only. A row that cannot be read or
//! whose references dangle becomes a [`Problem`] in the stream and stops nothing else.

mod act;
mod dataall;
mod inbox;
mod open;
mod records;
mod row;
mod sample;
mod statement;
mod want;

pub use act::{Acted, Actions, DataallActions, Order, Refusal};
pub use dataall::DataallSource;
pub use inbox::DataallInbox;
pub(crate) use open::{Pool, postgres, sqlite};
pub use records::{Records, SqlRecords};
pub(crate) use row::Columns;
pub use sample::{Person, create_sample, sample_people};
pub use statement::Advice;
pub use want::Want;

use futures_util::stream::BoxStream;

use crate::model::{Item, ItemKey, Problem};

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

/// One element of a scan.
#[derive(Debug, Clone, PartialEq)]
pub enum Row {
    /// A readable item; the dataset of a share and the target of a dataset's or environment's stack exist.
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
    /// They come with their items if a strategy that wants them reads those.
    fn shares<'a>(&'a self, want: &'a Want) -> BoxStream<'a, Result<Row, SourceError>>;

    /// Streams the stacks that `want` asks for, those of soft-deleted datasets and environments left out, by `stackUri`.
    fn stacks<'a>(&'a self, want: &'a Want) -> BoxStream<'a, Result<Row, SourceError>>;

    /// Why an item is never handed out, as far as its tables tell: what of it is deleted (`share`, `dataset`,
    /// `environment`). `None` if nothing is, or there is no such item.
    async fn deleted(&self, _: &ItemKey) -> Result<Option<String>, SourceError> {
        Ok(None)
    }
}
