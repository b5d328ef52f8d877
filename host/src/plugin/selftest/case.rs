//! One case: what is asked and what should come of it.

use std::{collections::BTreeMap, sync::Arc};

use chrono::NaiveDate;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::{expected::Expected, item};
use crate::{
    model::{Instant, Item, Kind},
    plugin::Context,
};

/// Cases of one plugin: each is a call, and admission waits for all of them.
const MOST_CASES: usize = 100;

/// A case of a strategy.
#[derive(Debug)]
pub(super) struct Case {
    /// What is shown where it fails.
    pub(super) name: String,
    /// The batch.
    pub(super) items: Arc<[Item]>,
    /// What the strategy is told beside it.
    pub(super) context: Context,
    /// The findings that should come, and no others.
    pub(super) expected: Vec<Expected>,
}

/// A case as it is written; items and findings are read by themselves, so that an error can name theirs.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: String,
    now: Instant,
    today: Option<NaiveDate>,
    #[serde(default = "nothing")]
    parameters: Value,
    #[serde(default)]
    attributes: BTreeMap<String, String>,
    items: Vec<Value>,
    expect: Vec<Value>,
}

fn nothing() -> Value {
    json!({})
}

/// Reads the cases of a strategy of this kind.
///
/// # Errors
/// Which case, which part of it, and what is wrong there.
pub(super) fn read(text: &str, kind: Kind) -> Result<Vec<Case>, String> {
    let cases: Vec<Value> =
        serde_json::from_str(text).map_err(|error| format!("the cases are not a JSON array: {error}"))?;
    if cases.len() > MOST_CASES {
        return Err(format!("{} cases, at most {MOST_CASES} are allowed", cases.len()));
    }
    let read = |(index, case): (usize, Value)| {
        let name = case["name"].as_str().map(|name| format!(" ({name:?})")).unwrap_or_default();
        read_one(case, kind).map_err(|why| format!("case {index}{name}: {why}"))
    };
    cases.into_iter().enumerate().map(read).collect()
}

fn read_one(case: Value, kind: Kind) -> Result<Case, String> {
    let Written { name, now, today, parameters, attributes, items, expect } = from_value(case)?;
    let items: Vec<Item> = each("items", items, |index, item| item::read(kind, index, now, item))?;
    let expected: Vec<Expected> = each("expect", expect, |_, finding| from_value(finding))?;
    if let Some(index) = expected.iter().position(|finding| finding.item >= items.len()) {
        let (item, count) = (expected[index].item, items.len());
        return Err(format!("expect[{index}].item is {item}, but there are {count} items, counted from 0"));
    }
    let today = today.unwrap_or_else(|| now.date_naive());
    let context = Context { now, today, parameters, attributes: attributes.into_iter().collect() };
    Ok(Case { name, items: items.into(), context, expected })
}

fn each<T>(key: &str, values: Vec<Value>, read: impl Fn(usize, Value) -> Result<T, String>) -> Result<Vec<T>, String> {
    let read = |(index, value)| read(index, value).map_err(|why| format!("{key}[{index}]: {why}"));
    values.into_iter().enumerate().map(read).collect()
}

/// Reads an object whose keys are known.
pub(super) fn from_value<T: DeserializeOwned>(value: Value) -> Result<T, String> {
    serde_json::from_value(value).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(case: Value) -> String {
        read(&json!([case]).to_string(), Kind::ShareStrategy).expect_err("is wrong")
    }

    #[test]
    fn what_is_left_out_has_a_default() {
        let case = json!([{ "name": "a", "now": "2026-06-04T23:30:00Z", "items": [{}, {}], "expect": [] }]);
        let [case] = read(&case.to_string(), Kind::ShareStrategy).expect("sound").try_into().expect("one case");
        assert_eq!((case.context.today.to_string().as_str(), &case.context.parameters), ("2026-06-04", &json!({})));
        let keys: Vec<_> = case.items.iter().map(|item| item.key().to_string()).collect();
        assert_eq!(keys, ["share:share-1", "share:share-2"]);
    }

    #[test]
    fn an_error_names_its_place() {
        let case = |items: Value, expect: Value| json!({ "name": "a", "now": "2026-06-04T09:00:00Z", "items": items, "expect": expect });
        let item = wrong(case(json!([{}, { "statuss": "x" }]), json!([])));
        assert!(item.starts_with("case 0 (\"a\"): items[1]: unknown field `statuss`, expected one of `uri`"), "{item}");
        let finding = wrong(case(json!([{}]), json!([{ "item": 0 }])));
        assert_eq!(finding, "case 0 (\"a\"): expect[0]: missing field `reason`");
        let beyond = wrong(case(json!([{}]), json!([{ "item": 1, "reason": "a" }])));
        assert_eq!(beyond, "case 0 (\"a\"): expect[0].item is 1, but there are 1 items, counted from 0");
        assert!(wrong(json!({})).starts_with("case 0: missing field `name`"));
        assert!(wrong(json!({ "name": "a", "now": "soon" })).starts_with("case 0 (\"a\"): "));
    }
}
