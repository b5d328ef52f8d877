//! From the outbox through real components: each notice once, retries, and when to give up.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use chrono::TimeDelta;
use nudged::{
    clock::Clock,
    config::DeliveryConfig,
    model::Instant,
    pipeline::Delivery,
    store::{Outbox, Store},
};
use nudged_tests::{Act, Database, Office, Plan, Relay, Stage, at, guest_file, notice, notice_over, smtp};

/// Runs each test over both databases, as `delivery_outbox::sqlite::…` and `delivery_outbox::postgres::…`.
macro_rules! on_both {
    ($($name:ident,)*) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name(super::Database::fresh_sqlite()).await;
            })*
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name(super::Database::fresh_postgres().await).await;
            })*
        }
    };
}

on_both! {
    a_hundred_notices_through_eight_places_are_delivered_once_each,
    what_cannot_be_sent_now_waits_longer_each_time_until_it_is_dead,
    what_is_too_old_is_dead,
    what_was_taken_too_often_without_an_outcome_is_dead_unsent,
    faults_of_channels_are_no_outcomes,
    a_notice_is_tried_once_in_one_go,
}

fn now() -> Instant {
    at("2026-05-04T09:00:00Z")
}

async fn office(database: &Database, relay: &Relay) -> Office {
    Plan::email(smtp(&relay.url())).open(&database.url(), now()).await
}

fn people(count: usize) -> Vec<String> {
    (0..count).map(|n| format!("person{n}@x.test")).collect()
}

/// How many mails each recipient got.
fn told(relay: &Relay) -> BTreeMap<String, usize> {
    let mut told = BTreeMap::new();
    for taken in relay.taken() {
        assert_eq!(taken.to.len(), 1, "{taken:?}");
        *told.entry(taken.to[0].clone()).or_default() += 1;
    }
    told
}

fn once_each(people: Vec<String>) -> BTreeMap<String, usize> {
    people.into_iter().map(|person| (person, 1)).collect()
}

/// A table of the store as a statement names it.
fn table(database: &Database, name: &str) -> String {
    if database.is_postgres() { format!("nudged.{name}") } else { name.to_owned() }
}

/// Attempts that were recorded with this outcome and these words.
async fn recorded(database: &Database, outcome: &str, words: &str) -> i64 {
    let table = table(database, "attempt");
    database
        .number(&format!("SELECT COUNT(*) FROM {table} WHERE outcome = '{outcome}' AND detail LIKE '%{words}%'"))
        .await
}

async fn a_hundred_notices_through_eight_places_are_delivered_once_each(database: Database) {
    let relay = Relay::start().await;
    let mut office = office(&database, &relay).await;
    office.deliverer.config.concurrency = 8;
    office.put(people(100).iter().map(|person| notice(person))).await;
    let ended = office.deliver().await;
    assert!(ended.iter().all(|end| (end.outcome, end.attempts) == ("delivered", 1)), "{ended:?}");
    assert_eq!(told(&relay), once_each(people(100)));
    assert_eq!(recorded(&database, "delivered", "250 taken").await, 100);
    assert_eq!(office.store.depth().await.expect("a store"), nudged::store::Depth::default());
}

async fn what_cannot_be_sent_now_waits_longer_each_time_until_it_is_dead(database: Database) {
    let relay = Relay::start().await;
    relay.on(Stage::Recipient, Act::Reply("450 4.2.1 greylisted"));
    let mut office = office(&database, &relay).await;
    office.deliverer.config = DeliveryConfig {
        attempts: 3,
        first_retry: Duration::from_secs(100),
        longest_retry: Duration::from_secs(1000),
        ..DeliveryConfig::default()
    };
    office.put([notice("pam@x.test")]).await;
    for (attempts, outcome, least, most) in [(1, "retry", 80, 120), (2, "retry", 160, 240), (3, "dead", 0, 0)] {
        let end = office.deliver_one().await;
        assert_eq!((end.outcome, end.attempts), (outcome, attempts), "{end:?}");
        let due = office.store.next_due(nudged::store::Lane::Others(&[])).await.expect("a store");
        let wait = due.map(|due| (due - office.clock.now()).num_seconds());
        assert!(wait.is_none_or(|wait| (least..=most).contains(&wait)), "after {attempts} attempts: {wait:?}");
        assert_eq!(wait.is_some(), outcome == "retry");
        office.clock.advance(TimeDelta::seconds(most));
    }
    office.clock.advance(TimeDelta::days(365));
    assert_eq!(office.deliver().await, [], "what is dead stays so");
    assert_eq!(recorded(&database, "retry", "greylisted").await, 2);
    assert_eq!(recorded(&database, "dead", "greylisted").await, 1);
}

async fn what_is_too_old_is_dead(database: Database) {
    let relay = Relay::start().await;
    relay.on(Stage::Recipient, Act::Reply("450 4.2.1 greylisted"));
    let office = office(&database, &relay).await;
    office.put([notice("pam@x.test")]).await;
    assert_eq!(office.deliver_one().await.outcome, "retry");
    office.clock.advance(TimeDelta::hours(48));
    assert_eq!(office.deliver_one().await.outcome, "dead");
}

/// As daemons leave it that die of it, one after the other.
async fn what_was_taken_too_often_without_an_outcome_is_dead_unsent(database: Database) {
    for (lost, outcome, mails) in [(2, "delivered", 1), (3, "dead", 0)] {
        let relay = Relay::start().await;
        let mut office = office(&database, &relay).await;
        office.deliverer.config.attempts = 3;
        office.put([notice(&format!("pam{lost}@x.test"))]).await;
        database.execute(&format!("UPDATE {} SET lost = {lost}", table(&database, "outbox"))).await;
        let end = office.deliver_one().await;
        assert_eq!((end.outcome, end.attempts), (outcome, 1), "{end:?}");
        assert_eq!(relay.taken().len(), mails, "{end:?}");
    }
    let words = "taken 4 times, 3 of them without an outcome: not tried again";
    assert_eq!(recorded(&database, "dead", words).await, 1);
}

async fn faults_of_channels_are_no_outcomes(database: Database) {
    let table = [
        ("unheard-of", "retry", "the channel unheard-of is not in the configuration any more"),
        ("panics", "retry", "cannot reach panics@x.test"),
        ("rejects", "rejected", "nobody here is rejects@x.test"),
    ];
    let office = Plan::default()
        .file(guest_file("panics-channel"))
        .channel("panics", "panics-channel", None)
        .file(guest_file("rejects"))
        .channel("rejects", "rejects", None)
        .open(&database.url(), now())
        .await;
    office.put(table.map(|(channel, ..)| notice_over(channel, &format!("{channel}@x.test")))).await;
    let ended = office.deliver().await;
    assert_eq!(ended.len(), table.len());
    for (channel, outcome, words) in table {
        let end = ended.iter().find(|end| end.notification.channel == channel).expect("an end");
        assert_eq!(end.outcome, outcome, "{end:?}");
        assert!(end.detail.contains(words), "{words:?} is not told: {end:?}");
        assert_eq!(recorded(&database, outcome, words).await, 1);
    }
}

/// A second passes with every look at it.
struct Hurrying(AtomicI64);

impl Clock for Hurrying {
    fn now(&self) -> Instant {
        now() + TimeDelta::seconds(self.0.fetch_add(1, Ordering::Relaxed))
    }
}

async fn a_notice_is_tried_once_in_one_go(database: Database) {
    let relay = Relay::start().await;
    relay.on(Stage::Recipient, Act::Reply("450 4.2.1 greylisted"));
    let mut office = office(&database, &relay).await;
    office.deliverer.clock = Arc::new(Hurrying(AtomicI64::new(0)));
    office.deliverer.config.concurrency = 1;
    office.deliverer.config.first_retry = Duration::from_secs(1);
    office.put(people(3).iter().map(|person| notice(person))).await;
    let ended = office.deliver().await;
    let ends: Vec<_> = ended.iter().map(|Delivery { outcome, attempts, .. }| (*outcome, *attempts)).collect();
    assert_eq!(ends, [("retry", 1); 3], "a retry that comes due meanwhile is left to the next go");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_deliverers_of_one_outbox_tell_everybody_once() {
    let database = Database::fresh_postgres().await;
    let relay = Relay::start().await;
    let (one, mut other) = (office(&database, &relay).await, office(&database, &relay).await);
    other.deliverer.holder = "other".to_owned();
    one.put(people(60).iter().map(|person| notice(person))).await;
    let (by_one, by_other) = tokio::join!(one.deliver(), other.deliver());
    assert_eq!(by_one.len() + by_other.len(), 60);
    assert_eq!(told(&relay), once_each(people(60)));
    assert_eq!(recorded(&database, "delivered", "250").await, 60);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_finishes_after_the_lease_ran_out_changes_nothing() {
    let database = Database::fresh_sqlite();
    let relay = Relay::start().await;
    let office = Arc::new(office(&database, &relay).await);
    office.put([notice("pam@x.test")]).await;
    relay.on(Stage::Data, Act::Hold);
    let slow = tokio::spawn({
        let office = Arc::clone(&office);
        async move { office.deliver().await }
    });
    relay.until_held().await;
    office.clock.advance(TimeDelta::from_std(office.deliverer.config.lease).expect("a lease"));
    let leases = nudged_tests::take(
        office.store.as_ref(),
        "other",
        office.clock.now(),
        office.clock.now() + TimeDelta::hours(1),
        9,
    )
    .await;
    assert_eq!(leases.len(), 1, "the lease ran out: another daemon takes it");
    relay.release();
    assert_eq!(slow.await.expect("no panic"), [], "the end of a lost lease is nobody's outcome");
    assert_eq!(office.store.depth().await.expect("a store").leased, 1);
    assert_eq!(recorded(&database, "delivered", "").await, 0);
}
