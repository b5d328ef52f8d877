//! Occurrences that last: what was found at the last scan, and since when.

use futures_util::TryStreamExt;
use sqlx::{AssertSqlSafe, Row, any::AnyRow};

use super::{
    SqlStore,
    given::{Column, Given, Value},
    rows::{Statement, instant, millis, placeholders, text},
};
use crate::model::{Instant, ItemKey, Occurrence, OpenOccurrence, Word, Words};

/// Columns that name an occurrence.
pub(super) const KEY: &str = "reminder, item, reason, episode";

/// The same, as rows are given.
pub(super) const OCCURRENCE: [Column; 4] =
    [Column::Text("reminder"), Column::Text("item"), Column::Text("reason"), Column::Number("episode")];

/// An occurrence that lasts, as it is written.
const OPEN: [Column; 6] = [
    Column::Text("reminder"),
    Column::Text("item"),
    Column::Text("reason"),
    Column::Number("episode"),
    Column::Text("title"),
    Column::Number("opened"),
];

/// Rows in one statement: beyond it a larger one is no faster.
pub(super) const MANY: usize = 2000;

/// What names an occurrence, as a row is given.
pub(super) fn values(occurrence: &Occurrence) -> [Value<'_>; 4] {
    let Occurrence { reminder, item, reason, episode } = occurrence;
    [Value::Text(reminder), Value::Text(item.as_str()), Value::Text(reason), Value::Number(millis(*episode))]
}

pub(super) fn bind<'q>(query: Statement<'q>, occurrence: &Occurrence) -> Statement<'q> {
    query
        .bind(text(&occurrence.reminder))
        .bind(text(occurrence.item.as_str()))
        .bind(text(&occurrence.reason))
        .bind(millis(occurrence.episode))
}

pub(super) fn read(row: &AnyRow) -> Result<Occurrence, sqlx::Error> {
    Ok(Occurrence {
        reminder: Word::from(row.try_get::<String, _>("reminder")?),
        item: ItemKey::from_stored(row.try_get("item")?),
        reason: Word::from(row.try_get::<String, _>("reason")?),
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
        let mut words = Words::default();
        let mut open = |row: &AnyRow| {
            let (read, opened) = (read(row)?, instant(row.try_get("opened")?));
            let (reminder, reason) = (words.word(&read.reminder), words.word(&read.reason));
            let occurrence = Occurrence { reminder, reason, ..read };
            Ok(OpenOccurrence { occurrence, title: row.try_get("title")?, opened })
        };
        // Row by row: all rows together would be several times as large as what is made of them.
        query.fetch(&self.pool).and_then(|row| std::future::ready(open(&row))).try_collect().await
    }

    pub(super) async fn write_open(&self, new: &[OpenOccurrence]) -> Result<(), sqlx::Error> {
        let mut transaction = self.pool.begin_with(self.dialect.begin()).await?;
        for chunk in sorted(new, |one| &one.occurrence).chunks(MANY) {
            let mut given = Given::new(self.dialect, &OPEN);
            for OpenOccurrence { occurrence, title, opened } in chunk {
                let [reminder, item, reason, episode] = values(occurrence);
                given.push(&[reminder, item, reason, episode, Value::Text(title), Value::Number(millis(*opened))]);
            }
            let sql = format!(
                "INSERT INTO occurrence ({}) {} ON CONFLICT ({KEY}) DO UPDATE SET closed = NULL, title = excluded.title",
                given.names(),
                given.select()
            );
            given.query(sql).execute(&mut *transaction).await?;
        }
        transaction.commit().await
    }

    pub(super) async fn write_closed(&self, over: &[Occurrence], now: Instant) -> Result<(), sqlx::Error> {
        let mut transaction = self.pool.begin_with(self.dialect.begin()).await?;
        for chunk in sorted(over, |one| one).chunks(MANY) {
            let mut given = Given::new(self.dialect, &OCCURRENCE);
            chunk.iter().for_each(|one| given.push(&values(one)));
            let sql = format!(
                "WITH asked AS MATERIALIZED ({}) UPDATE occurrence SET closed = {} FROM asked \
                 WHERE occurrence.closed IS NULL AND occurrence.reminder = asked.reminder AND occurrence.item = asked.item \
                   AND occurrence.reason = asked.reason AND occurrence.episode = asked.episode",
                given.select(),
                millis(now)
            );
            // The text has the time in it: nobody asks it a second time.
            given.query(sql).persistent(false).execute(&mut *transaction).await?;
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
