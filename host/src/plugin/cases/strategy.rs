//! Cases of strategies.

use std::{collections::BTreeMap, sync::Arc};

use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::Value;

use super::{
    Case, findings, item, no_parameters,
    reading::{each, from_value},
};
use crate::{
    model::{Instant, Item, Kind},
    plugin::Context,
};

/// What a strategy is asked.
#[derive(Debug, Clone)]
pub(super) struct Question {
    /// The batch.
    pub(super) items: Arc<[Item]>,
    /// What the strategy is told beside it.
    pub(super) context: Context,
}

/// A case as it is written; items and findings are read by themselves, so that an error can name theirs.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: String,
    now: Instant,
    today: Option<NaiveDate>,
    #[serde(default = "no_parameters")]
    parameters: Value,
    #[serde(default)]
    attributes: BTreeMap<String, String>,
    items: Vec<Value>,
    expect: Vec<Value>,
}

/// Reads a case of a strategy of this kind.
pub(super) fn read(case: Value, kind: Kind) -> Result<Case, String> {
    let Written { name, now, today, parameters, attributes, items, expect } = from_value(case)?;
    let items: Vec<Item> = each("items", items, |index, item| item::read(kind, index, now, item))?;
    let count = items.len();
    let expect = each("expect", expect, |_, finding| findings::read(finding, count))?;
    let today = today.unwrap_or_else(|| now.date_naive());
    let context = Context { now, today, parameters, attributes: attributes.into_iter().collect() };
    let question = super::Question::Strategy(Question { items: items.into(), context });
    Ok(Case { name, question, expect: Value::Array(expect) })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn wrong(case: Value) -> String {
        super::super::read(&json!([case]).to_string(), Kind::ShareStrategy, 1).expect_err("is wrong")
    }

    #[test]
    fn what_is_left_out_has_a_default() {
        let case = json!({ "name": "a", "now": "2026-06-04T23:30:00Z", "items": [{}, {}], "expect": [] });
        let case = read(case, Kind::ShareStrategy).expect("sound");
        let super::super::Question::Strategy(Question { items, context }) = case.question else { panic!("{case:?}") };
        assert_eq!((context.today.to_string().as_str(), &context.parameters), ("2026-06-04", &json!({})));
        let keys: Vec<_> = items.iter().map(|item| item.key().to_string()).collect();
        assert_eq!(keys, ["share:share-1", "share:share-2"]);
    }

    #[test]
    fn an_error_names_its_place_and_what_was_meant() {
        let case = |items: Value, expect: Value| json!({ "name": "a", "now": "2026-06-04T09:00:00Z", "items": items, "expect": expect });
        let item = wrong(case(json!([{}, { "statuss": "x" }]), json!([])));
        assert!(item.contains("items[1]: statuss: unknown field `statuss`, expected one of `uri`"), "{item}");
        assert!(item.starts_with("case 0 (\"a\"): ") && item.ends_with("; did you mean `status`?"), "{item}");
        let kind = wrong(case(json!([{ "items": [{ "name": 5 }] }]), json!([])));
        let expected = "case 0 (\"a\"): items[0]: items[0].name: invalid type: integer `5`, expected a string";
        assert_eq!(kind, expected);
        let finding = wrong(case(json!([{}]), json!([{ "item": 0 }])));
        assert_eq!(finding, "case 0 (\"a\"): expect[0]: missing field `reason`");
        let beyond = wrong(case(json!([{}]), json!([{ "item": 1, "reason": "a" }])));
        assert_eq!(beyond, "case 0 (\"a\"): expect[0]: item is 1, but there are 1 items, counted from 0");
        assert!(wrong(json!({})).starts_with("case 0: missing field `name`"));
        for time in ["soon", "x", "2026", "2026-06-04T09:00:00Z.", "2026-13-04T09:00:00Z", ""] {
            let why = wrong(json!({ "name": "a", "now": time }));
            assert!(why.starts_with("case 0 (\"a\"): now: not an instant such as 2026-06-04T09:00:00Z"), "{why}");
        }
        assert_eq!(wrong(json!(1)), "case 0: is 1, not an object such as {\"name\": \"…\", \"expect\": …}");
        let channels = json!({ "name": "a", "notification": {}, "expect": {} });
        assert_eq!(wrong(channels), "case 0 (\"a\"): is a case of a channel, and this is a share-strategy");
    }
}
