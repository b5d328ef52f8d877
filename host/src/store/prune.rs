//! Forgetting what is over, so that the store does not grow for ever.
//!
//! The ledger decides what is told: of an occurrence that may come up again under the same key, nothing goes. Only an
//! occurrence that is known to be over goes, with all its entries at once. Each kind has a short transaction of its own.

use sqlx::{Any, AssertSqlSafe, Row, Transaction};

use super::{
    SqlStore,
    occurrence::{KEY, bind, read},
    rows::{CHUNK, millis, placeholders, statement},
};
use crate::model::{Instant, Occurrence};

/// Rejected and dead ones that nobody has tried since ($1), and that tell of nothing that may last.
const NOTIFICATIONS: &str = "WITH old AS (SELECT id FROM outbox WHERE due IS NULL AND created < $1 \
      AND NOT EXISTS (SELECT 1 FROM attempt WHERE attempt.notification = outbox.id AND attempt.started >= $1) \
      AND NOT EXISTS (SELECT 1 FROM ledger WHERE ledger.notification = outbox.id AND NOT EXISTS (\
        SELECT 1 FROM occurrence WHERE occurrence.closed < $1 AND occurrence.reminder = ledger.reminder \
          AND occurrence.item = ledger.item AND occurrence.reason = ledger.reason \
          AND occurrence.episode = ledger.episode)) \
      ORDER BY created LIMIT $2 ";
const NOTIFICATIONS_END: &str = ") DELETE FROM outbox WHERE id IN (SELECT id FROM old)";

/// Occurrences that were over before ($1) and that nothing was told of since, nothing waits to be told of, and nothing is
/// being done about; with the number of their entries.
const OCCURRENCES: &str = "SELECT reminder, item, reason, episode, (SELECT COUNT(*) FROM ledger \
        WHERE ledger.reminder = occurrence.reminder AND ledger.item = occurrence.item \
          AND ledger.reason = occurrence.reason AND ledger.episode = occurrence.episode) AS entries \
    FROM occurrence WHERE closed < $1 \
      AND NOT EXISTS (SELECT 1 FROM ledger LEFT JOIN outbox ON outbox.id = ledger.notification \
        WHERE ledger.reminder = occurrence.reminder AND ledger.item = occurrence.item \
          AND ledger.reason = occurrence.reason AND ledger.episode = occurrence.episode \
          AND (ledger.decided >= $1 OR outbox.id IS NOT NULL)) \
      AND NOT EXISTS (SELECT 1 FROM action WHERE action.ended = 0 \
          AND action.reminder = occurrence.reminder AND action.item = occurrence.item \
          AND action.reason = occurrence.reason AND action.episode = occurrence.episode) \
    ORDER BY closed LIMIT $2 ";

/// Attempts at what is neither in the ledger nor in the outbox any more.
const ATTEMPTS: &str = "WITH old AS (SELECT notification, n FROM attempt WHERE started < $1 \
      AND NOT EXISTS (SELECT 1 FROM ledger WHERE ledger.notification = attempt.notification) \
      AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.id = attempt.notification) \
      ORDER BY started LIMIT $2) \
    DELETE FROM attempt WHERE (notification, n) IN (SELECT notification, n FROM old)";

/// Runs that ended, but for the last of each reminder, and those that were given up.
const RUNS: &str = "WITH old AS (SELECT reminder, fire_time FROM run WHERE fire_time < $1 \
      AND (ended = 0 AND claimed_until < $1 OR ended = 1 AND fire_time < (SELECT MAX(later.fire_time) FROM run AS later \
        WHERE later.reminder = run.reminder AND later.ended = 1)) \
      ORDER BY fire_time LIMIT $2) \
    DELETE FROM run WHERE (reminder, fire_time) IN (SELECT reminder, fire_time FROM old)";

impl SqlStore {
    /// Removes some of everything that ended before an instant; says how many rows.
    pub(super) async fn forget(&self, before: Instant, limit: u32) -> Result<u64, sqlx::Error> {
        let notifications = [NOTIFICATIONS, self.dialect.skip_locked(), NOTIFICATIONS_END].concat();
        let mut gone = self.remove(&notifications, before, limit).await?;
        gone += self.forget_occurrences(before, limit).await?;
        gone += self.remove(ATTEMPTS, before, limit).await?;
        gone += self.remove(RUNS, before, limit).await?;
        Ok(gone)
    }

    async fn remove(&self, sql: &str, before: Instant, limit: u32) -> Result<u64, sqlx::Error> {
        let query = sqlx::query(AssertSqlSafe(sql.to_owned())).bind(millis(before)).bind(i64::from(limit));
        Ok(query.execute(&self.pool).await?.rows_affected())
    }

    async fn forget_occurrences(&self, before: Instant, limit: u32) -> Result<u64, sqlx::Error> {
        let mut transaction = self.pool.begin_with(self.dialect.begin()).await?;
        let sql = [OCCURRENCES, self.dialect.skip_locked()].concat();
        let query = sqlx::query(AssertSqlSafe(sql)).bind(millis(before)).bind(i64::from(limit));
        let (mut over, mut entries) = (Vec::new(), 0);
        for row in query.fetch_all(&mut *transaction).await? {
            entries += row.try_get::<i64, _>("entries")?;
            if !over.is_empty() && entries > i64::from(limit) {
                break;
            }
            over.push(read(&row)?);
        }
        let mut gone = 0;
        for chunk in over.chunks(CHUNK) {
            // What a scan has decided meanwhile about one that is back stays.
            let still = format!(
                "AND decided < {} AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.id = ledger.notification)",
                millis(before)
            );
            gone += delete(&mut transaction, "ledger", chunk, &still).await?;
            gone += delete(&mut transaction, "action", chunk, "AND ended = 1").await?;
            gone += delete(&mut transaction, "occurrence", chunk, "").await?;
        }
        transaction.commit().await?;
        Ok(gone)
    }
}

async fn delete(
    transaction: &mut Transaction<'_, Any>,
    table: &str,
    over: &[Occurrence],
    condition: &str,
) -> Result<u64, sqlx::Error> {
    let sql = format!("DELETE FROM {table} WHERE ({KEY}) IN (VALUES {}) {condition}", placeholders(over.len(), 4));
    let query = over.iter().fold(statement(sql, over.len()).persistent(false), bind);
    Ok(query.execute(&mut **transaction).await?.rows_affected())
}
