//! Writing notifications with their ledger entries: all of a batch in one transaction.
//!
//! The batch is written in good faith. Only if an entry or an id turns out to be taken, everything is rolled
//! back, the taken ones are looked up, and the rest is written again. Whoever was first has committed by then
//! (a conflicting INSERT waits for that), so that every round leaves fewer, and the rounds end.

use std::{borrow::Cow, collections::HashSet};

use sqlx::{Any, AnyPool, AssertSqlSafe, Row, Transaction};

use super::{
    Enqueue, LedgerEntry, SqlStore, StoreError,
    rows::{CHUNK, Statement, clean, millis, placeholders, statement, text},
    sql::during,
};
use crate::{
    crash,
    model::{Instant, Notice, Notification, NotificationId},
};

/// An Enqueue and the body that is stored for it.
type Prepared<'b> = (&'b Enqueue, String);

/// What makes a ledger entry unique, as it is stored: occurrence, recipient, channel, sequence.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Key<'b> {
    reminder: Cow<'b, str>,
    item: Cow<'b, str>,
    reason: Cow<'b, str>,
    episode: i64,
    recipient: Cow<'b, str>,
    channel: Cow<'b, str>,
    sequence: u32,
}

/// A row of the ledger that is to be written.
struct Entry<'b> {
    key: Key<'b>,
    slot: i64,
    decided: i64,
    notice: Notice,
    notification: Cow<'b, str>,
}

impl SqlStore {
    pub(super) async fn write_batch(&self, batch: &[Enqueue]) -> Result<Vec<NotificationId>, StoreError> {
        let (mut wanted, mut left_out) = without_repeats(batch)?;
        while !wanted.is_empty() && !self.try_write(&wanted).await.map_err(during("writing the outbox"))? {
            let taken = taken(&self.pool, &wanted).await.map_err(during("looking for what is in the ledger"))?;
            let (lost, free): (Vec<_>, Vec<_>) =
                wanted.into_iter().partition(|(enqueue, _)| taken.contains(&text(enqueue.notification.id.as_str())));
            left_out.extend(lost.into_iter().map(|(enqueue, _)| enqueue.notification.id.clone()));
            wanted = free;
        }
        Ok(left_out)
    }

    /// Writes all or nothing; false if something was taken.
    async fn try_write(&self, batch: &[Prepared<'_>]) -> Result<bool, sqlx::Error> {
        let mut transaction = self.pool.begin_with(self.dialect.begin()).await?;
        let free = write(&mut transaction, batch).await?;
        if free {
            crash::point("enqueue.commit");
            transaction.commit().await?;
            crash::point("enqueue.committed");
        } else {
            transaction.rollback().await?;
        }
        Ok(free)
    }
}

/// Serializes the bodies and leaves out what comes a second time in the same batch.
fn without_repeats(batch: &[Enqueue]) -> Result<(Vec<Prepared<'_>>, Vec<NotificationId>), StoreError> {
    let (mut ids, mut keys) = (HashSet::new(), HashSet::new());
    let (mut wanted, mut left_out) = (Vec::with_capacity(batch.len()), Vec::new());
    for enqueue in batch {
        let own: HashSet<_> = enqueue.entries.iter().map(|entry| key(enqueue, entry)).collect();
        let repeated = own.len() < enqueue.entries.len() || !own.is_disjoint(&keys);
        if repeated || !ids.insert(clean(enqueue.notification.id.as_str())) {
            left_out.push(enqueue.notification.id.clone());
            continue;
        }
        keys.extend(own);
        wanted.push((enqueue, body(&enqueue.notification)?));
    }
    wanted.sort_by(|(a, _), (b, _)| a.notification.id.cmp(&b.notification.id));
    Ok((wanted, left_out))
}

/// A notification as it is stored.
pub(super) fn body(notification: &Notification) -> Result<String, StoreError> {
    serde_json::to_string(notification).map_err(|error| StoreError {
        what: format!("notification {} cannot be written as JSON", notification.id),
        cause: Some(sqlx::Error::Encode(error.into())),
    })
}

fn key<'b>(enqueue: &'b Enqueue, entry: &'b LedgerEntry) -> Key<'b> {
    Key {
        reminder: clean(&entry.occurrence.reminder),
        item: clean(entry.occurrence.item.as_str()),
        reason: clean(&entry.occurrence.reason),
        episode: millis(entry.occurrence.episode),
        recipient: clean(&enqueue.notification.recipient),
        channel: clean(&enqueue.notification.channel),
        sequence: entry.sequence,
    }
}

/// The batch's ledger entries in the order of their keys. Every process writes in this order (and ids in
/// theirs), so that two that write the same rows wait for each other instead of blocking each other.
fn entries<'b>(batch: &[Prepared<'b>]) -> Vec<Entry<'b>> {
    let rows = batch.iter().flat_map(|(enqueue, _)| {
        enqueue.entries.iter().map(|entry| Entry {
            key: key(enqueue, entry),
            slot: millis(entry.slot),
            decided: millis(enqueue.decided),
            notice: entry.notice,
            notification: clean(enqueue.notification.id.as_str()),
        })
    });
    let mut rows: Vec<_> = rows.collect();
    rows.sort_by(|a, b| a.key.cmp(&b.key));
    rows
}

async fn write(transaction: &mut Transaction<'_, Any>, batch: &[Prepared<'_>]) -> Result<bool, sqlx::Error> {
    for chunk in batch.chunks(CHUNK) {
        let rows = chunk.iter().map(|(Enqueue { notification, created, .. }, body)| (notification, *created, body));
        if write_rows(transaction, rows).await? < chunk.len() {
            return Ok(false);
        }
    }
    for chunk in entries(batch).chunks(CHUNK) {
        let head = "INSERT INTO ledger (reminder, item, reason, episode, recipient, channel, sequence, slot, decided, \
                    notification, state, notice) VALUES ";
        let query = insert(head, chunk.len(), 12);
        if execute(transaction, chunk.iter().fold(query, bind_entry)).await? < chunk.len() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Writes at most [`CHUNK`] rows into the outbox, due when they were made; says how many of them were not there before.
pub(super) async fn write_rows<'r>(
    transaction: &mut Transaction<'_, Any>,
    rows: impl ExactSizeIterator<Item = (&'r Notification, Instant, &'r String)>,
) -> Result<usize, sqlx::Error> {
    let head = "INSERT INTO outbox (id, channel, recipient, body, state, created, not_before, due) VALUES ";
    let query = insert(head, rows.len(), 8);
    execute(transaction, rows.fold(query, bind_notification)).await
}

fn insert(head: &str, rows: usize, columns: usize) -> Statement<'static> {
    statement([head, &placeholders(rows, columns), " ON CONFLICT DO NOTHING"].concat(), rows)
}

async fn execute(transaction: &mut Transaction<'_, Any>, query: Statement<'_>) -> Result<usize, sqlx::Error> {
    let written = query.execute(&mut **transaction).await?.rows_affected();
    Ok(usize::try_from(written).unwrap_or(usize::MAX))
}

fn bind_notification<'q>(
    query: Statement<'q>,
    (notification, created, body): (&Notification, Instant, &String),
) -> Statement<'q> {
    query
        .bind(text(notification.id.as_str()))
        .bind(text(&notification.channel))
        .bind(text(&notification.recipient))
        .bind(body.clone())
        .bind("queued")
        .bind(millis(created))
        .bind(millis(created))
        .bind(millis(created))
}

fn bind_key<'q>(query: Statement<'q>, key: &Key<'_>) -> Statement<'q> {
    query
        .bind(key.reminder.to_string())
        .bind(key.item.to_string())
        .bind(key.reason.to_string())
        .bind(key.episode)
        .bind(key.recipient.to_string())
        .bind(key.channel.to_string())
        .bind(i64::from(key.sequence))
}

fn bind_entry<'q>(query: Statement<'q>, entry: &Entry<'_>) -> Statement<'q> {
    bind_key(query, &entry.key)
        .bind(entry.slot)
        .bind(entry.decided)
        .bind(entry.notification.to_string())
        .bind("queued")
        .bind(entry.notice.as_str())
}

/// The ids among `batch` that are in the outbox, or that have an entry which is in the ledger.
async fn taken(pool: &AnyPool, batch: &[Prepared<'_>]) -> Result<HashSet<String>, sqlx::Error> {
    let mut ids = HashSet::new();
    for chunk in batch.chunks(CHUNK) {
        let sql = format!("SELECT id FROM outbox WHERE id IN (VALUES {})", placeholders(chunk.len(), 1));
        let query = sqlx::query(AssertSqlSafe(sql)).persistent(false);
        let query = chunk.iter().fold(query, |query, (enqueue, _)| query.bind(text(enqueue.notification.id.as_str())));
        collect(pool, query, &mut ids).await?;
    }
    for chunk in entries(batch).chunks(CHUNK) {
        let sql = format!(
            "WITH asked (reminder, item, reason, episode, recipient, channel, sequence, id) AS (VALUES {}) \
             SELECT asked.id AS id FROM asked JOIN ledger ON ledger.reminder = asked.reminder \
               AND ledger.item = asked.item AND ledger.reason = asked.reason AND ledger.episode = asked.episode \
               AND ledger.recipient = asked.recipient AND ledger.channel = asked.channel \
               AND ledger.sequence = asked.sequence",
            placeholders(chunk.len(), 8)
        );
        let query = sqlx::query(AssertSqlSafe(sql)).persistent(false);
        let query =
            chunk.iter().fold(query, |query, entry| bind_key(query, &entry.key).bind(entry.notification.to_string()));
        collect(pool, query, &mut ids).await?;
    }
    Ok(ids)
}

async fn collect(pool: &AnyPool, query: Statement<'_>, ids: &mut HashSet<String>) -> Result<(), sqlx::Error> {
    for row in query.fetch_all(pool).await? {
        ids.insert(row.try_get("id")?);
    }
    Ok(())
}
