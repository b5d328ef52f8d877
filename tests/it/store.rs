//! The store keeps its promises on SQLite and on PostgreSQL alike.

use std::{collections::BTreeSet, time::Duration};

use chrono::TimeDelta;
use nudged::{
    config::{DatabaseUrl, Secret},
    model::{History, Instant, ItemKey, Notice, Notification, NotificationId, Occurrence, Thread},
    store::{
        Attempt, Claim, Depth, Disposal, Enqueue, Finish, Lane, Lease, LedgerEntry, Outbox, Runs, SqlStore, Store,
    },
};
use nudged_tests::{Database, end, take};

/// Runs each test over both databases, as `store::sqlite::…` and `store::postgres::…`.
macro_rules! on_both {
    ($($name:ident,)*) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(super::Database::fresh_sqlite()).await;
            })*
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(super::Database::fresh_postgres().await).await;
            })*
        }
    };
}

mod batches;
mod custody;
mod lanes;
pub(crate) mod migration;
mod prune;

on_both! {
    a_notification_goes_from_queued_to_delivered_and_leaves_the_outbox,
    a_notification_with_a_taken_entry_is_left_out_wholly,
    what_comes_twice_in_one_batch_is_written_once,
    two_batches_that_race_for_the_same_entries_write_each_once,
    a_holder_whose_lease_was_taken_over_changes_nothing,
    an_expired_lease_that_nobody_took_may_still_be_finished,
    a_requeued_notification_waits_until_its_time,
    rejected_and_dead_notifications_stay_and_are_never_leased,
    the_one_that_is_due_longest_goes_first,
    concurrent_leases_never_overlap,
    a_run_is_claimed_by_exactly_one,
    a_run_that_ended_is_never_run_again,
    the_claim_of_a_dead_daemon_runs_out,
    history_counts_per_recipient_and_channel,
    history_answers_for_more_occurrences_than_fit_in_one_statement,
    a_crash_between_enqueue_and_finish_loses_nothing,
    an_unreadable_body_is_dead_and_blocks_nobody,
    texts_with_nul_are_stored,
    a_newer_schema_is_refused,
    opening_twice_keeps_what_is_there,
    a_new_store_is_made_by_many_at_once,
}

fn at(text: &str) -> Instant {
    text.parse().expect("an RFC 3339 instant")
}

fn now() -> Instant {
    at("2026-05-04T09:00:00Z")
}

/// After every slot that these tests tell.
fn late() -> Instant {
    now() + TimeDelta::days(30)
}

fn minutes(n: i64) -> TimeDelta {
    TimeDelta::minutes(n)
}

async fn open(database: &Database) -> SqlStore {
    SqlStore::connect(&database.url()).await.expect("the store opens")
}

/// The table as an SQL statement from outside names it.
fn table(database: &Database, name: &str) -> String {
    if database.is_postgres() { format!("nudged.{name}") } else { name.to_owned() }
}

fn occurrence(share: &str) -> Occurrence {
    Occurrence {
        reminder: "pending-share".into(),
        item: ItemKey::share(share),
        reason: "pending".into(),
        episode: at("2026-05-01T10:00:00.123456Z"),
    }
}

/// A digest for `to` about these shares, each told for the `sequence`-th time.
fn digest(to: &str, shares: &[&str], sequence: u32) -> Enqueue {
    let occurrences: Vec<_> = shares.iter().map(|share| occurrence(share)).collect();
    let id = NotificationId::derive("email", to, occurrences.iter().map(|occurrence| (occurrence, sequence)));
    let notification = Notification {
        id,
        channel: "email".into(),
        recipient: to.into(),
        subject: "2 requests wait for you".into(),
        preamble: "You own Sales.".into(),
        because: String::new(),
        text: "…".into(),
        reminders: vec![],
        more: 0,
        decided: now(),
        refusable: false,
    };
    let entry = |occurrence| LedgerEntry { occurrence, sequence, slot: now(), notice: Notice::Reminder };
    Enqueue { notification, entries: occurrences.into_iter().map(entry).collect(), decided: now(), created: now() }
}

fn attempt(detail: &str) -> Attempt {
    Attempt {
        started: now(),
        took: Duration::from_millis(120),
        detail: detail.into(),
        plugin: Some("email@0123".into()),
        receipt: None,
    }
}

async fn lease(store: &SqlStore, holder: &str, now: Instant) -> Vec<Lease> {
    take(store, holder, now, now + minutes(2), 100).await
}

async fn finish(store: &SqlStore, lease: &Lease, disposal: Disposal) -> Finish {
    end(store, lease, &attempt("250 ok"), disposal).await
}

async fn told(store: &SqlStore, share: &str, to: &str) -> Option<History> {
    let histories = store.history(&[occurrence(share)], late()).await.expect("a history");
    histories.get(&occurrence(share))?.get(&("email".to_owned(), to.to_owned())).cloned()
}

fn to(leases: &[Lease]) -> Vec<&str> {
    leases.iter().map(|lease| lease.notification.recipient.as_str()).collect()
}

async fn a_notification_goes_from_queued_to_delivered_and_leaves_the_outbox(database: Database) {
    let store = open(&database).await;
    let digest = digest("pam@x.test", &["s1", "s2"], 1);
    assert_eq!(store.enqueue(std::slice::from_ref(&digest)).await.expect("written"), []);
    assert_eq!(store.next_due(Lane::Others(&[])).await.expect("an instant"), Some(now()));
    let queued = History { sequence: 1, last_slot: Some(now()), in_flight: true, ..History::default() };
    assert_eq!(told(&store, "s1", "pam@x.test").await, Some(queued.clone()));

    let leases = lease(&store, "a", now()).await;
    let thread = Some(Thread { notification: digest.notification.id.clone(), receipt: None });
    let expected =
        Lease { notification: digest.notification, attempts: 0, created: now(), scanned: now(), lost: 0, fence: 1 };
    assert_eq!(leases, [expected]);
    assert_eq!(store.depth().await.expect("numbers"), Depth { leased: 1, ..Depth::default() });
    assert_eq!(store.next_due(Lane::Others(&[])).await.expect("an instant"), Some(now() + minutes(2)));
    assert_eq!(lease(&store, "b", now()).await, []);

    assert_eq!(finish(&store, &leases[0], Disposal::Delivered).await, Finish::Done);
    let delivered =
        History { delivered: 1, first_sent: Some(now()), thread, last_sent: Some(now()), in_flight: false, ..queued };
    assert_eq!(told(&store, "s2", "pam@x.test").await, Some(delivered));
    assert_eq!(store.depth().await.expect("numbers"), Depth::default());
    assert_eq!(store.next_due(Lane::Others(&[])).await.expect("an answer"), None);
    assert_eq!(finish(&store, &leases[0], Disposal::Delivered).await, Finish::Stale);
    let attempts = format!("SELECT COUNT(*) FROM {} WHERE outcome = 'delivered'", table(&database, "attempt"));
    assert_eq!(database.number(&attempts).await, 1);
}

async fn a_notification_with_a_taken_entry_is_left_out_wholly(database: Database) {
    let store = open(&database).await;
    store.enqueue(&[digest("pam@x.test", &["s1"], 1)]).await.expect("written");
    let overlapping = digest("pam@x.test", &["s1", "s2"], 1);
    let same = digest("pam@x.test", &["s1"], 1);
    let free = digest("sue@x.test", &["s1", "s2"], 1);
    let left_out = store.enqueue(&[overlapping.clone(), free, same.clone()]).await.expect("written");
    let left_out: BTreeSet<_> = left_out.into_iter().collect();
    assert_eq!(left_out, BTreeSet::from([overlapping.notification.id, same.notification.id]));
    assert_eq!(told(&store, "s2", "pam@x.test").await, None);
    assert_eq!(to(&lease(&store, "a", now()).await).into_iter().collect::<BTreeSet<_>>().len(), 2);

    // Delivered ones have left the outbox, and are taken all the same.
    let taken = digest("sue@x.test", &["s1", "s2"], 1);
    let leases = lease(&store, "b", now() + minutes(5)).await;
    for lease in &leases {
        finish(&store, lease, Disposal::Delivered).await;
    }
    assert_eq!(store.enqueue(std::slice::from_ref(&taken)).await.expect("written"), [taken.notification.id]);
    assert_eq!(store.enqueue(&[digest("sue@x.test", &["s1", "s2"], 2)]).await.expect("written"), []);
}

async fn what_comes_twice_in_one_batch_is_written_once(database: Database) {
    let store = open(&database).await;
    let first = digest("pam@x.test", &["s1"], 1);
    let second = digest("pam@x.test", &["s2", "s1"], 1);
    let mut finer = digest("pam@x.test", &["s1"], 1);
    finer.notification.id = NotificationId::from_stored("another".into());
    finer.entries[0].occurrence.episode += TimeDelta::microseconds(1);
    let left_out = store.enqueue(&[first, second.clone(), finer.clone()]).await.expect("written");
    assert_eq!(left_out, [second.notification.id, finer.notification.id]);
    assert_eq!(lease(&store, "a", now()).await.len(), 1);
}

async fn two_batches_that_race_for_the_same_entries_write_each_once(database: Database) {
    let (one, two) = (open(&database).await, open(&database).await);
    let shares: Vec<_> = (0..700).map(|n| format!("s{n}")).collect();
    let batch: Vec<_> = shares.iter().map(|share| digest("pam@x.test", &[share], 1)).collect();
    // The second daemon groups differently: other ids, overlapping entries, another order.
    let others: Vec<_> = shares.chunks(2).rev().map(|pair| digest("pam@x.test", &[&pair[0], &pair[1]], 1)).collect();
    let (first, second) = tokio::join!(one.enqueue(&batch), two.enqueue(&others));
    let written = batch.len() - first.expect("written").len() + 2 * (others.len() - second.expect("written").len());
    assert_eq!(written, 700);
    let ledger = format!("SELECT COUNT(*) FROM {}", table(&database, "ledger"));
    assert_eq!(database.number(&ledger).await, 700);
}

async fn a_holder_whose_lease_was_taken_over_changes_nothing(database: Database) {
    let store = open(&database).await;
    store.enqueue(&[digest("pam@x.test", &["s1"], 1)]).await.expect("written");
    let paused = lease(&store, "paused", now()).await;
    assert_eq!(lease(&store, "b", now() + minutes(1)).await, []);
    let taken = lease(&store, "b", now() + minutes(2)).await;
    assert_eq!(taken[0].fence, paused[0].fence + 1);
    for disposal in [Disposal::Delivered, Disposal::Dead, Disposal::Requeue { not_before: now() }] {
        assert_eq!(finish(&store, &paused[0], disposal).await, Finish::Stale);
    }
    let attempts = format!("SELECT COUNT(*) FROM {}", table(&database, "attempt"));
    assert_eq!(database.number(&attempts).await, 0);
    assert_eq!(store.depth().await.expect("numbers").leased, 1);
    assert_eq!(finish(&store, &taken[0], Disposal::Delivered).await, Finish::Done);
}

async fn an_expired_lease_that_nobody_took_may_still_be_finished(database: Database) {
    let store = open(&database).await;
    store.enqueue(&[digest("pam@x.test", &["s1"], 1)]).await.expect("written");
    let leases = lease(&store, "slow", now()).await;
    assert_eq!(finish(&store, &leases[0], Disposal::Delivered).await, Finish::Done);
    assert_eq!(lease(&store, "b", now() + minutes(60)).await, []);
}

async fn a_requeued_notification_waits_until_its_time(database: Database) {
    let store = open(&database).await;
    store.enqueue(&[digest("pam@x.test", &["s1"], 1)]).await.expect("written");
    let leases = lease(&store, "a", now()).await;
    let not_before = now() + minutes(10);
    assert_eq!(finish(&store, &leases[0], Disposal::Requeue { not_before }).await, Finish::Done);
    assert_eq!(store.next_due(Lane::Others(&[])).await.expect("an instant"), Some(not_before));
    assert!(told(&store, "s1", "pam@x.test").await.expect("a history").in_flight);
    assert_eq!(lease(&store, "a", now() + minutes(9)).await, []);
    let again = lease(&store, "a", not_before).await;
    assert_eq!((again[0].attempts, again[0].created), (1, now()));
}

async fn rejected_and_dead_notifications_stay_and_are_never_leased(database: Database) {
    let store = open(&database).await;
    store.enqueue(&[digest("pam@x.test", &["s1"], 1), digest("sue@x.test", &["s1"], 1)]).await.expect("written");
    let leases = lease(&store, "a", now()).await;
    let pam = usize::from(leases[0].notification.recipient != "pam@x.test");
    finish(&store, &leases[pam], Disposal::Rejected).await;
    finish(&store, &leases[1 - pam], Disposal::Dead).await;
    assert_eq!(lease(&store, "a", now() + minutes(600)).await, []);
    assert_eq!(store.depth().await.expect("numbers"), Depth { rejected: 1, dead: 1, ..Depth::default() });
    assert_eq!(store.next_due(Lane::Others(&[])).await.expect("an answer"), None);
    let neither = Some(History { sequence: 1, last_slot: Some(now()), ..History::default() });
    assert_eq!(told(&store, "s1", "pam@x.test").await, neither);
    assert_eq!(told(&store, "s1", "sue@x.test").await, neither);
    let outbox = format!("SELECT COUNT(*) FROM {} WHERE state IN ('rejected', 'dead')", table(&database, "outbox"));
    assert_eq!(database.number(&outbox).await, 2);
}

async fn the_one_that_is_due_longest_goes_first(database: Database) {
    let store = open(&database).await;
    for (n, name) in ["third@x.test", "first@x.test", "second@x.test"].into_iter().enumerate() {
        let mut enqueue = digest(name, &["s1"], 1);
        enqueue.created = now() + minutes([3, 1, 2][n]);
        store.enqueue(&[enqueue]).await.expect("written");
    }
    let late = now() + minutes(10);
    for expected in ["first@x.test", "second@x.test", "third@x.test"] {
        assert_eq!(to(&take(&store, "a", late, late + minutes(2), 1).await), [expected]);
    }
}

async fn concurrent_leases_never_overlap(database: Database) {
    let batch: Vec<_> = (0..120).map(|n| digest(&format!("p{n}@x.test"), &["s1"], 1)).collect();
    open(&database).await.enqueue(&batch).await.expect("written");
    let mut workers = tokio::task::JoinSet::new();
    for daemon in 0..2 {
        let store = std::sync::Arc::new(open(&database).await);
        for worker in 0..4 {
            let store = store.clone();
            workers.spawn(async move {
                let mut mine = Vec::new();
                loop {
                    let holder = format!("{daemon}-{worker}");
                    let leases = take(store.as_ref(), &holder, now(), now() + minutes(2), 7).await;
                    if leases.is_empty() {
                        return mine;
                    }
                    assert!(leases.len() <= 7, "{} leases instead of at most 7", leases.len());
                    mine.extend(leases.into_iter().map(|lease| lease.notification.recipient));
                }
            });
        }
    }
    let all: Vec<_> = workers.join_all().await.into_iter().flatten().collect();
    assert_eq!((all.len(), all.iter().collect::<BTreeSet<_>>().len()), (120, 120));
}

async fn a_run_is_claimed_by_exactly_one(database: Database) {
    let mut claims = tokio::task::JoinSet::new();
    for daemon in 0..3 {
        let store = std::sync::Arc::new(open(&database).await);
        for task in 0..5 {
            let store = store.clone();
            claims.spawn(async move { claim(&store, "pending-share", &format!("{daemon}-{task}"), now()).await });
        }
    }
    let answers = claims.join_all().await;
    assert_eq!(answers.iter().filter(|claim| **claim == Claim::Taken).count(), 1);
    let held = Claim::Held { until: now() + minutes(10) };
    assert_eq!(answers.iter().filter(|claim| **claim == held).count(), 14);
}

async fn a_run_that_ended_is_never_run_again(database: Database) {
    let store = open(&database).await;
    assert_eq!(claim(&store, "pending-share", "a", now()).await, Claim::Taken);
    assert_eq!(store.last_run("pending-share").await.expect("an answer"), None, "it has not ended");
    store.finish_run("pending-share", now()).await.expect("recorded");
    for later in [0, 600] {
        let again = store.claim_run("pending-share", now(), "a", now() + minutes(later), now() + minutes(900)).await;
        assert_eq!(again.expect("an answer"), Claim::Finished);
    }
    assert_eq!(claim(&store, "expiring-share", "b", now()).await, Claim::Taken, "another reminder");
    assert_eq!(claim(&store, "pending-share", "b", now() + minutes(60)).await, Claim::Taken, "another fire time");
    assert_eq!(store.last_run("pending-share").await.expect("an answer"), Some(now()));
}

async fn the_claim_of_a_dead_daemon_runs_out(database: Database) {
    let store = open(&database).await;
    assert_eq!(claim(&store, "pending-share", "dead", now()).await, Claim::Taken);
    let late = now() + minutes(10);
    let taken = store.claim_run("pending-share", now(), "alive", late, late + minutes(10)).await;
    assert_eq!(taken.expect("an answer"), Claim::Taken);
    assert_eq!(claim(&store, "pending-share", "dead", now()).await, Claim::Held { until: late + minutes(10) });
}

/// Claims the run of this fire time, at that time, for ten minutes.
async fn claim(store: &SqlStore, reminder: &str, holder: &str, fire_time: Instant) -> Claim {
    let claimed = store.claim_run(reminder, fire_time, holder, fire_time, fire_time + minutes(10)).await;
    claimed.expect("an answer")
}

async fn history_counts_per_recipient_and_channel(database: Database) {
    let store = open(&database).await;
    for sequence in 1..=3 {
        let day = TimeDelta::days(i64::from(sequence));
        let mut pam = digest("pam@x.test", &["s1"], sequence);
        pam.decided += day;
        pam.entries[0].slot += day;
        let mut chat = pam.clone();
        chat.notification.channel = "chat".into();
        chat.notification.id = NotificationId::from_stored(format!("chat{sequence}"));
        store.enqueue(&[pam, chat]).await.expect("written");
        for lease in lease(&store, "a", now()).await {
            let delivered = sequence > 1 && lease.notification.channel == "email";
            finish(&store, &lease, if delivered { Disposal::Delivered } else { Disposal::Rejected }).await;
        }
    }
    let day = |n| now() + TimeDelta::days(n);
    let histories = store.history(&[occurrence("s1"), occurrence("s9")], late()).await.expect("a history");
    assert_eq!(histories.keys().collect::<Vec<_>>(), [&occurrence("s1")]);
    let by = &histories[&occurrence("s1")];
    let email = &by[&("email".to_owned(), "pam@x.test".to_owned())];
    let expected = History {
        sequence: 3,
        delivered: 2,
        first_sent: Some(day(2)),
        thread: Some(Thread { notification: digest("pam@x.test", &["s1"], 2).notification.id, receipt: None }),
        last_sent: Some(day(3)),
        last_slot: Some(day(3)),
        ..History::default()
    };
    assert_eq!(email, &expected);
    let refused = History { sequence: 3, last_slot: Some(day(3)), ..History::default() };
    assert_eq!(by[&("chat".to_owned(), "pam@x.test".to_owned())], refused);
    let before = store.history(&[occurrence("s1")], day(2)).await.expect("a history");
    let email = &before[&occurrence("s1")][&("email".to_owned(), "pam@x.test".to_owned())];
    assert_eq!((email.sequence, email.last_slot), (3, Some(day(2))), "a slot that is yet to come was not told");
}

async fn history_answers_for_more_occurrences_than_fit_in_one_statement(database: Database) {
    let store = open(&database).await;
    let shares: Vec<_> = (0..1203).map(|n| format!("s{n}")).collect();
    let batch: Vec<_> = shares.iter().map(|share| digest("pam@x.test", &[share], 1)).collect();
    assert_eq!(store.enqueue(&batch).await.expect("written"), []);
    let asked: Vec<_> = shares.iter().map(|share| occurrence(share)).collect();
    let histories = store.history(&asked, late()).await.expect("a history");
    assert_eq!(histories.len(), 1203);
    assert!(asked.iter().all(|occurrence| histories.contains_key(occurrence)));
    assert!(store.history(&[], now()).await.expect("a history").is_empty());
}

async fn a_crash_between_enqueue_and_finish_loses_nothing(database: Database) {
    let store = open(&database).await;
    store.enqueue(&[digest("pam@x.test", &["s1"], 1)]).await.expect("written");
    assert_eq!(lease(&store, "crashed", now()).await.len(), 1);
    drop(store);
    let store = open(&database).await;
    assert!(told(&store, "s1", "pam@x.test").await.expect("a history").in_flight);
    let leases = lease(&store, "next", now() + minutes(2)).await;
    assert_eq!((to(&leases), leases[0].fence), (vec!["pam@x.test"], 2));
}

async fn an_unreadable_body_is_dead_and_blocks_nobody(database: Database) {
    let store = open(&database).await;
    store.enqueue(&[digest("pam@x.test", &["s1"], 1), digest("sue@x.test", &["s1"], 1)]).await.expect("written");
    let outbox = table(&database, "outbox");
    database.execute(&format!("UPDATE {outbox} SET body = '{{' WHERE recipient = 'pam@x.test'")).await;
    assert_eq!(to(&lease(&store, "a", now()).await), ["sue@x.test"]);
    assert_eq!(store.depth().await.expect("numbers"), Depth { leased: 1, dead: 1, ..Depth::default() });
    let attempt = table(&database, "attempt");
    let told = format!("SELECT COUNT(*) FROM {attempt} WHERE outcome = 'dead' AND detail LIKE '%cannot be read%'");
    assert_eq!(database.number(&told).await, 1);
    assert!(!self::told(&store, "s1", "pam@x.test").await.expect("a history").in_flight);
}

async fn texts_with_nul_are_stored(database: Database) {
    let store = open(&database).await;
    let mut enqueue = digest("pam@x.test", &["s\0"], 1);
    enqueue.notification.text = "a\0b 'quoted' \u{202e} 🦀".into();
    store.enqueue(std::slice::from_ref(&enqueue)).await.expect("written");
    let leases = lease(&store, "a", now()).await;
    assert_eq!(leases[0].notification, enqueue.notification);
    let finished = end(&store, &leases[0], &attempt("answer: \0"), Disposal::Delivered).await;
    assert_eq!(finished, Finish::Done);
    assert_eq!(told(&store, "s\0", "pam@x.test").await.expect("a history").delivered, 1);
}

async fn a_newer_schema_is_refused(database: Database) {
    drop(open(&database).await);
    let newer = "(version, description, success, checksum, execution_time) VALUES (999, 'later', TRUE, '', 0)";
    database.execute(&format!("INSERT INTO {} {newer}", table(&database, "_sqlx_migrations"))).await;
    let error = SqlStore::connect(&database.url()).await.err().expect("an error");
    assert!(error.what.contains("newer nudged") && error.what.contains("999"), "{}", error.what);
}

async fn a_new_store_is_made_by_many_at_once(database: Database) {
    let url = database.url();
    let opening = (0..8).map(|_| SqlStore::connect(&url));
    for store in futures_util::future::join_all(opening).await {
        let depth = store.expect("a store").depth().await.expect("numbers");
        assert_eq!(depth, Depth::default());
    }
}

async fn opening_twice_keeps_what_is_there(database: Database) {
    let store = open(&database).await;
    store.enqueue(&[digest("pam@x.test", &["s1"], 1)]).await.expect("written");
    store.close().await;
    let store = open(&database).await;
    assert_eq!(store.depth().await.expect("numbers").queued, 1);
    if database.is_postgres() {
        let foreign =
            "SELECT COUNT(*) FROM pg_tables WHERE schemaname NOT IN ('nudged', 'pg_catalog', 'information_schema')";
        assert_eq!(database.number(foreign).await, 0);
    }
}

/// The error and everything beneath it, as a log shows it.
fn chain(error: &dyn std::error::Error) -> String {
    std::iter::successors(Some(error), |error| error.source()).map(|error| format!("{error}; {error:?}; ")).collect()
}

#[tokio::test]
async fn an_unreachable_database_is_named_without_its_password() {
    // Port 1 is reserved and nobody listens there.
    let url = DatabaseUrl::Postgres(Secret::new("postgres://nudged:hunter2@127.0.0.1:1/dataall"));
    let error = SqlStore::connect(&url).await.err().expect("an error");
    let text = chain(&error);
    assert!(text.contains("127.0.0.1:1, database \"dataall\" cannot be reached"), "{text}");
    assert!(!text.contains("hunter2"), "{text}");
}

#[tokio::test]
async fn a_url_that_is_not_of_postgres_is_refused_without_showing_it() {
    for url in ["mysql://u:hunter2@h/db", "hunter2", "postgres://u:hunter2@h:99999/db"] {
        let error = SqlStore::connect(&DatabaseUrl::Postgres(Secret::new(url))).await.err().expect("an error");
        let text = chain(&error);
        assert!(text.contains("postgres://user:password@host:5432/database"), "{text}");
        assert!(!text.contains("hunter2"), "{text}");
    }
}

#[tokio::test]
async fn a_missing_database_on_the_server_is_named() {
    let mut url = url::Url::parse(&nudged_tests::postgres_url()).expect("a URL");
    url.set_path("no_such_database");
    let error =
        SqlStore::connect(&DatabaseUrl::Postgres(Secret::new(String::from(url)))).await.err().expect("an error");
    assert!(error.what.contains("database \"no_such_database\" does not exist"), "{}", error.what);
}

#[tokio::test]
async fn files_that_cannot_hold_the_store_are_named_with_the_cure() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("letter.txt"), "Dear Pam, this file is no database at all. ".repeat(100)).expect("a file");
    std::fs::create_dir(path("folder.db")).expect("a folder");
    let cases = [
        (path("missing/nudged.db"), "does not exist: make it"),
        (path("letter.txt"), "is not an SQLite database"),
        (path("folder.db"), "is a folder"),
    ];
    for (path, expected) in cases {
        let error = SqlStore::connect(&DatabaseUrl::Sqlite(path.clone())).await.err().expect("an error");
        assert!(error.what.contains(expected), "{}", error.what);
        assert!(error.what.contains(path.to_str().expect("UTF-8")), "{}", error.what);
    }
}

#[tokio::test]
async fn a_file_with_an_odd_name_is_made_for_its_owner_alone() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let path = folder.path().join("50% of ?what #1 ü.db");
    let store = SqlStore::connect(&DatabaseUrl::Sqlite(path.clone())).await.expect("the store opens");
    store.enqueue(&[digest("pam@x.test", &["s1"], 1)]).await.expect("written");
    #[cfg(unix)]
    for entry in std::fs::read_dir(folder.path()).expect("the folder") {
        use std::os::unix::fs::PermissionsExt;
        let entry = entry.expect("an entry");
        let mode = entry.metadata().expect("metadata").permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", entry.path().display());
    }
    assert!(path.exists());
}
