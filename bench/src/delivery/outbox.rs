//! Queued notices of a real shape: one that a scan wrote, as often as it is needed, each for somebody else.

use std::fs;

use anyhow::{Context, Result, ensure};
use nudged::{
    clock::{Clock, SystemClock},
    config::DatabaseUrl,
    model::{Instant, ItemKey, Notification, NotificationId, Occurrence},
    store::{Custody, Depth, Enqueue, Filter, LedgerEntry, SqlStore, Store},
};
use serde_json::json;

use super::{
    home::Home,
    place::{Kind, Place},
};
use crate::bench::Bench;

/// Notices written in one transaction.
const BATCH: usize = 500;

/// A notice as a scan of the sample wrote it, the one of middling length, and its mail.
pub(crate) struct Template {
    /// The notice, on the channel `email`.
    pub(crate) notice: Notification,
    /// The mail that the shipped channel made of it, lines ended with LF.
    pub(crate) mail: String,
}

impl Template {
    /// Scans the sample and delivers it to a Maildir.
    ///
    /// # Errors
    /// If nudged fails.
    pub(crate) async fn make(bench: &Bench) -> Result<Self> {
        let place = Place::fresh(bench, Kind::Sqlite).await?;
        let channels = json!({ "email": { "from": "nudged <nudged@example.com>", "maildir": "mail" } });
        let home = Home::new(bench, &place.written, &channels, &json!({ "directory": { "file": "people.csv" } }))?;
        home.sample().await?;
        home.nudged(&["scan"]).await?;
        let notice = middling(&place.url).await?;
        home.nudged(&["deliver", "--once"]).await?;
        for entry in fs::read_dir(home.path().join("mail/new"))? {
            let mail = fs::read_to_string(entry?.path())?;
            if mail.contains(notice.id.as_str()) {
                return Ok(Self { notice, mail: mail.replace("\r\n", "\n") });
            }
        }
        anyhow::bail!("the mail of {} was not written", notice.id)
    }
}

async fn middling(url: &DatabaseUrl) -> Result<Notification> {
    let store = SqlStore::connect(url).await?;
    let mut notices = Vec::new();
    for kept in store.list(&Filter::default()).await? {
        let dossier = store.show(&kept.id).await?;
        notices.extend(dossier.and_then(|dossier| dossier.kept).and_then(|(_, notice)| notice));
    }
    store.close().await;
    notices.sort_by_key(|notice| (notice.text.len(), notice.id.clone()));
    let middle = notices.len() / 2;
    notices.into_iter().nth(middle).context("the scan of the sample wrote nothing")
}

/// Queues so many notices like this one, each with its entries in the ledger, on a channel.
///
/// # Errors
/// If the store refuses.
pub(crate) async fn fill(url: &DatabaseUrl, template: &Notification, channel: &str, count: usize) -> Result<()> {
    let store = SqlStore::connect(url).await?;
    let numbers: Vec<_> = (0..count).collect();
    for numbers in numbers.chunks(BATCH) {
        let batch: Vec<_> =
            numbers.iter().map(|number| numbered(template, channel, *number, SystemClock.now())).collect();
        ensure!(store.enqueue(&batch).await?.is_empty(), "the store is not fresh");
    }
    store.close().await;
    Ok(())
}

/// Whether everything has left the outbox.
///
/// # Errors
/// If something has not.
pub(crate) async fn all_delivered(url: &DatabaseUrl) -> Result<()> {
    let store = SqlStore::connect(url).await?;
    let depth = store.depth().await?;
    store.close().await;
    ensure!(depth == Depth::default(), "not all was delivered: {depth:?}");
    Ok(())
}

fn numbered(template: &Notification, channel: &str, number: usize, now: Instant) -> Enqueue {
    let recipient = format!("reader-{number}@example.com");
    let mut notification = Notification { channel: channel.to_owned(), recipient, decided: now, ..template.clone() };
    let mut entries = Vec::new();
    for (place, reminder) in notification.reminders.iter_mut().enumerate() {
        reminder.item = format!("share:{number:08}-{place}");
        let occurrence = Occurrence {
            reminder: reminder.reminder.clone().into(),
            item: ItemKey::from_stored(reminder.item.clone()),
            reason: reminder.reason.clone().into(),
            episode: reminder.since,
        };
        entries.push(LedgerEntry { occurrence, sequence: 1, slot: now, notice: reminder.notice });
    }
    let parts = entries.iter().map(|entry| (&entry.occurrence, entry.sequence));
    notification.id = NotificationId::derive(channel, &notification.recipient, parts);
    Enqueue { notification, entries, decided: now, created: now }
}
