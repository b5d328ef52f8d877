//! Leases end in batches, and what is in a notification can be taken back.

use std::collections::HashMap;

use nudged::{
    model::{History, Notice, Thread},
    store::{Attempt, Contained, Disposal, Ended, Fate, Finish, Lease, Outbox, Store},
};
use nudged_tests::{Database, end, take};

use super::{attempt, digest, finish, lease, minutes, now, occurrence, open, table, told};

on_both! {
    a_batch_ends_in_its_order_and_what_is_stale_hinders_nobody,
    two_daemons_that_end_the_same_leases_end_each_once,
    attempts_are_numbered_by_notification,
    what_is_cancelled_leaves_the_outbox_and_was_never_told,
    a_thread_begins_with_the_first_reminder_that_was_delivered,
    what_does_not_hold_any_more_is_taken_out_of_a_notification,
}

fn ended(lease: &Lease, disposal: Disposal) -> Ended {
    Ended { lease: lease.clone(), attempt: attempt("250 ok"), disposal }
}

async fn count(database: &Database, name: &str, condition: &str) -> i64 {
    database.number(&format!("SELECT COUNT(*) FROM {} WHERE {condition}", table(database, name))).await
}

async fn a_batch_ends_in_its_order_and_what_is_stale_hinders_nobody(database: Database) {
    let store = open(&database).await;
    let batch: Vec<_> = (0..1203).map(|n| digest(&format!("p{n}@x.test"), &["s1", "s2"], 1)).collect();
    store.enqueue(&batch).await.expect("written");
    let leases = take(&store, "a", now(), now() + minutes(2), 1203).await;
    let not_before = now() + minutes(9);
    let disposals = [
        Disposal::Delivered,
        Disposal::Requeue { not_before },
        Disposal::Rejected,
        Disposal::Dead,
        Disposal::Cancelled,
    ];
    let mut all = Vec::new();
    let mut expected = Vec::new();
    for (n, lease) in leases.iter().enumerate() {
        if n % 7 == 0 {
            let mut stale = ended(lease, Disposal::Dead);
            stale.lease.fence -= 1;
            all.push(stale);
            expected.push(Finish::Stale);
        }
        all.push(ended(lease, disposals[n % 5]));
        expected.push(Finish::Done);
        if n % 11 == 0 {
            all.push(ended(lease, Disposal::Rejected));
            expected.push(Finish::Stale);
        }
    }
    assert_eq!(store.finish(&all).await.expect("an end"), expected);
    assert_eq!(store.finish(&[]).await.expect("no end"), []);
    for (n, (state, outcome)) in [
        ("delivered", "delivered"),
        ("queued", "retry"),
        ("rejected", "rejected"),
        ("dead", "dead"),
        ("cancelled", "cancelled"),
    ]
    .into_iter()
    .enumerate()
    {
        let those = (1203 - n as i64 + 4) / 5;
        assert_eq!(count(&database, "ledger", &format!("state = '{state}'")).await, 2 * those, "{state}");
        assert_eq!(count(&database, "attempt", &format!("outcome = '{outcome}' AND n = 1")).await, those, "{outcome}");
        let left = if ["delivered", "cancelled"].contains(&state) { 0 } else { those };
        assert_eq!(count(&database, "outbox", &format!("state = '{state}'")).await, left, "{state}");
    }
    let again = take(&store, "a", not_before, not_before + minutes(2), 1203).await;
    assert!(again.len() == 241 && again.iter().all(|lease| lease.attempts == 1), "{} leases", again.len());
}

async fn two_daemons_that_end_the_same_leases_end_each_once(database: Database) {
    let (one, two) = (open(&database).await, open(&database).await);
    for round in 0..4 {
        let batch: Vec<_> = (0..600).map(|n| digest(&format!("p{n}@x.test"), &["s1"], round + 1)).collect();
        one.enqueue(&batch).await.expect("written");
        let leases = take(&one, "a", now(), now() + minutes(2), 600).await;
        let forth: Vec<_> = leases.iter().map(|lease| ended(lease, Disposal::Delivered)).collect();
        let back: Vec<_> = leases.iter().rev().map(|lease| ended(lease, Disposal::Delivered)).collect();
        // In three batches each, from both ends.
        let forth = async {
            let mut done = 0;
            for part in forth.chunks(200) {
                let finished = one.finish(part).await.expect("an end");
                done += finished.iter().filter(|finish| **finish == Finish::Done).count();
            }
            done
        };
        let back = async {
            let finished = two.finish(&back).await.expect("an end");
            finished.iter().filter(|finish| **finish == Finish::Done).count()
        };
        let (by_one, by_two) = tokio::join!(forth, back);
        assert_eq!(by_one + by_two, 600);
    }
    assert_eq!(count(&database, "attempt", "n = 1").await, 2400);
    assert_eq!(count(&database, "attempt", "n > 1").await, 0);
}

async fn attempts_are_numbered_by_notification(database: Database) {
    let store = open(&database).await;
    store.enqueue(&[digest("pam@x.test", &["s1"], 1), digest("sue@x.test", &["s1"], 1)]).await.expect("written");
    for _ in 0..3 {
        let leases = lease(&store, "a", now()).await;
        let all: Vec<_> = leases.iter().map(|lease| ended(lease, Disposal::Requeue { not_before: now() })).collect();
        assert_eq!(store.finish(&all).await.expect("an end"), [Finish::Done; 2]);
    }
    for n in 1..=3 {
        assert_eq!(count(&database, "attempt", &format!("n = {n}")).await, 2);
    }
}

async fn what_is_cancelled_leaves_the_outbox_and_was_never_told(database: Database) {
    let store = open(&database).await;
    let mut escalation = digest("sue@x.test", &["s1"], 1);
    escalation.entries[0].notice = Notice::Escalation;
    let mut closing = digest("rita@x.test", &["s1"], 1);
    closing.entries[0].notice = Notice::Closing;
    store.enqueue(&[digest("pam@x.test", &["s1"], 1), escalation, closing]).await.expect("written");
    for lease in lease(&store, "a", now()).await {
        assert_eq!(finish(&store, &lease, Disposal::Cancelled).await, Finish::Done);
    }
    assert_eq!(count(&database, "outbox", "1 = 1").await, 0);
    let nothing = Some(History { sequence: 1, ..History::default() });
    for to in ["pam@x.test", "sue@x.test", "rita@x.test"] {
        assert_eq!(told(&store, "s1", to).await, nothing, "{to}");
    }
    let fates: Vec<_> =
        store.told(&[occurrence("s1")]).await.expect("a ledger").into_iter().map(|told| told.fate).collect();
    assert_eq!(fates, [Fate::Cancelled; 3]);
    assert_eq!(store.enqueue(&[digest("pam@x.test", &["s1"], 2)]).await.expect("written"), []);
}

async fn a_thread_begins_with_the_first_reminder_that_was_delivered(database: Database) {
    let store = open(&database).await;
    let ends = [
        (Notice::Reminder, Disposal::Rejected, "r1"),
        (Notice::Escalation, Disposal::Delivered, "r2"),
        (Notice::Reminder, Disposal::Delivered, "r3"),
        (Notice::Reminder, Disposal::Delivered, "r4"),
    ];
    let mut ids = Vec::new();
    for (n, (notice, disposal, receipt)) in ends.into_iter().enumerate() {
        let mut enqueue = digest("pam@x.test", &["s1", "s2"], n as u32 + 1);
        enqueue.entries.iter_mut().for_each(|entry| entry.notice = notice);
        ids.push(enqueue.notification.id.clone());
        store.enqueue(&[enqueue]).await.expect("written");
        let leases = lease(&store, "a", now()).await;
        let attempt = Attempt { receipt: Some(receipt.to_owned()), ..attempt("ok") };
        assert_eq!(end(&store, &leases[0], &attempt, disposal).await, Finish::Done);
        let thread = told(&store, "s2", "pam@x.test").await.expect("a history").thread;
        let first = Thread { notification: ids[ids.len().min(3) - 1].clone(), receipt: Some("r3".to_owned()) };
        assert_eq!(thread, (n >= 2).then_some(first), "after {receipt}");
    }
    let shown = nudged::store::Custody::show(&store, &ids[2]).await.expect("an answer").expect("a dossier");
    assert_eq!(shown.attempts[0].1.receipt.as_deref(), Some("r3"));
    store.enqueue(&[digest("sue@x.test", &["s1"], 1)]).await.expect("written");
    let leases = lease(&store, "a", now()).await;
    finish(&store, &leases[0], Disposal::Delivered).await;
    let thread = told(&store, "s1", "sue@x.test").await.expect("a history").thread.expect("a thread");
    assert_eq!((&thread.notification, thread.receipt), (&leases[0].notification.id, None));
}

async fn what_does_not_hold_any_more_is_taken_out_of_a_notification(database: Database) {
    let store = open(&database).await;
    let mut both = digest("pam@x.test", &["s1", "s2"], 1);
    both.entries[1].notice = Notice::Closing;
    let other = digest("sue@x.test", &["s1"], 1);
    let ids = [both.notification.id.clone(), other.notification.id.clone()];
    store.enqueue(&[both, other]).await.expect("written");
    let contained = |share: &str, notice| Contained { occurrence: occurrence_as_stored(share), notice };
    let expected = HashMap::from([
        (ids[0].clone(), vec![contained("s1", Notice::Reminder), contained("s2", Notice::Closing)]),
        (ids[1].clone(), vec![contained("s1", Notice::Reminder)]),
    ]);
    assert_eq!(store.contents(&ids).await.expect("contents"), expected);
    assert_eq!(store.contents(&[]).await.expect("contents"), HashMap::new());

    let leases = lease(&store, "a", now()).await;
    let held = leases.iter().find(|lease| lease.notification.id == ids[0]).expect("a lease");
    let mut left = held.notification.clone();
    left.subject = "1 request waits for you".into();
    let stale = Lease { fence: held.fence - 1, ..held.clone() };
    assert_eq!(store.amend(&stale, &[occurrence("s1")], &left).await.expect("an answer"), Finish::Stale);
    assert_eq!(store.contents(&ids[..1]).await.expect("contents")[&ids[0]].len(), 2);

    assert_eq!(store.amend(held, &[occurrence("s2")], &left).await.expect("an answer"), Finish::Done);
    assert_eq!(store.contents(&ids[..1]).await.expect("contents")[&ids[0]], [contained("s1", Notice::Reminder)]);
    store.defer(&[(held, now())]).await.expect("given back");
    let again = take(&store, "a", now(), now() + minutes(2), 1).await;
    assert_eq!(again[0].notification, left);
    assert_eq!(finish(&store, &again[0], Disposal::Delivered).await, Finish::Done);
    let fates = store.told(&[occurrence("s1"), occurrence("s2")]).await.expect("a ledger").into_iter();
    let fates: Vec<_> = fates.filter(|told| told.notification == ids[0]).map(|told| told.fate).collect();
    assert!(fates.contains(&Fate::Delivered) && fates.contains(&Fate::Cancelled), "{fates:?}");
}

/// The ledger keeps milliseconds.
fn occurrence_as_stored(share: &str) -> nudged::model::Occurrence {
    nudged::model::Occurrence { episode: super::at("2026-05-01T10:00:00.123Z"), ..occurrence(share) }
}
