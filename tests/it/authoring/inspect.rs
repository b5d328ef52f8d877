//! `nudged plugin inspect`.

use nudged_tests::{Author, digest, guest_file, plugin, plugin_file};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_is_shown_with_all_that_it_asks_for() {
    let author = Author::new();
    let shipped = plugin_file("pending-share").display().to_string();
    let text = author.well(&["plugin", "inspect", &shipped]).await;
    let row = |key: &str, value: &str| {
        let found = text.lines().any(|line| line.split_once(' ').is_some_and(|(k, v)| k == key && v.trim() == value));
        assert!(found, "{key} {value}: {text}");
    };
    row("name", "pending-share");
    row("world", "share-strategy");
    row("licence", "Apache-2.0");
    row("reads", "statuses Submitted; with items");
    row("proposes", "nothing");
    row("digest", &digest(&plugin("pending-share")));
    row("imports", "nudged:plugin/shares@0.1.0");
    row("exports", "nudged:plugin/share-evaluation@0.1.0");
    assert!(text.contains("\nparameters:\n  name ") && text.contains("\n  warn_after_days "), "{text}");
    assert!(!text.contains("refuse"), "{text}");
    let object = author.well(&["plugin", "inspect", &shipped, "--format", "json"]).await;
    let object: Value = serde_json::from_str(&object).expect("one object");
    assert!(object["manifest"]["parameters"]["properties"]["warn_after_days"].is_object(), "{object}");
    assert!(object["cases"].as_u64().is_some_and(|cases| cases > 0), "{object}");
    assert_eq!((&object["bytes"], &object["reasons"]), (&json!(plugin("pending-share").len()), &json!([])));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_channel_asks_for_is_shown() {
    let author = Author::new();
    let text = author.well(&["plugin", "inspect", &guest_file("asks-for-little").display().to_string()]).await;
    for row in ["asks     http\n", "hosts    http://127.0.0.1:00001\n", "secrets  token\n"] {
        assert!(text.contains(row), "{row:?}: {text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_would_be_refused_is_shown_as_far_as_it_can_be() {
    let author = Author::new();
    let text = author.well(&["plugin", "inspect", &guest_file("wrong-kind").display().to_string()]).await;
    assert!(text.contains("wrong-kind") && text.contains("share-strategy"), "{text}");
    assert!(text.contains("\na daemon would refuse it: the manifest says channel"), "{text}");
    author.write("garbage.wasm", "no component");
    let object = author.well(&["plugin", "inspect", "garbage.wasm", "--format", "json"]).await;
    let object: Value = serde_json::from_str(&object).expect("one object");
    assert_eq!((&object["manifest"], &object["bytes"]), (&Value::Null, &json!(12)), "{object}");
    assert_eq!(object["reasons"].as_array().map(Vec::len), Some(1), "{object}");
}
