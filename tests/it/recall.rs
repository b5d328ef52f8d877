//! What the store gives back of what it was told, on SQLite and on PostgreSQL alike.

use chrono::TimeDelta;
use nudged::{
    model::{Instant, ItemKey, Notice, Notification, NotificationId, Occurrence, OpenOccurrence},
    store::{Disposal, Enqueue, Fate, LedgerEntry, SqlStore, Store},
};
use nudged_tests::{Database, at};

fn now() -> Instant {
    at("2026-05-04T09:00:00Z")
}

fn occurrence(reminder: &str, share: &str) -> Occurrence {
    Occurrence {
        reminder: reminder.into(),
        item: ItemKey::share(share),
        reason: "pending".into(),
        episode: at("2026-05-01T10:00:00Z"),
    }
}

fn notice(to: &str, occurrence: &Occurrence, sequence: u32, notice: Notice) -> Enqueue {
    let notification = Notification {
        id: NotificationId::derive("email", to, [(occurrence, sequence)]),
        channel: "email".into(),
        recipient: to.into(),
        subject: String::new(),
        preamble: String::new(),
        because: String::new(),
        text: String::new(),
        reminders: vec![],
        more: 0,
        decided: now(),
        refusable: false,
    };
    let decided = now() + TimeDelta::minutes(i64::from(sequence));
    let entry = LedgerEntry { occurrence: occurrence.clone(), sequence, slot: now(), notice };
    Enqueue { notification, entries: vec![entry], decided, created: now() }
}

/// Ends every notice that waits, each as the function says.
async fn finish(store: &SqlStore, disposal: impl Fn(&str) -> Option<Disposal>) {
    for lease in nudged_tests::take(store, "test", now(), now() + TimeDelta::hours(1), 100).await {
        let Some(disposal) = disposal(&lease.notification.recipient) else { continue };
        let attempt = nudged_tests::attempt(now());
        nudged_tests::end(store, &lease, &attempt, disposal).await;
    }
}

async fn every_entry_is_read_back_with_its_fate(database: Database) {
    let store = SqlStore::connect(&database.url()).await.expect("a store");
    let (mine, other) = (occurrence("pending-share", "s1"), occurrence("pending-share", "s2"));
    let batch = [
        notice("pam@x.test", &mine, 1, Notice::Reminder),
        notice("rita@x.test", &mine, 2, Notice::Escalation),
        notice("dora@x.test", &mine, 3, Notice::Closing),
        notice("quin@x.test", &mine, 4, Notice::Action),
        notice("pam@x.test", &other, 1, Notice::Reminder),
    ];
    store.enqueue(&batch).await.expect("an outbox");
    finish(&store, |to| match to {
        "pam@x.test" => Some(Disposal::Delivered),
        "rita@x.test" => Some(Disposal::Rejected),
        "dora@x.test" => Some(Disposal::Dead),
        _ => None,
    })
    .await;
    let unknown = occurrence("pending-share", "s9");
    let told = store.told(&[unknown, mine.clone()]).await.expect("a ledger");
    let seen: Vec<_> = told.iter().map(|one| (one.recipient.as_str(), one.notice, one.fate)).collect();
    let expected = [
        ("pam@x.test", Notice::Reminder, Fate::Delivered),
        ("rita@x.test", Notice::Escalation, Fate::Rejected),
        ("dora@x.test", Notice::Closing, Fate::Dead),
        ("quin@x.test", Notice::Action, Fate::Queued),
    ];
    assert_eq!(seen, expected);
    let first = &told[0];
    assert_eq!((&first.occurrence, first.channel.as_str(), first.sequence), (&mine, "email", 1));
    assert_eq!((first.slot, first.decided), (now(), now() + TimeDelta::minutes(1)));
    assert_eq!(first.notification, batch[0].notification.id);
}

async fn entries_of_more_occurrences_than_fit_in_one_statement_come_in_order(database: Database) {
    let store = SqlStore::connect(&database.url()).await.expect("a store");
    let all: Vec<_> = (0..1001).map(|n| occurrence("pending-share", &format!("s{n}"))).collect();
    let batch =
        [notice("pam@x.test", &all[1000], 1, Notice::Reminder), notice("pam@x.test", &all[0], 2, Notice::Reminder)];
    store.enqueue(&batch).await.expect("an outbox");
    let told = store.told(&all).await.expect("a ledger");
    let items: Vec<_> = told.iter().map(|one| one.occurrence.item.as_str()).collect();
    assert_eq!(items, ["share:s1000", "share:s0"]);
}

async fn an_items_occurrences_are_remembered_with_their_end(database: Database) {
    let store = SqlStore::connect(&database.url()).await.expect("a store");
    let open = |reminder: &str, share: &str, minute| OpenOccurrence {
        occurrence: occurrence(reminder, share),
        title: "Sales".to_owned(),
        opened: now() + TimeDelta::minutes(minute),
    };
    let new = [open("late", "s1", 2), open("early", "s1", 1), open("early", "s2", 0)];
    store.open(&new).await.expect("they open");
    let end = now() + TimeDelta::days(1);
    Store::close(&store, &[new[1].occurrence.clone()], end).await.expect("one closes");
    let known = store.occurrences(&ItemKey::share("s1")).await.expect("a memory");
    let seen: Vec<_> = known.iter().map(|one| (&one.open, one.closed)).collect();
    assert_eq!(seen, [(&new[1], Some(end)), (&new[0], None)]);
}

macro_rules! on_both {
    ($($name:ident,)*) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $name() {
                super::$name(super::Database::fresh_sqlite()).await;
            })*
        }
        mod postgres {
            $(#[tokio::test]
            async fn $name() {
                super::$name(super::Database::fresh_postgres().await).await;
            })*
        }
    };
}

on_both! {
    every_entry_is_read_back_with_its_fate,
    entries_of_more_occurrences_than_fit_in_one_statement_come_in_order,
    an_items_occurrences_are_remembered_with_their_end,
}

#[tokio::test]
async fn a_store_that_does_not_exist_remembers_nothing() {
    let database = Database::fresh_sqlite();
    let store = SqlStore::peek(&database.url()).await.expect("nothing to see");
    assert_eq!(store.told(&[occurrence("pending-share", "s1")]).await.expect("a ledger"), []);
    assert_eq!(store.occurrences(&ItemKey::share("s1")).await.expect("a memory"), []);
    assert!(!database.file().exists());
}
