//! Channels and destinations do not wait for each other, and none gets more than it can take.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use chrono::TimeDelta;
use nudged::{
    pipeline::{LaneConfig, Wake},
    policy::Rate,
};
use nudged_tests::{Act, Database, Office, Plan, Relay, Stage, at, notice, notice_over, plugin_file, smtp};
use tokio_util::sync::CancellationToken;

const NOW: &str = "2026-05-04T09:00:00Z";

fn lane(concurrency: u32) -> LaneConfig {
    LaneConfig { concurrency, rate: None, one_destination: true }
}

/// Addresses at x.test.
fn people(count: usize) -> impl Iterator<Item = String> {
    (0..count).map(|n| format!("person-{n}@x.test"))
}

/// An office with a channel for each of the relays, by name.
async fn office(database: &Database, relays: &[(&str, String)]) -> Office {
    let plan = relays.iter().fold(Plan::default().file(plugin_file("email")), |plan, (name, url)| {
        plan.channel(name, "email", Some(smtp(url)))
    });
    let mut office = plan.open(&database.url(), at(NOW)).await;
    office.deliverer.lanes = relays.iter().map(|(name, _)| ((*name).to_owned(), lane(4))).collect();
    office
}

/// The relay of one channel takes connections and says nothing; the mails of another are all taken meanwhile.
#[tokio::test(flavor = "multi_thread")]
async fn a_dead_channel_delays_no_other() {
    let (dead, alive) = (Relay::start().await, Relay::start().await);
    dead.on(Stage::Connect, Act::Hold);
    let database = Database::fresh_sqlite();
    let office = office(&database, &[("dead", dead.url()), ("alive", alive.url())]).await;
    // What goes nowhere is due first, and there is much more of it than there are places.
    office.put(people(50).map(|person| notice_over("dead", &person))).await;
    office.put(people(50).map(|person| notice_over("alive", &person))).await;
    let (stop, deliverer) = (CancellationToken::new(), office.deliverer.clone());
    let (soft, hard) = (stop.child_token(), stop.clone());
    let begun = Instant::now();
    let delivering = tokio::spawn(async move { deliverer.run(&Wake::default(), &soft, &hard).await });
    dead.until("every place of the dead channel is taken", |record| record.held == 4).await;
    alive.until("all are told on the other", |record| record.taken.len() == 50).await;
    println!("50 mails beside a dead channel: the last after {:?}", begun.elapsed());
    assert_eq!((dead.sessions(), dead.taken().len()), (4, 0));
    stop.cancel();
    delivering.await.expect("no panic");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_destination_is_probed_by_one_and_costs_the_others_no_attempt() {
    let relay = Relay::start().await;
    let database = Database::fresh_sqlite();
    let mut office = office(&database, &[("email", relay.url())]).await;
    office.deliverer.config.dead_after = 3;
    office.deliverer.lanes.insert("email".to_owned(), lane(1));
    office.put(people(10).map(|person| notice(&person))).await;
    relay.on(Stage::Connect, Act::HangUp);
    let deliverer = Arc::new(office.deliverer.clone());
    let (stop, running) = (CancellationToken::new(), Arc::clone(&deliverer));
    let (soft, hard) = (stop.child_token(), stop.clone());
    let wake = Wake::default();
    let ringing = wake.clone();
    let delivering = tokio::spawn(async move { running.run(&wake, &soft, &hard).await });
    relay.until("it is dead", |record| record.sessions >= 3).await;
    database.until("SELECT COUNT(*) FROM attempt", 3).await;
    for waits in [30, 60] {
        // Nobody asks before the time is over, and then one does.
        let asked = relay.sessions();
        office.clock.advance(TimeDelta::seconds(waits * 2));
        ringing.ring();
        relay.until("it is probed", |record| record.sessions > asked).await;
        let attempts = i64::try_from(asked).expect("few") + 1;
        database.until("SELECT COUNT(*) FROM attempt", attempts).await;
        assert_eq!(relay.sessions(), asked + 1);
    }
    relay.release();
    office.clock.advance(TimeDelta::seconds(1200));
    ringing.ring();
    while relay.taken().len() < 10 {
        let taken = relay.taken().len();
        office.clock.advance(TimeDelta::seconds(60));
        ringing.ring();
        relay.until("another is told", |record| record.taken.len() > taken).await;
    }
    stop.cancel();
    delivering.await.expect("no panic");
    assert_eq!(database.number("SELECT COUNT(*) FROM attempt WHERE outcome = 'retry'").await, 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_destination_gets_no_more_than_its_rate() {
    let relay = Relay::start().await;
    let database = Database::fresh_sqlite();
    let mut office = office(&database, &[("email", relay.url())]).await;
    let rate = Some(Rate { count: 6, per: Duration::from_secs(60) });
    office.deliverer.lanes.insert("email".to_owned(), LaneConfig { rate, ..lane(4) });
    office.put(people(5).map(|person| notice(&person))).await;
    let mut told = Vec::new();
    let (stop, running) = (CancellationToken::new(), office.deliverer.clone());
    let (soft, hard) = (stop.child_token(), stop.clone());
    let wake = Wake::default();
    let ringing = wake.clone();
    let delivering = tokio::spawn(async move { running.run(&wake, &soft, &hard).await });
    for n in 1..=5 {
        relay.until("the next is told", |record| record.taken.len() == n).await;
        database.until("SELECT COUNT(*) FROM outbox WHERE state = 'leased'", 0).await;
        told.push(relay.taken().len());
        office.clock.advance(TimeDelta::seconds(10));
        ringing.ring();
    }
    assert_eq!(told, [1, 2, 3, 4, 5], "one every ten seconds");
    assert_eq!(database.number("SELECT COUNT(*) FROM attempt").await, 5, "to wait is no attempt");
    stop.cancel();
    delivering.await.expect("no panic");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_single_go_says_how_many_a_dead_destination_puts_off() {
    let relay = Relay::start().await;
    relay.on(Stage::Connect, Act::HangUp);
    let database = Database::fresh_sqlite();
    let mut office = office(&database, &[("email", relay.url())]).await;
    office.deliverer.config.dead_after = 1;
    office.deliverer.lanes.insert("email".to_owned(), lane(1));
    office.put(people(3).map(|person| notice(&person))).await;
    let mut ended = Vec::new();
    let put_off = office.deliverer.once(|delivery| ended.push(delivery.outcome)).await.expect("a store");
    assert_eq!((ended, put_off), (vec!["retry"], 2));
}

/// Leases that wait for a place would otherwise keep their notices from everybody until they run out.
#[tokio::test(flavor = "multi_thread")]
async fn a_lane_that_stops_gives_back_what_it_took_ahead() {
    let relay = Relay::start().await;
    let database = Database::fresh_sqlite();
    let office = office(&database, &[("email", relay.url())]).await;
    office.put(people(400).map(|person| notice(&person))).await;
    let (soft, hard, deliverer) = (CancellationToken::new(), CancellationToken::new(), office.deliverer.clone());
    let stop = soft.clone();
    let delivering = tokio::spawn(async move { deliverer.run(&Wake::default(), &soft, &hard).await });
    relay.until("the lane has got going", |record| record.taken.len() >= 100).await;
    relay.on(Stage::Data, Act::Hold);
    relay.until("every place is taken", |record| record.held == 4).await;
    let leased = "SELECT COUNT(*) FROM outbox WHERE state = 'leased'";
    println!("{} leases for 4 places", database.number(leased).await);
    stop.cancel();
    database.until(leased, 4).await;
    relay.release();
    delivering.await.expect("no panic");
    assert_eq!(database.number(leased).await, 0);
    let before = relay.taken().len();
    assert_eq!(office.deliver().await.len(), 400 - before, "the next finds the others due");
    assert_eq!(relay.taken().len(), 400);
}
