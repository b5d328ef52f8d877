//! `nudged plugin check`.

use std::fs;

use nudged_tests::{Author, Done, Home, digest, guest, guest_file, handmade, marked, plugin, plugin_file};
use serde_json::{Value, json};

use crate::plugins::handmade::{carrying, finding};

/// What the command says of a component, as one object.
async fn checked(author: &Author, component: &str, more: &[&str]) -> (Done, Value) {
    let arguments = ["plugin", "check", component, "--format", "json"];
    let done = author.nudged(&[&arguments, more].concat()).await;
    let object = serde_json::from_str(&done.stdout).unwrap_or_else(|error| panic!("{error}: {done:?}"));
    (done, object)
}

fn texts(object: &Value, key: &str) -> Vec<String> {
    let texts = object[key].as_array().unwrap_or_else(|| panic!("no {key} in {object}"));
    texts.iter().map(|text| text.as_str().expect("a text").to_owned()).collect()
}

/// Each text begins as it should, and there are no others.
fn begin(texts: &[String], starts: &[&str]) {
    assert_eq!(texts.len(), starts.len(), "{texts:#?}");
    for (text, start) in texts.iter().zip(starts) {
        assert!(text.starts_with(start), "{text:?} does not begin with {start:?}");
    }
}

fn written(author: &Author, name: &str, bytes: &[u8]) -> String {
    let path = author.path(name);
    fs::write(&path, bytes).expect("written");
    path.display().to_string()
}

/// A strategy with two imports that no world has, and this manifest.
fn importing(manifest: &str) -> Vec<u8> {
    handmade::Module {
        manifest: manifest.as_bytes().to_vec(),
        length: manifest.len(),
        imports: r#"(import "more:bomb/elsewhere" "call" (func $call))
            (import "more:bomb/nowhere" "call" (func $call-2))"#
            .to_owned(),
        more: "package more:bomb;
            interface elsewhere { call: func(); }
            interface nowhere { call: func(); }
            world bomb-strategy { include nudged:plugin/share-strategy@0.1.0; import elsewhere; import nowhere; }",
        ..handmade::Module::default()
    }
    .component()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_that_would_serve_is_ok() {
    let author = Author::new();
    let shipped = plugin_file("pending-share").display().to_string();
    let text = author.well(&["plugin", "check", &shipped]).await;
    let (head, rest) = text.split_once('\n').expect("lines");
    assert!(head.starts_with("pending-share 0.1.0 (share-strategy), ") && head.ends_with(" cases"), "{text}");
    assert_eq!(rest, "ok\n", "nothing is odd about it");
    let (done, object) = checked(&author, &shipped, &[]).await;
    assert_eq!((done.code, &object["ok"], &object["world"]), (Some(0), &json!(true), &json!("share-strategy")));
    assert_eq!(object["digest"], digest(&plugin("pending-share")));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_reason_is_said_at_once() {
    let author = Author::new();
    let manifest = r#"{"name":"By Hand","version":"","kind":"channel","asks":["maill"],"hosts":["a b"],"secrets":["A"],
        "budget":{"speed":1},"parameters":{"type":"no such type"}}"#;
    let component = written(&author, "bad.wasm", &importing(manifest));
    let (done, object) = checked(&author, &component, &[]).await;
    assert_eq!((done.code, &object["ok"]), (Some(1), &json!(false)), "{done:?}");
    let starts = [
        "imports more:bomb/elsewhere, which the world share-strategy does not have",
        "imports more:bomb/nowhere, which the world share-strategy does not have",
        "the manifest's name \"By Hand\" is not like",
        "the manifest's version \"\" is not like",
        "the manifest says channel, but the component is built for the world share-strategy",
        "the manifest asks for the interface \"maill\"",
        "the manifest's host \"a b\" is not one such as",
        "the manifest's secret \"A\" is not a name such as",
        "the manifest's parameters are not a JSON Schema",
    ];
    begin(&texts(&object, "reasons"), &starts);
    let odd = texts(&object, "warnings");
    let budget = "the manifest's key \"budget.speed\" means nothing";
    assert!(odd.iter().any(|text| text.starts_with(budget)), "what the daemon passes over is no reason: {odd:#?}");
    let text = author.nudged(&["plugin", "check", &component]).await;
    assert_eq!(text.stdout.lines().filter(|line| line.starts_with("refused  ")).count(), starts.len(), "{text:?}");
    assert!(text.stdout.ends_with("9 reasons for refusal\n"), "{text:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_case_that_fails_is_told() {
    let case = |name: &str, expect: Value| json!({ "name": name, "now": "2026-06-04T09:00:00Z", "items": [{ "uri": "s1" }], "expect": expect });
    let found = json!([{ "item": 0, "reason": "a" }]);
    let cases = json!([case("one", json!([])), case("two", found), case("three", json!([]))]);
    let author = Author::new();
    let component = written(&author, "cases.wasm", &carrying(&cases.to_string(), &finding()));
    let (_, object) = checked(&author, &component, &[]).await;
    assert_eq!(object["cases"], 3);
    let starts = ["its self-test failed: case \"one\": ", "its self-test failed: case \"three\": "];
    begin(&texts(&object, "reasons"), &starts);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_daemon_would_admit_is_refused_with_the_daemons_reason() {
    let author = Author::new();
    let garbage = written(&author, "garbage.wasm", b"no component");
    let hollow = handmade::hollow("", &["nudged:plugin/delivery@0.1.0", "nudged:plugin/share-evaluation@0.1.0"]);
    for (component, why) in [
        (garbage, "is not WebAssembly"),
        (written(&author, "hollow.wasm", &hollow), "exports both share-evaluation and delivery"),
        (guest_file("spins-in-describe").display().to_string(), "describe failed: "),
        (guest_file("wrong-kind").display().to_string(), "the manifest says channel"),
        (guest_file("fails-its-case").display().to_string(), "its self-test failed: case \"is loud\""),
    ] {
        let (done, object) = checked(&author, &component, &[]).await;
        assert_eq!(done.code, Some(1), "{done:?}");
        begin(&texts(&object, "reasons"), &[why]);
    }
    let done = author.nudged(&["plugin", "check", "nothing.wasm"]).await;
    assert_eq!((done.code, done.stdout.as_str()), (Some(1), ""), "{done:?}");
    assert!(done.stderr.contains("name a component (x.wasm) or a plugin's folder"), "{done:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_odd_refuses_nothing() {
    let author = Author::new();
    let (done, object) = checked(&author, &guest_file("echo").display().to_string(), &[]).await;
    assert_eq!((done.code, &object["ok"]), (Some(0), &json!(true)), "{done:?}");
    let odd = texts(&object, "warnings");
    for start in ["the manifest names no licence", "it carries no cases", "it reads every item"] {
        assert!(odd.iter().any(|text| text.starts_with(start)), "{start}: {odd:#?}");
    }
    let unknown = r#"{"name":"by-hand","version":"1","kind":"share-strategy","licens":"MIT"}"#;
    let component = written(&author, "unknown.wasm", &handmade::describing(unknown));
    let (_, object) = checked(&author, &component, &[]).await;
    let odd = texts(&object, "warnings");
    assert!(odd.iter().any(|text| text.contains("\"licens\"") && text.contains("licence")), "{odd:#?}");
}

/// Checks what would take the place of the shipped `pending-share`, with a home's configuration.
async fn in_place(home: &Home, bytes: &[u8]) -> Value {
    let author = Author::new();
    let component = written(&author, "my-build.wasm", bytes);
    let config = home.path("config.json").display().to_string();
    checked(&author, &component, &["--config", &config]).await.1
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_configuration_it_is_said_what_would_hold_it_and_what_does_not_fit() {
    let mut home = Home::new("smtp://127.0.0.1:1").await;
    let bytes = marked(&plugin("pending-share"), 1);
    let before = home.files();
    let object = in_place(&home, &bytes).await;
    assert_eq!(texts(&object, "reasons"), [""; 0], "{object}");
    begin(&texts(&object, "uses"), &["reminders.pending-share: uses pending-share 0.1.0"]);
    assert_eq!(home.files(), before, "nothing is written");
    home.configure(|config| {
        config["plugins"]["hold"] = json!(true);
        config["plugins"]["grants"] = json!({ "pending-share": { "digests": [digest(&plugin("pending-share"))] } });
        config["reminders"]["pending-share"]["parameters"] = json!({ "warn_after_days": "soon" });
    });
    let object = in_place(&home, &bytes).await;
    let mine = digest(&bytes);
    let pinned = format!("plugins.pending-share: is not one of plugins.grants.pending-share.digests: add \"{mine}\"");
    let held = "plugins.pending-share: plugins.hold is on";
    begin(&texts(&object, "reasons"), &[&pinned, held, "reminders.pending-share: parameters.warn_after_days: "]);
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_configuration_it_is_said_what_is_not_granted() {
    let mut home = Home::new("smtp://127.0.0.1:1").await;
    home.configure(|config| {
        let parameters = json!({ "url": "https://events.x.test/in", "secret": "token" });
        config["channels"]["post"] = json!({ "plugin": "asks-for-little", "parameters": parameters });
    });
    let object = in_place(&home, &guest("asks-for-little")).await;
    begin(
        &texts(&object, "reasons"),
        &["channels.post: the plugin asks-for-little sends HTTP requests, but no host is granted to it: add "],
    );
    let unused = in_place(&home, &guest("echo")).await;
    assert_eq!(texts(&unused, "reasons"), [""; 0]);
    let odd = texts(&unused, "warnings");
    assert!(odd.iter().any(|text| text == "no reminder and no channel of the configuration uses echo"), "{odd:#?}");
}
