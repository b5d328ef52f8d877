//! Plugins that carry cases of their own are tried on them before they serve.

use std::time::Duration;

use nudged::plugin::Change;
use nudged_tests::{PluginsFolder, batch, context, guest};
use serde_json::{Value, json};

use super::handmade;

/// A case about one share.
fn case(name: &str, expect: Value) -> Value {
    json!({ "name": name, "now": "2026-06-04T09:00:00Z", "items": [{ "uri": "s1" }], "expect": expect })
}

/// What is always found by what [`handmade::finding`] makes.
fn found() -> Value {
    json!([{ "item": 0, "reason": "a", "since": "1970-01-01T00:00:00Z", "severity": "warning", "title": "" }])
}

async fn refused(bytes: &[u8], text: &str) {
    let folder = PluginsFolder::default().strategy_wall(Duration::from_millis(300));
    let refusal = folder.admit(bytes).await.err().unwrap_or_else(|| panic!("admitted, but: {text}"));
    assert_eq!(refusal.reason, format!("its self-test failed: {text}"));
}

async fn fails(cases: Value, text: &str) {
    refused(&handmade::carrying(&cases.to_string(), &handmade::finding()), text).await;
}

#[tokio::test]
async fn a_plugin_that_does_as_its_cases_say_is_admitted() {
    let folder = PluginsFolder::default();
    let cases = json!([case("once", found()), case("again", found())]);
    let bytes = handmade::carrying(&cases.to_string(), &handmade::finding());
    let strategy = folder.admit(&bytes).await.unwrap_or_else(|refusal| panic!("{refusal}")).strategy();
    let findings = strategy.expect("a strategy").evaluate(batch(["s1"]), &context()).await.expect("an answer");
    assert_eq!(findings.len(), 1);
    assert!(folder.admit(&handmade::carrying("[]", "unreachable")).await.is_ok(), "no case, nothing to fail");
}

#[tokio::test]
async fn a_case_that_fails_is_named_with_what_was_expected_and_what_came() {
    let about = "the finding about share:s1 for \"a\"";
    let severity = json!([{ "item": 0, "reason": "a", "severity": "critical" }]);
    let text = format!("case \"second\": {about}: severity: expected \"critical\", got \"warning\"");
    fails(json!([case("first", found()), case("second", severity)]), &text).await;
    let late = json!([{ "item": 0, "reason": "late" }]);
    let text = "case \"c\": missing: a finding about share:s1 for \"late\"; \
                not expected: a finding about share:s1 for \"a\", \"\"";
    fails(json!([case("c", late)]), text).await;
    let text = "case \"c\": not expected: a finding about share:s1 for \"a\", \"\"";
    fails(json!([case("c", json!([]))]), text).await;
}

#[tokio::test]
async fn a_case_that_ends_in_a_fault_fails() {
    let cases = json!([case("c", json!([]))]).to_string();
    refused(
        &handmade::carrying(&cases, "(loop $on (br $on)) unreachable"),
        "case \"c\": timeout: ran for more than 300ms (plugins.limits.strategy_wall)",
    )
    .await;
    let trap = "case \"c\": trap: wasm trap: wasm `unreachable` instruction executed";
    refused(&handmade::carrying(&cases, "unreachable"), trap).await;
}

#[tokio::test]
async fn all_cases_together_have_a_limit_of_time() {
    // Each keeps well within its own limit, but a hundred of them take longer than ten such limits.
    let cases: Vec<_> = (0..100).map(|number| case(&number.to_string(), found())).collect();
    let folder = PluginsFolder::default().strategy_wall(Duration::from_millis(500));
    let bytes = handmade::dawdling(&Value::from(cases).to_string(), 100);
    let refusal = folder.admit(&bytes).await.err().expect("a refusal");
    assert_eq!(refusal.reason, "its self-test failed: its cases took more than 5s");
}

#[tokio::test]
async fn cases_that_are_none_are_refused() {
    refused(&handmade::keeping_its_cases(), "`cases`: trap: wasm trap: wasm `unreachable` instruction executed").await;
    let garbage = handmade::carrying("{", "unreachable");
    refused(&garbage, "the cases are not a JSON array: invalid type: map, expected a sequence at line 1 column 0")
        .await;
    let many: Vec<_> = (0..101).map(|_| case("c", found())).collect();
    fails(Value::from(many), "101 cases, at most 100 are allowed").await;
    let large = json!([{ "name": "x".repeat(1 << 20) }]).to_string();
    let text = format!("`cases` gives {} bytes, at most 1048576 are allowed", large.len());
    refused(&handmade::carrying(&large, "unreachable"), &text).await;
    let mut strange = case("c", found());
    strange["items"][0]["expired"] = json!(true);
    let refusal =
        PluginsFolder::default().admit(&handmade::carrying(&json!([strange]).to_string(), "unreachable")).await;
    let reason = refusal.err().expect("a refusal").reason;
    assert!(
        reason.contains("case 0 (\"c\"): items[0]: expired: unknown field `expired`, expected one of `uri`"),
        "{reason}"
    );
}

#[tokio::test]
async fn parameters_of_cases_are_bounded_before_they_are_held_against_the_schema() {
    let given = |parameters: Value| {
        let mut given = case("c", found());
        given["parameters"] = parameters;
        json!([given])
    };
    let deep = (0..16).fold(json!({}), |inner, _| json!({ "x": inner }));
    fails(given(deep), "case \"c\": its parameters are nested more than 16 deep").await;
    let long = given(json!({ "x": "x".repeat(16 << 10) }));
    fails(long, "case \"c\": its parameters are 16392 bytes, at most 16384 are allowed").await;
}

#[tokio::test]
async fn a_successor_that_fails_its_case_leaves_the_old_generation_serving() {
    let folder = PluginsFolder::with_guests(&["echo"]);
    let registry = folder.serving().await;
    folder.put("echo.wasm", &guest("fails-its-case"));
    let changed = registry.rescan().await.expect("the folder is there");
    let [Change::Refused(refusal)] = &changed[..] else { panic!("{changed:?}") };
    let text = "its self-test failed: case \"is loud\": the finding about share:s1 for \"echo\": \
                severity: expected \"critical\", got \"warning\"";
    assert_eq!(refusal.reason, text);
    let echo = registry.strategy("echo").expect("serves");
    assert_eq!(echo.manifest().version, "1.0.0");
    assert_eq!(echo.evaluate(batch(["s1"]), &context()).await.expect("an answer").len(), 1);
}

#[tokio::test]
async fn a_channel_is_tried_on_its_cases_too() {
    let admitted = PluginsFolder::default().admit(&guest("carries-cases")).await;
    assert!(admitted.unwrap_or_else(|refusal| panic!("{refusal}")).channel().is_some());
    refused(
        &guest("carries-a-wrong-case"),
        "case \"is refused\": outcome: expected \"rejected\", got {\"delivered\":\"ok\"}",
    )
    .await;
}
