//! Reading the store without making or changing anything: for dry runs and checks.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use super::{
    Action, Braked, Claim, Depth, Enqueue, Histories, Remembered, Runs, SqlStore, Store, StoreError, Told, connect,
};
use crate::{
    config::DatabaseUrl,
    model::{Instant, ItemKey, NotificationId, Occurrence, OpenOccurrence, Recipient},
    policy::Level,
};

impl SqlStore {
    /// The store as it is. Where there is none yet, one that has never seen anything; nothing is created.
    ///
    /// # Errors
    /// If the database cannot be reached or read.
    pub async fn peek(url: &DatabaseUrl) -> Result<Arc<dyn Store>, StoreError> {
        Ok(match Self::existing(url).await? {
            Some(store) => Arc::new(store),
            None => Arc::new(Unwritten),
        })
    }

    /// The store as it is, to be read; `None` where there is none yet. Nothing is created.
    ///
    /// # Errors
    /// If the database cannot be reached or read.
    pub async fn existing(url: &DatabaseUrl) -> Result<Option<Self>, StoreError> {
        let opened = connect::open_existing(url).await?;
        Ok(opened.map(|(pool, dialect)| Self { pool, dialect }))
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
impl Runs for Unwritten {
    async fn claim_run(&self, _: &str, _: Instant, _: &str, _: Instant, _: Instant) -> Result<Claim, StoreError> {
        Self::refuse()
    }

    async fn finish_run(&self, _: &str, _: Instant) -> Result<(), StoreError> {
        Self::refuse()
    }

    async fn last_run(&self, _: &str) -> Result<Option<Instant>, StoreError> {
        Ok(None)
    }

    async fn plan_run(&self, _: &str, _: Instant) -> Result<(), StoreError> {
        Self::refuse()
    }

    async fn planned_runs(&self, _: Instant) -> Result<Vec<(String, Instant)>, StoreError> {
        Ok(Vec::new())
    }
}

#[async_trait::async_trait]
impl Store for Unwritten {
    async fn depth(&self) -> Result<Depth, StoreError> {
        Ok(Depth::default())
    }

    async fn history(&self, _: &[Occurrence], _: Instant) -> Result<Histories, StoreError> {
        Ok(Histories::new())
    }

    async fn told(&self, _: &[Occurrence]) -> Result<Vec<Told>, StoreError> {
        Ok(Vec::new())
    }

    async fn occurrences(&self, _: &ItemKey) -> Result<Vec<Remembered>, StoreError> {
        Ok(Vec::new())
    }

    async fn enqueue(&self, _: &[Enqueue]) -> Result<Vec<NotificationId>, StoreError> {
        Self::refuse()
    }

    async fn open_occurrences(&self, _: &[&str]) -> Result<Vec<OpenOccurrence>, StoreError> {
        Ok(Vec::new())
    }

    async fn open(&self, _: &[OpenOccurrence]) -> Result<(), StoreError> {
        Self::refuse()
    }

    async fn close(&self, _: &[Occurrence], _: Instant) -> Result<(), StoreError> {
        Self::refuse()
    }

    async fn level(&self, _: &str) -> Result<Level, StoreError> {
        Ok(Level::default())
    }

    async fn record_scan(&self, _: &str, _: Instant, _: u64) -> Result<(), StoreError> {
        Self::refuse()
    }

    async fn brake(&self, _: &Braked) -> Result<(), StoreError> {
        Self::refuse()
    }

    async fn braked(&self) -> Result<Vec<Braked>, StoreError> {
        Ok(Vec::new())
    }

    async fn release(&self, _: &str) -> Result<bool, StoreError> {
        Self::refuse()
    }

    async fn first_deliveries(&self, _: &Occurrence) -> Result<HashMap<(String, Recipient), Instant>, StoreError> {
        Ok(HashMap::new())
    }

    async fn acted(&self, _: &[Occurrence]) -> Result<HashSet<Occurrence>, StoreError> {
        Ok(HashSet::new())
    }

    async fn begin_action(&self, _: &Action, _: Instant) -> Result<bool, StoreError> {
        Self::refuse()
    }

    async fn begun_actions(&self, _: &[&str]) -> Result<Vec<Action>, StoreError> {
        Ok(Vec::new())
    }

    async fn end_action(&self, _: &Occurrence) -> Result<(), StoreError> {
        Self::refuse()
    }

    async fn drop_action(&self, _: &Occurrence) -> Result<(), StoreError> {
        Self::refuse()
    }
}
