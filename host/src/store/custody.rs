//! What an operator does about notifications that wait.

use sqlx::{Any, Row, Transaction};

use super::{
    Custody, Dossier, Filter, Kept, SqlStore, StoreError, enqueue,
    rows::{CHUNK, millis, placeholders, statement, text},
    sql::during,
};
use crate::model::{Instant, Notification, NotificationId};

/// Which rows may be put back.
const FAILED: &str = "due IS NULL";

/// What the record says of a notification that an operator dropped.
const DROPPED: &str = "dropped by an operator";

#[async_trait::async_trait]
impl Custody for SqlStore {
    async fn list(&self, filter: &Filter) -> Result<Vec<Kept>, StoreError> {
        self.read_list(filter).await.map_err(during("listing the outbox"))
    }

    async fn show(&self, id: &NotificationId) -> Result<Option<Dossier>, StoreError> {
        self.read_dossier(id).await.map_err(during("reading a notification"))
    }

    async fn retry(&self, ids: &[NotificationId], now: Instant) -> Result<Vec<NotificationId>, StoreError> {
        self.write_retried(ids, now).await.map_err(during("queuing notifications again"))
    }

    async fn discard(&self, ids: &[NotificationId], now: Instant) -> Result<Vec<NotificationId>, StoreError> {
        self.write_discarded(ids, now).await.map_err(during("dropping notifications"))
    }

    async fn unreported(&self, limit: u32) -> Result<Vec<Kept>, StoreError> {
        self.read_unreported(limit).await.map_err(during("asking what failed"))
    }

    async fn report(&self, ids: &[NotificationId], telling: &[Notification], now: Instant) -> Result<(), StoreError> {
        let bodies = telling.iter().map(enqueue::body).collect::<Result<Vec<_>, _>>()?;
        let telling: Vec<_> = telling.iter().zip(bodies).collect();
        self.write_reported(ids, &telling, now).await.map_err(during("recording that an operator is told"))
    }

    async fn prune(&self, before: Instant, limit: u32) -> Result<u64, StoreError> {
        self.forget(before, limit).await.map_err(during("forgetting what is over"))
    }
}

impl SqlStore {
    async fn write_retried(&self, ids: &[NotificationId], now: Instant) -> Result<Vec<NotificationId>, sqlx::Error> {
        let mut transaction = self.pool.begin_with(self.dialect.begin()).await?;
        let ids = self.choose(&mut transaction, ids, FAILED).await?;
        for chunk in ids.chunks(CHUNK) {
            let now = millis(now);
            let set = format!(
                "UPDATE outbox SET state = 'queued', attempts = 0, lost = 0, \
                 reported = CASE WHEN EXISTS (SELECT 1 FROM ledger WHERE ledger.notification = outbox.id) THEN 0 ELSE 1 END, \
                 scanned = COALESCE(scanned, created), \
                 created = {now}, not_before = {now}, due = {now} WHERE id IN (VALUES "
            );
            each(&mut transaction, &set, chunk).await?;
            let set =
                "UPDATE ledger SET state = 'queued' WHERE state IN ('rejected', 'dead') AND notification IN (VALUES ";
            each(&mut transaction, set, chunk).await?;
        }
        transaction.commit().await?;
        Ok(ids)
    }

    async fn write_discarded(&self, ids: &[NotificationId], now: Instant) -> Result<Vec<NotificationId>, sqlx::Error> {
        let mut transaction = self.pool.begin_with(self.dialect.begin()).await?;
        let now = millis(now);
        let unheld = format!("(state <> 'leased' OR due <= {now})");
        let ids = self.choose(&mut transaction, ids, &unheld).await?;
        for chunk in ids.chunks(CHUNK) {
            let set = "UPDATE ledger SET state = 'cancelled' WHERE state = 'queued' AND notification IN (VALUES ";
            each(&mut transaction, set, chunk).await?;
            let add = format!(
                "INSERT INTO attempt (notification, n, started, took_ms, outcome, detail) \
                 SELECT id, COALESCE((SELECT MAX(n) FROM attempt WHERE notification = outbox.id), 0) + 1, \
                   {now}, 0, 'cancelled', '{DROPPED}' FROM outbox WHERE id IN (VALUES "
            );
            each(&mut transaction, &add, chunk).await?;
            each(&mut transaction, "DELETE FROM outbox WHERE id IN (VALUES ", chunk).await?;
        }
        transaction.commit().await?;
        Ok(ids)
    }

    async fn write_reported(
        &self,
        ids: &[NotificationId],
        telling: &[(&Notification, String)],
        now: Instant,
    ) -> Result<(), sqlx::Error> {
        let mut transaction = self.pool.begin_with(self.dialect.begin()).await?;
        let ids = self.choose(&mut transaction, ids, "reported = 0").await?;
        for chunk in ids.chunks(CHUNK) {
            each(&mut transaction, "UPDATE outbox SET reported = 1 WHERE id IN (VALUES ", chunk).await?;
        }
        for chunk in telling.chunks(CHUNK).filter(|_| !ids.is_empty()) {
            let rows = chunk.iter().map(|(notification, body)| (*notification, now, body));
            enqueue::write_rows(&mut transaction, self.dialect, rows).await?;
            // A report that fails is not reported.
            let ids: Vec<_> = chunk.iter().map(|(notification, _)| notification.id.clone()).collect();
            each(&mut transaction, "UPDATE outbox SET reported = 1 WHERE id IN (VALUES ", &ids).await?;
        }
        transaction.commit().await
    }

    /// Locks those of these rows for which a condition holds, in the order of their ids.
    async fn choose(
        &self,
        transaction: &mut Transaction<'_, Any>,
        ids: &[NotificationId],
        condition: &str,
    ) -> Result<Vec<NotificationId>, sqlx::Error> {
        let mut asked = ids.to_vec();
        asked.sort();
        asked.dedup();
        let mut chosen = Vec::new();
        for chunk in asked.chunks(CHUNK) {
            let sql = format!(
                "SELECT id FROM outbox WHERE {condition} AND id IN (VALUES {}) ORDER BY id {}",
                placeholders(chunk.len(), 1),
                self.dialect.lock()
            );
            let query = chunk.iter().fold(statement(sql, chunk.len()), |query, id| query.bind(text(id.as_str())));
            for row in query.persistent(false).fetch_all(&mut **transaction).await? {
                chosen.push(NotificationId::from_stored(row.try_get("id")?));
            }
        }
        Ok(chosen)
    }
}

/// Runs a statement that ends in a list of ids.
async fn each(transaction: &mut Transaction<'_, Any>, head: &str, ids: &[NotificationId]) -> Result<(), sqlx::Error> {
    let sql = [head, &placeholders(ids.len(), 1), ")"].concat();
    let query = statement(sql, ids.len()).persistent(false);
    let query = ids.iter().fold(query, |query, id| query.bind(text(id.as_str())));
    query.execute(&mut **transaction).await.map(drop)
}
