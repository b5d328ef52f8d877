//! What `describe` answers, read as a manifest, with everything that is wrong with it.

use serde_json::{Map, Value, json};

use super::{Asked, examination::Going, schema};
use crate::model::{Budget, Kind, Manifest, is_name};

/// Longest manifest: what is made of it takes many times as much.
const MANIFEST_BYTES: usize = 256 << 10;

/// Keys that every manifest has.
const REQUIRED: [&str; 3] = ["name", "version", "kind"];

/// Most reasons of one sort: more than that, and nobody reads them.
const REASONS: usize = 20;

/// A manifest as it was read.
#[derive(Debug, Default)]
pub(super) struct Described {
    /// What of it is sound; the file's name stands for a name that is missing. `None` if it is no JSON object.
    pub(super) manifest: Option<Manifest>,
    /// What is wrong, each with what would mend it.
    pub(super) wrong: Vec<String>,
    /// Its keys that no manifest has; those of its budget as `budget.KEY`.
    pub(super) unknown: Vec<String>,
    /// Its values that mean nothing and are passed over, by the same names.
    pub(super) passed_over: Vec<String>,
}

/// Reads the manifest of a component of this world, from the file of this name. A manifest of the wrong form has one reason
/// if more are not looked for.
pub(super) fn read(text: &str, kind: Kind, file: &str, going: Going) -> Described {
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
        Err(error) if going == Going::ToTheFirst => (None, vec![invalid(&error)]),
        Err(error) => by_key(&keys, kind, file, &invalid(&error)),
    };
    if let Some(manifest) = &manifest {
        wrong.extend(unsound(manifest, &keys, kind));
    }
    let (unknown, passed_over) = (unknown(&keys), passed_over(&keys));
    Described { manifest, wrong, unknown, passed_over }
}

fn invalid(why: &dyn std::fmt::Display) -> String {
    format!("describe gives no valid manifest: {why}")
}

/// What can be read key by key, and what is wrong with the others; or the one error that is about no single key. Each key
/// is judged beside what every manifest has and nothing else: the work grows with the text, and no faster.
fn by_key(keys: &Map<String, Value>, kind: Kind, file: &str, error: &str) -> (Option<Manifest>, Vec<String>) {
    let least = Map::from_iter([
        ("name".to_owned(), json!(file)),
        ("version".to_owned(), json!("")),
        ("kind".to_owned(), json!(kind)),
    ]);
    let mut sound = least.clone();
    let mut wrong: Vec<_> = REQUIRED
        .iter()
        .filter(|key| !keys.contains_key(**key))
        .map(|key| invalid(&format!("missing field `{key}`")))
        .collect();
    for (key, value) in keys.iter().filter(|(key, _)| Manifest::KEYS.contains(&key.as_str())) {
        let mut alone = least.clone();
        alone.insert(key.clone(), value.clone());
        match serde_json::from_value::<Manifest>(Value::Object(alone)) {
            Ok(_) => drop(sound.insert(key.clone(), value.clone())),
            Err(error) => wrong.push(invalid(&format!("{key}: {error}"))),
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
    wrong.extend(Asked::wrong(manifest).take(REASONS));
    let schema = schema::validator(&manifest.parameters);
    wrong.extend(schema.err().map(|error| format!("the manifest's parameters are not a JSON Schema: {error}")));
    wrong
}

/// Whether it can stand in a line of a log or a table.
fn is_version(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

fn unknown(keys: &Map<String, Value>) -> Vec<String> {
    let unknown = keys.keys().filter(|key| !Manifest::KEYS.contains(&key.as_str())).cloned();
    let budget = budget(keys).filter(|(key, _)| !Budget::KEYS.contains(key));
    unknown.chain(budget.map(|(key, _)| format!("budget.{key}"))).take(REASONS).collect()
}

fn passed_over(keys: &Map<String, Value>) -> Vec<String> {
    let odd = |value: &Value| !value.is_number() && !value.is_null();
    let whole = keys.get("budget").filter(|budget| !budget.is_object() && !budget.is_null());
    let figures = budget(keys).filter(|(key, value)| Budget::KEYS.contains(key) && odd(value));
    whole.map(|_| "budget".to_owned()).into_iter().chain(figures.map(|(key, _)| format!("budget.{key}"))).collect()
}

/// The budget's keys and values, as they are written.
fn budget(keys: &Map<String, Value>) -> impl Iterator<Item = (&str, &Value)> {
    let budget = keys.get("budget").and_then(Value::as_object).into_iter().flatten();
    budget.map(|(key, value)| (key.as_str(), value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described(manifest: &Value) -> Described {
        read(&manifest.to_string(), Kind::Channel, "by-file", Going::On)
    }

    #[test]
    fn every_key_that_is_wrong_is_told_and_the_others_are_kept() {
        let seen = described(&json!({
            "name": 7, "kind": "chanel", "licence": "MIT", "asks": "mail", "hosts": ["a.test"], "colour": "red",
        }));
        let manifest = seen.manifest.expect("something is sound");
        assert_eq!((manifest.name.as_str(), manifest.licence.as_deref()), ("by-file", Some("MIT")));
        assert_eq!(manifest.hosts, ["a.test"]);
        for (text, why) in seen.wrong.iter().zip(["missing field `version`", "name: ", "kind: ", "asks: "]) {
            assert!(text.starts_with(&invalid(&why)), "{text}");
        }
        assert_eq!(seen.wrong.len(), 4, "{:?}", seen.wrong);
        assert_eq!(seen.unknown, ["colour"]);
    }

    /// As large as a manifest may be: every key another one that means nothing, and one value that is long.
    fn hostile() -> String {
        let mut keys: Map<String, Value> = (0..14_000).map(|number| (format!("k{number}"), json!(0))).collect();
        keys.insert("parameters".to_owned(), json!({ "enum": (0..15_000).collect::<Vec<_>>() }));
        keys.insert("asks".to_owned(), json!(vec![""; 1000]));
        let text = Value::Object(keys).to_string();
        assert!(text.len() <= MANIFEST_BYTES && text.len() > MANIFEST_BYTES * 3 / 4, "{} bytes", text.len());
        text
    }

    #[test]
    fn a_manifest_of_thousands_of_keys_is_judged_by_those_that_mean_something() {
        // Judged all together, one more each time, they would take minutes.
        let seen = read(&hostile(), Kind::Channel, "by-file", Going::On);
        assert_eq!((seen.wrong.len(), seen.unknown.len()), (REQUIRED.len() + REASONS, REASONS), "{:?}", seen.wrong);
    }

    #[test]
    fn who_asks_for_the_first_reason_gets_one() {
        let seen = read(&hostile(), Kind::Channel, "by-file", Going::ToTheFirst);
        assert_eq!(seen.wrong.len(), 1, "{:?}", seen.wrong);
        assert!(seen.wrong[0].starts_with(&invalid(&"missing field `name`")), "{:?}", seen.wrong);
        assert!(seen.manifest.is_none());
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
        assert_eq!(read("1.0.0", Kind::Channel, "x", Going::On).wrong.len(), 1);
        let twice = r#"{"name":"x","name":"y","version":"1","kind":"channel"}"#;
        let seen = read(twice, Kind::Channel, "x", Going::On);
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

    #[test]
    fn what_is_not_understood_of_a_budget_refuses_nothing() {
        let with =
            |budget: Value| described(&json!({ "name": "x", "version": "1", "kind": "channel", "budget": budget }));
        let later = with(json!({ "item-micros": 20, "item-bytes": "few", "item-joules": 3 }));
        let budget = later.manifest.and_then(|manifest| manifest.budget).expect("a budget");
        assert_eq!(budget, Budget { item_micros: Some(20.0), ..Budget::default() });
        assert_eq!(later.wrong, [""; 0]);
        assert_eq!(
            (later.unknown, later.passed_over),
            (vec!["budget.item-joules".into()], vec!["budget.item-bytes".into()])
        );
        let other = with(json!("small"));
        assert_eq!((other.wrong, other.passed_over), (Vec::new(), vec!["budget".into()]));
        assert_eq!(other.manifest.map(|manifest| manifest.budget), Some(None));
    }
}
