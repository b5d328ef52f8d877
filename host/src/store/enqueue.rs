//! Writing notifications with their ledger entries: all of a batch in one transaction.
//!
//! The batch is written in good faith. Only if an entry or an id turns out to be taken, everything is rolled
//! back, the taken ones are looked up, and the rest is written again. Whoever was first has committed by then
//! (a conflicting INSERT waits for that), so that every round leaves fewer, and the rounds end.

use std::{borrow::Cow, collections::HashSet};

use sqlx::{Any, AnyPool, Row, Transaction};

use super::{
    Enqueue, LedgerEntry, SqlStore, StoreError,
    given::{Column, Given, Value},
    rows::{Statement, clean, millis, text},
    sql::{Dialect, during},
};
use crate::{
    crash,
    model::{Instant, Notice, Notification, NotificationId},
};

/// Entries in one statement, and notifications, whose bodies are large.
const ENTRIES: usize = 2000;
const NOTIFICATIONS: usize = 100;

/// A ledger entry as it is written.
const LEDGER: [Column; 12] = [
    Column::Text("reminder"),
    Column::Text("item"),
    Column::Text("reason"),
    Column::Number("episode"),
    Column::Text("recipient"),
    Column::Text("channel"),
    Column::Number("sequence"),
    Column::Number("slot"),
    Column::Number("decided"),
    Column::Text("notification"),
    Column::Text("state"),
    Column::Text("notice"),
];

/// What makes a ledger entry unique, and the notification that it is of.
const ENTRY: [Column; 8] = [
    Column::Text("reminder"),
    Column::Text("item"),
    Column::Text("reason"),
    Column::Number("episode"),
    Column::Text("recipient"),
    Column::Text("channel"),
    Column::Number("sequence"),
    Column::Text("id"),
];

/// A notification as it is written.
const OUTBOX: [Column; 8] = [
    Column::Text("id"),
    Column::Text("channel"),
    Column::Text("recipient"),
    Column::Text("body"),
    Column::Text("state"),
    Column::Number("created"),
    Column::Number("not_before"),
    Column::Number("due"),
];

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

impl Key<'_> {
    fn values(&self) -> [Value<'_>; 7] {
        [
            Value::Text(&self.reminder),
            Value::Text(&self.item),
            Value::Text(&self.reason),
            Value::Number(self.episode),
            Value::Text(&self.recipient),
            Value::Text(&self.channel),
            Value::Number(self.sequence.into()),
        ]
    }
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
            let taken =
                taken(&self.pool, self.dialect, &wanted).await.map_err(during("looking for what is in the ledger"))?;
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
        let free = write(&mut transaction, self.dialect, batch).await?;
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

async fn write(
    transaction: &mut Transaction<'_, Any>,
    dialect: Dialect,
    batch: &[Prepared<'_>],
) -> Result<bool, sqlx::Error> {
    for chunk in batch.chunks(NOTIFICATIONS) {
        let rows = chunk.iter().map(|(Enqueue { notification, created, .. }, body)| (notification, *created, body));
        if write_rows(transaction, dialect, rows).await? < chunk.len() {
            return Ok(false);
        }
    }
    // Whatever is taken is an error here: to pass it over would take PostgreSQL twice as long.
    match write_entries(transaction, dialect, batch).await {
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => Ok(false),
        written => written.map(|()| true),
    }
}

async fn write_entries(
    transaction: &mut Transaction<'_, Any>,
    dialect: Dialect,
    batch: &[Prepared<'_>],
) -> Result<(), sqlx::Error> {
    for chunk in entries(batch).chunks(ENTRIES) {
        let mut given = Given::new(dialect, &LEDGER);
        for entry in chunk {
            let [reminder, item, reason, episode, recipient, channel, sequence] = entry.key.values();
            let (slot, decided) = (Value::Number(entry.slot), Value::Number(entry.decided));
            let [notification, state, notice] =
                [&*entry.notification, "queued", entry.notice.as_str()].map(Value::Text);
            given.push(&[
                reminder,
                item,
                reason,
                episode,
                recipient,
                channel,
                sequence,
                slot,
                decided,
                notification,
                state,
                notice,
            ]);
        }
        let sql = format!("INSERT INTO ledger ({}) {}", given.names(), given.select());
        given.query(sql).execute(&mut **transaction).await?;
    }
    Ok(())
}

/// Writes rows into the outbox, due when they were made; says how many of them were not there before.
pub(super) async fn write_rows<'r>(
    transaction: &mut Transaction<'_, Any>,
    dialect: Dialect,
    rows: impl Iterator<Item = (&'r Notification, Instant, &'r String)>,
) -> Result<usize, sqlx::Error> {
    let mut given = Given::new(dialect, &OUTBOX);
    for (Notification { id, channel, recipient, .. }, created, body) in rows {
        let [id, channel, recipient, body, state] = [id.as_str(), channel, recipient, body, "queued"].map(Value::Text);
        let created = Value::Number(millis(created));
        given.push(&[id, channel, recipient, body, state, created, created, created]);
    }
    let sql = format!("INSERT INTO outbox ({}) {} ON CONFLICT DO NOTHING", given.names(), given.select());
    let written = given.query(sql).execute(&mut **transaction).await?.rows_affected();
    Ok(usize::try_from(written).unwrap_or(usize::MAX))
}

/// The ids among `batch` that are in the outbox, or that have an entry which is in the ledger.
async fn taken(pool: &AnyPool, dialect: Dialect, batch: &[Prepared<'_>]) -> Result<HashSet<String>, sqlx::Error> {
    let mut ids = HashSet::new();
    for chunk in batch.chunks(ENTRIES) {
        let mut given = Given::new(dialect, &[Column::Text("id")]);
        chunk.iter().for_each(|(enqueue, _)| given.push(&[Value::Text(enqueue.notification.id.as_str())]));
        let sql = format!("SELECT id FROM outbox WHERE id IN ({})", given.select());
        collect(pool, given.query(sql), &mut ids).await?;
    }
    for chunk in entries(batch).chunks(ENTRIES) {
        let mut given = Given::new(dialect, &ENTRY);
        for entry in chunk {
            let [reminder, item, reason, episode, recipient, channel, sequence] = entry.key.values();
            let id = Value::Text(&entry.notification);
            given.push(&[reminder, item, reason, episode, recipient, channel, sequence, id]);
        }
        let sql = format!(
            "WITH asked AS MATERIALIZED ({}) \
             SELECT asked.id AS id FROM asked JOIN ledger ON ledger.reminder = asked.reminder \
               AND ledger.item = asked.item AND ledger.reason = asked.reason AND ledger.episode = asked.episode \
               AND ledger.recipient = asked.recipient AND ledger.channel = asked.channel \
               AND ledger.sequence = asked.sequence",
            given.select()
        );
        collect(pool, given.query(sql), &mut ids).await?;
    }
    Ok(ids)
}

async fn collect(pool: &AnyPool, query: Statement<'_>, ids: &mut HashSet<String>) -> Result<(), sqlx::Error> {
    for row in query.fetch_all(pool).await? {
        ids.insert(row.try_get("id")?);
    }
    Ok(())
}
