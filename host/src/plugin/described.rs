//! What `describe` answers, read as a manifest, with everything that is wrong with it.

use serde_json::{Map, Value, json};

use super::{Asked, schema};
use crate::model::{Kind, Manifest, is_name};

/// Longest manifest: what is made of it takes many times as much.
const MANIFEST_BYTES: usize = 256 << 10;

/// Keys that every manifest has.
const REQUIRED: [&str; 3] = ["name", "version", "kind"];

/// A manifest as it was read.
#[derive(Debug, Default)]
pub(super) struct Described {
    /// What of it is sound; the file's name stands for a name that is missing. `None` if it is no JSON object.
    pub(super) manifest: Option<Manifest>,
    /// What is wrong, each with what would mend it.
    pub(super) wrong: Vec<String>,
    /// Its keys that no manifest has.
    pub(super) unknown: Vec<String>,
}

/// Reads the manifest of a component of this world, from the file of this name.
pub(super) fn read(text: &str, kind: Kind, file: &str) -> Described {
    if text.len() > MANIFEST_BYTES {
        let wrong = format!("describe gives a manifest of {} bytes, more than {MANIFEST_BYTES}", text.len());
        return Described { wrong: vec![wrong], ..Described::default() };
    }
    let keys: Map<String, Value> = match serde_json::from_str(text) {
        Ok(keys) => keys,
        Err(error) => return Described { wrong: vec![invalid(&error)], ..Described::default() },
    };
    let (manifest, mut wrong) = match serde_json::from_str::<Manifest>(text) {
        Ok(manifest) => (Some(manifest), Vec::new()),
        Err(error) => by_key(&keys, kind, file, &invalid(&error)),
    };
    if let Some(manifest) = &manifest {
        wrong.extend(unsound(manifest, &keys, kind));
    }
    let unknown = manifest.as_ref().map(|manifest| unknown(manifest, keys)).unwrap_or_default();
    Described { manifest, wrong, unknown }
}

fn invalid(why: &dyn std::fmt::Display) -> String {
    format!("describe gives no valid manifest: {why}")
}

/// What can be read key by key, and what is wrong with the others; or the one error that is about no single key.
fn by_key(keys: &Map<String, Value>, kind: Kind, file: &str, error: &str) -> (Option<Manifest>, Vec<String>) {
    let mut sound = Map::from_iter([
        ("name".to_owned(), json!(file)),
        ("version".to_owned(), json!("")),
        ("kind".to_owned(), json!(kind)),
    ]);
    let mut wrong: Vec<_> = REQUIRED
        .iter()
        .filter(|key| !keys.contains_key(**key))
        .map(|key| invalid(&format!("missing field `{key}`")))
        .collect();
    for (key, value) in keys {
        let before = sound.insert(key.clone(), value.clone());
        if let Err(error) = serde_json::from_value::<Manifest>(Value::Object(sound.clone())) {
            wrong.push(invalid(&format!("{key}: {error}")));
            match before {
                Some(before) => sound.insert(key.clone(), before),
                None => sound.remove(key),
            };
        }
    }
    if wrong.is_empty() {
        wrong.push(error.to_owned());
    }
    (serde_json::from_value(Value::Object(sound)).ok(), wrong)
}

/// What a manifest says that cannot be, of the keys that it has.
fn unsound(manifest: &Manifest, keys: &Map<String, Value>, kind: Kind) -> Vec<String> {
    let mut wrong = Vec::new();
    let said = |key: &str| keys.get(key).is_some_and(Value::is_string);
    if said("name") && !is_name(&manifest.name) {
        wrong.push(format!("the manifest's name {:?} is not like \"pending-share\"", manifest.name));
    }
    if said("version") && !is_version(&manifest.version) {
        wrong.push(format!("the manifest's version {:?} is not like \"1.2.3\"", manifest.version));
    }
    if manifest.kind != kind {
        let (said, built) = (manifest.kind.world(), kind.world());
        wrong.push(format!("the manifest says {said}, but the component is built for the world {built}"));
    }
    wrong.extend(Asked::wrong(manifest));
    let schema = schema::validator(&manifest.parameters);
    wrong.extend(schema.err().map(|error| format!("the manifest's parameters are not a JSON Schema: {error}")));
    wrong
}

/// Whether it can stand in a line of a log or a table.
fn is_version(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

fn unknown(manifest: &Manifest, keys: Map<String, Value>) -> Vec<String> {
    let known = serde_json::to_value(manifest).unwrap_or_default();
    keys.into_iter().map(|(key, _)| key).filter(|key| known.get(key).is_none()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described(manifest: &Value) -> Described {
        read(&manifest.to_string(), Kind::Channel, "by-file")
    }

    #[test]
    fn every_key_that_is_wrong_is_told_and_the_others_are_kept() {
        let seen = described(&json!({
            "name": 7, "kind": "chanel", "licence": "MIT", "asks": "mail", "budget": { "item-micros": 1, "speed": 9 },
            "hosts": ["a.test"], "colour": "red",
        }));
        let manifest = seen.manifest.expect("something is sound");
        assert_eq!((manifest.name.as_str(), manifest.licence.as_deref()), ("by-file", Some("MIT")));
        assert_eq!((manifest.hosts, manifest.budget), (vec!["a.test".to_owned()], None));
        for (text, why) in seen.wrong.iter().zip(["missing field `version`", "name: ", "kind: ", "asks: ", "budget: "])
        {
            assert!(text.starts_with(&invalid(&why)), "{text}");
        }
        assert_eq!(seen.wrong.len(), 5, "{:?}", seen.wrong);
        assert!(seen.wrong[4].contains("unknown field `speed`, expected one of `item-micros`"), "{:?}", seen.wrong);
        assert_eq!(seen.unknown, ["colour"]);
    }

    #[test]
    fn everything_that_cannot_be_is_told_at_once() {
        let seen = described(&json!({
            "name": "By Hand", "version": "", "kind": "share-strategy", "asks": ["maill", "htp"], "hosts": ["a b"],
            "secrets": ["A"], "parameters": { "type": "no such type" },
        }));
        let starts = [
            "the manifest's name \"By Hand\"",
            "the manifest's version \"\"",
            "the manifest says share-strategy",
            "the manifest asks for the interface \"maill\"",
            "the manifest asks for the interface \"htp\"",
            "the manifest's host \"a b\"",
            "the manifest's secret \"A\"",
            "the manifest's parameters are not",
        ];
        assert_eq!(seen.wrong.len(), starts.len(), "{:?}", seen.wrong);
        for (text, start) in seen.wrong.iter().zip(starts) {
            assert!(text.starts_with(start), "{text:?} is not {start:?}");
        }
    }

    #[test]
    fn what_is_no_object_and_what_is_written_twice_has_one_reason() {
        assert_eq!(read("1.0.0", Kind::Channel, "x").wrong.len(), 1);
        let twice = r#"{"name":"x","name":"y","version":"1","kind":"channel"}"#;
        let seen = read(twice, Kind::Channel, "x");
        assert_eq!(seen.wrong.len(), 1, "{:?}", seen.wrong);
        assert!(seen.wrong[0].contains("duplicate field `name`"), "{:?}", seen.wrong);
    }

    #[test]
    fn a_budget_has_what_is_meant() {
        let seen = described(&json!({
            "name": "x", "version": "1", "kind": "channel", "budget": { "item-micros": 20, "first-call-millis": 0.5 },
        }));
        assert_eq!(seen.wrong, [""; 0]);
        let budget = seen.manifest.and_then(|manifest| manifest.budget).expect("a budget");
        assert_eq!((budget.item_micros, budget.item_bytes, budget.first_call_millis), (Some(20.0), None, Some(0.5)));
    }
}
