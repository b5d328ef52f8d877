//! Showing an operator what is in the outbox.

use std::time::Duration;

use futures_util::TryStreamExt;
use sqlx::{AssertSqlSafe, Row, any::AnyRow};

use super::{
    Attempt, Dossier, Filter, Kept, OutboxState, SqlStore, StoreError,
    recall::{TOLD, told},
    rows::{count, instant, text},
    sql::during,
};
use crate::model::{Notification, NotificationId};

/// What is read of each row; beside it, what its last attempt said.
const KEPT: &str = "SELECT id, channel, recipient, body, state, attempts, created, due, \
    (SELECT detail FROM attempt WHERE attempt.notification = outbox.id ORDER BY n DESC LIMIT 1) AS detail FROM outbox";

/// Attempts; what a channel kept is in the ledger, once it has delivered.
const ATTEMPTS: &str = "SELECT started, took_ms, outcome, detail, plugin, CASE outcome WHEN 'delivered' THEN \
      (SELECT MAX(receipt) FROM ledger WHERE ledger.notification = attempt.notification) END AS receipt \
    FROM attempt WHERE notification = $1 ORDER BY n";

/// Wherever a notification has left its id.
const IDS: &str = "SELECT id FROM outbox WHERE id >= $1 AND id < $2 \
    UNION SELECT notification FROM ledger WHERE notification >= $1 AND notification < $2 \
    UNION SELECT notification FROM attempt WHERE notification >= $1 AND notification < $2 \
    ORDER BY 1 LIMIT $3";

impl SqlStore {
    /// At most `limit` ids of notifications that something is known of and that begin with these hex digits.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn ids_beginning_with(&self, digits: &str, limit: u32) -> Result<Vec<NotificationId>, StoreError> {
        // The first letter after the hex digits.
        let query = sqlx::query_scalar::<_, String>(IDS).bind(text(digits)).bind(text(digits) + "g");
        let ids = query.bind(i64::from(limit)).fetch_all(&self.pool).await;
        let ids = ids.map_err(during("looking for a notification"))?;
        Ok(ids.into_iter().map(NotificationId::from_stored).collect())
    }

    pub(super) async fn read_list(&self, filter: &Filter) -> Result<Vec<Kept>, sqlx::Error> {
        let query = sqlx::query(AssertSqlSafe(list(filter))).persistent(false);
        let wanted = [filter.channel.as_deref(), filter.recipient.as_deref()];
        let query = wanted.into_iter().flatten().fold(query, |query, value| query.bind(text(value)));
        // One row at a time: bodies are large, and only their subjects are kept.
        query.fetch(&self.pool).and_then(async |row| Ok(kept(&row)?.0)).try_collect().await
    }

    pub(super) async fn read_unreported(&self, limit: u32) -> Result<Vec<Kept>, sqlx::Error> {
        let sql = format!("{KEPT} WHERE due IS NULL AND reported = 0 ORDER BY created, id LIMIT $1");
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(i64::from(limit)).fetch_all(&self.pool).await?;
        rows.iter().map(|row| Ok(kept(row)?.0)).collect()
    }

    pub(super) async fn read_dossier(&self, id: &NotificationId) -> Result<Option<Dossier>, sqlx::Error> {
        let id = text(id.as_str());
        let row = sqlx::query(AssertSqlSafe(format!("{KEPT} WHERE id = $1"))).bind(id.clone());
        let kept = row.fetch_optional(&self.pool).await?.as_ref().map(kept).transpose()?;
        let sql = format!(
            "SELECT {TOLD} FROM ledger WHERE notification = $1 ORDER BY ledger.reminder, ledger.item, ledger.sequence"
        );
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(id.clone()).fetch_all(&self.pool).await?;
        let told = rows.iter().map(told).collect::<Result<Vec<_>, _>>()?;
        let rows = sqlx::query(ATTEMPTS).bind(id).fetch_all(&self.pool).await?;
        let attempts = rows.iter().map(attempt).collect::<Result<Vec<_>, _>>()?;
        let is_known = kept.is_some() || !told.is_empty() || !attempts.is_empty();
        Ok(is_known.then_some(Dossier { kept, told, attempts }))
    }
}

fn list(Filter { states, channel, recipient, limit }: &Filter) -> String {
    let mut conditions = Vec::new();
    if !states.is_empty() {
        let words: Vec<_> = states.iter().map(|state| format!("'{}'", state.as_str())).collect();
        conditions.push(format!("state IN ({})", words.join(", ")));
    }
    let columns = [("channel", channel.is_some()), ("recipient", recipient.is_some())];
    for (n, (column, _)) in columns.into_iter().filter(|(_, wanted)| *wanted).enumerate() {
        conditions.push(format!("{column} = ${}", n + 1));
    }
    let (before, conditions) = (if conditions.is_empty() { "" } else { " WHERE " }, conditions.join(" AND "));
    let limit = limit.map(|limit| format!(" LIMIT {limit}")).unwrap_or_default();
    format!("{KEPT}{before}{conditions} ORDER BY created, id{limit}")
}

fn kept(row: &AnyRow) -> Result<(Kept, Option<Notification>), sqlx::Error> {
    let notification: Option<Notification> = serde_json::from_str(&row.try_get::<String, _>("body")?).ok();
    let kept = Kept {
        id: NotificationId::from_stored(row.try_get("id")?),
        channel: row.try_get("channel")?,
        recipient: row.try_get("recipient")?,
        subject: notification.as_ref().map(|notification| notification.subject.clone()).unwrap_or_default(),
        state: state(row.try_get("state")?),
        attempts: count(row.try_get("attempts")?),
        created: instant(row.try_get("created")?),
        due: row.try_get::<Option<i64>, _>("due")?.map(instant),
        detail: row.try_get("detail")?,
    };
    Ok((kept, notification))
}

/// The table takes no other words than these.
fn state(word: &str) -> OutboxState {
    let all = [OutboxState::Leased, OutboxState::Rejected, OutboxState::Dead];
    all.into_iter().find(|state| state.as_str() == word).unwrap_or(OutboxState::Queued)
}

fn attempt(row: &AnyRow) -> Result<(String, Attempt), sqlx::Error> {
    let attempt = Attempt {
        started: instant(row.try_get("started")?),
        took: Duration::from_millis(row.try_get::<i64, _>("took_ms")?.unsigned_abs()),
        detail: row.try_get("detail")?,
        plugin: row.try_get("plugin")?,
        receipt: row.try_get("receipt")?,
    };
    Ok((row.try_get("outcome")?, attempt))
}
