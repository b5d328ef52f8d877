//! Findings that should come, held against those that came.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};

use super::{
    difference::{differences, fitted},
    reading::from_value,
};
use crate::model::{Finding, Instant, Item, Severity};

/// A finding that should come, to see that its keys and values make sense.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read for their types alone")]
struct Expected {
    item: usize,
    reason: String,
    #[serde(default, deserialize_with = "given")]
    since: Option<Option<Instant>>,
    roles: Option<Vec<String>>,
    severity: Option<Severity>,
    title: Option<String>,
    text: Option<String>,
    #[serde(default, deserialize_with = "given")]
    deadline: Option<Option<Instant>>,
    action: Option<String>,
    attributes: Option<BTreeMap<String, Option<String>>>,
}

/// Keeps `null` and what is left out apart.
fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// Reads a finding that should come about one of so many items; its instants are then spelled as those that come.
///
/// # Errors
/// What is wrong with it.
pub(super) fn read(mut written: Value, items: usize) -> Result<Value, String> {
    let Expected { item, since, deadline, .. } = from_value(written.clone())?;
    if item >= items {
        return Err(format!("item is {item}, but there are {items} items, counted from 0"));
    }
    for (key, instant) in [("since", since), ("deadline", deadline)] {
        if let Some(instant) = instant {
            written[key] = json!(instant);
        }
    }
    Ok(written)
}

/// What came, in full; `item` is the place in the batch.
pub(super) fn written(items: &[Item], findings: &[Finding]) -> Vec<Value> {
    let keys: Vec<_> = items.iter().map(Item::key).collect();
    let one = |finding: &Finding| {
        let Finding { item, reason, since, roles, severity, title, text, deadline, action, attributes } = finding;
        let attributes: serde_json::Map<_, _> =
            attributes.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
        json!({
            "item": keys.iter().position(|key| key == item), "reason": reason, "since": since, "roles": roles,
            "severity": severity, "title": title, "text": text, "deadline": deadline, "action": action,
            "attributes": attributes,
        })
    };
    findings.iter().map(one).collect()
}

/// Holds the findings that came about these items against the expected ones.
pub(super) fn compare(expected: &[Value], items: &[Item], came: &[Value]) -> Vec<String> {
    let mut found = Vec::new();
    for wanted in expected {
        match came.iter().find(|came| same(came, wanted)) {
            None => found.push(format!("missing: a finding about {}", about(items, wanted))),
            Some(came) => {
                let of = |difference| format!("the finding about {}: {difference}", about(items, wanted));
                found.extend(differences("", wanted, came).into_iter().map(of));
            }
        }
    }
    let surplus = came.iter().filter(|came| !expected.iter().any(|wanted| same(came, wanted)));
    found.extend(surplus.map(|came| {
        let title = came["title"].as_str().unwrap_or_default();
        format!("not expected: a finding about {}, {title:?}", about(items, came))
    }));
    found
}

/// The expected findings, changed as little as it takes: those that did not come are left out, others come last.
pub(super) fn blessed(expected: &[Value], came: &[Value]) -> Value {
    let known = expected.iter().filter_map(|wanted| {
        let came = came.iter().find(|came| same(came, wanted))?;
        Some(fitted(wanted, came))
    });
    let others = came.iter().filter(|came| !expected.iter().any(|wanted| same(came, wanted)));
    known.chain(others.cloned()).collect()
}

/// Whether two findings are about the same item for the same reason: there are no two such.
fn same(one: &Value, other: &Value) -> bool {
    one["item"] == other["item"] && one["reason"] == other["reason"]
}

fn about(items: &[Item], finding: &Value) -> String {
    let index = finding["item"].as_u64().and_then(|index| usize::try_from(index).ok());
    let item = index.and_then(|index| items.get(index)).map(|item| item.key().to_string());
    format!("{} for {}", item.unwrap_or_default(), finding["reason"])
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::{ItemKey, Record};

    fn items() -> Vec<Item> {
        let record = |id: &str| Record {
            source: "rows".to_owned(),
            id: id.to_owned(),
            columns: vec![],
            zone: chrono_tz::UTC,
            roles: vec![],
            link: None,
        };
        ["a", "b"].map(|id| Item::Record(Arc::new(record(id)))).into()
    }

    fn finding(id: &str) -> Finding {
        Finding {
            item: ItemKey::record("rows", id),
            reason: "due".to_owned(),
            since: None,
            roles: vec!["owner".to_owned()],
            severity: Severity::Info,
            title: "Due".to_owned(),
            text: "It is due.".to_owned(),
            deadline: Some(Instant::UNIX_EPOCH),
            action: None,
            attributes: vec![("Who".to_owned(), "Pam".to_owned()), ("When".to_owned(), "now".to_owned())],
        }
    }

    fn read_all(expect: Value) -> Vec<Value> {
        let Value::Array(findings) = expect else { panic!("a list") };
        findings.into_iter().map(|finding| read(finding, 2).expect("sound")).collect()
    }

    fn compared(expect: Value, found: &[Finding]) -> Vec<String> {
        compare(&read_all(expect), &items(), &written(&items(), found))
    }

    #[test]
    fn what_is_expected_may_come_in_any_order_and_no_more_is_looked_at_than_is_said() {
        let all = json!([
            { "item": 1, "reason": "due", "since": null, "deadline": "1970-01-01T01:00:00+01:00", "action": null },
            { "item": 0, "reason": "due", "severity": "info", "roles": ["owner"],
                "attributes": { "When": "now", "Where": null } },
        ]);
        assert_eq!(compared(all, &[finding("a"), finding("b")]), [""; 0]);
    }

    #[test]
    fn every_difference_is_told() {
        let wrong = json!([{
            "item": 0, "reason": "due", "severity": "critical", "title": "Late", "deadline": null,
            "attributes": { "Who": "Rita" },
        }]);
        let of = |text: &str| format!("the finding about record:rows:a for \"due\": {text}");
        assert_eq!(
            compared(wrong, &[finding("a")]),
            [
                of("severity: expected \"critical\", got \"info\""),
                of("title: expected \"Late\", got \"Due\""),
                of("deadline: expected none, got \"1970-01-01T00:00:00Z\""),
                of("attributes.Who: expected \"Rita\", got \"Pam\""),
            ]
        );
    }

    #[test]
    fn what_is_missing_and_what_is_too_much_is_told() {
        assert_eq!(
            compared(json!([{ "item": 1, "reason": "late" }]), &[finding("a")]),
            [
                "missing: a finding about record:rows:b for \"late\"",
                "not expected: a finding about record:rows:a for \"due\", \"Due\"",
            ]
        );
    }

    #[test]
    fn what_is_blessed_keeps_to_the_keys_that_were_named() {
        let expected = read_all(json!([
            { "item": 1, "reason": "late" },
            { "item": 0, "reason": "due", "severity": "critical", "attributes": { "Who": "Rita" } },
        ]));
        let came = written(&items(), &[finding("b"), finding("a")]);
        let blessed = blessed(&expected, &came);
        let kept = json!({ "item": 0, "reason": "due", "severity": "info", "attributes": { "Who": "Pam" } });
        assert_eq!(blessed, json!([kept, came[0]]));
        let Value::Array(blessed) = blessed else { panic!("a list") };
        assert_eq!(compare(&blessed, &items(), &came), [""; 0]);
    }
}
