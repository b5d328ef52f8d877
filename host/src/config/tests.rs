//! What operators get to read for each mistake, and what a right file means.

mod every_key;
mod mistakes;

use std::{collections::BTreeMap, path::Path, time::Duration};

use chrono_tz::Tz;

use super::*;
use crate::{
    model::Span,
    policy::{Mode, Repeating, Wait},
};

fn env(name: &str) -> Option<String> {
    match name {
        "DB" => Some("postgres://nudged:hunter2@db.example.com:5433/dataall?sslmode=require".to_owned()),
        "RELAY" => Some("smtps://nudged:hunter2@mail.example.com".to_owned()),
        "SHORT" => Some("hunter2".to_owned()),
        "EMPTY" => Some(String::new()),
        _ => None,
    }
}

fn parsed(text: &str) -> Result<Loaded, ConfigError> {
    read(Path::new("config.json"), text, Surroundings { base: Path::new("/etc/nudged"), env: &env })
}

/// A file whose sections stand on one line each, from line 2 on: `source`, `store`, `directory`, `channels`,
/// `reminders`. A section of the same name takes the place of the right one, another one comes last.
fn with(sections: &[(&str, &str)]) -> String {
    let mut file = vec![
        ("source", r#"{ "url": "sqlite://sample.db" }"#),
        ("store", r#"{ "url": "sqlite://nudged.db" }"#),
        ("directory", r#"{ "fallback": { "email": "ops@example.com" } }"#),
        ("channels", r#"{ "email": { "from": "nudged@example.com", "maildir": "mail" } }"#),
        ("reminders", r#"{ "pending-share": { "channels": ["email"] } }"#),
    ];
    for section in sections {
        match file.iter_mut().find(|(name, _)| *name == section.0) {
            Some(right) => *right = *section,
            None => file.push(*section),
        }
    }
    let lines: Vec<_> = file.iter().map(|(name, body)| format!("  \"{name}\": {body}")).collect();
    format!("{{\n{}\n}}\n", lines.join(",\n"))
}

/// Every problem of a file, warnings included.
fn problems(text: &str) -> Vec<String> {
    let problems = parsed(text).map_or_else(|error| error.problems, |loaded| loaded.warnings);
    problems.iter().map(ToString::to_string).collect()
}

/// One relay's protection, or the problems.
fn tls(smtp: &str) -> Result<(TlsMode, Vec<ConfigProblem>), ConfigError> {
    let email = format!(r#"{{ "email": {{ "from": "nudged@example.com", "smtp": {smtp} }} }}"#);
    let loaded = parsed(&with(&[("channels", &email)]))?;
    match loaded.config.channels["email"].mail.as_ref().map(|mail| &mail.transport) {
        Some(MailTransport::Smtp { tls, .. }) => Ok((*tls, loaded.warnings)),
        other => panic!("not a relay: {other:?}"),
    }
}

#[test]
fn all_mistakes_of_a_file_are_reported_in_its_order() {
    let text = r#"{
  // The first mistake is a typing error, the second a wrong type, the third a wrong meaning.
  "source": { "url": "sqlite://sample.db" },
  "store": { "url": "sqlite://nudged.db" },
  "directory": { "fallback": { "email": "ops@example.com" } },
  "channels": { "email": { "from": "nudged@example.com", "maildir": "mail" } },
  "reminders": {
    "pending-share": {
      "shedule": "0 9 * * *",
      "active": "yes",
      "schedule": "61 * * * *",
      "channels": ["email"],
    },
  },
}"#;
    let error = parsed(text).expect_err("three mistakes");
    let found: Vec<_> = error.problems.iter().map(|problem| (problem.line, problem.path.as_str())).collect();
    let at = |line, key: &'static str| (Some(line), key);
    assert_eq!(
        found,
        [
            at(9, "reminders.pending-share.shedule"),
            at(10, "reminders.pending-share.active"),
            at(11, "reminders.pending-share.schedule"),
        ]
    );
    let shown = error.to_string();
    assert!(
        shown.starts_with(
            "config.json:9: reminders.pending-share.shedule: is not a known key; did you mean `schedule`?\n"
        )
    );
    assert_eq!(shown.lines().count(), 3, "{shown}");
}

#[test]
fn every_mistake_says_what_to_write_instead() {
    for (name, body, expected) in mistakes::all() {
        let found = problems(&with(&[(name, body)]));
        assert_eq!(found, [format!("config.json:{expected}")], "{name}: {body}");
    }
}

#[test]
fn what_does_not_fit_hides_nothing_beside_it() {
    let text = with(&[
        ("directory", r#"{ "groups": { "a.b": { "email": [5, "pam"] } }, "fallback": 1 }"#),
        ("channels", r#"{ "email": { "from": 1, "smtp": { "url": { "env": 2 }, "tls": "non" } } }"#),
        (
            "reminders",
            r#"{ "a": { "channels": ["email", 1, "slack"], "cadence": { "mode": "single", "every": 1, "max": 3 } } }"#,
        ),
    ]);
    let error = parsed(&text).expect_err("many mistakes");
    let found: Vec<_> = error.problems.iter().map(|problem| problem.path.as_str()).collect();
    let expected = [
        "directory.fallback",
        "directory.groups.\"a.b\".email[0]",
        "directory.groups.\"a.b\".email[1]",
        "channels.email.from",
        "channels.email.smtp.tls",
        "channels.email.smtp.url.env",
        "reminders.a.cadence.every",
        "reminders.a.cadence.every",
        "reminders.a.cadence.max",
        "reminders.a.channels[1]",
        "reminders.a.channels[2]",
    ];
    assert_eq!(found, expected, "{error}");
}

#[test]
fn the_ways_of_other_editors_are_understood() {
    let text = with(&[("delivery", r#"{ "attempts": 5.0 }"#)]).replace('\n', "\r\n");
    let loaded = parsed(&format!("\u{feff}{text}")).expect("a right file");
    assert_eq!(loaded.config.delivery.attempts, 5);
    let wrong = with(&[("delivery", r#"{ "attempts": 0 }"#)]).replace('\n', "\r\n");
    assert_eq!(problems(&wrong), ["config.json:7: delivery.attempts: 0 is too small; write 1 or more"]);
}

#[test]
fn what_is_not_json_gets_its_line() {
    for (text, expected) in [
        ("", "config.json:1: is empty"),
        ("{\n  \"source\": {,}\n}", "config.json:2: is not JSON: "),
        ("{ 'a': 1 }", "config.json:1: is not JSON: "),
    ] {
        let found = problems(text);
        assert!(found.len() == 1 && found[0].starts_with(expected), "{text:?}: {found:?}");
    }
}

#[test]
fn a_file_that_cannot_be_read_is_one_problem() {
    let folder = tempfile::tempdir().expect("a folder");
    let error = load(&folder.path().join("none.json"), &env).expect_err("no file");
    assert_eq!(error.problems.len(), 1);
    assert!(error.to_string().contains("none.json: cannot be read: No such file"), "{error}");
}

#[test]
fn the_least_file_has_a_meaning_for_everything() {
    let loaded = parsed(&with(&[])).expect("a right file");
    assert_eq!(loaded.warnings, []);
    let config = loaded.config;
    assert_eq!(config.source.url, DatabaseUrl::Sqlite("/etc/nudged/sample.db".into()));
    assert_eq!((config.source.timezone, config.source.schema.as_str()), (Tz::UTC, "main"));
    assert_eq!(config.plugins.directory, Path::new("/etc/nudged/plugins"));
    assert_eq!(config.plugins.cache, Path::new("/etc/nudged/.nudged-cache"));
    assert_eq!(config.plugins.limits, Limits::default());
    assert_eq!(config.delivery, DeliveryConfig::default());
    let reminder = &config.reminders["pending-share"];
    assert_eq!((reminder.name.as_str(), reminder.strategy.as_str()), ("pending-share", "pending-share"));
    assert_eq!(reminder.schedule.to_string(), "0 9 * * * (UTC)");
    assert_eq!(reminder.catch_up.as_exact(), Duration::from_secs(24 * 3600));
    assert_eq!(reminder.cadence, crate::policy::Cadence::default());
    assert!(reminder.active && reminder.audience.is_none() && reminder.group_by == GroupBy::Recipient);
    assert_eq!(config.channels["email"].plugin, "email");
}

#[test]
fn what_is_written_is_what_is_meant() {
    let text = with(&[
        (
            "source",
            r#"{ "type": "dataall", "url": { "env": "DB" }, "schema": "dev", "timezone": "Europe/Paris", "link": "https://x.test/{uri}" }"#,
        ),
        ("store", r#"{ "url": "sqlite:///var/lib/nudged.db" }"#),
        (
            "plugins",
            r#"{ "cache": "/var/cache/nudged", "limits": { "memory": "1GiB", "log_bytes": 1000, "strategy_wall": "1m 30s" } }"#,
        ),
        (
            "directory",
            r#"{ "groups": { "a b.c": { "email": ["a@example.com", "b@example.com"] } }, "fallback": { "email": "ops@example.com" } }"#,
        ),
        (
            "reminders",
            r#"{ "waiting": { "strategy": "pending-share", "active": false, "schedule": "0 9 * * 1", "timezone": "Europe/London", "catch_up": "2h",
            "cadence": { "mode": "repeating", "after": "1d", "every": "2d", "max": 10 }, "audience": ["producers"], "channels": ["email"], "group_by": "item",
            "parameters": { "x": [1] } } }"#,
        ),
        ("delivery", r#"{ "lease": "5m", "concurrency": 4, "attempts": 3 }"#),
    ]);
    let Loaded { config, warnings } = parsed(&text).expect("a right file");
    assert_eq!(warnings, []);
    assert_eq!(config.source.url, DatabaseUrl::Postgres(Secret::new(env("DB").expect("a URL"))));
    assert_eq!((config.source.schema.as_str(), config.source.timezone), ("dev", Tz::Europe__Paris));
    assert_eq!(config.store, DatabaseUrl::Sqlite("/var/lib/nudged.db".into()));
    assert_eq!(config.plugins.cache, Path::new("/var/cache/nudged"));
    let Limits { memory, log_bytes, strategy_wall, .. } = config.plugins.limits;
    assert_eq!((memory, log_bytes, strategy_wall), (1 << 30, 1000, Duration::from_secs(90)));
    let email = |addresses: &[&str]| {
        BTreeMap::from([("email".to_owned(), addresses.iter().map(|a| (*a).to_owned()).collect())])
    };
    assert_eq!(config.directory.groups["a b.c"], email(&["a@example.com", "b@example.com"]));
    assert_eq!(config.directory.fallback, email(&["ops@example.com"]));
    let reminder = &config.reminders["waiting"];
    assert_eq!(
        (reminder.strategy.as_str(), reminder.active, reminder.group_by),
        ("pending-share", false, GroupBy::Item)
    );
    assert_eq!(reminder.schedule.to_string(), "0 9 * * 1 (Europe/London)");
    assert_eq!(
        reminder.cadence.mode,
        Mode::Repeating(Repeating { every: Some(Wait::Span(Span::days(2))), max: Some(10), ..Repeating::default() })
    );
    assert_eq!(
        (reminder.cadence.after, reminder.audience.as_deref()),
        (Wait::Span(Span::days(1)), Some(&["producers".to_owned()][..]))
    );
    assert_eq!(reminder.parameters, serde_json::json!({ "x": [1] }));
    assert_eq!(
        (config.delivery.lease, config.delivery.concurrency, config.delivery.attempts),
        (Duration::from_secs(300), 4, 3)
    );
}

#[test]
fn a_connection_is_protected_unless_it_stays_on_this_machine() {
    let cases = [
        ("smtps://mail.example.com", "", TlsMode::Wrapper, 0),
        ("smtp://mail.example.com", "", TlsMode::Required, 0),
        ("smtp://localhost:2525", "", TlsMode::None, 0),
        ("smtp://127.9.0.1", "", TlsMode::None, 0),
        ("smtp://[::1]:25", "", TlsMode::None, 0),
        ("smtp://localhost.example.com", "", TlsMode::Required, 0),
        ("smtp://localhost", "required", TlsMode::Required, 0),
        ("smtp://mail.example.com", "opportunistic", TlsMode::Opportunistic, 1),
        ("smtp://localhost", "opportunistic", TlsMode::Opportunistic, 0),
        ("smtp://mail.example.com", "wrapper", TlsMode::Wrapper, 0),
        ("smtp://mail.example.com", "none", TlsMode::None, 1),
    ];
    for (url, written, expected, warnings) in cases {
        let tls_key = if written.is_empty() { String::new() } else { format!(r#", "tls": "{written}""#) };
        let (mode, found) = tls(&format!(r#"{{ "url": "{url}"{tls_key} }}"#)).expect(url);
        assert_eq!((mode, found.len()), (expected, warnings), "{url} {written}: {found:?}");
    }
}

#[test]
fn a_database_elsewhere_is_to_be_reached_over_tls() {
    let cases = [
        ("postgres://nudged@db.example.com/x", true),
        ("postgres://nudged@db.example.com/x?sslmode=prefer", true),
        ("postgres://nudged@db.example.com/x?sslmode=disable", true),
        ("postgres://nudged@10.0.0.7/x", true),
        ("postgres://nudged@localhost/x?host=db.example.com", true),
        ("postgres://nudged@db.example.com/x?sslmode=require", false),
        ("postgres://nudged@db.example.com/x?sslmode=verify-full&sslrootcert=ca.pem", false),
        ("postgres://nudged@127.0.0.1:5433/x", false),
        ("postgres://nudged@[::1]/x", false),
        ("postgres://nudged@localhost/x", false),
        ("postgres:///x?host=/run/postgresql", false),
        ("sqlite://nudged.db", false),
    ];
    for (url, exposed) in cases {
        let loaded = parsed(&with(&[("store", &format!(r#"{{ "url": "{url}" }}"#))])).expect(url);
        let warned = loaded.warnings.iter().filter(|warning| warning.path == "store.url").count();
        assert_eq!(warned, usize::from(exposed), "{url}: {:?}", loaded.warnings);
    }
}

#[test]
fn secrets_are_in_no_output() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("relay"), "smtp://nudged:hunter2@mail.example.com\n").expect("a file");
    let path = folder.path().join("config.json");
    let text = with(&[
        ("source", r#"{ "url": "postgres://nudged:hunter2@db.example.com/x", "schema": "dev" }"#),
        ("store", r#"{ "url": "postgres://nudged@db.example.com/x?password=hunter2" }"#),
        ("channels", r#"{ "email": { "from": "nudged@example.com", "smtp": { "url": { "file": "relay" } } } }"#),
    ]);
    std::fs::write(&path, text).expect("a file");
    let loaded = load(&path, &env).expect("a right file");
    let Some(MailTransport::Smtp { url, .. }) = loaded.config.channels["email"].mail.clone().map(|mail| mail.transport)
    else {
        panic!("not a relay");
    };
    assert_eq!(url.expose(), "smtp://nudged:hunter2@mail.example.com");
    let warned: Vec<_> = loaded.warnings.iter().map(|warning| warning.path.as_str()).collect();
    assert_eq!(
        warned,
        ["source.url", "source.url", "store.url", "store.url"],
        "each holds a password and goes without TLS"
    );
    let shown = format!("{loaded:?}");
    assert!(!shown.contains("hunter2"), "{shown}");
    for wrong in ["\"mysql://nudged:hunter2@db/x\"", "\"postgres://nudged:hunter2@db:port/x\"", "\"hunter2\""] {
        let error = parsed(&with(&[("store", &format!(r#"{{ "url": {wrong} }}"#))])).expect_err(wrong);
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("hunter2"), "{shown}");
    }
}

#[test]
fn the_sample_loads_without_a_problem() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../config.json");
    let loaded = load(&path, &env).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(loaded.warnings, []);
    let reminders = &loaded.config.reminders;
    assert_eq!(
        reminders["pending-share"].cadence.mode,
        Mode::Repeating(Repeating { max: Some(10), ..Repeating::default() })
    );
    assert_eq!(reminders["expiring-share"].cadence.mode, Mode::Ladder { days_before: vec![30, 7, 2, 1] });
    assert!(reminders.values().all(|one| one.active && one.strategy == one.name), "one reminder a strategy");
    assert_eq!(reminders.len(), 7);
    assert_eq!(loaded.config.directory.groups.len(), 6);
}

#[test]
fn the_schema_accepts_what_the_daemon_accepts() {
    let schema = schema();
    let validator = jsonschema::draft202012::new(&schema).expect("a schema");
    let sample =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../config.json")).expect("the sample");
    let Ok(document) = Document::parse(&sample) else { panic!("the sample is JSON") };
    assert!(validator.is_valid(&document.value));
    assert_eq!(schema["required"], serde_json::json!(["source", "store"]));
    let limits = &schema["$defs"]["Limits"]["properties"];
    assert_eq!((&limits["memory"]["default"], &limits["fuel"]["default"]), (&"64MiB".into(), &0.into()));
    assert!(!schema.to_string().contains("null"), "null is nothing to write in the file");
}
