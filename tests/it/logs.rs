//! What the daemon logs for machines.

use nudged_tests::{Home, Relay};
use rustix::process::Signal;
use serde_json::{Value, json};

fn lines(log: &str) -> Vec<Value> {
    let read = |line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    log.lines().map(read).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_line_is_json_and_names_its_run_and_its_notification() {
    let relay = Relay::start().await;
    let mut home = Home::new(&relay.url()).await;
    home.configure(|config| config["channels"]["other"] = json!({ "plugin": "nowhere" })); // an error at the start
    let daemon = home.daemon_with(&["--log-format", "json"]).await;
    home.plan_run("pending-share").await;
    daemon.signal(Signal::HUP);
    daemon.until("attempt ended").await;
    home.configure(|config| config["reminders"]["pending-share"]["schedule"] = json!("whenever"));
    daemon.until("the old one stays in force").await;
    daemon.signal(Signal::TERM);
    daemon.until("\"stopped\"").await;
    let lines = lines(&daemon.log());
    for line in &lines {
        let there = |key: &str| line[key].as_str().is_some_and(|text| !text.is_empty());
        assert!(there("timestamp") && there("level") && there("message"), "{line}");
    }
    let said = |text: &str| lines.iter().find(|line| line["message"] == text).unwrap_or_else(|| panic!("{text}"));
    assert!(said("scanned")["span"]["run"].as_str().is_some_and(|run| run.len() == 8), "{}", said("scanned"));
    assert!(said("attempt ended")["notification"].is_string(), "{}", said("attempt ended"));
    assert_eq!(daemon.end().await, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_daemon_that_cannot_start_says_so_in_json_too() {
    let relay = Relay::start().await;
    let mut home = Home::new(&relay.url()).await;
    home.configure(|config| config["reminders"]["pending-share"]["schedule"] = json!("whenever"));
    let done = home.nudged(&["run", "--log-format", "json"]).await;
    assert_eq!(done.code, Some(2), "{done:?}");
    let lines = lines(&done.stderr);
    assert!(lines[0]["message"].as_str().is_some_and(|text| text.contains("pending-share.schedule")), "{done:?}");
}
