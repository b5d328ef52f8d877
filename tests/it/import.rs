//! What becomes of data.all's configuration.

use std::{fs, path::Path};

use chrono::{Datelike, NaiveDate};
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use nudged::{
    config::{Config, Loaded, ReminderConfig, load},
    import::{Fate, Imported, Note, import},
    policy::{Cadence, Mode, Repeating, Schedule},
};
use nudged_tests::{Home, at};
use serde_json::Value;
use tempfile::TempDir;

const SHIPPED: &str = include_str!("../fixtures/import/shipped.json");
const ON: &str = include_str!("../fixtures/import/on.json");
const OFF: &str = include_str!("../fixtures/import/off.json");
const PROPOSAL: &str = include_str!("../fixtures/import/proposal.jsonc");
const ELSEWHERE: &str = include_str!("../fixtures/import/elsewhere.json");
const WRONG_TYPES: &str = include_str!("../fixtures/import/wrong-types.json");
const BAD_CRON: &str = include_str!("../fixtures/import/bad-cron.jsonc");
const GARBAGE: &str = include_str!("../fixtures/import/garbage.json");

const EMAIL: &str = "modules.datasets_base.features.share_notifications.email";
const REMINDER: &str = "modules.datasets_base.features.share_notifications.reminder";
const EXPIRATION: &str = "modules.datasets_base.features.share_expiration";

fn turned(text: &str) -> Imported {
    import(Path::new("dataall.json"), text).unwrap_or_else(|error| panic!("{error}"))
}

/// What the daemon makes of the configuration that is written.
fn loaded(text: &str) -> Loaded {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("config.json");
    fs::write(&path, turned(text).config).expect("a configuration");
    load(&path, &environment).unwrap_or_else(|error| panic!("{error}"))
}

fn environment(name: &str) -> Option<String> {
    match name {
        "DATAALL_DATABASE_URL" => Some("postgres://reader@db.test/dataall".to_owned()),
        "NUDGED_SMTP_URL" => Some("smtp://relay.test:587".to_owned()),
        _ => None,
    }
}

/// Whether each of pending-share, expiring-share and expired-share is active.
fn active(config: &Config) -> [bool; 3] {
    ["pending-share", "expiring-share", "expired-share"].map(|name| config.reminders[name].active)
}

/// The problems of a file that cannot be turned, as `line: path`.
fn troubles(text: &str) -> Vec<String> {
    let error = import(Path::new("dataall.json"), text).expect_err("problems");
    let line = |line: Option<usize>| line.map(|line| line.to_string()).unwrap_or_default();
    error.problems.iter().map(|problem| format!("{}: {}", line(problem.line), problem.path)).collect()
}

fn fate<'n>(notes: &'n [Note], path: &str) -> &'n Note {
    let mut found = notes.iter().filter(|note| note.path == path);
    let note = found.next().unwrap_or_else(|| panic!("{path} is missing in {notes:#?}"));
    assert_eq!(found.next(), None, "{path} has two notes");
    note
}

fn june(reminder: &ReminderConfig) -> Vec<u32> {
    days_of(&reminder.schedule, NaiveDate::from_ymd_opt(2026, 6, 1).expect("a day"))
}

/// The days of a month on which this runs, all of them at 09:00 UTC.
fn days_of(schedule: &Schedule, first: NaiveDate) -> Vec<u32> {
    let start = first.and_hms_opt(0, 0, 0).expect("a time").and_utc();
    let times = std::iter::successors(schedule.next_after(start), |time| schedule.next_after(*time));
    let times: Vec<_> = times.take_while(|time| time.month() == first.month()).collect();
    assert!(times.iter().all(|time| time.format("%H:%M").to_string() == "09:00"), "{times:?}");
    times.iter().map(|time| time.day()).collect()
}

fn steps(cadence: &Cadence) -> &[u32] {
    match &cadence.mode {
        Mode::Ladder { days_before } => days_before,
        other => panic!("{other:?} is no ladder"),
    }
}

#[test]
fn the_blocks_that_dataall_ships_remind_nobody_until_mails_are_on() {
    let Loaded { config, .. } = loaded(SHIPPED);
    assert_eq!(active(&config), [false; 3]);
    assert_eq!(june(&config.reminders["pending-share"]), [1, 8, 15, 22, 29], "Mondays, once it is active");
    assert_eq!(june(&config.reminders["expiring-share"]), [2, 9, 16, 23, 27, 29, 30]);
    let email = turned(SHIPPED).notes.into_iter().find(|note| note.path == format!("{EMAIL}.active"));
    assert!(email.expect("a note").text.contains("\"active\": false"));
    let comment = "\"active\": false, // data.all sends no mails (email.active)";
    assert_eq!(turned(SHIPPED).config.matches(comment).count(), 3);
}

#[test]
fn with_everything_on_the_schedules_are_those_of_dataall() {
    let Loaded { config, warnings } = loaded(ON);
    let tls =
        |warning: &&nudged::config::ConfigProblem| warning.path == "source.url" && warning.message.contains("TLS");
    assert!(warnings.iter().all(|warning| tls(&warning)), "{warnings:?}");
    assert_eq!(active(&config), [true; 3]);
    assert_eq!(june(&config.reminders["pending-share"]), [1, 8, 15, 22, 29]);
    assert_eq!(june(&config.reminders["expiring-share"]), [23, 27, 29, 30], "0 is added as data.all does");
    assert!(config.reminders["expiring-share"].group_notifications);
}

#[test]
fn nothing_that_is_imported_nags() {
    let Loaded { config, .. } = loaded(ON);
    let growing = Repeating { decay: Some(1.5), ..Repeating::default() };
    assert_eq!(config.reminders["pending-share"].cadence.mode, Mode::Repeating(growing));
    assert_eq!(steps(&config.reminders["expiring-share"].cadence), [31, 7, 3, 1, 0]);
    assert_eq!(config.reminders["expired-share"].cadence.mode, Mode::Single);
    let Loaded { config, .. } = loaded(SHIPPED);
    let steps = steps(&config.reminders["expiring-share"].cadence);
    assert_eq!(steps, [28, 21, 14, 7, 3, 1, 0], "a day that is early enough needs no other before it");
}

#[test]
fn mails_without_reminders_and_without_expiration_leave_all_reminders_off() {
    let Loaded { config, .. } = loaded(OFF);
    assert_eq!(active(&config), [false; 3]);
    assert!(!config.reminders["expiring-share"].group_notifications);
    let Imported { config, notes } = turned(OFF);
    assert!(config.contains("\"active\": false, // off in data.all too (persistent_reminders)"), "{config}");
    assert!(config.contains("\"active\": false, // off in data.all too (share_expiration)"), "{config}");
    let group = fate(&notes, &format!("{EMAIL}.parameters.group_notifications"));
    assert_eq!(group.fate, Fate::Changed, "data.all's own mails about expiry know no such thing");
    assert_eq!(fate(&notes, &format!("{EXPIRATION}.run_schedule")).fate, Fate::Absent);
}

#[test]
fn the_proposals_frequency_is_the_schedule() {
    let Loaded { config, .. } = loaded(PROPOSAL);
    assert_eq!(active(&config), [true, false, false]);
    let pending = &config.reminders["pending-share"];
    assert_eq!(pending.schedule.next_after(at("2026-06-05T09:00:00Z")), Some(at("2026-06-08T08:30:00Z")));
    assert!(!config.reminders["expiring-share"].group_notifications);
    let notes = turned(PROPOSAL).notes;
    assert_eq!(fate(&notes, &format!("{REMINDER}.parameters.reminder_frequency")).line, Some(13));
    assert_eq!(fate(&notes, &format!("{EMAIL}.parameters.group_notifications")).fate, Fate::Ignored);
}

#[test]
fn a_block_in_another_module_counts_unless_datasets_base_has_it() {
    let Loaded { config, .. } = loaded(ELSEWHERE);
    assert_eq!(active(&config), [true; 3]);
    assert_eq!(june(&config.reminders["expiring-share"]), [30], "without a run_schedule it is the last day");
    let notes = turned(ELSEWHERE).notes;
    assert_eq!(fate(&notes, "modules.shares_base.features.share_notifications").fate, Fate::Ignored);
    assert_eq!(fate(&notes, "modules.shares_base.features.share_expiration").fate, Fate::Changed);
}

#[test]
fn a_file_without_any_block_is_a_dataall_that_reminds_nobody() {
    let text = r#"{ "modules": { "worksheets": { "active": true } } }"#;
    assert_eq!(active(&loaded(text).config), [false; 3]);
    let notes = turned(text).notes;
    let absent: Vec<_> = notes.iter().filter(|note| note.fate == Fate::Absent).map(|note| note.path.as_str()).collect();
    assert_eq!(absent, [EXPIRATION, "modules.datasets_base.features.share_notifications"]);
}

/// The paths of everything that is not an object or a list.
fn leaves(value: &Value, path: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                leaves(value, &path, found);
            }
        }
        _ => found.push(path.to_owned()),
    }
}

#[test]
fn no_key_goes_without_a_word() {
    for text in [SHIPPED, ON, OFF, PROPOSAL, ELSEWHERE] {
        let parsed = parse_to_ast(text, &CollectOptions::default(), &ParseOptions::default()).expect("JSON");
        let value: Value = parsed.value.expect("a value").into();
        let mut keys = Vec::new();
        leaves(&value, "", &mut keys);
        let notes = turned(text).notes;
        for key in keys {
            let told = |note: &Note| key == note.path || key.starts_with(&format!("{}.", note.path));
            assert!(notes.iter().any(told), "nothing is said of {key}: {notes:#?}");
        }
        assert!(notes.is_sorted_by_key(|note| note.line), "{notes:#?}");
    }
}

#[test]
fn what_is_to_be_filled_in_says_so_and_nothing_else_is_left_open() {
    for text in [SHIPPED, ON, OFF, PROPOSAL, ELSEWHERE] {
        let Imported { config, .. } = turned(text);
        assert!(!config.contains("<<") && !config.contains(">>"), "{config}");
        for (above, place) in [("FILL IN: data.all's database", "DATAALL_DATABASE_URL"), ("FILL IN: the relay", "smtp")]
        {
            assert!(config.find(above) < config.rfind(place), "{place} comes without a word");
        }
        assert_eq!(config.matches("// FILL IN").count(), 8);
    }
}

#[test]
fn every_mistake_is_told_at_once_with_its_line() {
    let at = |line: usize, rest: &str| format!("{line}: modules.datasets_base.features.{rest}");
    let expected = [
        at(7, "share_notifications.email.active"),
        at(8, "share_notifications.email.persistent_reminder"),
        at(9, "share_notifications.email.parameters"),
        at(12, "share_notifications.reminder.active"),
        at(13, "share_notifications.reminder.parameters.reminder_frequency"),
        at(13, "share_notifications.reminder.parameters.urgency"),
        at(17, "share_expiration.active"),
        at(20, "share_expiration.run_schedule[1]"),
        at(21, "share_expiration.run_schedule[2]"),
        at(22, "share_expiration.run_schedule[3]"),
        at(23, "share_expiration.run_schedule[4]"),
        "28: modules.shares_base".to_owned(),
    ];
    assert_eq!(troubles(WRONG_TYPES), expected);
    let error = import(Path::new("dataall.json"), WRONG_TYPES).expect_err("problems").to_string();
    for words in [
        "is a text, not true or false; write true",
        "did you mean `persistent_reminders`?",
        "is a number, not a cron expression; write \"0 9 * * 1\"",
        "no month has a day 31 days before its last day",
        "is a text, not a number of days; write a whole number from 0",
    ] {
        assert!(error.contains(words), "{words:?} is missing in {error}");
    }
}

#[test]
fn a_frequency_that_is_no_cron_expression_is_refused_with_an_example() {
    assert_eq!(troubles(BAD_CRON), [format!("5: {REMINDER}.parameters.reminder_frequency")]);
    let error = import(Path::new("dataall.json"), BAD_CRON).expect_err("a problem").to_string();
    assert!(error.contains("cron(0 9 ? * 2 *)") && error.contains("\"0 9 * * 1\"") && error.contains("AWS"), "{error}");
    let never = BAD_CRON.replace("cron(0 9 ? * 2 *)", "0 9 30 2 *");
    assert_eq!(troubles(&never), [format!("5: {REMINDER}.parameters.reminder_frequency")]);
}

#[test]
fn what_is_not_dataalls_configuration_is_refused() {
    assert_eq!(troubles(GARBAGE), ["3: "]);
    assert_eq!(troubles(""), ["1: "]);
    assert_eq!(troubles("[]"), ["1: "]);
    assert_eq!(troubles(include_str!("../../config.json")), ["1: modules"], "nudged's own");
    assert_eq!(troubles(r#"{ "modules": {}, "modules": {} }"#), ["1: modules"]);
}

#[tokio::test]
async fn the_command_prints_the_configuration_and_says_on_stderr_what_became_of_each_key() {
    let home = Home::new("smtp://127.0.0.1:9").await;
    fs::write(home.path("dataall.json"), ON).expect("a file");
    let done = home.nudged(&["import", "dataall.json"]).await;
    assert_eq!(done.code, Some(0), "{done:?}");
    assert_eq!(done.stdout, turned(ON).config);
    let expected: Vec<_> = turned(ON).notes.iter().map(|note| format!("dataall.json:{note}")).collect();
    assert_eq!(done.stderr.lines().collect::<Vec<_>>(), expected);
    assert!(done.stderr.contains(&format!("dataall.json:7: {EMAIL}.persistent_reminders: changed: ")), "{done:?}");
}

#[tokio::test]
async fn the_command_writes_a_file_but_never_over_another() {
    let home = Home::new("smtp://127.0.0.1:9").await;
    fs::write(home.path("dataall.json"), ON).expect("a file");
    let done = home.nudged(&["import", "dataall.json", "--output", "new.json"]).await;
    assert_eq!((done.code, done.stdout.starts_with("wrote new.json")), (Some(0), true), "{done:?}");
    assert_eq!(fs::read_to_string(home.path("new.json")).expect("a file"), turned(ON).config);

    let before = home.files();
    let done = home.nudged(&["import", "dataall.json", "--output", "config.json"]).await;
    assert_eq!((done.code, done.stdout.as_str()), (Some(2), ""), "{done:?}");
    assert!(done.stderr.contains("config.json is there already and stays as it is"), "{done:?}");
    assert_eq!(home.files(), before);
}

#[tokio::test]
async fn the_command_ends_with_2_and_writes_nothing_when_it_cannot_understand() {
    let home = Home::new("smtp://127.0.0.1:9").await;
    fs::write(home.path("wrong.json"), WRONG_TYPES).expect("a file");
    fs::write(home.path("odd.json"), "{ \"modules\": {}, \"\\u001b[31m\\nforged\": 1 }").expect("a file");
    let done = home.nudged(&["import", "wrong.json", "--output", "new.json"]).await;
    assert_eq!((done.code, done.stdout.as_str()), (Some(2), ""), "{done:?}");
    assert!(done.stderr.contains(&format!("wrong.json:7: {EMAIL}.active: ")), "{done:?}");
    assert_eq!(done.stderr.lines().count(), 12, "{done:?}");
    assert!(!home.path("new.json").exists());

    let done = home.nudged(&["import", "none.json"]).await;
    assert_eq!(done.code, Some(2), "{done:?}");
    assert!(done.stderr.contains("none.json cannot be read"), "{done:?}");

    let done = home.nudged(&["import", "odd.json"]).await;
    assert_eq!(done.code, Some(0), "{done:?}");
    assert!(!done.stderr.contains('\u{1b}') && !done.stderr.lines().any(|line| line.starts_with("forged")), "{done:?}");
}
