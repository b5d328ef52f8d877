//! What serde_json writes is read, and what is broken is refused.

use serde::Deserialize;
use serde_json::json;

use super::*;

#[derive(Debug, PartialEq, Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
enum Case {
    One,
    Other,
}

#[derive(Debug, PartialEq, Deserialize, serde::Serialize)]
struct All {
    text: String,
    small: i8,
    large: u64,
    real: f64,
    none: Option<u32>,
    some: Option<bool>,
    case: Case,
    rows: Vec<Vec<String>>,
    pairs: std::collections::BTreeMap<String, i64>,
    tuples: Vec<(String, u8)>,
}

fn all() -> All {
    All {
        text: "a\"b\\c/\n\t\r\u{1}\u{8}\u{c}\u{7f}\u{2028}é😀{}[]:,".to_owned(),
        small: -128,
        large: u64::MAX,
        real: -1.5e-7,
        none: None,
        some: Some(false),
        case: Case::Other,
        rows: vec![vec![], vec!["x".to_owned(), String::new()]],
        pairs: [("p".to_owned(), i64::MIN), ("q\"".to_owned(), 0)].into(),
        tuples: vec![("a".to_owned(), 1), ("b".to_owned(), 2)],
    }
}

#[test]
fn what_serde_json_writes_is_read_back() {
    for text in [serde_json::to_string(&all()), serde_json::to_string_pretty(&all())] {
        assert_eq!(read::<All>(&text.expect("JSON")).expect("it fits"), all());
    }
}

#[test]
fn what_no_field_is_for_is_passed_over() {
    let mut value = serde_json::to_value(all()).expect("JSON");
    let deep = (0..500).fold(json!(null), |deep, _| json!([{ "x}\"]": deep }, -1.5e300, true, "]}\\"]));
    value.as_object_mut().expect("an object").insert("a".to_owned(), deep);
    assert_eq!(read::<All>(&value.to_string()).expect("it fits"), all());
}

#[test]
fn escapes_of_any_writer_are_read() {
    for (json, text) in [
        (r#""\u0041\u00e9\u2028""#, "Aé\u{2028}"),
        (r#""\ud83d\ude00\/""#, "😀/"),
        (r#""\ud83dx""#, "\u{fffd}x"),
        (r#"  "\"" "#, "\""),
    ] {
        assert_eq!(read::<String>(json).expect("a string"), text, "{json}");
    }
}

#[test]
fn what_is_broken_is_an_error_and_never_a_panic() {
    let whole = serde_json::to_string(&all()).expect("JSON");
    for end in (0..whole.len()).filter(|end| whole.is_char_boundary(*end)) {
        assert!(read::<All>(&whole[..end]).is_err(), "{}", &whole[..end]);
    }
    for json in
        ["", "nul", "[1 2]", "{\"a\" 1}", "\"\\x\"", "\"\\u12\"", "[1]]", "-", "1e", "{1:2}", "999999999999999999999"]
    {
        assert!(read::<Vec<u64>>(json).is_err(), "{json}");
        assert!(read::<String>(json).is_err(), "{json}");
    }
    let missing = read::<All>("{}").expect_err("no fields");
    assert_eq!(missing.to_string(), "missing field `text`");
}

#[test]
fn random_damage_is_an_error_or_another_value() {
    let whole = serde_json::to_string(&all()).expect("JSON");
    for at in 0..whole.len() {
        for byte in [b'"', b'\\', b'{', b']', b'0', b' '] {
            let mut damaged = whole.clone().into_bytes();
            damaged[at] = byte;
            let text = String::from_utf8_lossy(&damaged);
            let (ours, theirs) = (read::<All>(&text).is_ok(), serde_json::from_str::<All>(&text).is_ok());
            assert!(ours || !theirs, "serde_json reads it: {text}");
        }
    }
}
