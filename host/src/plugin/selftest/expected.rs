//! Findings that should come, held against those that came.

use std::{collections::BTreeMap, fmt::Debug};

use serde::{Deserialize, Deserializer};

use crate::model::{Finding, Instant, Item, Severity};

/// A finding that should come. What is `None` is not looked at.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Expected {
    /// Which item of the batch.
    pub(super) item: usize,
    reason: String,
    #[serde(default, deserialize_with = "given")]
    since: Option<Option<Instant>>,
    roles: Option<Vec<String>>,
    severity: Option<Severity>,
    title: Option<String>,
    text: Option<String>,
    #[serde(default, deserialize_with = "given")]
    deadline: Option<Option<Instant>>,
    #[serde(default, deserialize_with = "given")]
    action: Option<Option<String>>,
    /// Those that are named are looked at.
    attributes: Option<BTreeMap<String, String>>,
}

/// Keeps `null` and what is left out apart.
fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// Holds the findings about these items against the expected ones.
///
/// # Errors
/// The first difference: what was expected and what came.
pub(super) fn compare(expected: &[Expected], items: &[Item], findings: &[Finding]) -> Result<(), String> {
    let is = |finding: &Finding, wanted: &Expected| {
        finding.item == items[wanted.item].key() && finding.reason == wanted.reason
    };
    for wanted in expected {
        let (item, reason) = (items[wanted.item].key(), &wanted.reason);
        let Some(found) = findings.iter().find(|finding| is(finding, wanted)) else {
            let got = listed(findings);
            return Err(format!("expected a finding about {item} for the reason {reason:?}, got {got}"));
        };
        if let Some((key, wanted, got)) = wanted.difference(found) {
            return Err(format!("{key} of the finding about {item} for {reason:?}: expected {wanted}, got {got}"));
        }
    }
    match findings.iter().find(|finding| !expected.iter().any(|wanted| is(finding, wanted))) {
        Some(Finding { item, reason, title, .. }) => {
            Err(format!("expected no finding about {item} for the reason {reason:?}, got one: {title}"))
        }
        None => Ok(()),
    }
}

fn listed(findings: &[Finding]) -> String {
    let one = |finding: &Finding| format!("{} for {:?}", finding.item, finding.reason);
    match findings {
        [] => "none".to_owned(),
        some => some.iter().map(one).collect::<Vec<_>>().join(", "),
    }
}

impl Expected {
    /// The first key that differs, with what was expected and what came.
    fn difference(&self, found: &Finding) -> Option<(&'static str, String, String)> {
        let named = self.attributes.as_ref().map(|wanted| {
            let named = found.attributes.iter().filter(|(name, _)| wanted.contains_key(name));
            named.cloned().collect::<BTreeMap<_, _>>()
        });
        None.or_else(|| differ("since", self.since.as_ref(), &found.since))
            .or_else(|| differ("roles", self.roles.as_ref(), &found.roles))
            .or_else(|| differ("severity", self.severity.as_ref(), &found.severity))
            .or_else(|| differ("title", self.title.as_ref(), &found.title))
            .or_else(|| differ("text", self.text.as_ref(), &found.text))
            .or_else(|| differ("deadline", self.deadline.as_ref(), &found.deadline))
            .or_else(|| differ("action", self.action.as_ref(), &found.action))
            .or_else(|| differ("attributes", self.attributes.as_ref(), &named.unwrap_or_default()))
    }
}

fn differ<T: PartialEq + Debug>(
    key: &'static str,
    wanted: Option<&T>,
    found: &T,
) -> Option<(&'static str, String, String)> {
    let wanted = wanted.filter(|wanted| *wanted != found)?;
    Some((key, format!("{wanted:?}"), format!("{found:?}")))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::{Value, json};

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

    fn compared(expect: Value, found: &[Finding]) -> Result<(), String> {
        let expected: Vec<Expected> = serde_json::from_value(expect).expect("sound");
        compare(&expected, &items(), found)
    }

    #[test]
    fn what_is_expected_may_come_in_any_order_and_no_more_is_looked_at_than_is_said() {
        let all = json!([
            { "item": 1, "reason": "due", "since": null, "deadline": "1970-01-01T00:00:00Z", "action": null },
            { "item": 0, "reason": "due", "severity": "info", "roles": ["owner"], "attributes": { "When": "now" } },
        ]);
        assert_eq!(compared(all, &[finding("a"), finding("b")]), Ok(()));
    }

    #[test]
    fn the_first_difference_is_told() {
        let due = |rest: Value| {
            let mut expected = json!({ "item": 0, "reason": "due" });
            expected.as_object_mut().expect("an object").extend(rest.as_object().expect("an object").clone());
            compared(json!([expected]), &[finding("a")]).expect_err("a difference")
        };
        let of = "of the finding about record:rows:a for \"due\": expected";
        assert_eq!(due(json!({ "severity": "critical" })), format!("severity {of} Critical, got Info"));
        assert_eq!(due(json!({ "title": "Late" })), format!("title {of} \"Late\", got \"Due\""));
        assert_eq!(due(json!({ "deadline": null })), format!("deadline {of} None, got Some(1970-01-01T00:00:00Z)"));
        let wanted = r#"{"Who": "Rita"}, got {"Who": "Pam"}"#;
        assert_eq!(due(json!({ "attributes": { "Who": "Rita" } })), format!("attributes {of} {wanted}"));
    }

    #[test]
    fn what_is_missing_and_what_is_too_much_is_told() {
        let missing = compared(json!([{ "item": 1, "reason": "late" }]), &[finding("a")]);
        let text = "expected a finding about record:rows:b for the reason \"late\", got record:rows:a for \"due\"";
        assert_eq!(missing, Err(text.to_owned()));
        let surplus = compared(json!([]), &[finding("a")]);
        assert_eq!(
            surplus,
            Err("expected no finding about record:rows:a for the reason \"due\", got one: Due".to_owned())
        );
    }
}
