//! `on_expiry`: what is done about a share whose day of expiry has passed.

use std::{borrow::Cow, collections::BTreeMap};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use super::{known::Known, roles, values};
use crate::config::{
    meaning::{ExpiryAction, OnExpiry},
    problem::Complaint,
    report::Place,
};

/// `"revoke"`, or an object that says more.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Expiry {
    Word(Action),
    Rules(Rules),
}

/// What is done about access whose day of expiry has passed.
#[derive(Deserialize, JsonSchema, Default)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("required" = ["do"]))]
pub(super) struct Rules {
    /// What is done.
    #[serde(rename = "do")]
    #[schemars(example = &"revoke")]
    action: Option<Action>,
    /// `revoke`: only when a notice was delivered so long before; without it, a day.
    #[schemars(example = &"1d")]
    last_notice: Option<String>,
    /// `escalate`: the role that is told; without it, `fallback`.
    #[schemars(example = &"fallback")]
    escalate_to: Option<String>,
    /// What is done instead for datasets of some confidentiality.
    #[schemars(example = serde_json::json!({ "Secret": "revoke" }))]
    confidentiality: BTreeMap<String, Action>,
    /// Where everything that is done is announced.
    actions: Option<Announce>,
}

/// A channel and an address on it.
#[derive(Deserialize, JsonSchema, Default)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("required" = ["channel", "to"]))]
struct Announce {
    /// The channel's name.
    #[schemars(example = &"events")]
    channel: Option<String>,
    /// The address on it.
    #[schemars(example = &"ops@example.com")]
    to: Option<String>,
}

/// What is done about expired access.
#[derive(Deserialize, Serialize, JsonSchema, Default, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(super) enum Action {
    /// Nothing but telling.
    #[default]
    Notify,
    /// It is noted in the dataset's activity in data.all.
    Mark,
    /// `escalate_to` is told too, once.
    Escalate,
    /// The access is revoked.
    Revoke,
}

impl Default for Expiry {
    fn default() -> Self {
        Self::Word(Action::Notify)
    }
}

impl JsonSchema for Expiry {
    fn schema_name() -> Cow<'static, str> {
        "OnExpiry".into()
    }

    /// One schema for both forms, not alternatives: what is wrong can then be said exactly.
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = Rules::json_schema(generator);
        schema.insert("type".to_owned(), serde_json::json!(["string", "object"]));
        schema.insert("if".to_owned(), json_schema!({ "type": "string" }).to_value());
        schema.insert("then".to_owned(), generator.subschema_for::<Action>().to_value());
        schema.insert("examples".to_owned(), serde_json::json!(["notify"]));
        schema
    }
}

impl Expiry {
    /// `own_roles` are those of the reminder's own source.
    pub(super) fn meaning(self, known: &Known<'_>, own_roles: &[&str], at: &Place<'_>) -> OnExpiry {
        match self {
            Self::Word(action) => {
                if action == Action::Revoke {
                    warn_of_silent_revoke(at);
                }
                OnExpiry { default: action.into(), ..OnExpiry::default() }
            }
            Self::Rules(rules) => rules.meaning(known, own_roles, at),
        }
    }
}

impl Rules {
    fn meaning(self, known: &Known<'_>, own_roles: &[&str], at: &Place<'_>) -> OnExpiry {
        self.refuse_meaningless(at);
        let default = OnExpiry::default();
        let span = |text: &String| at.key("last_notice").check(values::span(text));
        let role = |role| roles::role(role, own_roles, &at.key("escalate_to"));
        OnExpiry {
            default: self.action.unwrap_or_default().into(),
            confidentiality: self.confidentiality.into_iter().map(|(level, action)| (level, action.into())).collect(),
            last_notice: self.last_notice.as_ref().and_then(span).unwrap_or(default.last_notice),
            escalate_to: self.escalate_to.map_or(default.escalate_to, role),
            actions: self.actions.and_then(|announce| announce.meaning(known, &at.key("actions"))),
        }
    }

    /// Complains about what belongs to an action that is never taken, and warns of one that comes to nothing.
    fn refuse_meaningless(&self, at: &Place<'_>) {
        // An action that is no word could be the one that is needed.
        if !at.key("do").is_sound() || !at.key("confidentiality").is_sound() {
            return;
        }
        let taken = |action| self.action == Some(action) || self.confidentiality.values().any(|one| *one == action);
        let refuse = |key: &str, what: &str, needed: &str| {
            let fix = format!("remove it, or write \"do\": \"{needed}\"");
            at.key(key).error(Complaint::new(format!("means nothing {what}"), fix));
        };
        let written = |key: &str| at.key(key).written();
        if written("last_notice") && !taken(Action::Revoke) {
            refuse("last_notice", "without \"revoke\"", "revoke");
        }
        if written("escalate_to") && !taken(Action::Escalate) {
            refuse("escalate_to", "without \"escalate\"", "escalate");
        }
        if written("actions") && !taken(Action::Revoke) {
            refuse("actions", "without \"revoke\"", "revoke");
        }
        if !written("actions") && taken(Action::Revoke) {
            warn_of_silent_revoke(at);
        }
    }
}

/// data.all's worker is started by a queue that nudged cannot reach.
fn warn_of_silent_revoke(at: &Place<'_>) {
    let what = "\"revoke\" is announced to nobody who could start data.all's worker, which takes the access away";
    at.warning(Complaint::new(what, "write an object with \"actions\": {\"channel\": …, \"to\": …}"));
}

impl Announce {
    fn meaning(self, known: &Known<'_>, at: &Place<'_>) -> Option<(String, String)> {
        let channel = self.channel.and_then(|name| at.key("channel").check(known.channel(&name)))?;
        let to = self.to.and_then(|to| at.key("to").check(known.address(&channel, &to)))?;
        Some((channel, to))
    }
}

impl From<Action> for ExpiryAction {
    fn from(action: Action) -> Self {
        match action {
            Action::Notify => Self::Notify,
            Action::Mark => Self::Mark,
            Action::Escalate => Self::Escalate,
            Action::Revoke => Self::Revoke,
        }
    }
}
