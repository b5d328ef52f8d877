//! The real daemon is stopped, or dies, at the worst moments: no notice is lost, and none is told twice where that can
//! be known.

use nudged_tests::{Act, Home, NOW, Process, Relay, Stage};
use rustix::process::Signal;
use serde_json::json;

/// A home with one notice in the outbox.
async fn home_with_a_notice(relay: &Relay) -> Home {
    let home = Home::new(&relay.url()).await;
    home.well(&["scan", "--now", NOW]).await;
    home
}

/// Runs the daemon until the relay has taken `count` mails and nothing is left to do.
async fn deliver(home: &Home, relay: &Relay, count: usize) {
    let daemon = home.daemon().await;
    relay.until("the mail is taken", |record| record.taken.len() >= count).await;
    daemon.until("outcome=\"delivered\"").await;
    stop(daemon).await;
    let rest = home.well(&["deliver", "--once"]).await;
    assert_eq!(rest, "nothing is due\n");
}

async fn stop(daemon: Process) {
    daemon.signal(Signal::TERM);
    assert_eq!(daemon.end().await, Some(0));
}

/// Kills the daemon while the relay holds it at this stage; then another one delivers.
async fn killed_at(stage: Stage, count: usize) -> Relay {
    let relay = Relay::start().await;
    let home = home_with_a_notice(&relay).await;
    relay.on(stage, Act::Hold);
    let daemon = home.daemon().await;
    relay.until_held().await;
    daemon.kill().await;
    relay.until("the connection is gone", |record| record.held == 0).await;
    relay.release();
    home.end_leases().await;
    deliver(&home, &relay, count).await;
    relay
}

#[tokio::test(flavor = "multi_thread")]
async fn a_daemon_that_dies_before_it_says_a_word_loses_nothing() {
    let relay = killed_at(Stage::Connect, 1).await;
    assert_eq!(relay.taken().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_daemon_that_dies_between_lease_and_mail_tells_once() {
    let relay = killed_at(Stage::Mail, 1).await;
    assert_eq!(relay.taken().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_daemon_that_dies_at_data_tells_once() {
    let relay = killed_at(Stage::Data, 1).await;
    assert_eq!(relay.taken().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_daemon_that_dies_before_the_last_answer_tells_twice_with_one_message_id() {
    let relay = killed_at(Stage::Dot, 2).await;
    let taken = relay.taken();
    assert_eq!(taken.len(), 2, "once for the relay that took it, once because nudged could not know");
    assert_eq!(taken[0].to, ["pam@x.test"]);
    assert_eq!(taken[0].to, taken[1].to);
    assert_eq!(taken[0].field("Message-ID"), taken[1].field("Message-ID"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_daemon_finishes_what_is_under_way() {
    let relay = Relay::start().await;
    let home = home_with_a_notice(&relay).await;
    relay.on(Stage::Dot, Act::Hold);
    let daemon = home.daemon().await;
    relay.until_held().await;

    daemon.signal(Signal::TERM);
    daemon.until("stopping").await;
    relay.release();

    assert_eq!(daemon.end().await, Some(0));
    assert_eq!(relay.taken().len(), 1);
    assert_eq!(home.well(&["deliver", "--once"]).await, "nothing is due\n");
    assert_eq!(relay.taken().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_signal_stops_at_once_and_the_next_run_delivers_when_the_lease_has_run_out() {
    let relay = Relay::start().await;
    let mut home = home_with_a_notice(&relay).await;
    home.configure(|config| {
        config["plugins"]["limits"] = json!({ "channel_wall": "5s" });
        config["delivery"]["lease"] = json!("6s");
    });
    relay.on(Stage::Data, Act::Hold);
    let daemon = home.daemon().await;
    relay.until_held().await;

    daemon.signal(Signal::TERM);
    daemon.until("stopping").await;
    daemon.signal(Signal::TERM);

    assert_eq!(daemon.end().await, Some(0));
    assert_eq!(relay.taken().len(), 0);
    relay.release();
    deliver(&home, &relay, 1).await;
    assert_eq!(relay.taken().len(), 1);
}
