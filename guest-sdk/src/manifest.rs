//! What a plugin says of itself.

use serde::Serialize;

/// A plugin's manifest, which the host reads once when it admits the plugin.
///
/// ```
/// use nudged_sdk::Manifest;
///
/// let manifest = Manifest::share_strategy("pending-share", "1.0.0")
///     .licence("Apache-2.0")
///     .statuses(["Submitted"])
///     .fields(["items"])
///     .parameters(r#"{ "type": "object", "properties": { "days": { "type": "integer", "minimum": 1 } } }"#);
/// assert_eq!(nudged_sdk::testing::described(&manifest)["parameters"]["properties"]["days"]["minimum"], 1);
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Manifest {
    name: String,
    version: String,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    licence: Option<String>,
    reads: Reads,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    proposes: Vec<String>,
    asks: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hosts: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    secrets: Vec<String>,
    // Spliced in as it is: building a JSON tree in the guest takes 25 KiB of every plugin.
    #[serde(skip)]
    parameters: &'static str,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
struct Reads {
    statuses: Vec<String>,
    kinds: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_within_days: Option<u32>,
    item_statuses: Vec<String>,
    item_health: Vec<String>,
    fields: Vec<String>,
}

/// Sets what a strategy reads, a list of words.
macro_rules! reads {
    ($($(#[$doc:meta])* $field:ident;)*) => {
        $($(#[$doc])* pub fn $field<'a>(mut self, $field: impl IntoIterator<Item = &'a str>) -> Self {
            self.reads.$field = $field.into_iter().map(str::to_owned).collect();
            self
        })*
    };
}

impl Manifest {
    /// The manifest of a strategy over shares.
    ///
    /// The name is what the configuration calls the plugin, `[a-z][a-z0-9-]*`; the version is a semantic
    /// one, normally `env!("CARGO_PKG_VERSION")`.
    pub fn share_strategy(name: &str, version: &str) -> Self {
        Self::of_kind("share-strategy", name, version)
    }

    /// The manifest of a strategy over stacks; name and version as for one over shares.
    pub fn stack_strategy(name: &str, version: &str) -> Self {
        Self::of_kind("stack-strategy", name, version)
    }

    /// The manifest of a strategy over records; name and version as for one over shares.
    pub fn record_strategy(name: &str, version: &str) -> Self {
        Self::of_kind("record-strategy", name, version)
    }

    /// The manifest of a channel; name and version as for a strategy.
    pub fn channel(name: &str, version: &str) -> Self {
        Self::of_kind("channel", name, version)
    }

    fn of_kind(kind: &'static str, name: &str, version: &str) -> Self {
        Self {
            name: name.to_owned(),
            version: version.to_owned(),
            kind,
            licence: None,
            reads: Reads::default(),
            proposes: Vec::new(),
            asks: Vec::new(),
            hosts: Vec::new(),
            secrets: Vec::new(),
            parameters: r#"{"type":"object"}"#,
        }
    }

    /// The licence as an SPDX expression.
    pub fn licence(mut self, spdx: &str) -> Self {
        self.licence = Some(spdx.to_owned());
        self
    }

    reads! {
        /// The statuses of shares or stacks that a strategy wants to see, as data.all spells them. The host reads no
        /// others for it. Without this it sees all.
        statuses;
        /// The kinds of stacks that a strategy wants to see: `dataset`, `environment` … Without this it sees all.
        kinds;
        /// Only shares with an item in one of these statuses, such as [`ShareItem::LIVE`](crate::ShareItem::LIVE).
        item_statuses;
        /// Only shares with an item of this health: `Unhealthy` …
        item_health;
        /// Costly extras that a strategy reads: `items` loads the shares' items.
        fields;
    }

    /// Only shares whose last day of access is at most so many days ahead, or past.
    pub fn expires_within_days(mut self, days: u32) -> Self {
        self.reads.expires_within_days = Some(days);
        self
    }

    /// The JSON Schema of the plugin's `parameters`, against which the host checks the configuration:
    /// normally `include_str!("parameters.json")`. Without it any object goes.
    pub fn parameters(mut self, schema: &'static str) -> Self {
        self.parameters = schema;
        self
    }

    /// What the strategy's findings may propose that the host does, such as `revoke`.
    pub fn proposes<'a>(mut self, actions: impl IntoIterator<Item = &'a str>) -> Self {
        self.proposes = actions.into_iter().map(str::to_owned).collect();
        self
    }

    /// Interfaces of the host that a channel wants to use, such as `mail`. The operator grants them.
    pub fn asks<'a>(mut self, interfaces: impl IntoIterator<Item = &'a str>) -> Self {
        self.asks = interfaces.into_iter().map(str::to_owned).collect();
        self
    }

    /// A host that a channel sends requests to, as operators grant it: `hooks.slack.com`, `events.example.com:8443`. Of the
    /// granted hosts, those that are named here are the only ones that it reaches. A channel whose parameters or secrets say
    /// where its requests go names none: then it reaches all that are granted.
    pub fn host(mut self, host: &str) -> Self {
        self.hosts.push(host.to_owned());
        self
    }

    /// The name of a secret that a channel has filled in, `[a-z][a-z0-9-]*`. Of the channel's secrets, those that are named
    /// here are the only ones that it gets. A channel whose parameters name its secrets names none: then it gets all that
    /// the operator has given the channel.
    pub fn secret(mut self, name: &str) -> Self {
        self.secrets.push(name.to_owned());
        self
    }

    /// The JSON that the host reads.
    pub fn to_json(&self) -> String {
        // Cannot fail: all keys are strings. An empty text would be refused at admission, by name.
        let mut json = serde_json::to_string(self).unwrap_or_default();
        json.pop();
        json + ",\"parameters\":" + self.parameters.trim() + "}"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ShareItem, testing::described};

    #[test]
    fn what_a_strategy_reads_is_spelled_as_the_host_expects() {
        let manifest = Manifest::share_strategy("expired", "1.0.0")
            .statuses(["Processed"])
            .kinds(["dataset"])
            .expires_within_days(31)
            .item_statuses(ShareItem::LIVE)
            .item_health(["Unhealthy"])
            .fields(["items"]);
        let expected = serde_json::json!({
            "statuses": ["Processed"],
            "kinds": ["dataset"],
            "expires-within-days": 31,
            "item-statuses": ShareItem::LIVE,
            "item-health": ["Unhealthy"],
            "fields": ["items"],
        });
        assert_eq!(described(&manifest)["reads"], expected);
        let channel = described(&Manifest::channel("chat", "1.0.0").host("a.test").host("b.test:8443").secret("key"));
        assert_eq!(channel["hosts"], serde_json::json!(["a.test", "b.test:8443"]));
        assert_eq!(channel["secrets"], serde_json::json!(["key"]));
        let plain = described(&Manifest::stack_strategy("stacks", "1.0.0"));
        assert_eq!(
            (&plain["kind"], &plain["reads"]["expires-within-days"]),
            (&"stack-strategy".into(), &serde_json::Value::Null)
        );
    }
}
