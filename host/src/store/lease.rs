//! Taking notifications from the outbox, lane by lane, and giving them back.

use sqlx::{Row, any::AnyRow};

use super::{
    Attempt, Disposal, Lane, Lease, SqlStore,
    finish::Outcome,
    rows::{CHUNK, count, instant, millis, placeholders, statement, text},
    sql::Dialect,
};
use crate::{
    crash,
    model::{Instant, Notification},
};

/// The channels of what waits, by stepping through the index from one to the next: there are few of them, however many
/// rows there are.
const CHANNELS: &str = "WITH RECURSIVE step (channel) AS (\
      SELECT MIN(channel) FROM outbox WHERE due IS NOT NULL \
      UNION ALL SELECT (SELECT MIN(outbox.channel) FROM outbox WHERE due IS NOT NULL AND outbox.channel > step.channel) \
      FROM step WHERE step.channel IS NOT NULL) \
    SELECT channel FROM step WHERE channel IS NOT NULL";

const NEXT: &str = "SELECT MIN(due) FROM outbox WHERE channel = $1 AND due IS NOT NULL";

/// What became of a taken row.
enum Taken {
    Lease(Box<Lease>),
    Unreadable { id: String, fence: i64, why: String },
}

impl SqlStore {
    /// Takes what has been due longest. A row whose body cannot be read is dead at once, and blocks nobody.
    pub(super) async fn take(
        &self,
        holder: &str,
        lane: Lane<'_>,
        now: Instant,
        until: Instant,
        limit: u32,
    ) -> Result<Vec<Lease>, sqlx::Error> {
        let channels = self.channels(lane).await?;
        if channels.is_empty() {
            return Ok(Vec::new());
        }
        let query = statement(ripe(self.dialect, channels.len()), channels.len());
        let query = query.bind(millis(now)).bind(i64::from(limit)).bind(text(holder)).bind(millis(until));
        let query = channels.into_iter().fold(query, |query, channel| query.bind(channel));
        let (mut leases, mut unreadable) = (Vec::new(), Vec::new());
        for row in query.fetch_all(&self.pool).await? {
            match taken(&row)? {
                Taken::Lease(lease) => leases.push(*lease),
                Taken::Unreadable { id, fence, why } => unreadable.push((id, fence, never_sent(now, why))),
            }
        }
        let dead = |(id, fence, attempt)| Outcome { id, fence, attempt, disposal: Disposal::Dead };
        self.settle(unreadable.iter().map(|(id, fence, attempt)| dead((id.as_str(), *fence, attempt)))).await?;
        leases.sort_by(|a, b| (a.created, &a.notification.id).cmp(&(b.created, &b.notification.id)));
        Ok(leases)
    }

    /// When the first of a lane is due.
    pub(super) async fn first_due(&self, lane: Lane<'_>) -> Result<Option<Instant>, sqlx::Error> {
        let mut first = None::<i64>;
        for channel in self.channels(lane).await? {
            let due = sqlx::query_scalar::<_, Option<i64>>(NEXT).bind(channel).fetch_one(&self.pool).await?;
            first = first.into_iter().chain(due).min();
        }
        Ok(first.map(instant))
    }

    async fn channels(&self, lane: Lane<'_>) -> Result<Vec<String>, sqlx::Error> {
        let names = match lane {
            Lane::Channel(name) => return Ok(vec![text(name)]),
            Lane::Others(names) => names,
        };
        let mut channels = sqlx::query_scalar::<_, String>(CHANNELS).fetch_all(&self.pool).await?;
        channels.retain(|channel| !names.contains(channel));
        Ok(channels)
    }

    /// Puts leases back into the queue as if they had never been taken; what is not held any more is left alone.
    pub(super) async fn put_back(&self, leases: &[(&Lease, Instant)]) -> Result<(), sqlx::Error> {
        let mut transaction = self.pool.begin_with(self.dialect.begin()).await?;
        let named: Vec<_> = leases.iter().map(|(lease, _)| (lease.notification.id.as_str(), lease.fence)).collect();
        let held = self.hold(&mut transaction, &named).await?;
        let held: Vec<_> = leases.iter().zip(held).filter_map(|(lease, held)| held.then_some(lease)).collect();
        for chunk in held.chunks(CHUNK) {
            let sql = format!(
                "WITH asked (id, due) AS (VALUES {}) UPDATE outbox \
                 SET state = 'queued', holder = NULL, not_before = asked.due, due = asked.due \
                 FROM asked WHERE outbox.id = asked.id",
                placeholders(chunk.len(), 2)
            );
            let query = chunk.iter().fold(statement(sql, chunk.len()), |query, (lease, due)| {
                query.bind(text(lease.notification.id.as_str())).bind(millis(*due))
            });
            query.execute(&mut *transaction).await?;
        }
        crash::point("defer.commit");
        transaction.commit().await?;
        crash::point("defer.committed");
        Ok(())
    }
}

/// The conditional UPDATE that takes what is due on so many channels.
fn ripe(dialect: Dialect, channels: usize) -> String {
    let names: Vec<_> = (5..5 + channels).map(|n| format!("${n}")).collect();
    format!(
        "WITH ripe AS (SELECT id FROM outbox WHERE channel IN ({}) AND due <= $1 ORDER BY due, id LIMIT $2 {}) \
         UPDATE outbox SET state = 'leased', holder = $3, due = $4, fence = fence + 1, \
           lost = lost + CASE state WHEN 'leased' THEN 1 ELSE 0 END \
         WHERE id IN (SELECT id FROM ripe) RETURNING id, body, attempts, created, COALESCE(scanned, created) AS scanned, lost, fence",
        names.join(","),
        dialect.skip_locked()
    )
}

fn taken(row: &AnyRow) -> Result<Taken, sqlx::Error> {
    let fence = row.try_get("fence")?;
    let body: String = row.try_get("body")?;
    match serde_json::from_str::<Notification>(&body) {
        Ok(notification) => Ok(Taken::Lease(Box::new(Lease {
            notification,
            attempts: count(row.try_get("attempts")?),
            created: instant(row.try_get("created")?),
            scanned: instant(row.try_get("scanned")?),
            lost: count(row.try_get("lost")?),
            fence,
        }))),
        Err(error) => {
            let why = format!("the stored notification cannot be read: {error}");
            Ok(Taken::Unreadable { id: row.try_get("id")?, fence, why })
        }
    }
}

fn never_sent(now: Instant, why: String) -> Attempt {
    Attempt { started: now, took: std::time::Duration::ZERO, detail: why, plugin: None, receipt: None }
}

#[cfg(test)]
mod tests {
    use sqlx::AssertSqlSafe;

    use super::*;
    use crate::config::DatabaseUrl;

    /// How SQLite goes about a statement.
    async fn plan(store: &SqlStore, sql: &str) -> String {
        let rows = sqlx::query(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}"))).fetch_all(&store.pool).await;
        let rows = rows.expect("a plan");
        rows.iter().map(|row| row.get::<String, _>("detail")).collect::<Vec<_>>().join("\n")
    }

    #[tokio::test]
    async fn sqlite_finds_what_is_due_in_the_index_of_the_lanes() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = SqlStore::connect(&DatabaseUrl::Sqlite(folder.path().join("nudged.db"))).await.expect("a store");
        for (sql, order) in [(ripe(Dialect::Sqlite, 1), true), (ripe(Dialect::Sqlite, 3), false)] {
            let plan = plan(&store, &sql).await;
            assert!(plan.contains("USING COVERING INDEX outbox_lane (channel=? AND due<?)"), "{plan}");
            assert_eq!(order, !plan.contains("TEMP B-TREE"), "{plan}");
        }
        for sql in [NEXT, CHANNELS] {
            let plan = plan(&store, sql).await;
            assert!(plan.contains("outbox_lane") && !plan.contains("SCAN outbox\n"), "{plan}");
        }
    }
}
