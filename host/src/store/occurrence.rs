//! Occurrences that last: what was found at the last scan, and since when.

use sqlx::{AssertSqlSafe, Row, any::AnyRow};

use super::{
    SqlStore,
    rows::{CHUNK, Statement, instant, millis, placeholders, text},
};
use crate::model::{Instant, ItemKey, Occurrence, OpenOccurrence};

/// Columns that name an occurrence.
pub(super) const KEY: &str = "reminder, item, reason, episode";

pub(super) fn bind<'q>(query: Statement<'q>, occurrence: &Occurrence) -> Statement<'q> {
    query
        .bind(text(&occurrence.reminder))
        .bind(text(occurrence.item.as_str()))
        .bind(text(&occurrence.reason))
        .bind(millis(occurrence.episode))
}

pub(super) fn read(row: &AnyRow) -> Result<Occurrence, sqlx::Error> {
    Ok(Occurrence {
        reminder: row.try_get("reminder")?,
        item: ItemKey::from_stored(row.try_get("item")?),
        reason: row.try_get("reason")?,
        episode: instant(row.try_get("episode")?),
    })
}

impl SqlStore {
    pub(super) async fn read_open(&self, reminders: &[&str]) -> Result<Vec<OpenOccurrence>, sqlx::Error> {
        if reminders.is_empty() {
            return Ok(Vec::new());
        }
        let sql = format!(
            "SELECT {KEY}, title, opened FROM occurrence WHERE closed IS NULL AND reminder IN (VALUES {})",
            placeholders(reminders.len(), 1)
        );
        let query = sqlx::query(AssertSqlSafe(sql)).persistent(false);
        let query = reminders.iter().fold(query, |query, reminder| query.bind(text(reminder)));
        let open = |row: &AnyRow| {
            let (occurrence, opened) = (read(row)?, instant(row.try_get("opened")?));
            Ok(OpenOccurrence { occurrence, title: row.try_get("title")?, opened })
        };
        query.fetch_all(&self.pool).await?.iter().map(open).collect()
    }

    pub(super) async fn write_open(&self, new: &[OpenOccurrence]) -> Result<(), sqlx::Error> {
        let mut transaction = self.pool.begin_with(self.dialect.begin()).await?;
        for chunk in sorted(new, |one| &one.occurrence).chunks(CHUNK) {
            let sql = format!(
                "INSERT INTO occurrence ({KEY}, title, opened) VALUES {} \
                 ON CONFLICT ({KEY}) DO UPDATE SET closed = NULL, title = excluded.title",
                placeholders(chunk.len(), 6)
            );
            let query = sqlx::query(AssertSqlSafe(sql)).persistent(chunk.len() == CHUNK);
            let query = chunk
                .iter()
                .fold(query, |query, one| bind(query, &one.occurrence).bind(text(&one.title)).bind(millis(one.opened)));
            query.execute(&mut *transaction).await?;
        }
        transaction.commit().await
    }

    pub(super) async fn write_closed(&self, over: &[Occurrence], now: Instant) -> Result<(), sqlx::Error> {
        let mut transaction = self.pool.begin_with(self.dialect.begin()).await?;
        for chunk in sorted(over, |one| one).chunks(CHUNK) {
            let sql = format!(
                "WITH asked ({KEY}) AS (VALUES {}) UPDATE occurrence SET closed = {} WHERE closed IS NULL AND EXISTS (\
                   SELECT 1 FROM asked WHERE asked.reminder = occurrence.reminder AND asked.item = occurrence.item \
                   AND asked.reason = occurrence.reason AND asked.episode = occurrence.episode)",
                placeholders(chunk.len(), 4),
                millis(now)
            );
            let query = sqlx::query(AssertSqlSafe(sql)).persistent(false);
            chunk.iter().fold(query, |query, one| bind(query, one)).execute(&mut *transaction).await?;
        }
        transaction.commit().await
    }
}

/// In the order of their keys: two processes that write the same rows wait for each other instead of blocking each other.
fn sorted<T>(rows: &[T], key: fn(&T) -> &Occurrence) -> Vec<&T> {
    let mut rows: Vec<_> = rows.iter().collect();
    rows.sort_by_key(|row| key(row));
    rows
}
