//! `nudged plugin bench`. Nothing here depends on how long anything takes.

use std::fs;

use nudged_tests::{Author, Done, guest_file, handmade, plugin_file};
use serde_json::{Value, json};

async fn benched(author: &Author, plugin: &str, more: &[&str]) -> (Done, Value) {
    let arguments = ["plugin", "bench", plugin, "--rounds", "2", "--items", "300", "--format", "json"];
    let done = author.nudged(&[&arguments, more].concat()).await;
    let object = serde_json::from_str(&done.stdout).unwrap_or_else(|error| panic!("{error}: {done:?}"));
    (done, object)
}

fn sizes(object: &Value) -> Vec<u64> {
    let batches = object["batches"].as_array().expect("batches");
    batches.iter().map(|batch| batch["items"].as_u64().expect("a size")).collect()
}

/// A strategy that finds nothing, whose author means this.
fn meaning(author: &Author, budget: &str) -> String {
    let manifest = format!(r#"{{"name":"by-hand","version":"1","kind":"share-strategy","budget":{budget}}}"#);
    let bytes =
        handmade::Module { length: manifest.len(), manifest: manifest.into_bytes(), ..handmade::Module::default() };
    let path = author.path("by-hand.wasm");
    fs::write(&path, bytes.component()).expect("written");
    path.display().to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_strategy_is_measured_in_batches_of_three_sizes() {
    let author = Author::new();
    let (done, object) = benched(&author, &guest_file("echo").display().to_string(), &[]).await;
    assert_eq!(done.code, Some(0), "{done:?}");
    assert_eq!(sizes(&object), [1, 16, 256]);
    for batch in object["batches"].as_array().expect("batches") {
        let spread = |key: &str| ["p10", "median", "p90"].map(|part| batch["call_micros"][part].as_f64().expect(key));
        let [p10, median, p90] = spread("call_micros");
        assert!(0.0 < p10 && p10 <= median && median <= p90, "{batch}");
        assert!(batch["memory_bytes"].as_u64().is_some_and(|bytes| bytes > 0), "{batch}");
    }
    assert_eq!((&object["faults"], &object["measured"]["of"]), (&json!(0), &json!("made-up")));
    assert!(object["item_bytes"].is_number() && object["first_call_millis"]["median"].is_number(), "{object}");
    let text = author.well(&["plugin", "bench", &guest_file("echo").display().to_string(), "--rounds", "1"]).await;
    assert!(text.contains("items a call  calls a second") && text.contains("\nfirst call: "), "{text}");
    assert!(
        text.contains("measured: wall time of one call at a time") && text.contains("1024 made-up items"),
        "{text}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn items_are_those_of_cases_where_there_are_any() {
    let author = Author::new();
    let shipped = plugin_file("pending-share").display().to_string();
    let (done, object) = benched(&author, &shipped, &[]).await;
    assert_eq!((done.code, &object["measured"]["of"]), (Some(0), &json!("cases")), "{done:?}");
    let case = json!([{ "name": "a", "now": "2026-06-04T09:00:00Z", "items": [{ "uri": "s1" }], "expect": [] }]);
    author.write("cases.json", &case.to_string());
    let echo = guest_file("echo").display().to_string();
    let (done, object) = benched(&author, &echo, &["--cases", "cases.json"]).await;
    assert_eq!((done.code, &object["measured"]["of"]), (Some(0), &json!("cases")), "{done:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_is_measured_against_the_hosts_own_other_side() {
    let author = Author::new();
    let (done, object) = benched(&author, &plugin_file("email").display().to_string(), &[]).await;
    assert_eq!((done.code, sizes(&object)), (Some(0), vec![1]), "{done:?}");
    assert_eq!((&object["faults"], &object["item_bytes"]), (&json!(0), &Value::Null));
    let little = guest_file("asks-for-little").display().to_string();
    let given = r#"{"url":"http://127.0.0.1:1/x","secret":"token"}"#;
    let (done, object) = benched(&author, &little, &["--parameters", given]).await;
    assert_eq!((done.code, &object["measured"]["of"]), (Some(0), &json!("made-up")), "{done:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_figure_over_the_budget_is_named() {
    let author = Author::new();
    let generous = r#"{"item-micros":1e12,"item-bytes":1e12,"first-call-millis":1e12}"#;
    let (done, object) = benched(&author, &meaning(&author, generous), &[]).await;
    assert_eq!(done.code, Some(0), "{done:?}");
    assert_eq!(object["budget"].as_array().map(Vec::len), Some(3), "{object}");
    let strict = r#"{"item-micros":1e-9,"item-bytes":1e12}"#;
    let (done, object) = benched(&author, &meaning(&author, strict), &[]).await;
    assert_eq!(done.code, Some(1), "{done:?}");
    let over: Vec<_> =
        object["budget"].as_array().expect("figures").iter().map(|one| (&one["key"], &one["over"])).collect();
    assert_eq!(over, [(&json!("item-micros"), &json!(true)), (&json!("item-bytes"), &json!(false))]);
    let text = author.nudged(&["plugin", "bench", &meaning(&author, strict), "--rounds", "1"]).await;
    assert!(text.stdout.contains("\nover  item-micros: ") && text.stdout.contains("\nok    item-bytes: "), "{text:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_that_fails_has_no_figures() {
    let author = Author::new();
    let panics = guest_file("panics").display().to_string();
    let done = author.nudged(&["plugin", "bench", &panics, "--rounds", "1"]).await;
    assert_eq!((done.code, done.stdout.as_str()), (Some(1), ""), "{done:?}");
    assert!(done.stderr.contains("every call failed: panics ("), "{done:?}");
}
