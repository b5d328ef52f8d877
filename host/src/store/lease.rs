//! Taking notifications from the outbox and finishing with them.

use sqlx::{Any, AssertSqlSafe, Row, Transaction, any::AnyRow};

use super::{
    Attempt, Disposal, Finish, Lane, Lease, SqlStore,
    rows::{count, instant, millis, text},
};
use crate::model::{Instant, Notification};

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
        let sql = format!(
            "WITH ripe AS (SELECT id FROM outbox WHERE due <= $1 AND ($5 = '' OR channel = $5) ORDER BY due, id LIMIT $2 {}) \
             UPDATE outbox SET state = 'leased', holder = $3, due = $4, fence = fence + 1 \
             WHERE id IN (SELECT id FROM ripe) RETURNING id, body, attempts, created, fence",
            self.dialect.skip_locked()
        );
        let query = sqlx::query(AssertSqlSafe(sql));
        let query = query.bind(millis(now)).bind(i64::from(limit)).bind(text(holder)).bind(millis(until));
        let query = query.bind(match lane {
            Lane::Channel(name) => name.to_owned(),
            Lane::Others(_) => String::new(),
        });
        let mut leases = Vec::new();
        for row in query.fetch_all(&self.pool).await? {
            match taken(&row)? {
                Taken::Lease(lease) => leases.push(*lease),
                Taken::Unreadable { id, fence, why } => {
                    let attempt = Attempt {
                        started: now,
                        took: std::time::Duration::ZERO,
                        detail: why,
                        plugin: None,
                        receipt: None,
                    };
                    self.settle(&id, fence, &attempt, Disposal::Dead).await?;
                }
            }
        }
        leases.sort_by(|a, b| (a.created, &a.notification.id).cmp(&(b.created, &b.notification.id)));
        Ok(leases)
    }

    pub(super) async fn settle(
        &self,
        id: &str,
        fence: i64,
        attempt: &Attempt,
        disposal: Disposal,
    ) -> Result<Finish, sqlx::Error> {
        let mut transaction = self.pool.begin_with(self.dialect.begin()).await?;
        if !move_on(&mut transaction, id, fence, disposal).await? {
            transaction.rollback().await?;
            return Ok(Finish::Stale);
        }
        record(&mut transaction, id, attempt, disposal).await?;
        if let Some(state) = final_state(disposal) {
            let query = sqlx::query("UPDATE ledger SET state = $1 WHERE notification = $2 AND state = 'queued'");
            query.bind(state).bind(text(id)).execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        Ok(Finish::Done)
    }
}

fn taken(row: &AnyRow) -> Result<Taken, sqlx::Error> {
    let fence = row.try_get("fence")?;
    let body: String = row.try_get("body")?;
    match serde_json::from_str::<Notification>(&body) {
        Ok(notification) => Ok(Taken::Lease(Box::new(Lease {
            notification,
            attempts: count(row.try_get("attempts")?),
            created: instant(row.try_get("created")?),
            fence,
        }))),
        Err(error) => {
            let why = format!("the stored notification cannot be read: {error}");
            Ok(Taken::Unreadable { id: row.try_get("id")?, fence, why })
        }
    }
}

/// The state that a disposal leaves the ledger in, if it ends the matter.
fn final_state(disposal: Disposal) -> Option<&'static str> {
    match disposal {
        Disposal::Delivered => Some("delivered"),
        Disposal::Requeue { .. } => None,
        Disposal::Rejected => Some("rejected"),
        Disposal::Dead => Some("dead"),
        Disposal::Cancelled => Some("cancelled"),
    }
}

/// Moves the outbox row; false if the lease is not held any more.
async fn move_on(
    transaction: &mut Transaction<'_, Any>,
    id: &str,
    fence: i64,
    disposal: Disposal,
) -> Result<bool, sqlx::Error> {
    let query = match disposal {
        Disposal::Delivered | Disposal::Cancelled => {
            sqlx::query("DELETE FROM outbox WHERE id = $1 AND fence = $2 AND state = 'leased'")
                .bind(text(id))
                .bind(fence)
        }
        Disposal::Requeue { not_before } => sqlx::query(
            "UPDATE outbox SET state = 'queued', holder = NULL, attempts = attempts + 1, not_before = $3, due = $3 \
             WHERE id = $1 AND fence = $2 AND state = 'leased'",
        )
        .bind(text(id))
        .bind(fence)
        .bind(millis(not_before)),
        Disposal::Rejected | Disposal::Dead => sqlx::query(
            "UPDATE outbox SET state = $3, holder = NULL, attempts = attempts + 1, due = NULL \
             WHERE id = $1 AND fence = $2 AND state = 'leased'",
        )
        .bind(text(id))
        .bind(fence)
        .bind(final_state(disposal)),
    };
    Ok(query.execute(&mut **transaction).await?.rows_affected() == 1)
}

async fn record(
    transaction: &mut Transaction<'_, Any>,
    id: &str,
    attempt: &Attempt,
    disposal: Disposal,
) -> Result<(), sqlx::Error> {
    let query = sqlx::query(
        "INSERT INTO attempt (notification, n, started, took_ms, outcome, detail, plugin) \
         SELECT $1, COALESCE(MAX(n), 0) + 1, $2, $3, $4, $5, $6 FROM attempt WHERE notification = $1",
    );
    let query = query
        .bind(text(id))
        .bind(millis(attempt.started))
        .bind(i64::try_from(attempt.took.as_millis()).unwrap_or(i64::MAX))
        .bind(final_state(disposal).unwrap_or("retry"))
        .bind(text(&attempt.detail))
        .bind(attempt.plugin.as_deref().map(text));
    query.execute(&mut **transaction).await.map(drop)
}
