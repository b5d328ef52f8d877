//! What a plugin says of itself.

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::{Share, ShareItem, Stack};

/// The interfaces of the host that a channel can ask for; `log` is everybody's.
pub const INTERFACES: [&str; 3] = ["http", "inbox", "mail"];

/// A plugin's answer to `describe`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Manifest {
    /// The plugin's name: `[a-z][a-z0-9-]*`, what the configuration calls it.
    pub name: String,
    /// Semantic version.
    pub version: String,
    /// Which world it implements.
    pub kind: Kind,
    /// SPDX expression.
    #[serde(default)]
    pub licence: Option<String>,
    /// What a strategy reads; the host pushes it into the source's query.
    #[serde(default)]
    pub reads: Reads,
    /// JSON Schema of `parameters`.
    #[serde(default = "any_object")]
    pub parameters: serde_json::Value,
    /// What a strategy's findings may propose to do: `revoke`. A reminder with an `on_expiry` needs one that does.
    #[serde(default)]
    pub proposes: Vec<String>,
    /// Interfaces of the host that a channel asks for: `mail`, `http`, `inbox`.
    #[serde(default)]
    pub asks: Vec<String>,
    /// Hosts that a channel needs whatever its parameters are, as grants are written: `hooks.slack.com`.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// Names of the secrets that a channel may ask to have filled in; empty is those of the channel's configuration.
    #[serde(default)]
    pub secrets: Vec<String>,
    /// What its author means it to take at most: `nudged plugin bench` holds it to that, and a daemon does not.
    #[serde(default, deserialize_with = "budget")]
    pub budget: Option<Budget>,
}

/// What an author means a plugin to take at most; of what is `None` nothing is meant. What is not understood of it is passed
/// over: a later version may have more, and no daemon refuses a plugin for what only its author looks at.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Budget {
    /// Microseconds of wall time for one item of a full batch; for a channel, for one notification.
    pub item_micros: Option<f64>,
    /// Bytes of memory that one more item in a batch takes.
    pub item_bytes: Option<f64>,
    /// Milliseconds of the first call after the plugin was loaded, instantiation included.
    pub first_call_millis: Option<f64>,
}

/// The world that a plugin implements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// World `share-strategy`.
    ShareStrategy,
    /// World `stack-strategy`.
    StackStrategy,
    /// World `record-strategy`.
    RecordStrategy,
    /// World `channel`.
    Channel,
}

impl Manifest {
    /// The keys of a manifest.
    pub const KEYS: [&'static str; 11] =
        ["name", "version", "kind", "licence", "reads", "parameters", "proposes", "asks", "hosts", "secrets", "budget"];

    /// Whether a channel asks for this interface of the host.
    pub fn asks_for(&self, interface: &str) -> bool {
        self.asks.iter().any(|one| one == interface)
    }

    /// The parameters that name columns of the operator's query, each with the column: the schema says of them
    /// `"format": "column"`.
    pub fn columns<'a>(&'a self, parameters: &'a serde_json::Value) -> impl Iterator<Item = (&'a str, &'a str)> {
        let properties = self.parameters["properties"].as_object().into_iter().flatten();
        let columns = properties.filter(|(_, schema)| schema["format"] == "column");
        columns.filter_map(|(name, _)| Some((name.as_str(), parameters[name].as_str()?)))
    }
}

impl Budget {
    /// The keys of a budget.
    pub const KEYS: [&'static str; 3] = ["item-micros", "item-bytes", "first-call-millis"];

    /// What is understood of a budget as it is written.
    fn of(written: &Value) -> Option<Self> {
        let written = written.as_object()?;
        let [item_micros, item_bytes, first_call_millis] =
            Self::KEYS.map(|key| written.get(key).and_then(Value::as_f64));
        Some(Self { item_micros, item_bytes, first_call_millis })
    }
}

fn budget<'de, D: Deserializer<'de>>(written: D) -> Result<Option<Budget>, D::Error> {
    Value::deserialize(written).map(|written| Budget::of(&written))
}

impl Kind {
    /// Every world.
    pub const ALL: [Self; 4] = [Self::ShareStrategy, Self::StackStrategy, Self::RecordStrategy, Self::Channel];

    /// The world's name in WIT.
    pub fn world(self) -> &'static str {
        match self {
            Self::ShareStrategy => "share-strategy",
            Self::StackStrategy => "stack-strategy",
            Self::RecordStrategy => "record-strategy",
            Self::Channel => "channel",
        }
    }
}

/// What a strategy needs to see. Each part narrows: an item is handed out if it fits all of them. The host pushes this
/// into the source's query and holds every item against it again.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Reads {
    /// Statuses of shares or stacks, as data.all spells them; empty means all.
    pub statuses: Vec<String>,
    /// Kinds of stacks (`dataset`, `environment`); empty means all.
    pub kinds: Vec<String>,
    /// Only shares whose day of expiry is at most so many days ahead, or past.
    pub expires_within_days: Option<u32>,
    /// Only shares whose extension was asked for: `Submitted_For_Extension`, or `Processed` with `submittedForExtension`.
    pub extension_asked: bool,
    /// Only shares with an item in one of these statuses; empty means all.
    pub item_statuses: Vec<String>,
    /// Only shares with an item whose `healthStatus` is one of these; empty means all.
    pub item_health: Vec<String>,
    /// Costly extras: `items` loads the shares' items.
    pub fields: Vec<String>,
}

impl Reads {
    /// Whether the shares' items are to be loaded: also for whoever narrows by them.
    pub fn items(&self) -> bool {
        self.fields.iter().any(|field| field == "items")
            || !self.item_statuses.is_empty()
            || !self.item_health.is_empty()
    }

    /// Whether the share is one that the strategy asked for.
    pub fn wants_share(&self, share: &Share, today: NaiveDate) -> bool {
        let near = |days: u32| {
            let last = today.checked_add_days(Days::new(u64::from(days)));
            share.expiry_day.is_some_and(|day| last.is_none_or(|last| day <= last))
        };
        let any = |list: &[String], of: fn(&ShareItem) -> &str| {
            list.is_empty()
                || share.items.is_empty()
                || share.items.iter().any(|item| list.iter().any(|one| one == of(item)))
        };
        one_of(&self.statuses, &share.status)
            && self.expires_within_days.is_none_or(near)
            && (!self.extension_asked || share.is_extension_asked())
            && any(&self.item_statuses, |item| &item.status)
            && any(&self.item_health, |item| &item.health)
    }

    /// Whether the stack is one that the strategy asked for.
    pub fn wants_stack(&self, stack: &Stack) -> bool {
        one_of(&self.statuses, &stack.status) && one_of(&self.kinds, &stack.kind)
    }
}

fn one_of(list: &[String], value: &str) -> bool {
    list.is_empty() || list.iter().any(|one| one == value)
}

fn any_object() -> serde_json::Value {
    serde_json::json!({ "type": "object" })
}
