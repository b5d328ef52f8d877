//! `nudged plugin test` and `nudged plugin replay`.

use std::{fs, path::Path};

use nudged_tests::{Author, Done, guest_file, plugin_file};
use serde_json::{Value, json};

use super::{FILE, with_cases};

/// Tries a component on the cases that it carries.
async fn carried(name: &str, more: &[&str]) -> Done {
    let component = guest_file(name).display().to_string();
    Author::new().nudged(&[&["plugin", "test", &component], more].concat()).await
}

/// Has a guest, by its file, answer these cases.
async fn answered(command: &str, component: &Path, cases: &Value) -> Done {
    let component = component.display().to_string();
    let named = if command == "test" { &["--cases", FILE][..] } else { &[FILE] };
    with_cases(&format!("{cases:#}")).nudged(&[&["plugin", command, &component], named].concat()).await
}

fn told(steps: Value, expect: Value) -> Value {
    json!([{ "name": "as told", "parameters": { "steps": steps }, "expect": expect }])
}

#[tokio::test(flavor = "multi_thread")]
async fn the_shipped_channels_pass_the_cases_beside_them() {
    for name in ["webhook", "slack", "email", "inbox"] {
        let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../plugins/{name}/cases/{name}.json"));
        let [component, cases] = [plugin_file(name), cases].map(|path| path.display().to_string());
        let said = Author::new().well(&["plugin", "test", &component, "--cases", &cases]).await;
        assert!(said.contains("ok, 0 failed"), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_shipped_strategies_pass_the_cases_that_they_carry() {
    let plugins = Path::new(env!("CARGO_MANIFEST_DIR")).join("../plugins");
    let folders = fs::read_dir(plugins).expect("the plugins' sources").map(|folder| folder.expect("an entry").path());
    let strategies: Vec<_> = folders.filter(|folder| folder.join("src/cases.json").is_file()).collect();
    assert!(strategies.len() >= 8, "{strategies:?}");
    for folder in strategies {
        let text = fs::read_to_string(folder.join("src/cases.json")).expect("the cases");
        let cases: Vec<Value> = serde_json::from_str(&text).expect("a list");
        let component = plugin_file(folder.file_name().and_then(|name| name.to_str()).expect("a name"));
        let said = Author::new().well(&["plugin", "test", &component.display().to_string()]).await;
        assert!(said.ends_with(&format!("\n{} ok, 0 failed\n", cases.len())), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_component_is_tried_on_the_cases_that_it_carries() {
    let done = carried("carries-a-wrong-case", &[]).await;
    let expected = "ok   is delivered\n\
                    FAIL is refused: outcome: expected \"rejected\", got {\"delivered\":\"ok\"}\n\
                    1 ok, 1 failed\n";
    assert_eq!((done.code, done.stdout.as_str()), (Some(1), expected), "{done:?}");
    let done = carried("echo", &[]).await;
    assert_eq!((done.code, done.stdout.as_str()), (Some(1), ""), "{done:?}");
    assert!(done.stderr.contains("echo has no cases: name a file with --cases"), "{done:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_plugin_logs_is_shown_with_the_case() {
    let done = carried("carries-cases", &[]).await;
    let expected = "ok   is posted to the hook\n     warn: sends to recipient@example.com\n1 ok, 0 failed\n";
    assert_eq!((done.code, done.stdout.as_str()), (Some(0), expected), "{done:?}");
    let done = carried("carries-cases", &["--format", "json"]).await;
    let lines = done.objects();
    assert_eq!(lines[0]["log"], json!([{ "level": "warn", "message": "sends to recipient@example.com" }]));
    assert_eq!(lines[1]["summary"], json!({ "ok": 1, "changed": 0, "faults": 0, "blessed": 0 }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_is_a_fault_of_the_case_and_no_quarantine_follows() {
    let case = told(json!([{ "what": "panic" }]), json!({ "outcome": "delivered" }))[0].clone();
    let fine = told(json!([]), json!({ "outcome": "delivered" }))[0].clone();
    let many: Vec<_> = std::iter::repeat_n(case, 12).chain([fine]).collect();
    let done = answered("test", &guest_file("does-as-told"), &Value::from(many)).await;
    assert_eq!(done.code, Some(1), "{done:?}");
    assert_eq!(done.stdout.matches("FAIL as told: trap: ").count(), 12, "{done:?}");
    assert!(done.stdout.ends_with("1 ok, 12 failed\n"), "{done:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_a_configuration_would_refuse_in_any_case_is_sent() {
    let request = |key: &str, value: Value| {
        let mut step = json!({ "what": "http", "method": "POST", "url": "https://hooks.x.test/" });
        step[key] = value;
        json!([step])
    };
    for (steps, expected) in [
        (request("headers", json!([["Host", "evil.test"]])), "denied: asked for the header field \"Host\""),
        (request("url", json!("ftp://x.test/")), "denied: asked for a URL, which is neither http nor https"),
        (json!([{ "what": "mail" }]), "denied: asked for mail, but"),
    ] {
        let done = answered("test", &guest_file("does-as-told"), &told(steps, json!({}))).await;
        assert!(done.code == Some(1) && done.stdout.contains(expected), "{expected}: {done:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_of_another_kind_is_a_mistake_of_the_case() {
    let mut cases = told(json!([{ "what": "http", "method": "POST", "url": "https://x.test/" }]), json!({}));
    cases[0]["answers"] = json!(["delivered"]);
    let done = answered("test", &guest_file("does-as-told"), &cases).await;
    assert!(done.stdout.contains("answers[0] is an outcome, but the call is an HTTP request"), "{done:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_file_of_cases_is_named_with_its_place() {
    let case = json!({ "name": "a", "now": "2026-06-04T09:00:00Z", "items": [{ "statuss": "x" }], "expect": [] });
    let component = plugin_file("pending-share");
    let done = answered("test", &component, &json!([case])).await;
    assert_eq!(done.code, Some(1), "{done:?}");
    assert!(done.stderr.contains("cases.json: case 0 (\"a\"): items[0]: statuss: unknown field"), "{done:?}");
    assert!(done.stderr.contains("did you mean `status`?"), "{done:?}");
    let component = component.display().to_string();
    let done = Author::new().nudged(&["plugin", "test", &component, "--cases", "none.json"]).await;
    assert!(done.code == Some(1) && done.stderr.contains("none.json cannot be read"), "{done:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_shows_only_what_differs() {
    let same = told(json!([]), json!({ "outcome": "delivered" }))[0].clone();
    let changed = told(json!([{ "what": "keep", "text": "new" }]), json!({ "keep": "old" }))[0].clone();
    let fault = told(json!([{ "what": "panic" }]), json!({}))[0].clone();
    let done = answered("replay", &guest_file("does-as-told"), &json!([same, changed, fault])).await;
    let lines: Vec<_> = done.stdout.lines().filter(|line| !line.starts_with(' ')).collect();
    assert_eq!(done.code, Some(1), "{done:?}");
    assert_eq!(lines[0], "FAIL as told: keep: expected \"old\", got \"new\"");
    assert_eq!((lines[2], lines.len()), ("1 same, 1 changed, 1 faults", 3), "{done:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn files_without_cases_prove_nothing() {
    let author = with_cases("[]");
    let echo = guest_file("echo").display().to_string();
    for arguments in [
        &["plugin", "test", &echo, "--cases", FILE][..],
        &["plugin", "test", &echo, "--cases", FILE, "--bless"],
        &["plugin", "replay", &echo, FILE],
    ] {
        let done = author.nudged(arguments).await;
        assert_eq!((done.code, done.stdout.as_str()), (Some(1), ""), "{done:?}");
        assert!(done.stderr.contains("cases.json: no cases in it"), "{done:?}");
    }
}
