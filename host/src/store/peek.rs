//! Reading the store without making or changing anything: for dry runs and checks.

use std::sync::Arc;

use super::{Attempt, Claim, Depth, Disposal, Enqueue, Finish, Histories, Lease, SqlStore, Store, StoreError, connect};
use crate::{
    config::DatabaseUrl,
    model::{Instant, NotificationId, Occurrence},
};

impl SqlStore {
    /// The store as it is. Where there is none yet, one that has never seen anything; nothing is created.
    ///
    /// # Errors
    /// If the database cannot be reached or read.
    pub async fn peek(url: &DatabaseUrl) -> Result<Arc<dyn Store>, StoreError> {
        Ok(match connect::open_existing(url).await? {
            Some((pool, dialect)) => Arc::new(Self { pool, dialect }),
            None => Arc::new(Unwritten),
        })
    }
}

/// A store that does not exist yet.
struct Unwritten;

impl Unwritten {
    fn refuse<T>() -> Result<T, StoreError> {
        Err(StoreError { what: "nothing can be written to a store that is only looked at".to_owned(), cause: None })
    }
}

#[async_trait::async_trait]
impl Store for Unwritten {
    async fn history(&self, _: &[Occurrence], _: Instant) -> Result<Histories, StoreError> {
        Ok(Histories::new())
    }

    async fn enqueue(&self, _: &[Enqueue]) -> Result<Vec<NotificationId>, StoreError> {
        Self::refuse()
    }

    async fn lease(&self, _: &str, _: Instant, _: Instant, _: u32) -> Result<Vec<Lease>, StoreError> {
        Ok(Vec::new())
    }

    async fn finish(&self, _: &Lease, _: &Attempt, _: Disposal) -> Result<Finish, StoreError> {
        Self::refuse()
    }

    async fn next_due(&self) -> Result<Option<Instant>, StoreError> {
        Ok(None)
    }

    async fn depth(&self) -> Result<Depth, StoreError> {
        Ok(Depth::default())
    }

    async fn claim_run(&self, _: &str, _: Instant, _: &str, _: Instant, _: Instant) -> Result<Claim, StoreError> {
        Self::refuse()
    }

    async fn finish_run(&self, _: &str, _: Instant) -> Result<(), StoreError> {
        Self::refuse()
    }

    async fn last_run(&self, _: &str) -> Result<Option<Instant>, StoreError> {
        Ok(None)
    }
}
