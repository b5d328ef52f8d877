//! A derived schema accepts what serde reads, and nothing else. Here, since the SDK itself is copied into new plugins and
//! depends on no more than they need.

use nudged_sdk::{Pairs, Parameters as _, testing::schema};
use serde::Deserialize;
use serde_json::{Value, json};

/// One of everything.
#[derive(Deserialize, nudged_sdk::Parameters)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[allow(dead_code)] // read by serde alone
struct Everything {
    /// A text
    /// in two lines, with "quotes" and a \ in it.
    #[parameter(example = "warn")]
    some_text: String,
    truth: bool,
    #[serde(rename = "num\"ber")]
    number: f64,
    tiny: Option<i8>,
    byte: Option<u8>,
    short: Option<i16>,
    port: Option<u16>,
    int: Option<i32>,
    count: Option<u32>,
    long: Option<i64>,
    size: Option<u64>,
    words: Option<Vec<String>>,
    rows: Option<Vec<Vec<u32>>>,
    headers: Option<Pairs>,
    inner: Option<Inner>,
    many: Option<Vec<Inner>>,
    level: Option<Level>,
    levels: Option<Vec<Level>>,
    r#type: Option<Days>,
    #[serde(default)]
    silent: bool,
    #[serde(default = "seven")]
    #[parameter(minimum = 1, maximum = LONGEST)]
    horizon: u32,
    #[serde(default, rename(deserialize = "READ", serialize = "WRITTEN"))]
    read: Vec<String>,
}

/// The name of a type says nothing about it.
type Days = u32;

const LONGEST: u32 = 186;

fn seven() -> u32 {
    7
}

#[derive(Deserialize, nudged_sdk::Parameters)]
#[serde(default)]
#[allow(dead_code)] // read by serde alone
struct Inner {
    days: u32,
    level: Level,
    note: Option<String>,
}

impl Default for Inner {
    fn default() -> Self {
        Self { days: 3, level: Level::AllOfIt, note: None }
    }
}

#[derive(Deserialize, nudged_sdk::Parameters)]
#[serde(rename_all = "SCREAMING-KEBAB-CASE")]
enum Level {
    Low,
    AllOfIt,
    #[serde(rename = "\"own\"")]
    Own,
}

/// What is required and nothing else, with these members in addition or instead.
fn least(more: Value) -> Value {
    let mut least = json!({ "some-text": "x", "truth": true, "num\"ber": -1.5 });
    least.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    least
}

fn valid() -> Vec<Value> {
    let whole = json!({
        "tiny": -128, "byte": 255, "short": 32767, "port": 0, "int": i32::MIN, "count": u32::MAX, "long": i64::MIN,
        "size": u64::MAX, "words": ["a", ""], "rows": [[], [1, 2]], "headers": { "a": "b" },
        "inner": { "days": 1, "level": "LOW", "note": null, "unknown": 1 }, "many": [{}, { "level": "\"own\"" }],
        "level": "ALL-OF-IT", "levels": ["LOW"], "type": 1, "silent": true, "horizon": 186, "READ": ["x"],
    });
    let mut valid = vec![least(json!({})), least(whole.clone()), least(json!({ "num\"ber": 7, "count": 7.0 }))];
    let optional = whole.as_object().expect("an object").keys();
    let nullable = optional.filter(|name| !["silent", "horizon", "READ"].contains(&name.as_str()));
    valid.extend(nullable.map(|name| least(json!({ name: null }))));
    valid
}

fn invalid() -> Vec<Value> {
    let mut invalid: Vec<Value> = [
        json!({ "some-text": 1 }),
        json!({ "some-text": null }),
        json!({ "truth": "true" }),
        json!({ "num\"ber": "1" }),
        json!({ "tiny": 128 }),
        json!({ "byte": -1 }),
        json!({ "byte": 256 }),
        json!({ "short": -32769 }),
        json!({ "port": 65536 }),
        json!({ "int": 2147483648_u64 }),
        json!({ "count": 1.5 }),
        json!({ "count": 4294967296_u64 }),
        json!({ "long": u64::MAX }),
        json!({ "size": -1 }),
        json!({ "words": "a" }),
        json!({ "words": [1] }),
        json!({ "rows": [["a"]] }),
        json!({ "headers": { "a": 1 } }),
        json!({ "inner": { "days": "1" } }),
        json!({ "inner": { "days": null } }),
        json!({ "many": [{ "level": "low" }] }),
        json!({ "level": "AllOfIt" }),
        json!({ "levels": [null] }),
        json!({ "type": -1 }),
        json!({ "silent": null }),
        json!({ "READ": null }),
        json!({ "read": [] }),
        json!({ "some_text": "x" }),
        json!({ "unknown": 1 }),
    ]
    .map(least)
    .to_vec();
    for required in ["some-text", "truth", "num\"ber"] {
        let mut without = least(json!({}));
        without.as_object_mut().expect("an object").remove(required);
        invalid.push(without);
    }
    invalid.extend([json!([]), json!("x"), json!(null)]);
    invalid
}

#[test]
fn the_schema_and_two_readers_accept_the_same() {
    let schema = jsonschema::draft202012::new(&schema::<Everything>()).expect("a schema");
    for value in valid() {
        assert!(schema.is_valid(&value), "the schema refuses {value}");
        let read = Everything::read(&value.to_string());
        assert!(read.is_ok(), "{:?} for {value}", read.err());
        // serde_json takes 7.0 for no integer, and the daemon hands out no such thing.
        assert!(value["count"].is_f64() || serde_json::from_value::<Everything>(value.clone()).is_ok(), "{value}");
    }
    for value in invalid() {
        assert!(!schema.is_valid(&value), "the schema accepts {value}");
        assert!(Everything::read(&value.to_string()).is_err(), "the reader accepts {value}");
        assert!(serde_json::from_value::<Everything>(value.clone()).is_err(), "serde_json accepts {value}");
    }
}

#[test]
fn bounds_that_are_no_business_of_serde_bind_the_schema() {
    let schema = jsonschema::draft202012::new(&schema::<Everything>()).expect("a schema");
    for horizon in [0, 187] {
        assert!(!schema.is_valid(&least(json!({ "horizon": horizon }))), "{horizon}");
    }
}

#[test]
fn what_is_said_of_fields_is_in_the_schema() {
    let schema = schema::<Everything>();
    assert_eq!(schema["required"], json!(["some-text", "truth", "num\"ber"]));
    let of = |name: &str| schema["properties"][name].clone();
    let text = "A text in two lines, with \"quotes\" and a \\ in it.";
    assert_eq!(of("some-text"), json!({ "description": text, "type": "string", "examples": ["warn"] }));
    assert_eq!(of("horizon"), json!({ "type": "integer", "minimum": 1, "maximum": 186, "default": 7 }));
    assert_eq!(
        (of("silent"), of("READ")["default"].clone()),
        (json!({ "type": "boolean", "default": false }), json!([]))
    );
    assert_eq!(of("level"), json!({ "enum": ["LOW", "ALL-OF-IT", "\"own\"", null] }));
    let inner = of("inner")["properties"].clone();
    assert_eq!((&inner["days"]["default"], &inner["level"]["default"]), (&json!(3), &json!("ALL-OF-IT")));
    assert_eq!(inner["note"], json!({ "type": ["string", "null"] }), "nothing is no default");
    let order: Vec<_> = schema["properties"].as_object().expect("an object").keys().take(3).cloned().collect();
    assert_eq!(order, ["some-text", "truth", "num\"ber"], "as they are written");
}

/// Defaults of every type.
#[derive(Deserialize, nudged_sdk::Parameters)]
#[serde(default = "Defaults::shipped")]
struct Defaults {
    text: String,
    list: Vec<Inner>,
    pairs: Pairs,
    ratio: f64,
    maybe: Option<u8>,
    #[parameter(min_items = 1, max_items = 3, items(min_length = 2, pattern = "^a"), more = r#""uniqueItems": true"#)]
    words: Option<Vec<String>>,
}

impl Defaults {
    fn shipped() -> Self {
        Self {
            text: "a \"b\"".to_owned(),
            list: vec![Inner::default()],
            pairs: Pairs(vec![("k".to_owned(), "v".to_owned()), ("l".to_owned(), "w".to_owned())]),
            ratio: 0.25,
            maybe: Some(1),
            words: None,
        }
    }
}

#[test]
fn defaults_are_told_as_they_would_be_written_and_read_back() {
    let schema = schema::<Defaults>();
    let told = |name: &str| schema["properties"][name]["default"].clone();
    let expected = json!({
        "text": "a \"b\"", "list": [{ "days": 3, "level": "ALL-OF-IT", "note": null }],
        "pairs": { "k": "v", "l": "w" }, "ratio": 0.25, "maybe": 1,
    });
    for (name, value) in expected.as_object().expect("an object") {
        assert_eq!(told(name), *value, "{name}");
    }
    let read = Defaults::read(&expected.to_string()).expect("they fit");
    assert_eq!((read.text, read.list.len(), read.pairs.0.len(), read.ratio), ("a \"b\"".to_owned(), 1, 2, 0.25));
    assert_eq!((read.maybe, read.words), (Some(1), None));
    assert_eq!(schema.get("required"), None);
    let words = json!({
        "type": ["array", "null"], "items": { "type": "string", "minLength": 2, "pattern": "^a" },
        "minItems": 1, "maxItems": 3, "uniqueItems": true,
    });
    assert_eq!(schema["properties"]["words"], words);
}
