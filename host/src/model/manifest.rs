//! What a plugin says of itself.

use serde::{Deserialize, Serialize};

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
    /// Interfaces of the host that a channel asks for: `mail`.
    #[serde(default)]
    pub asks: Vec<String>,
}

/// The world that a plugin implements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// World `share-strategy`.
    ShareStrategy,
    /// World `channel`.
    Channel,
}

impl Kind {
    /// The world's name in WIT.
    pub fn world(self) -> &'static str {
        match self {
            Self::ShareStrategy => "share-strategy",
            Self::Channel => "channel",
        }
    }
}

/// What a strategy needs to see.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Reads {
    /// Share statuses, as data.all spells them; empty means all.
    pub statuses: Vec<String>,
    /// Costly extras: `items` loads the shares' items.
    pub fields: Vec<String>,
}

fn any_object() -> serde_json::Value {
    serde_json::json!({ "type": "object" })
}
