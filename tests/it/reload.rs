//! Another configuration in the place of the one in force.

use std::{collections::BTreeSet, fs, time::Duration};

use nudged::{
    clock::{Clock, SystemClock},
    config::DatabaseUrl,
    store::{Runs, SqlStore},
};
use nudged_tests::{Act, DEADLINE, Home, NOW, Process, Relay, Stage};
use rustix::process::Signal;
use serde_json::json;
use sqlx::{Connection, Executor, SqliteConnection, sqlite::SqliteConnectOptions};
use tokio::time::{Instant, sleep};

const BEGUN: &str = "the configuration is read again";
const RELOADED: &str = "the configuration is reloaded";
const KEPT: &str = "the old one stays in force";

async fn ends_well(daemon: Process) {
    daemon.signal(Signal::TERM);
    assert_eq!(daemon.end().await, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hangups_in_a_row_read_the_configuration_again_and_end_nothing() {
    let relay = Relay::start().await;
    let home = Home::new(&relay.url()).await;
    let daemon = home.daemon().await;
    daemon.signal(Signal::HUP);
    daemon.signal(Signal::HUP);
    daemon.until(RELOADED).await;
    daemon.signal(Signal::HUP);
    daemon.until_times(RELOADED, 2).await;
    assert_eq!(daemon.api().get("/-/ready").await.status, 200);
    home.well(&["scan", "--now", NOW]).await;
    relay.until("the mail is taken", |record| record.taken.len() == 1).await;
    ends_well(daemon).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_changes_is_in_force_without_being_asked_for() {
    let (relay, other) = (Relay::start().await, Relay::start().await);
    let mut home = Home::new(&relay.url()).await;
    let daemon = home.daemon().await;
    home.configure(|config| config["channels"]["email"]["smtp"]["url"] = json!(other.url()));
    daemon.until(RELOADED).await;
    home.well(&["scan", "--now", NOW]).await;
    other.until("the mail is taken", |record| record.taken.len() == 1).await;
    assert_eq!(relay.taken().len(), 0);
    ends_well(daemon).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_file_keeps_the_old_configuration_and_says_every_problem() {
    let relay = Relay::start().await;
    let mut home = Home::new(&relay.url()).await;
    let daemon = home.daemon().await;
    let api = daemon.api();
    home.configure(|config| {
        config["reminders"]["pending-share"]["schedule"] = json!("whenever");
        config["delivery"]["first_retry"] = json!("soon");
    });
    daemon.until(KEPT).await;
    let refused = api.reload().await;
    assert_eq!(refused.status, 400, "{refused:?}");
    for key in ["reminders.pending-share.schedule", "delivery.first_retry"] {
        assert!(refused.body.contains(key), "{refused:?}");
        assert!(daemon.log().contains(key), "{}", daemon.log());
    }
    assert_eq!(api.metrics().await.sample("nudged_config_reload_success"), Some(0.0));
    goes_on(&home, &daemon, &relay).await;

    home.configure(|config| {
        config["reminders"]["pending-share"]["schedule"] = json!("0 9 * * *");
        config["delivery"]["first_retry"] = json!("1s");
    });
    daemon.until(RELOADED).await;
    api.until_sample("nudged_config_reload_success", 1.0).await;
    ends_well(daemon).await;
}

/// The daemon goes on with what was in force before the file was broken.
async fn goes_on(home: &Home, daemon: &Process, relay: &Relay) {
    home.plan_run("pending-share").await;
    daemon.until("scanned").await;
    relay.until("the mail is taken", |record| record.taken.len() == 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_that_cannot_be_had_keep_the_old_ones() {
    let relay = Relay::start().await;
    let mut home = Home::new(&relay.url()).await;
    let daemon = home.daemon().await;
    home.configure(|config| config["store"]["url"] = json!("postgres://pam:s3cret@127.0.0.1:1/memory"));
    daemon.until(KEPT).await;
    let refused = daemon.api().reload().await;
    assert_eq!(refused.status, 500, "{refused:?}");
    assert!(refused.body.contains("store"), "{refused:?}");
    assert!(!refused.body.contains("s3cret") && !daemon.log().contains("s3cret"), "{refused:?}");
    assert_eq!(daemon.api().get("/-/ready").await.status, 200);
    goes_on(&home, &daemon, &relay).await;
    ends_well(daemon).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_address_needs_a_restart() {
    let relay = Relay::start().await;
    let mut home = Home::new(&relay.url()).await;
    let daemon = home.daemon().await;
    home.configure(|config| config["api"]["listen"] = json!("127.0.0.1:1"));
    daemon.until("api.listen has changed: restart nudged").await;
    assert_eq!(daemon.api().reload().await.status, 200, "the old address goes on answering");
    ends_well(daemon).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn other_plugins_serve_after_a_reload() {
    let relay = Relay::start().await;
    let mut home = Home::new(&relay.url()).await;
    let daemon = home.daemon().await;
    fs::rename(home.path("plugins"), home.path("elsewhere")).expect("another name");
    home.configure(|config| {
        config["plugins"]["directory"] = json!("elsewhere");
        config["plugins"]["limits"] = json!({ "memory": "32MiB" });
    });
    daemon.until(RELOADED).await;
    home.well(&["scan", "--now", NOW]).await;
    relay.until("the mail is taken", |record| record.taken.len() == 1).await;
    let generations = &daemon.api().metrics().await.families["nudged_plugin_generation_info"];
    assert_eq!(generations.samples.values().copied().collect::<Vec<_>>(), [1.0, 1.0], "{generations:?}");
    ends_well(daemon).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reload_waits_for_the_scan_under_way() {
    let relay = Relay::start().await;
    let home = Home::new(&relay.url()).await;
    let daemon = home.daemon().await;
    let api = daemon.api();
    let options = SqliteConnectOptions::new().filename(home.dataall.database.file());
    let mut source = SqliteConnection::connect_with(&options).await.expect("the source opens");
    source.execute("BEGIN EXCLUSIVE").await.expect("nobody else reads");
    home.plan_run("pending-share").await;
    daemon.signal(Signal::HUP); // the new scheduler looks at once
    until_begun(&home).await;

    let reload = tokio::spawn(async move { api.reload().await });
    source.execute("COMMIT").await.expect("the source is free");
    assert_eq!(reload.await.expect("an answer").status, 200);
    daemon.until_times(RELOADED, 2).await;
    let log = daemon.log();
    let scanned = log.find("scanned").unwrap_or_else(|| panic!("the scan came to no end:\n{log}"));
    let reloaded = log.rfind(RELOADED).expect("two of them");
    assert!(scanned < reloaded, "{log}");
    assert!(!log.contains("scan failed"), "{log}");
    relay.until("the mail is taken", |record| record.taken.len() == 1).await;
    ends_well(daemon).await;
    assert_eq!(relay.taken().len(), 1);
}

/// Waits until somebody is at work on the run that was planned.
async fn until_begun(home: &Home) {
    let store = SqlStore::connect(&DatabaseUrl::Sqlite(home.path("nudged.db"))).await.expect("the store opens");
    let end = Instant::now() + DEADLINE;
    while !store.planned_runs(SystemClock.now()).await.expect("the runs").is_empty() {
        assert!(Instant::now() < end, "nobody takes the run up");
        sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attempt_under_way_is_finished_before_the_new_parts_begin() {
    let relay = Relay::start().await;
    let home = Home::new(&relay.url()).await;
    home.well(&["scan", "--now", NOW]).await;
    relay.on(Stage::Dot, Act::Hold);
    let daemon = home.daemon().await;
    relay.until_held().await;
    let api = daemon.api();
    let reload = tokio::spawn(async move { api.reload().await });
    daemon.until(BEGUN).await;
    assert_eq!(api.get("/-/ready").await.status, 200, "a reload is no trouble");
    relay.release();
    assert_eq!(reload.await.expect("an answer").status, 200);
    let log = daemon.log();
    assert!(log.find("attempt ended").expect("it ended") < log.find(RELOADED).expect("reloaded"), "{log}");
    ends_well(daemon).await;
    assert_eq!(relay.taken().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_daemon_that_is_told_to_stop_while_it_reloads_stops() {
    let relay = Relay::start().await;
    let home = Home::new(&relay.url()).await;
    home.well(&["scan", "--now", NOW]).await;
    relay.on(Stage::Data, Act::Hold);
    let daemon = home.daemon().await;
    relay.until_held().await;
    let api = daemon.api();
    let reload = tokio::spawn(async move { api.reload().await });
    daemon.until(BEGUN).await;
    daemon.signal(Signal::TERM);
    daemon.until("stopping").await;
    daemon.signal(Signal::TERM);
    let answer = reload.await.expect("an answer");
    assert_eq!((answer.status, answer.body.as_str()), (500, "the daemon is stopping\n"));
    assert_eq!(daemon.end().await, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_reloads_while_notices_go_out_lose_none_and_send_none_twice() {
    let relay = Relay::start().await;
    let mut home = Home::new(&relay.url()).await;
    for n in 0..39 {
        home.add_share(&format!("more-{n}"), &format!("Data {n}"), &format!("p{n}@x.test")).await;
    }
    home.configure(|config| {
        config["delivery"]["concurrency"] = json!(2);
        config["brake"] = json!({ "first_run": 1000 });
    });
    home.well(&["scan", "--now", NOW]).await;
    relay.on(Stage::Connect, Act::Reply("421 4.3.2 closed for the night"));
    let daemon = home.daemon().await;
    let api = daemon.api();
    for round in 0..50 {
        if round == 25 {
            relay.release(); // from now on what failed comes due, and is taken
        }
        if round % 5 == 0 {
            daemon.signal(Signal::HUP);
        }
        assert_eq!(api.reload().await.status, 200, "{}", daemon.log());
    }
    relay.until("all are taken", |record| record.taken.len() >= 40).await;
    api.until_sample("nudged_outbox{state=\"queued\"}", 0.0).await;
    ends_well(daemon).await;
    let taken = relay.taken();
    let recipients: BTreeSet<_> = taken.iter().map(|mail| mail.to.clone()).collect();
    assert_eq!((taken.len(), recipients.len()), (40, 40));
}
