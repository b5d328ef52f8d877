//! Channels do not wait for each other.

use std::{collections::BTreeSet, time::Duration};

use nudged::store::{Disposal, Enqueue, Finish, Lane, Outbox, Store};
use nudged_tests::{DEADLINE, Database};

use super::{digest, finish, lease, minutes, now, open, to};

on_both! {
    a_lane_holds_what_is_for_its_channels_alone,
    what_is_given_back_waits_and_counts_neither_as_tried_nor_as_lost,
    a_lease_that_ran_out_is_counted,
    what_is_not_held_any_more_is_not_given_back,
}

fn over(channel: &str, to: &str) -> Enqueue {
    let mut enqueue = digest(to, &["s1"], 1);
    enqueue.notification.channel = channel.into();
    enqueue
}

async fn a_lane_holds_what_is_for_its_channels_alone(database: Database) {
    let store = open(&database).await;
    let mut later = over("chat", "sue@x.test");
    later.created += minutes(3);
    store.enqueue(&[over("email", "pam@x.test"), later, over("gone", "rita@x.test")]).await.expect("written");
    let [email, chat, gone] = ["email", "chat", "gone"].map(str::to_owned);
    let known = [email.clone(), chat.clone()];
    let cases: [(Lane<'_>, &[&str]); 6] = [
        (Lane::Channel("email"), &["pam@x.test"]),
        (Lane::Channel("chat"), &["sue@x.test"]),
        (Lane::Channel("unheard-of"), &[]),
        (Lane::Others(&known), &["rita@x.test"]),
        (Lane::Others(&[email, chat, gone]), &[]),
        (Lane::Others(&[]), &["pam@x.test", "rita@x.test", "sue@x.test"]),
    ];
    for (n, (lane, expected)) in cases.into_iter().enumerate() {
        // Each one finds the leases of the one before ended.
        let at = now() + minutes(5 * (n as i64 + 1));
        let due = store.next_due(lane).await.expect("an answer");
        assert_eq!(due.is_some(), !expected.is_empty(), "{lane:?}");
        let leases = store.lease("a", lane, at, at + minutes(2), 100).await.expect("leases");
        assert_eq!(
            to(&leases).into_iter().collect::<BTreeSet<_>>(),
            BTreeSet::from_iter(expected.iter().copied()),
            "{lane:?}"
        );
        if !expected.is_empty() {
            assert_eq!(store.next_due(lane).await.expect("an answer"), Some(at + minutes(2)), "{lane:?}");
        }
    }
}

async fn what_is_given_back_waits_and_counts_neither_as_tried_nor_as_lost(database: Database) {
    let store = open(&database).await;
    store.enqueue(&[digest("pam@x.test", &["s1"], 1), digest("sue@x.test", &["s1"], 1)]).await.expect("written");
    let leases = lease(&store, "a", now()).await;
    let back: Vec<_> = leases.iter().zip([3, 5]).map(|(lease, wait)| (lease, now() + minutes(wait))).collect();
    store.defer(&back).await.expect("given back");
    store.defer(&[]).await.expect("nothing given back");
    assert_eq!(store.next_due(Lane::Channel("email")).await.expect("an instant"), Some(now() + minutes(3)));
    assert_eq!(store.depth().await.expect("numbers").queued, 2);
    assert_eq!(lease(&store, "a", now() + minutes(2)).await, []);
    let again = lease(&store, "a", now() + minutes(3)).await;
    assert_eq!(again[0].notification, leases[0].notification);
    assert_eq!((again[0].attempts, again[0].lost, again[0].fence), (0, 0, 2));
    assert_eq!(finish(&store, &leases[0], Disposal::Delivered).await, Finish::Stale, "that lease was given back");
    assert_eq!(finish(&store, &again[0], Disposal::Delivered).await, Finish::Done);
}

async fn a_lease_that_ran_out_is_counted(database: Database) {
    let store = open(&database).await;
    store.enqueue(&[digest("pam@x.test", &["s1"], 1)]).await.expect("written");
    let mut at = now();
    for lost in 0..3 {
        let leases = lease(&store, "dies", at).await;
        assert_eq!((leases[0].attempts, leases[0].lost), (0, lost));
        at += minutes(2);
    }
    let leases = lease(&store, "lives", at).await;
    assert_eq!(finish(&store, &leases[0], Disposal::Requeue { not_before: at }).await, Finish::Done);
    let leases = lease(&store, "lives", at).await;
    assert_eq!((leases[0].attempts, leases[0].lost), (1, 3));
}

async fn what_is_not_held_any_more_is_not_given_back(database: Database) {
    let store = open(&database).await;
    store.enqueue(&[digest("pam@x.test", &["s1"], 1)]).await.expect("written");
    let lost = lease(&store, "slow", now()).await;
    let held = lease(&store, "next", now() + minutes(2)).await;
    store.defer(&[(&lost[0], now() + minutes(60))]).await.expect("nothing to give back");
    assert_eq!(store.depth().await.expect("numbers").leased, 1);
    assert_eq!(finish(&store, &held[0], Disposal::Delivered).await, Finish::Done);
}

/// Waits until every connection has told the server's statistics what it did, and is gone.
async fn until_alone(database: &Database) {
    let others = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() \
                  AND backend_type = 'client backend' AND pid <> pg_backend_pid()";
    let alone = async {
        while database.number(others).await > 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(DEADLINE, alone).await.expect("closed connections end");
}

#[tokio::test]
async fn postgres_finds_what_is_due_in_the_index_of_the_lanes() {
    let database = Database::fresh_postgres().await;
    let store = open(&database).await;
    let many: Vec<_> = (0..4000).map(|n| over("email", &format!("p{n}@x.test"))).collect();
    store.enqueue(&many).await.expect("written");
    store.enqueue(&[over("chat", "sue@x.test"), over("gone", "rita@x.test")]).await.expect("written");
    store.close().await;
    until_alone(&database).await;
    database.execute("ANALYZE nudged.outbox; SELECT pg_stat_reset()").await;
    let store = open(&database).await;
    let known = ["email".to_owned(), "chat".to_owned()];
    for (lane, expected) in [(Lane::Channel("chat"), "sue@x.test"), (Lane::Others(&known), "rita@x.test")] {
        assert_eq!(store.next_due(lane).await.expect("an answer"), Some(now()), "{lane:?}");
        let leases = store.lease("a", lane, now(), now() + minutes(2), 10).await.expect("leases");
        assert_eq!(to(&leases), [expected]);
    }
    store.close().await;
    until_alone(&database).await;
    let used = "SELECT idx_scan FROM pg_stat_user_indexes WHERE indexrelname = 'outbox_lane'";
    assert!(database.number(used).await >= 6, "{} uses of the index", database.number(used).await);
    let read = "SELECT seq_scan FROM pg_stat_user_tables WHERE schemaname = 'nudged' AND relname = 'outbox'";
    assert_eq!(database.number(read).await, 0, "the whole table was read");
}
