//! Actions: written down before they are done, so that a crash leaves none half-way.

use std::collections::HashSet;

use sqlx::{AssertSqlSafe, Row};

use super::{
    Action, SqlStore,
    occurrence::{KEY, bind, read},
    rows::{CHUNK, millis, placeholders, text},
};
use crate::model::{Instant, Occurrence};

/// The condition for one occurrence, whose columns are the first four parameters.
const ONE: &str = "reminder = $1 AND item = $2 AND reason = $3 AND episode = $4";

impl SqlStore {
    pub(super) async fn read_acted(&self, occurrences: &[Occurrence]) -> Result<HashSet<Occurrence>, sqlx::Error> {
        let mut acted = HashSet::new();
        for chunk in occurrences.chunks(CHUNK) {
            let sql = format!(
                "WITH asked ({KEY}) AS (VALUES {}) SELECT action.reminder, action.item, action.reason, action.episode \
                 FROM asked JOIN action ON action.reminder = asked.reminder AND action.item = asked.item \
                   AND action.reason = asked.reason AND action.episode = asked.episode",
                placeholders(chunk.len(), 4)
            );
            let query = sqlx::query(AssertSqlSafe(sql)).persistent(false);
            for row in chunk.iter().fold(query, |query, one| bind(query, one)).fetch_all(&self.pool).await? {
                acted.insert(read(&row)?);
            }
        }
        Ok(acted)
    }

    pub(super) async fn write_action(&self, action: &Action, now: Instant) -> Result<bool, sqlx::Error> {
        let sql =
            format!("INSERT INTO action ({KEY}, intent, at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING");
        let query = bind(sqlx::query(AssertSqlSafe(sql)), &action.occurrence);
        let query = query.bind(text(&action.intent)).bind(millis(now));
        Ok(query.execute(&self.pool).await?.rows_affected() > 0)
    }

    pub(super) async fn read_begun(&self, reminders: &[&str]) -> Result<Vec<Action>, sqlx::Error> {
        if reminders.is_empty() {
            return Ok(Vec::new());
        }
        let sql = format!(
            "SELECT {KEY}, intent FROM action WHERE ended = 0 AND reminder IN (VALUES {}) ORDER BY at",
            placeholders(reminders.len(), 1)
        );
        let query = sqlx::query(AssertSqlSafe(sql)).persistent(false);
        let query = reminders.iter().fold(query, |query, reminder| query.bind(text(reminder)));
        let rows = query.fetch_all(&self.pool).await?;
        rows.iter().map(|row| Ok(Action { occurrence: read(row)?, intent: row.try_get("intent")? })).collect()
    }

    pub(super) async fn write_ended(&self, occurrence: &Occurrence) -> Result<(), sqlx::Error> {
        let sql = format!("UPDATE action SET ended = 1 WHERE {ONE}");
        bind(sqlx::query(AssertSqlSafe(sql)), occurrence).execute(&self.pool).await.map(drop)
    }

    pub(super) async fn delete_action(&self, occurrence: &Occurrence) -> Result<(), sqlx::Error> {
        let sql = format!("DELETE FROM action WHERE ended = 0 AND {ONE}");
        bind(sqlx::query(AssertSqlSafe(sql)), occurrence).execute(&self.pool).await.map(drop)
    }
}
