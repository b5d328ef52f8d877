//! Grants, secrets and the inbox as the configuration says them, through the real binary.

use nudged_tests::{Home, NOW, Recorder, Relay, Reply, guest_file, lay};
use serde_json::{Value, json};

/// A folder whose only reminder goes out over a channel that does this.
async fn home(steps: Value) -> Home {
    let mut home = Home::new(&Relay::start().await.url()).await;
    lay(&[guest_file("does-as-told")], &home.path("plugins"));
    std::fs::write(home.path("token"), "t0k3n-t0k3n\n").expect("a secret");
    home.configure(|config| {
        config["channels"] = json!({ "events": {
            "plugin": "does-as-told", "parameters": { "steps": steps }, "secrets": { "token": { "file": "token" } },
        } });
        config["directory"] =
            json!({ "groups": { "team-1": { "events": "team-1" } }, "fallback": { "events": "ops" } });
        config["reminders"]["pending-share"]["channels"] = json!(["events"]);
    });
    home
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_sends_where_it_is_granted_and_says_so_where_it_is_not() {
    let recorder = Recorder::start().await;
    recorder.always(Reply::says(200, "you said t0k3n-t0k3n"));
    let step = json!({
        "what": "http", "method": "POST", "url": format!("{}/in", recorder.url()),
        "secret_headers": [["authorization", "Bearer ", "token"]],
    });
    let mut home = home(json!([step])).await;
    let done = home.nudged(&["check"]).await;
    let shown = format!("{}{}", done.stdout, done.stderr);
    assert_eq!(done.code, Some(1), "{shown}");
    assert!(shown.contains("no host is granted to it: add \"…\" to plugins.grants.does-as-told.http"), "{shown}");
    home.configure(|config| {
        config["plugins"]["grants"] =
            json!({ "does-as-told": { "http": [recorder.url()], "networks": ["127.0.0.1/32"] } });
    });
    home.well(&["check"]).await;
    home.well(&["scan", "--now", NOW]).await;
    let delivered = home.well(&["deliver", "--once"]).await;
    assert!(delivered.contains("you said …") && !delivered.contains("t0k3n"), "{delivered}");
    let [heard] = recorder.requests().try_into().expect("one request");
    assert_eq!(heard.field("authorization"), Some("Bearer t0k3n-t0k3n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_authorities_that_is_not_there_is_a_fault() {
    let mut home = home(json!([])).await;
    home.configure(|config| {
        config["channels"]["events"]["ca_file"] = json!("none.pem");
        config["plugins"]["grants"] = json!({ "does-as-told": { "http": ["x.test"] } });
    });
    let done = home.nudged(&["check"]).await;
    let shown = format!("{}{}", done.stdout, done.stderr);
    assert!(done.code == Some(1) && shown.contains("none.pem cannot be read"), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_is_posted_to_the_inbox_of_the_source() {
    let entries = json!([{ "kind": "SHARE_OBJECT_SUBMITTED", "message": "It waits", "target": "s1|d1" }]);
    let mut home = home(json!([{ "what": "inbox", "entries": entries }])).await;
    home.configure(|config| {
        config["plugins"]["grants"] = json!({ "does-as-told": { "http": ["x.test"] } });
    });
    home.well(&["check"]).await;
    home.well(&["scan", "--now", NOW]).await;
    home.well(&["deliver", "--once"]).await;
    let rows = "SELECT COUNT(*) FROM notification WHERE recipient = 'team-1' AND message = 'It waits' AND is_read = 0";
    assert_eq!(home.dataall.database.number(rows).await, 1);
}
