//! The repository's `config.json` with a scenario's reminders, read as the daemon reads it.

use std::{collections::BTreeMap, fs, path::Path};

use jsonc_parser::ParseOptions;
use nudged::config::{self, Config};
use serde_json::{Map, Value};
use tempfile::TempDir;

pub(super) fn configured(reminders: &BTreeMap<String, Map<String, Value>>) -> Config {
    let mut root = repository();
    let standing = root["reminders"].take();
    let merged = reminders.iter().map(|(name, own)| (name.clone(), merge(&standing[name], own)));
    root["reminders"] = merged.collect::<Map<_, _>>().into();
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("config.json");
    fs::write(&file, root.to_string()).expect("a file");
    let loaded = config::load(&file, &|_| None).unwrap_or_else(|error| panic!("{error}"));
    loaded.config
}

fn repository() -> Value {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../config.json");
    let text = fs::read_to_string(file).expect("the repository's configuration");
    jsonc_parser::parse_to_serde_value(&text, &ParseOptions::default()).expect("JSON with comments")
}

/// What is written replaces what stands, and null takes it away.
fn merge(standing: &Value, own: &Map<String, Value>) -> Value {
    let mut reminder = standing.as_object().cloned().unwrap_or_default();
    reminder.extend(own.clone());
    reminder.retain(|_, value| !value.is_null());
    reminder.into()
}
