//! The page of codes has a line for each code that there is, and no other.

use std::{collections::BTreeSet, fs, path::Path, process::Command};

use nudged::{
    model::{Code, FaultKind, ROLES},
    source::Refusal,
};
use nudged_tests::{binary, plugins_folder};
use serde_json::{Value, json};

use super::{page::folder, repository};

/// Words in the code of actions that are no codes.
const OTHER_WORDS: [&str; 4] = ["nudged", "producers", "requester", "requesters"];

/// The codes in the first column of the tables below a heading.
fn written(heading: &str) -> BTreeSet<String> {
    let text = fs::read_to_string(folder().join("reference/codes.md")).expect("the page of codes");
    let (_, section) = text.split_once(&format!("\n## {heading}\n")).unwrap_or_else(|| panic!("no heading {heading}"));
    let section = section.split("\n## ").next().unwrap_or_default();
    let cells = section.lines().filter_map(|line| line.strip_prefix("| `")?.split('|').next());
    cells
        .flat_map(|cell| cell.split('`'))
        .map(|word| word.trim().trim_matches(',').trim())
        .map(str::to_owned)
        .filter(|word| !word.is_empty())
        .collect()
}

fn are(heading: &str, codes: impl IntoIterator<Item = impl ToString>) {
    let codes: BTreeSet<_> = codes.into_iter().map(|code| code.to_string()).collect();
    assert_eq!(
        written(heading),
        codes,
        "left: what docs/src/reference/codes.md says under {heading}; right: what there is"
    );
}

#[test]
fn every_code_of_a_verdict_is_explained() {
    are("Verdicts", Code::ALL);
}

#[test]
fn every_class_of_faults_is_explained() {
    are("Faults", FaultKind::OF_PLUGINS.into_iter().chain([FaultKind::Paused, FaultKind::Missing]));
}

#[test]
fn every_role_and_severity_is_explained() {
    are("Roles", ROLES);
    are("Severities", ["info", "warning", "critical"]);
}

#[test]
fn every_code_of_an_action_is_explained() {
    let sources = ["proposal.rs", "act.rs"].map(|file| {
        let text = fs::read_to_string(repository().join("host/src/pipeline").join(file)).expect("a source");
        text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
    });
    let words = sources.iter().flat_map(|source| source.split('"').skip(1).step_by(2)).map(str::to_owned);
    let is_code = |word: &String| {
        word.starts_with(|c: char| c.is_ascii_lowercase()) && word.chars().all(|c| c.is_ascii_lowercase() || c == '-')
    };
    let own = words.filter(is_code).filter(|word| !OTHER_WORDS.contains(&word.as_str()));
    are("Actions", own.chain(Refusal::ALL.map(|refusal| refusal.as_str().to_owned())));
}

/// What a dry run with this configuration finds.
fn reasons(folder: &Path, config: &Value) -> Vec<String> {
    fs::write(folder.join("config.json"), config.to_string()).expect("a file");
    let output = nudged(folder, &["scan", "--dry-run", "--format", "json"]);
    let lines = output.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    lines.filter_map(|line| Some(line["reason"].as_str()?.to_owned())).collect()
}

fn nudged(folder: &Path, arguments: &[&str]) -> String {
    let done = Command::new(binary()).args(arguments).current_dir(folder).output().expect("nudged starts");
    assert!(done.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).expect("UTF-8")
}

/// All shipped strategies; the query has a date that is past and one that is near.
fn config(on_expiry: &str) -> Value {
    let shares =
        ["pending-share", "pending-extension", "expiring-share", "expired-share", "failed-share", "unhealthy-share"];
    let plain = json!({ "schedule": "0 9 * * *", "cadence": { "mode": "single" }, "channels": ["email"] });
    let mut reminders = serde_json::Map::new();
    reminders.extend(shares.into_iter().chain(["failing-stack"]).map(|name| (name.to_owned(), plain.clone())));
    reminders["expired-share"]["on_expiry"] = json!(on_expiry);
    reminders.insert("due-record".to_owned(), plain);
    reminders["due-record"]["source"] = json!("dates");
    reminders["due-record"]["parameters"] = json!({ "deadline_column": "ends" });
    let query = "SELECT 'a' AS id, 'ops' AS team, date('now', '-3 days') AS ends \
                 UNION ALL SELECT 'b', 'ops', date('now', '+3 days')";
    json!({
        "source": { "url": "sqlite://nudged-sample.db" },
        "sources": { "dates": { "url": "sqlite://nudged-sample.db", "query": query, "id": "id", "roles": { "owners": "team" } } },
        "store": { "url": "sqlite://nudged.db" },
        "plugins": { "directory": plugins_folder() },
        "directory": { "fallback": { "email": "ops@example.com" } },
        "reminders": reminders,
        "channels": { "email": { "from": "nudged@example.com", "maildir": "mail" } },
    })
}

#[test]
fn every_reason_of_a_shipped_strategy_is_explained() {
    let folder = tempfile::tempdir().expect("a folder");
    nudged(folder.path(), &["init", "--sample"]);
    let found = ["notify", "revoke"].map(|on_expiry| reasons(folder.path(), &config(on_expiry)));
    are("Reasons", found.concat());
}
