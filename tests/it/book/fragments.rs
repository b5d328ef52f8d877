//! JSON in the book is JSON, and what is said to be configuration is accepted as such.

use std::{fs, path::Path};

use jsonc_parser::{ParseOptions, parse_to_serde_value};
use serde_json::{Map, Value};
use tempfile::TempDir;

use super::{page, repository};

/// A block as one value: a fragment of an object, as one writes it between others, is wrapped into braces.
fn value(text: &str) -> Result<Value, String> {
    let read = |text: &str| parse_to_serde_value::<Value>(text, &ParseOptions::default());
    let whole = read(text);
    let wrapped = if text.trim_start().starts_with(['{', '[']) { None } else { read(&format!("{{{text}\n}}")).ok() };
    wrapped.map_or(whole.map_err(|error| error.to_string()), Ok)
}

/// Lays sections over those of the sample: what has a name in a section (a reminder, a channel) takes the place of what
/// had it.
fn lay_over(sample: &mut Map<String, Value>, fragment: Map<String, Value>) {
    for (section, value) in fragment {
        match (sample.get_mut(&section), value) {
            (Some(Value::Object(there)), Value::Object(named)) => there.extend(named),
            (_, value) => drop(sample.insert(section, value)),
        }
    }
}

/// Makes every file that a secret is said to be in.
fn provide(value: &Value, folder: &Path) {
    match value {
        Value::Object(object) => match (object.get("file"), object.len()) {
            (Some(Value::String(file)), 1) => fs::write(folder.join(file), secret(file)).expect("a file"),
            _ => object.values().for_each(|value| provide(value, folder)),
        },
        Value::Array(values) => values.iter().for_each(|value| provide(value, folder)),
        _ => {}
    }
}

/// What could be in a variable or file of this name.
fn secret(name: &str) -> String {
    let name = name.to_lowercase().replace('-', "_");
    let text = match name.as_str() {
        _ if name.contains("smtp") => "smtp://relay.example.com:587",
        _ if name.contains("key") => "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
        _ if name.contains("slack") || name.contains("token") => "0123456789abcdef0123456789abcdef",
        _ => "postgres://nudged@db.example.com/dataall?sslmode=verify-full",
    };
    text.to_owned()
}

/// What the daemon would say of the sample with this fragment laid over it.
fn accepted(fragment: Map<String, Value>) -> Result<(), String> {
    let sample = fs::read_to_string(repository().join("config.json")).expect("the sample");
    let Value::Object(mut config) = value(&sample)? else { return Err("the sample is no object".into()) };
    lay_over(&mut config, fragment);
    let (folder, config) = (TempDir::new().expect("a folder"), Value::Object(config));
    provide(&config, folder.path());
    let file = folder.path().join("config.json");
    fs::write(&file, config.to_string()).expect("a file");
    nudged::config::load(&file, &|name| Some(secret(name))).map(drop).map_err(|error| error.to_string())
}

#[test]
fn every_piece_of_json_is_json_and_every_piece_of_configuration_is_accepted() {
    let (mut wrong, mut tried) = (Vec::new(), 0);
    for page in page::all() {
        for block in page.blocks.iter().filter(|block| ["json", "jsonc"].contains(&block.language.as_str())) {
            let at = format!("docs/src/{}:{}", page.path.display(), block.line);
            let result = match (value(&block.text), block.attribute("config")) {
                (Err(why), _) => Err(why),
                (Ok(Value::Object(fragment)), Some(_)) => {
                    tried += 1;
                    accepted(fragment)
                }
                (Ok(_), Some(_)) => Err("configuration is an object".to_owned()),
                (Ok(_), None) => Ok(()),
            };
            wrong.extend(result.err().map(|why| format!("{at}: {why}")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(tried >= 10, "pieces of configuration: {tried}");
}
