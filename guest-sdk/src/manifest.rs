//! What a plugin says of itself.

use crate::{Budget, json};

/// A list in the manifest: plain data of the program, so that nothing is copied to describe a plugin.
type List = &'static [&'static str];

/// A plugin's manifest, which the host reads once when it admits the plugin. It is begun by
/// [`manifest!`](crate::manifest!), which knows the crate's name, version and licence; which kind of plugin it is and what
/// its parameters are the host is told from the trait.
///
/// ```
/// use nudged_sdk::{Budget, Manifest};
///
/// fn manifest() -> Manifest {
///     nudged_sdk::manifest!().statuses(&["Submitted"]).fields(&["items"]).budget(Budget::new().item_micros(20))
/// }
/// # assert_eq!(manifest(), Manifest::new("nudged-sdk", env!("CARGO_PKG_VERSION")).licence("Apache-2.0")
/// #     .statuses(&["Submitted"]).fields(&["items"]).budget(Budget::new().item_micros(20)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct Manifest {
    name: &'static str,
    version: &'static str,
    licence: &'static str,
    statuses: List,
    kinds: List,
    expires_within_days: Option<u32>,
    extension_asked: bool,
    item_statuses: List,
    item_health: List,
    fields: List,
    proposes: List,
    asks: List,
    hosts: List,
    secrets: List,
    budget: Budget,
}

/// Begins a [`Manifest`] with the name, the version and the licence that are in the crate's own `Cargo.toml`.
#[macro_export]
macro_rules! manifest {
    () => {
        $crate::Manifest::new(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION")).licence(env!("CARGO_PKG_LICENSE"))
    };
}

/// Sets a list of words.
macro_rules! lists {
    ($($(#[$doc:meta])* $list:ident;)*) => {
        $($(#[$doc])* pub const fn $list(mut self, $list: &'static [&'static str]) -> Self {
            self.$list = $list;
            self
        })*
    };
}

impl Manifest {
    /// A manifest with a name and a version of its own, for who wants others than those of
    /// [`manifest!`](crate::manifest!).
    ///
    /// The name is what the configuration calls the plugin, `[a-z][a-z0-9-]*`; the version is a semantic one.
    pub const fn new(name: &'static str, version: &'static str) -> Self {
        Self {
            name,
            version,
            licence: "",
            statuses: &[],
            kinds: &[],
            expires_within_days: None,
            extension_asked: false,
            item_statuses: &[],
            item_health: &[],
            fields: &[],
            proposes: &[],
            asks: &[],
            hosts: &[],
            secrets: &[],
            budget: Budget::new(),
        }
    }

    /// The licence as an SPDX expression.
    pub const fn licence(mut self, spdx: &'static str) -> Self {
        self.licence = spdx;
        self
    }

    lists! {
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
        /// What the strategy's findings may propose that the host does, such as `revoke`.
        proposes;
        /// Interfaces of the host that a channel wants to use: `mail`, `http`, `inbox`. The operator grants them.
        asks;
        /// Hosts that a channel sends requests to, as operators grant them: `hooks.slack.com`, `events.example.com:8443`.
        /// Of the granted hosts, those that are named here are the only ones that it reaches. A channel whose parameters
        /// or secrets say where its requests go names none: then it reaches all that are granted.
        hosts;
        /// Names of secrets that a channel has filled in, `[a-z][a-z0-9-]*`. Of the channel's secrets, those that are named
        /// here are the only ones that it gets. A channel whose parameters name its secrets names none: then it gets all
        /// that the operator has given the channel.
        secrets;
    }

    /// Only shares whose last day of access is at most so many days ahead, or past.
    pub const fn expires_within_days(mut self, days: u32) -> Self {
        self.expires_within_days = Some(days);
        self
    }

    /// Only shares whose extension was asked for and is not decided yet: see
    /// [`Share::extension_pending`](crate::Share::extension_pending).
    pub const fn extension_asked(mut self) -> Self {
        self.extension_asked = true;
        self
    }

    /// What the plugin may cost at most.
    pub const fn budget(mut self, budget: Budget) -> Self {
        self.budget = budget;
        self
    }

    /// The JSON that the host reads, for a plugin of this kind (`share-strategy` …) with this JSON Schema of its
    /// parameters. The export macros call it.
    pub fn to_json(&self, kind: &str, parameters: &str) -> String {
        let mut json = String::from("{");
        words(&mut json, &[("name", self.name), ("version", self.version), ("kind", kind), ("licence", self.licence)]);
        let read = [
            ("statuses", self.statuses),
            ("kinds", self.kinds),
            ("item-statuses", self.item_statuses),
            ("item-health", self.item_health),
            ("fields", self.fields),
        ];
        object(&mut json, "reads", |reads| {
            lists(reads, &read);
            numbers(reads, &[("expires-within-days", self.expires_within_days)]);
            if self.extension_asked {
                key(reads, "extension-asked");
                json::put("true", reads);
            }
        });
        let own = [("proposes", self.proposes), ("asks", self.asks), ("hosts", self.hosts), ("secrets", self.secrets)];
        lists(&mut json, &own);
        if self.budget != Budget::new() {
            object(&mut json, "budget", |budget| numbers(budget, &self.budget.members()));
        }
        key(&mut json, "parameters");
        json + parameters + "}"
    }
}

/// Writes a member's name, after a comma unless it is the object's first.
fn key(json: &mut String, name: &str) {
    if !json.ends_with('{') {
        json::put(",", json);
    }
    json::quote(name, json);
    json::put(":", json);
}

fn words(json: &mut String, words: &[(&str, &str)]) {
    for (name, word) in words.iter().filter(|(_, word)| !word.is_empty()) {
        key(json, name);
        json::quote(word, json);
    }
}

fn lists(json: &mut String, lists: &[(&str, List)]) {
    for (name, list) in lists.iter().filter(|(_, list)| !list.is_empty()) {
        key(json, name);
        for (at, word) in list.iter().enumerate() {
            json::put(if at == 0 { "[" } else { "," }, json);
            json::quote(word, json);
        }
        json::put("]", json);
    }
}

fn numbers(json: &mut String, numbers: &[(&str, Option<u32>)]) {
    for (name, number) in numbers {
        if let Some(number) = number {
            key(json, name);
            crate::schema::Parameter::value(number, json);
        }
    }
}

fn object(json: &mut String, name: &str, members: impl FnOnce(&mut String)) {
    key(json, name);
    json::put("{", json);
    members(json);
    json::put("}", json);
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::ShareItem;

    fn described(manifest: Manifest) -> Value {
        serde_json::from_str(&manifest.to_json("share-strategy", "{}")).expect("JSON")
    }

    #[test]
    fn what_a_strategy_reads_is_spelled_as_the_host_expects() {
        let manifest = Manifest::new("expired", "1.0.0")
            .statuses(&["Processed"])
            .kinds(&["dataset"])
            .expires_within_days(31)
            .extension_asked()
            .item_statuses(&ShareItem::LIVE)
            .item_health(&["Unhealthy"])
            .fields(&["items"]);
        let expected = json!({
            "statuses": ["Processed"],
            "kinds": ["dataset"],
            "expires-within-days": 31,
            "extension-asked": true,
            "item-statuses": ShareItem::LIVE,
            "item-health": ["Unhealthy"],
            "fields": ["items"],
        });
        assert_eq!(described(manifest)["reads"], expected);
    }

    #[test]
    fn what_a_plugin_does_not_say_is_not_in_its_manifest() {
        let least = json!({
            "name": "plain", "version": "1.0.0", "kind": "share-strategy", "reads": {}, "parameters": {},
        });
        assert_eq!(described(Manifest::new("plain", "1.0.0")), least);
    }

    #[test]
    fn what_a_channel_asks_for_and_may_cost_is_spelled_as_the_host_expects() {
        let budget = Budget::new().item_micros(20).item_bytes(4096).first_call_millis(5);
        let manifest = Manifest::new("chat", "1.0.0")
            .licence("MIT")
            .asks(&["http"])
            .hosts(&["a.test", "b.test:8443"])
            .secrets(&["key"])
            .proposes(&["revoke"])
            .budget(budget);
        let told = described(manifest);
        for (key, value) in [
            ("licence", json!("MIT")),
            ("asks", json!(["http"])),
            ("hosts", json!(["a.test", "b.test:8443"])),
            ("secrets", json!(["key"])),
            ("proposes", json!(["revoke"])),
            ("budget", json!({ "item-micros": 20, "item-bytes": 4096, "first-call-millis": 5 })),
        ] {
            assert_eq!(told[key], value, "{key}");
        }
    }
}
