//! [`SqlStore`]: the store over SQLite or PostgreSQL, with one SQL text for both but for [`Dialect`].

use std::collections::{HashMap, HashSet};

use sqlx::{AnyPool, Row};

use super::{
    Action, Braked, Claim, Contained, Depth, Ended, Enqueue, Finish, Histories, Lane, Lease, Outbox, Remembered, Runs,
    Store, StoreError, Told, connect, enqueue, finish::Outcome, run::Run,
};
use crate::{
    config::DatabaseUrl,
    model::{Instant, ItemKey, Notification, NotificationId, Occurrence, OpenOccurrence, Recipient},
    policy::Level,
};

/// nudged's memory in a database.
pub struct SqlStore {
    pub(super) pool: AnyPool,
    pub(super) dialect: Dialect,
}

/// In what the two databases differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    Sqlite,
    Postgres,
}

impl Dialect {
    /// Starts a transaction that writes. On SQLite it takes the write lock at once: a transaction that reads
    /// first and then wants to write fails if somebody else wrote in between.
    pub(super) fn begin(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN IMMEDIATE",
            Self::Postgres => "BEGIN",
        }
    }

    /// Ends a SELECT whose rows are to be updated: rows that somebody else is taking are passed over.
    pub(super) fn skip_locked(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => "FOR UPDATE SKIP LOCKED",
        }
    }

    /// Ends a SELECT whose rows are to be updated: rows that somebody else has taken are waited for.
    pub(super) fn lock(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => "FOR UPDATE",
        }
    }
}

/// Names what was being done when the driver failed.
pub(super) fn during(what: &'static str) -> impl FnOnce(sqlx::Error) -> StoreError {
    move |error| StoreError { what: what.to_owned(), cause: Some(error) }
}

impl SqlStore {
    /// Opens the database, makes file or schema if they are missing, and brings the tables up to date.
    ///
    /// # Errors
    /// Says what to mend: unreachable, refused, folder missing, not writable, written by a newer nudged.
    pub async fn connect(url: &DatabaseUrl) -> Result<Self, StoreError> {
        let (pool, dialect) = connect::open(url).await?;
        Ok(Self { pool, dialect })
    }

    /// Waits for running statements and closes every connection.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

#[async_trait::async_trait]
impl Outbox for SqlStore {
    async fn lease(
        &self,
        holder: &str,
        lane: Lane<'_>,
        now: Instant,
        until: Instant,
        limit: u32,
    ) -> Result<Vec<Lease>, StoreError> {
        self.take(holder, lane, now, until, limit).await.map_err(during("taking notifications from the outbox"))
    }

    async fn finish(&self, ended: &[Ended]) -> Result<Vec<Finish>, StoreError> {
        let outcomes = ended.iter().map(|Ended { lease, attempt, disposal }| Outcome {
            id: lease.notification.id.as_str(),
            fence: lease.fence,
            attempt,
            disposal: *disposal,
        });
        self.settle(outcomes).await.map_err(during("recording attempts"))
    }

    async fn defer(&self, leases: &[(&Lease, Instant)]) -> Result<(), StoreError> {
        if leases.is_empty() {
            return Ok(());
        }
        self.put_back(leases).await.map_err(during("giving notifications back to the outbox"))
    }

    async fn contents(&self, ids: &[NotificationId]) -> Result<HashMap<NotificationId, Vec<Contained>>, StoreError> {
        self.read_contents(ids).await.map_err(during("reading what is in notifications"))
    }

    async fn amend(&self, lease: &Lease, gone: &[Occurrence], left: &Notification) -> Result<Finish, StoreError> {
        let body = enqueue::body(left)?;
        self.write_amended(lease, gone, body).await.map_err(during("taking out what does not hold any more"))
    }

    async fn next_due(&self, lane: Lane<'_>) -> Result<Option<Instant>, StoreError> {
        self.first_due(lane).await.map_err(during("asking when something is due"))
    }
}

#[async_trait::async_trait]
impl Runs for SqlStore {
    async fn claim_run(
        &self,
        reminder: &str,
        fire_time: Instant,
        holder: &str,
        now: Instant,
        until: Instant,
    ) -> Result<Claim, StoreError> {
        self.claim(Run { reminder, fire_time, holder }, now, until).await.map_err(during("claiming a run"))
    }

    async fn finish_run(&self, reminder: &str, fire_time: Instant) -> Result<(), StoreError> {
        self.end_run(reminder, fire_time).await.map_err(during("recording the end of a run"))
    }

    async fn last_run(&self, reminder: &str) -> Result<Option<Instant>, StoreError> {
        self.last_ended_run(reminder).await.map_err(during("asking for the last run"))
    }

    async fn plan_run(&self, reminder: &str, at: Instant) -> Result<(), StoreError> {
        self.write_planned(reminder, at).await.map_err(during("planning a run"))
    }

    async fn planned_runs(&self, now: Instant) -> Result<Vec<(String, Instant)>, StoreError> {
        self.read_planned(now).await.map_err(during("asking for planned runs"))
    }
}

#[async_trait::async_trait]
impl Store for SqlStore {
    async fn depth(&self) -> Result<Depth, StoreError> {
        self.count().await.map_err(during("counting the outbox"))
    }

    async fn oldest_unsent(&self) -> Result<Option<Instant>, StoreError> {
        let sql = "SELECT MIN(created) FROM outbox WHERE state IN ('queued', 'leased')";
        let oldest = sqlx::query_scalar::<_, Option<i64>>(sql).fetch_one(&self.pool).await;
        Ok(oldest.map_err(during("asking for the oldest notification"))?.map(super::rows::instant))
    }

    async fn history(&self, occurrences: &[Occurrence], now: Instant) -> Result<Histories, StoreError> {
        self.read_history(occurrences, now).await.map_err(during("reading what was sent before"))
    }

    async fn told(&self, occurrences: &[Occurrence]) -> Result<Vec<Told>, StoreError> {
        self.read_told(occurrences).await.map_err(during("reading what was sent before"))
    }

    async fn occurrences(&self, item: &ItemKey) -> Result<Vec<Remembered>, StoreError> {
        self.read_occurrences(item).await.map_err(during("reading what was found before"))
    }

    async fn enqueue(&self, batch: &[Enqueue]) -> Result<Vec<NotificationId>, StoreError> {
        self.write_batch(batch).await
    }

    async fn open_occurrences(&self, reminders: &[&str]) -> Result<Vec<OpenOccurrence>, StoreError> {
        self.read_open(reminders).await.map_err(during("reading what was found before"))
    }

    async fn open(&self, new: &[OpenOccurrence]) -> Result<(), StoreError> {
        self.write_open(new).await.map_err(during("recording what was found"))
    }

    async fn close(&self, over: &[Occurrence], now: Instant) -> Result<(), StoreError> {
        self.write_closed(over, now).await.map_err(during("recording what is over"))
    }

    async fn level(&self, reminder: &str) -> Result<Level, StoreError> {
        self.read_level(reminder).await.map_err(during("reading how much is usual"))
    }

    async fn record_scan(&self, reminder: &str, at: Instant, findings: u64) -> Result<(), StoreError> {
        self.write_scan(reminder, at, findings).await.map_err(during("recording a scan"))
    }

    async fn brake(&self, braked: &Braked) -> Result<(), StoreError> {
        self.write_brake(braked).await.map_err(during("pausing a reminder"))
    }

    async fn braked(&self) -> Result<Vec<Braked>, StoreError> {
        self.read_braked().await.map_err(during("asking what is paused"))
    }

    async fn release(&self, reminder: &str) -> Result<bool, StoreError> {
        self.write_released(reminder).await.map_err(during("releasing a reminder"))
    }

    async fn first_deliveries(
        &self,
        occurrence: &Occurrence,
    ) -> Result<HashMap<(String, Recipient), Instant>, StoreError> {
        self.read_first_deliveries(occurrence).await.map_err(during("reading what was delivered"))
    }

    async fn acted(&self, occurrences: &[Occurrence]) -> Result<HashSet<Occurrence>, StoreError> {
        self.read_acted(occurrences).await.map_err(during("reading what was done"))
    }

    async fn begin_action(&self, action: &Action, now: Instant) -> Result<bool, StoreError> {
        self.write_action(action, now).await.map_err(during("recording what is to be done"))
    }

    async fn begun_actions(&self, reminders: &[&str]) -> Result<Vec<Action>, StoreError> {
        self.read_begun(reminders).await.map_err(during("reading what is to be done"))
    }

    async fn end_action(&self, occurrence: &Occurrence) -> Result<(), StoreError> {
        self.write_ended(occurrence).await.map_err(during("recording what was done"))
    }

    async fn drop_action(&self, occurrence: &Occurrence) -> Result<(), StoreError> {
        self.delete_action(occurrence).await.map_err(during("forgetting what was not done"))
    }
}

impl SqlStore {
    async fn count(&self) -> Result<Depth, sqlx::Error> {
        let rows = sqlx::query("SELECT state, COUNT(*) AS n FROM outbox GROUP BY state").fetch_all(&self.pool).await?;
        let mut depth = Depth::default();
        for row in rows {
            let n = row.try_get::<i64, _>("n")?.unsigned_abs();
            match row.try_get::<String, _>("state")?.as_str() {
                "queued" => depth.queued = n,
                "leased" => depth.leased = n,
                "rejected" => depth.rejected = n,
                "dead" => depth.dead = n,
                _ => {}
            }
        }
        Ok(depth)
    }
}
