//! What a plugin says of itself.

use serde::Serialize;

/// A plugin's manifest, which the host reads once when it admits the plugin.
///
/// ```
/// use nudged_sdk::Manifest;
///
/// let manifest = Manifest::strategy("pending-share", "1.0.0")
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
    asks: Vec<String>,
    // Spliced in as it is: building a JSON tree in the guest takes 25 KiB of every plugin.
    #[serde(skip)]
    parameters: &'static str,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
struct Reads {
    statuses: Vec<String>,
    fields: Vec<String>,
}

impl Manifest {
    /// The manifest of a strategy over shares.
    ///
    /// The name is what the configuration calls the plugin, `[a-z][a-z0-9-]*`; the version is a semantic
    /// one, normally `env!("CARGO_PKG_VERSION")`.
    pub fn strategy(name: &str, version: &str) -> Self {
        Self::of_kind("share-strategy", name, version)
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
            asks: Vec::new(),
            parameters: r#"{"type":"object"}"#,
        }
    }

    /// The licence as an SPDX expression.
    pub fn licence(mut self, spdx: &str) -> Self {
        self.licence = Some(spdx.to_owned());
        self
    }

    /// The statuses of shares that a strategy wants to see, as data.all spells them. The host reads no
    /// others for it. Without this it sees all.
    pub fn statuses<'a>(mut self, statuses: impl IntoIterator<Item = &'a str>) -> Self {
        self.reads.statuses = statuses.into_iter().map(str::to_owned).collect();
        self
    }

    /// Costly extras that a strategy reads: `items` loads the shares' items.
    pub fn fields<'a>(mut self, fields: impl IntoIterator<Item = &'a str>) -> Self {
        self.reads.fields = fields.into_iter().map(str::to_owned).collect();
        self
    }

    /// The JSON Schema of the plugin's `parameters`, against which the host checks the configuration:
    /// normally `include_str!("parameters.json")`. Without it any object goes.
    pub fn parameters(mut self, schema: &'static str) -> Self {
        self.parameters = schema;
        self
    }

    /// Interfaces of the host that a channel wants to use, such as `mail`. The operator grants them.
    pub fn asks<'a>(mut self, interfaces: impl IntoIterator<Item = &'a str>) -> Self {
        self.asks = interfaces.into_iter().map(str::to_owned).collect();
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
