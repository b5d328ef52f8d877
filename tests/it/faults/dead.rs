//! Channels that are dead beside one that is not.

use std::{sync::Arc, time::Duration};

use nudged::{
    clock::Clock,
    model::{Instant, Notification},
    pipeline::{LaneConfig, Wake},
    store::Custody,
};
use nudged_tests::{
    Act, Database, Means, Office, Plan, Recorder, Relay, Reply, RunningClock, Stage, at, notice_over, plugin_file, smtp,
};
use serde_json::json;
use tokio_util::sync::CancellationToken;

const NOW: &str = "2026-05-04T09:00:00Z";
const NOTICES: usize = 200;

fn notices(channel: &str) -> Vec<Notification> {
    (0..NOTICES).map(|n| notice_over(channel, &format!("person-{n}@x.test"))).collect()
}

/// An office with a healthy channel, a relay that stalls and a receiver that does, each as the daemon would run it.
async fn office(database: &Database, healthy: &Relay, relay: &Relay, receiver: &Recorder) -> Office {
    let posting = Means::http(&[&receiver.url()]).parameters(json!({ "url": receiver.url() }));
    let plan = Plan::email(smtp(&healthy.url()))
        .channel("mute-relay", "email", Some(smtp(&relay.url())))
        .file(plugin_file("webhook"))
        .channel_with("mute-receiver", "webhook", posting);
    let mut office = plan.open(&database.url(), at(NOW)).await;
    office.deliverer.clock = Arc::new(RunningClock::starting_at(at(NOW))) as Arc<dyn Clock>;
    let lane = |one_destination| LaneConfig { concurrency: 16, rate: None, one_destination };
    let lanes = [("email", true), ("mute-relay", true), ("mute-receiver", false)];
    office.deliverer.lanes = lanes.map(|(name, one)| (name.to_owned(), lane(one))).into();
    office
}

/// How long after an instant each of the healthy channel's notices was delivered, in order.
async fn latencies(office: &Office, begun: Instant) -> Vec<Duration> {
    let mut latencies = Vec::new();
    for notice in notices("email") {
        let known = office.store.show(&notice.id).await.expect("a store").expect("it is known");
        let [(outcome, attempt)] = known.attempts.as_slice() else { panic!("{:?}", known.attempts) };
        assert_eq!(outcome, "delivered");
        latencies.push((attempt.started - begun).to_std().unwrap_or_default() + attempt.took);
    }
    latencies.sort_unstable();
    latencies
}

/// Delivers, with or without the dead ones beside; the latencies of the healthy channel.
async fn measured(beside: bool) -> Vec<Duration> {
    let (database, healthy, relay, receiver) =
        (Database::fresh_sqlite(), Relay::start().await, Relay::start().await, Recorder::start().await);
    relay.on(Stage::Connect, Act::Hold);
    receiver.always(Reply::says(200, "late").held());
    let office = office(&database, &healthy, &relay, &receiver).await;
    if beside {
        // What goes nowhere is due first.
        office.put(notices("mute-relay").into_iter().chain(notices("mute-receiver"))).await;
    }
    office.put(notices("email")).await;
    let (stop, hard, deliverer) = (CancellationToken::new(), CancellationToken::new(), office.deliverer.clone());
    let (soft, hardly) = (stop.clone(), hard.clone());
    let begun = office.deliverer.clock.now();
    let delivering = tokio::spawn(async move { deliverer.run(&Wake::default(), &soft, &hardly).await });
    if beside {
        relay.until("every place of the relay is taken", |record| record.held == 16).await;
        receiver.until("every place of the receiver is taken", |heard| heard.held == 16).await;
    }
    healthy.until("all are told", |record| record.taken.len() == NOTICES).await;
    assert!(relay.taken().is_empty());
    if beside {
        relay.until("the dead are still waited for", |record| record.held > 0).await;
        receiver.until("the dead are still waited for", |heard| heard.held > 0).await;
    }
    database.until("SELECT COUNT(*) FROM attempt WHERE outcome = 'delivered'", NOTICES as i64).await;
    stop.cancel();
    hard.cancel();
    delivering.await.expect("no panic");
    latencies(&office, begun).await
}

#[tokio::test(flavor = "multi_thread")]
async fn dead_channels_delay_no_healthy_one() {
    println!("| {NOTICES} notices | p50 | p99 | max |\n| --- | --- | --- | --- |");
    for (what, beside) in [
        ("first, to warm up", false),
        ("alone", false),
        ("beside two dead channels", true),
        ("alone", false),
        ("beside two dead channels", true),
    ] {
        let latencies = measured(beside).await;
        let at = |percent: usize| latencies[(latencies.len() * percent / 100).min(latencies.len() - 1)];
        println!("| {what} | {:?} | {:?} | {:?} |", at(50), at(99), at(100));
    }
}
