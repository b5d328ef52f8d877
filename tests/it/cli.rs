//! What the commands print and how they end.

use std::{fs, process::Stdio};

use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use nudged_tests::{Done, Home, NOW, Relay, plugin_file};
use serde_json::{Value, json};
use tokio::io::AsyncReadExt;

/// A home whose mails go nowhere.
async fn home() -> Home {
    Home::new("smtp://127.0.0.1:9").await
}

fn keys(object: &Value) -> Vec<&str> {
    object.as_object().expect("an object").keys().map(String::as_str).collect()
}

fn lines(stdout: &str) -> Vec<Value> {
    stdout.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
}

fn assert_fails(done: &Done, code: i32, words: &[&str]) {
    assert_eq!(done.code, Some(code), "{done:?}");
    assert_eq!(done.stdout, "", "{done:?}");
    for word in words {
        assert!(done.stderr.contains(word), "{word:?} is missing in {}", done.stderr);
    }
}

#[tokio::test]
async fn every_mistake_in_the_configuration_is_told_at_once_with_its_line() {
    let home = home().await;
    let text = include_str!("../../config.json");
    let broken = text
        .replace("\"0 9 * * *\"", "\"61 9 * * *\"")
        .replace("\"Europe/London\"", "\"Europe/Londn\"")
        .replace("\"max\": 10", "\"max\": 0");
    fs::write(home.path("config.json"), &broken).expect("a configuration");
    let at = |mistake: &str| {
        let line = broken.lines().position(|line| line.contains(mistake)).expect("the mistake") + 1;
        format!("config.json:{line}: reminders.pending-share.")
    };
    for command in ["check", "scan", "run"] {
        let done = home.nudged(&[command]).await;
        let expected = [at("61 9") + "schedule", at("Londn") + "timezone", at("\"max\": 0") + "cadence.max"];
        assert_fails(&done, 2, &expected.each_ref().map(String::as_str));
    }
}

#[tokio::test]
async fn a_missing_configuration_is_a_hint_how_to_make_one() {
    let home = home().await;
    let done = home.nudged(&["--config", "none.json", "check"]).await;
    assert_fails(&done, 2, &["none.json", "nudged init"]);
}

#[tokio::test]
async fn an_unreachable_database_is_named_without_its_password() {
    let mut home = home().await;
    home.configure(|config| config["store"]["url"] = json!("postgres://pam:s3cret@127.0.0.1:1/memory"));
    for command in [&["scan"][..], &["deliver", "--once"], &["run"]] {
        let done = home.nudged(command).await;
        assert_fails(&done, 1, &["127.0.0.1:1", "memory", "cannot be reached"]);
        assert!(!done.stderr.contains("s3cret"), "{done:?}");
        assert_eq!(done.stderr.matches("Connection refused").count(), 1, "told once: {done:?}");
    }
    let done = home.nudged(&["check"]).await;
    assert_eq!(done.code, Some(1), "{done:?}");
    assert!(done.stdout.lines().any(|line| line.starts_with("FAULT store:")), "{done:?}");
    assert!(!format!("{done:?}").contains("s3cret"), "{done:?}");
}

#[tokio::test]
async fn a_relay_whose_password_is_no_text_is_a_fault_and_no_daemon_runs() {
    let mut home = home().await;
    home.configure(|config| config["channels"]["email"]["smtp"]["url"] = json!("smtp://pam:s3cret%ff@127.0.0.1:9"));
    assert_fails(&home.nudged(&["run"]).await, 1, &["channels.email", "smtp.url"]);
    let done = home.nudged(&["check"]).await;
    assert_eq!(done.code, Some(1), "{done:?}");
    assert!(done.stdout.contains("FAULT channels.email: smtp.url"), "{done:?}");
    assert!(!format!("{done:?}").contains("s3cret"), "{done:?}");
}

#[tokio::test]
async fn an_unknown_reminder_is_a_mistake_of_usage() {
    let done = home().await.nudged(&["scan", "--reminder", "pending-shares"]).await;
    assert_fails(&done, 2, &["pending-shares", "pending-share\n"]);
}

#[tokio::test]
async fn a_file_that_is_no_plugin_is_a_fault_but_stops_no_other() {
    let home = home().await;
    fs::write(home.path("plugins/notes.wasm"), "shopping list").expect("a file");
    let done = home.nudged(&["check"]).await;
    assert_eq!(done.code, Some(1), "{done:?}");
    assert!(done.stdout.contains("FAULT notes.wasm: is not WebAssembly"), "{done:?}");
    let scan = home.well(&["scan", "--now", NOW]).await;
    assert!(scan.contains("1 to send"), "{scan}");
}

#[tokio::test]
async fn a_scan_whose_strategy_is_missing_tells_so_and_fails() {
    let home = home().await;
    fs::remove_file(home.path("plugins/pending-share.wasm")).expect("it was there");
    for format in ["text", "json"] {
        let done = home.nudged(&["scan", "--now", NOW, "--format", format]).await;
        assert_eq!(done.code, Some(1), "{done:?}");
        assert!(done.stdout.contains("reminder pending-share did not run"), "{done:?}");
    }
    fs::copy(plugin_file("pending-share"), home.path("plugins/pending-share.wasm")).expect("it is back");
    let scan = home.well(&["scan", "--now", NOW]).await;
    assert!(scan.contains("1 to send"), "{scan}");
}

fn sample_configuration() -> Value {
    let text = include_str!("../../config.json");
    let parsed = parse_to_ast(text, &CollectOptions::default(), &ParseOptions::default());
    parsed.expect("JSON with comments").value.expect("an object").into()
}

#[tokio::test]
async fn the_schema_knows_what_the_sample_configuration_says_and_nothing_else() {
    let schema: Value = serde_json::from_str(&home().await.well(&["schema"]).await).expect("JSON");
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert!(schema["$defs"].is_object(), "{schema:#}");
    let validator = jsonschema::draft202012::new(&schema).expect("a schema");
    let sample = sample_configuration();
    for key in keys(&sample) {
        assert!(schema["properties"][key].is_object(), "{key} is missing in {schema:#}");
    }
    let mistakes: Vec<_> = validator.iter_errors(&sample).map(|error| error.to_string()).collect();
    assert_eq!(mistakes, [""; 0]);

    for place in ["", "/source", "/reminders/pending-share", "/channels/email"] {
        let mut strange = sample.clone();
        strange.pointer_mut(place).expect("it is there")["colour"] = json!("blue");
        assert!(!validator.is_valid(&strange), "an unknown key in {place:?} is a mistake");
    }
}

#[tokio::test]
async fn parameters_that_do_not_fit_are_a_fault() {
    let mut home = home().await;
    assert_eq!(home.nudged(&["check"]).await.code, Some(0));
    home.configure(|config| config["reminders"]["pending-share"]["parameters"] = json!({ "warn_after_days": "soon" }));
    let done = home.nudged(&["check"]).await;
    assert_eq!(done.code, Some(1), "{done:?}");
    let fault = done.stdout.lines().find(|line| line.starts_with("FAULT")).expect("a fault");
    assert!(fault.contains("reminders.pending-share") && fault.contains("warn_after_days"), "{fault}");
}

#[tokio::test]
async fn a_check_as_json_is_one_object_a_line() {
    let done = home().await.nudged(&["check", "--format", "json"]).await;
    assert_eq!(done.code, Some(0), "{done:?}");
    let checks = lines(&done.stdout);
    assert!(checks.iter().all(|check| keys(check) == ["check", "ok", "detail"] && check["ok"] == true), "{checks:?}");
    for what in ["plugin email", "reminders.pending-share", "channels.email", "source", "store"] {
        assert!(checks.iter().any(|check| check["check"] == what), "{what} is missing in {checks:?}");
    }
}

#[tokio::test]
async fn a_check_advises_indexes_for_the_active_reminders_and_writes_nothing() {
    let mut home = home().await;
    home.add_plugin("failing-stack");
    home.configure(|config| {
        let stack =
            json!({ "strategy": "failing-stack", "schedule": "0 9 * * *", "channels": ["email"], "active": false });
        config["reminders"]["failing-stack"] = stack;
    });
    let before = fs::read(home.dataall.database.file()).expect("the source");
    let checks = lines(&home.well(&["check", "--advise", "--format", "json"]).await);
    let advice: Vec<_> = checks.iter().filter(|line| line.get("index").is_some()).collect();
    let expected = json!({
        "index": "nudged_share_object_status", "reminders": ["pending-share"],
        "why": "pending-share: finds shares by their status",
        "statement": "CREATE INDEX IF NOT EXISTS nudged_share_object_status ON \"share_object\" (status);",
    });
    assert_eq!((advice.len(), advice[0]), (2, &expected));
    let said = checks.iter().find(|line| line["check"] == "source.indexes").expect("it is told");
    assert_eq!(said["detail"], "2 more would let scans read less: their statements are below");
    assert_eq!(fs::read(home.dataall.database.file()).expect("the source"), before);

    let text = home.well(&["check", "--advise"]).await;
    let statements: Vec<_> = text.lines().skip_while(|line| !line.starts_with("-- ")).collect();
    assert_eq!(
        statements[..2],
        ["-- pending-share: finds shares by their status", expected["statement"].as_str().expect("SQL")]
    );
    home.dataall.database.execute(&statements.join("\n")).await;
    let text = home.well(&["check", "--advise"]).await;
    assert!(text.contains("ok    source.indexes: there is none more") && !text.contains("CREATE INDEX"), "{text}");
    assert!(!home.well(&["check"]).await.contains("source.indexes"), "only who asks is told");
}

#[tokio::test]
async fn a_scan_as_json_keeps_its_contract() {
    let mut home = home().await;
    home.add_share("s2", "Orders", "jim@x.test").await;
    home.dataall
        .database
        .execute("UPDATE dataset SET \"SamlAdminGroupName\" = 'strangers' WHERE label = 'Orders'")
        .await;

    let rows = lines(&home.well(&["scan", "--now", NOW, "--format", "json"]).await);

    let (summary, rest) = rows.split_last().expect("a summary");
    let (problems, verdicts): (Vec<_>, Vec<_>) = rest.iter().partition(|row| row.get("problem").is_some());
    let expected = json!({
        "verdict": "send", "code": "first", "reminder": "pending-share", "strategy": "pending-share",
        "item": "share:s1", "reason": "pending", "roles": ["producers"], "groups": ["team-1"],
        "recipient": "pam@x.test", "channel": "email", "ordinal": 1, "first_sent": null, "hold_until": null,
        "deadline": null, "notification": verdicts[0]["notification"],
    });
    assert_eq!(*verdicts[0], expected);
    assert_eq!(verdicts[0]["notification"].as_str().map(str::len), Some(32));
    assert_eq!(keys(verdicts[1]), keys(&expected), "every key is there, whatever the verdict");
    assert_eq!((&verdicts[1]["verdict"], &verdicts[1]["code"]), (&json!("hold"), &json!("no-recipient")));
    assert_eq!((&verdicts[1]["recipient"], &verdicts[1]["notification"]), (&Value::Null, &Value::Null));
    assert_eq!(problems.len(), 1, "{problems:?}");
    for problem in problems {
        assert_eq!(keys(problem), ["problem", "item"]);
        assert!(problem["problem"].as_str().is_some_and(|text| text.contains("strangers")), "{problem}");
    }
    let millis = summary["summary"]["millis"].as_u64().expect("a number");
    let counts = json!({ "scanned": 2, "findings": 2, "send": 1, "hold": 1, "drop": 0, "problems": 1,
        "notifications": 1, "millis": millis });
    assert_eq!(*summary, json!({ "summary": counts }));
}

#[tokio::test]
async fn a_dry_run_leaves_no_trace() {
    let mut home = home().await;
    home.configure(|config| config["plugins"]["cache"] = json!("code"));
    let (before, source) = (home.files(), fs::read(home.dataall.database.file()).expect("the source"));
    let scan = home.well(&["scan", "--dry-run", "--now", NOW]).await;
    assert!(scan.contains("1 to send"), "{scan}");
    assert_eq!(home.files(), before);
    assert_eq!(fs::read(home.dataall.database.file()).expect("the source"), source);

    home.well(&["scan", "--now", NOW]).await;
    // SQLite's shared memory holds readers' marks, no data.
    let lasting = || {
        let mut files = home.files();
        files.retain(|path, _| path.extension().is_none_or(|extension| extension != "db-shm"));
        files
    };
    let before = lasting();
    let scan = home.well(&["scan", "--dry-run", "--now", NOW]).await;
    assert!(scan.contains("0 to send"), "a dry run knows what was told: {scan}");
    assert_eq!(lasting(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn scanning_twice_tells_once() {
    let relay = Relay::start().await;
    let home = Home::new(&relay.url()).await;
    for code in ["first", "in-flight"] {
        let rows = lines(&home.well(&["scan", "--now", NOW, "--format", "json"]).await);
        assert_eq!(rows[0]["code"], code);
    }
    let delivered = home.well(&["deliver", "--once"]).await;
    assert!(delivered.starts_with("delivered pam@x.test (email): "), "{delivered}");
    let rows = lines(&home.well(&["scan", "--now", NOW, "--format", "json"]).await);
    assert_eq!(rows[0]["code"], "not-due");
    assert_eq!(home.well(&["deliver", "--once"]).await, "nothing is due\n");
    assert_eq!(relay.taken().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_as_json_keeps_its_contract() {
    let relay = Relay::start().await;
    let mut home = Home::new(&relay.url()).await;
    home.add_share("s2", "Orders", "gone@x.test").await;
    relay.on_mails_to("gone@x.test", nudged_tests::Stage::Recipient, nudged_tests::Act::Reply("550 5.1.1 who?"));
    let scan = lines(&home.well(&["scan", "--now", NOW, "--format", "json"]).await);

    let mut ended = lines(&home.well(&["deliver", "--once", "--format", "json"]).await);

    ended.sort_by_key(|end| end["to"].to_string());
    let ids: Vec<_> = scan.iter().filter_map(|row| row.get("notification")).cloned().collect();
    let end = |to: &str, outcome: &str, detail: &str| json!({ "channel": "email", "to": to, "outcome": outcome, "attempts": 1, "detail": detail });
    let expected = [end("gone@x.test", "rejected", ""), end("pam@x.test", "delivered", "250 taken")];
    for (mut end, mut expected) in ended.into_iter().zip(expected) {
        assert_eq!(keys(&end), ["notification", "channel", "to", "outcome", "attempts", "detail"]);
        let id = end.as_object_mut().and_then(|end| end.shift_remove("notification")).expect("an id");
        assert!(ids.contains(&id), "{id} is not among {ids:?}");
        if expected["detail"] == "" {
            assert!(end["detail"].as_str().is_some_and(|detail| detail.contains("550") && detail.contains("who?")));
            expected["detail"] = end["detail"].clone();
        }
        assert_eq!(end, expected);
    }
    assert_eq!(home.well(&["deliver", "--once", "--format", "json"]).await, "", "nothing else on stdout");
}

#[tokio::test]
async fn a_sample_is_never_made_over_another() {
    let home = home().await;
    fs::remove_file(home.path("config.json")).expect("it was there");
    home.well(&["init", "--sample"]).await;
    let before = home.files();
    let done = home.nudged(&["init", "--sample"]).await;
    assert_eq!(done.code, Some(1), "{done:?}");
    assert!(done.stderr.contains("nudged-sample.db is there already"), "{done:?}");
    assert_eq!(home.files(), before);
    let people = fs::read_to_string(home.path("nudged-sample-people.csv")).expect("the people");
    assert!(people.starts_with("group,channel,address\nsales-admins,email,pam@example.com\n"), "{people}");
}

#[tokio::test]
async fn the_sample_shows_every_kind_of_reminder() {
    let home = home().await;
    home.add_plugins();
    for file in ["config.json", "nudged.db"] {
        fs::remove_file(home.path(file)).ok();
    }
    home.well(&["init", "--sample"]).await;
    let scan = home.well(&["scan", "--dry-run"]).await;
    let kinds = [
        "pending-share",
        "pending-extension",
        "expiring-share",
        "expired-share",
        "failed-share",
        "unhealthy-share",
        "failing-stack",
    ];
    for kind in kinds {
        assert!(scan.lines().any(|line| line.starts_with("send first") && line.contains(kind)), "{kind}: {scan}");
    }
}

#[tokio::test]
async fn a_reader_that_goes_away_ends_the_output_not_the_work() {
    let home = home().await;
    let mut scan = home.command(&["scan", "--now", NOW]);
    let mut child = scan.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    drop(child.stdout.take());
    let mut complaints = String::new();
    child.stderr.take().expect("a pipe").read_to_string(&mut complaints).await.expect("UTF-8");
    assert_eq!(child.wait().await.expect("a status").code(), Some(0), "{complaints}");
    assert!(!complaints.contains("panicked"), "{complaints}");
    let again = home.well(&["scan", "--now", NOW]).await;
    assert!(again.contains("in-flight"), "{again}");
}

#[tokio::test]
async fn control_characters_of_a_database_never_reach_the_terminal() {
    let mut home = home().await;
    home.add_share("s\u{1b}[2J\u{9b}2J", "La\u{1b}]0;bel\u{7}\r\nforged", "jim@x.test").await;
    home.add_share("s3\u{1b}[31m", "x", "sue@x.test").await;
    home.dataall.database.execute("DELETE FROM dataset WHERE label = 'x'").await;
    for arguments in [&["scan", "--now", NOW][..], &["deliver", "--once"], &["check"], &["scan", "--format", "json"]] {
        let Done { stdout, stderr, .. } = home.nudged(arguments).await;
        for text in [&stdout, &stderr] {
            let control = text.chars().find(|c| c.is_control() && *c != '\n');
            assert_eq!(control, None, "{arguments:?}: {text:?}");
            assert!(!text.lines().any(|line| line.starts_with("forged")), "{arguments:?}: {text:?}");
        }
        assert!(!stdout.is_empty());
    }
}
