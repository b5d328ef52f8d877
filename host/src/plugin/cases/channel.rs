//! Cases of channels.

use std::{collections::BTreeMap, sync::Arc};

use serde::Deserialize;
use serde_json::Value;

use super::{
    Case,
    answer::{self, Answer},
    no_parameters, notification,
    otherside::OtherSide,
    reading::{each, from_value},
    sending,
};
use crate::{model::Notification, plugin::Ways, wording::Templates};

/// What a channel is asked, and what the other side says.
#[derive(Debug, Clone)]
pub(super) struct Question {
    pub(super) notification: Arc<Notification>,
    pub(super) parameters: Value,
    wording: BTreeMap<String, String>,
    unsubscribe: Option<String>,
    pub(super) answers: Vec<Answer>,
}

/// A case as it is written; its parts are read by themselves, so that an error can name theirs.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: String,
    #[serde(default = "no_parameters")]
    parameters: Value,
    #[serde(default = "no_parameters")]
    notification: Value,
    #[serde(default)]
    wording: BTreeMap<String, String>,
    #[serde(default)]
    answers: Vec<Value>,
    expect: Value,
}

/// Reads a case of a channel.
pub(super) fn read(case: Value) -> Result<Case, String> {
    let Written { name, parameters, notification, wording, answers, expect } = from_value(case)?;
    let (notification, unsubscribe) = notification::read(notification).map_err(|why| format!("notification: {why}"))?;
    let answers = each("answers", answers, |_, answer| answer::read(answer))?;
    let expect = sending::read(expect).map_err(|why| format!("expect: {why}"))?;
    let question = Question { notification: Arc::new(notification), parameters, wording, unsubscribe, answers };
    Ok(Case { name, question: super::Question::Channel(Box::new(question)), expect })
}

impl Question {
    /// Ways that all lead to this other side.
    pub(super) fn ways(&self, other: &Arc<OtherSide>) -> Ways {
        Ways {
            parameters: self.parameters.clone(),
            mailer: Some(Arc::clone(other) as _),
            http: Some(Arc::clone(other) as _),
            inbox: Some(Arc::clone(other) as _),
            templates: Some(Arc::new(Templates::fixed(self.wording.clone()))),
            unsubscribe: self.unsubscribe.clone(),
            ..Ways::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::Kind;

    #[test]
    fn an_error_names_its_place() {
        let wrong = |key: &str, value: Value| {
            let mut case = json!({ "name": "a", "expect": {} });
            case[key] = value;
            super::super::read(&json!([case]).to_string(), Kind::Channel, 1).expect_err("is wrong")
        };
        for (key, value, expected) in [
            (
                "notification",
                json!({ "more": "two" }),
                "notification: more: invalid type: string \"two\", expected u32",
            ),
            ("answers", json!([{}, { "retry": 1 }]), "answers[1]: "),
            ("expect", json!({ "mail": { "to": "x" } }), "expect: mail.to: unknown field `to`"),
            ("items", json!([]), "is a case of a strategy, and this is a channel"),
            ("item", json!([]), "item: unknown field `item`"),
        ] {
            let why = wrong(key, value);
            assert!(why.starts_with(&format!("case 0 (\"a\"): {expected}")), "{why}");
        }
    }
}
