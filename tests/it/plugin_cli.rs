//! `nudged plugin`, as an operator uses it.

use std::fs;

use nudged_tests::{Done, Home, Process};
use serde_json::{Value, json};

const TOKEN: &str = "correct-horse-battery-staple";

/// A home whose plugins folder holds a file that is no plugin, too.
async fn home() -> Home {
    let home = Home::new("smtp://127.0.0.1:1").await;
    fs::write(home.path("plugins/x.wasm"), "no component").expect("a file");
    home
}

/// Runs a command with a configuration that says where the daemon listens, which chose its port.
async fn ask(home: &Home, daemon: &Process, change: impl FnOnce(&mut Value), arguments: &[&str]) -> Done {
    let text = fs::read_to_string(home.path("config.json")).expect("a configuration");
    let mut config: Value = serde_json::from_str(&text).expect("JSON");
    config["api"]["listen"] = json!(daemon.api().address().to_string());
    change(&mut config);
    fs::write(home.path("client.json"), config.to_string()).expect("a configuration");
    home.nudged(&[arguments, &["--config", "client.json"]].concat()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_daemon_the_folder_is_listed_and_that_is_said() {
    let home = home().await;
    let done = home.nudged(&["plugin", "list"]).await;
    assert_eq!(done.code, Some(0), "{done:?}");
    assert!(done.stdout.contains("refused x.wasm: "), "{done:?}");
    assert!(done.stderr.contains("not a running daemon's figures"), "{done:?}");
    let done = home.nudged(&["plugin", "list", "--format", "json"]).await;
    assert_eq!(done.objects().last().expect("a line")["refused"], "x.wasm", "{done:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_daemon_there_is_nothing_to_compare_or_release() {
    let mut home = home().await;
    home.configure(|config| config["api"]["listen"] = json!("127.0.0.1:1"));
    for arguments in [["plugin", "diff", "email"], ["plugin", "release", "email"]] {
        let done = home.nudged(&arguments).await;
        assert_eq!((done.code, done.stdout.as_str()), (Some(1), ""), "{done:?}");
        assert!(done.stderr.contains("nothing answers at http://127.0.0.1:1"), "{done:?}");
        assert!(done.stderr.contains("start it with `nudged run`"), "{done:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_daemon_is_asked() {
    let home = home().await;
    let daemon = home.daemon().await;
    let done = ask(&home, &daemon, |_| {}, &["plugin", "list"]).await;
    assert_eq!(done.code, Some(0), "{done:?}");
    assert!(!done.stderr.contains("not a running daemon's figures"), "{done:?}");
    assert!(done.stdout.contains("refused x.wasm: "), "{done:?}");
    let done = ask(&home, &daemon, |_| {}, &["plugin", "release", "nobody"]).await;
    assert_eq!((done.code, done.stdout.as_str()), (Some(1), ""), "{done:?}");
    assert!(done.stderr.contains("nobody"), "{done:?}");
    let done = ask(&home, &daemon, |_| {}, &["plugin", "diff"]).await;
    assert_eq!((done.code, done.stdout.as_str()), (Some(1), ""), "{done:?}");
    assert!(done.stderr.contains("nothing to compare: plugins.shadow is off"), "{done:?}");
    let answer = daemon.api().get("/-/plugins").await;
    assert_eq!(answer.json()["refused"][0]["file"], "x.wasm", "{answer:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_token_is_presented_and_another_one_is_an_error() {
    let mut home = home().await;
    fs::write(home.path("token"), TOKEN).expect("a file");
    fs::write(home.path("other"), "another-horse-another-staple").expect("a file");
    home.configure(|config| config["api"]["token"] = json!({ "file": "token" }));
    let daemon = home.daemon().await;
    let done = ask(&home, &daemon, |_| {}, &["plugin", "list"]).await;
    assert_eq!(done.code, Some(0), "{done:?}");
    assert!(!done.stderr.contains("not a running daemon's figures"), "{done:?}");
    let other = |config: &mut Value| config["api"]["token"] = json!({ "file": "other" });
    let done = ask(&home, &daemon, other, &["plugin", "list"]).await;
    assert_eq!((done.code, done.stdout.as_str()), (Some(1), ""), "{done:?}");
    assert!(done.stderr.contains("has another token"), "{done:?}");
    assert!(!done.stderr.contains("horse"), "{done:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reload_may_bring_other_plugins_to_ask_about() {
    let mut home = home().await;
    let daemon = home.daemon().await;
    let api = daemon.api();
    assert_eq!(api.get("/-/plugins").await.json()["refused"].as_array().map(Vec::len), Some(1));
    fs::create_dir(home.path("others")).expect("a folder");
    for name in ["email.wasm", "pending-share.wasm"] {
        fs::copy(home.path("plugins").join(name), home.path("others").join(name)).expect("a copy");
    }
    home.configure(|config| config["plugins"]["directory"] = json!("others"));
    assert_eq!(api.reload().await.status, 200);
    assert_eq!(api.get("/-/plugins").await.json()["refused"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_said_of_a_plugin_that_was_only_touched() {
    let home = home().await;
    let daemon = home.daemon().await;
    let file = fs::File::options().write(true).open(home.path("plugins/email.wasm")).expect("a file");
    file.set_modified(std::time::SystemTime::UNIX_EPOCH).expect("touched");
    home.add_plugin("inbox");
    daemon.until("plugin loaded: inbox").await;
    let log = daemon.log();
    assert_eq!(log.matches("plugin loaded: email").count(), 1, "{log}");
    assert!(!log.contains("plugin replaced"), "{log}");
    assert_eq!(log.matches("plugin refused").count(), 1, "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_limits_of_a_configuration_that_is_named_hold_for_the_authors_commands() {
    let mut home = Home::new("smtp://127.0.0.1:1").await;
    home.configure(|config| config["plugins"]["limits"] = json!({ "file_bytes": 8 }));
    fs::write(home.path("cases.json"), "[]").expect("a file");
    let echo = nudged_tests::guest_file("echo").display().to_string();
    for arguments in [
        &["test", &echo, "--cases", "cases.json"][..],
        &["run", &echo, "--db", "sqlite://cases.json"],
        &["bench", &echo],
        &["record", &echo, "--db", "sqlite://cases.json", "--out", "out.json"],
        &["replay", &echo, "cases.json"],
        &["inspect", &echo],
    ] {
        let done = home.nudged(&[&["plugin"][..], arguments, &["--config", "none.json"]].concat()).await;
        assert!(done.code == Some(2) && done.stderr.contains("none.json"), "{arguments:?}: {done:?}");
        let done = home.nudged(&[&["plugin"][..], arguments, &["--config", "config.json"]].concat()).await;
        let told = format!("{}{}", done.stdout, done.stderr);
        assert!(told.contains("plugins.limits.file_bytes allows (8)"), "{arguments:?}: {done:?}");
    }
}
