//! What should have come, held against what came; both are JSON.

use serde_json::Value;

/// Characters of a value that are shown: enough to see where a text goes another way.
const SHOWN: usize = 600;

/// What is below this key is compared as a whole.
const WHOLE: &str = "json";

/// Every difference, as `place: expected …, got …`. Of objects, only the keys that are expected are looked at, but for
/// those below a key `json`, which are compared as a whole. `null` stands for what is not there.
pub(super) fn differences(place: &str, expected: &Value, came: &Value) -> Vec<String> {
    let mut found = Vec::new();
    compare(place, expected, came, place == WHOLE, &mut found);
    found
}

fn compare(place: &str, expected: &Value, came: &Value, whole: bool, found: &mut Vec<String>) {
    match (expected, came) {
        (Value::Object(wanted), Value::Object(got)) => {
            for (key, wanted) in wanted {
                let missing = got.get(key).unwrap_or(&Value::Null);
                compare(&at(place, key), wanted, missing, whole || key == WHOLE, found);
            }
            let surplus = got.iter().filter(|(key, _)| whole && !wanted.contains_key(*key));
            found.extend(surplus.map(|(key, got)| format!("{}: expected nothing, got {}", at(place, key), shown(got))));
        }
        (Value::Array(wanted), Value::Array(got)) => {
            for (index, (wanted, got)) in wanted.iter().zip(got).enumerate() {
                compare(&format!("{place}[{index}]"), wanted, got, whole, found);
            }
            if wanted.len() != got.len() {
                let more = got.get(wanted.len()).map(|first| format!(", the first beyond them {}", shown(first)));
                let more = more.unwrap_or_default();
                found.push(format!("{place}: expected {} entries, got {}{more}", wanted.len(), got.len()));
            }
        }
        (wanted, got) if wanted == got => {}
        (wanted, got) => found.push(format!("{place}: expected {}, got {}", shown(wanted), shown(got))),
    }
}

fn at(place: &str, key: &str) -> String {
    if place.is_empty() { key.to_owned() } else { format!("{place}.{key}") }
}

/// A value as JSON, cut off where it is long.
pub(super) fn shown(value: &Value) -> String {
    let text = match value {
        Value::Null => "none".to_owned(),
        value => value.to_string(),
    };
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// What is expected, changed as little as it takes for what came to fit: the same keys of objects, and the entries of
/// lists that came.
pub(super) fn fitted(expected: &Value, came: &Value) -> Value {
    match (expected, came) {
        (wanted, got) if differences("", wanted, got).is_empty() => wanted.clone(),
        (Value::Object(wanted), Value::Object(got)) => {
            let fit = |(key, wanted): (&String, &Value)| {
                let got = got.get(key)?;
                let same = key == WHOLE && differences(WHOLE, wanted, got).is_empty();
                let fitted = if key == WHOLE && !same { got.clone() } else { fitted(wanted, got) };
                Some((key.clone(), fitted))
            };
            Value::Object(wanted.iter().filter_map(fit).collect())
        }
        (Value::Array(wanted), Value::Array(got)) => {
            let fit = |(index, got)| wanted.get(index).map_or_else(|| Value::clone(got), |wanted| fitted(wanted, got));
            Value::Array(got.iter().enumerate().map(fit).collect())
        }
        (_, got) => got.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_is_named_is_looked_at_but_json_is_compared_whole() {
        let came = json!({ "a": 1, "b": { "c": [1, { "d": 2, "e": 3 }] }, "json": { "x": 1, "y": 2 } });
        assert_eq!(differences("", &json!({ "b": { "c": [1, { "d": 2 }] }, "z": null }), &came), [""; 0]);
        let wrong = json!({ "a": 2, "b": { "c": [1] }, "json": { "x": 1, "z": 3 }, "gone": "yes" });
        assert_eq!(
            differences("", &wrong, &came),
            [
                "a: expected 2, got 1",
                "b.c: expected 1 entries, got 2, the first beyond them {\"d\":2,\"e\":3}",
                "json.z: expected 3, got none",
                "json.y: expected nothing, got 2",
                "gone: expected \"yes\", got none",
            ]
        );
        assert_eq!(
            fitted(&wrong, &came),
            json!({ "a": 1, "b": { "c": [1, { "d": 2, "e": 3 }] }, "json": came["json"] })
        );
    }

    #[test]
    fn what_fits_is_left_as_it_is_and_long_values_are_cut() {
        let expected = json!({ "z": null, "b": { "d": 1 } });
        assert_eq!(fitted(&expected, &json!({ "b": { "d": 1, "e": 2 } })), expected);
        assert_eq!(shown(&json!("é".repeat(700))).chars().count(), SHOWN + 1);
    }
}
