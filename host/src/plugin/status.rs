//! What is known of a plugin, for operators.

use serde::{Deserialize, Serialize};

use super::{Account, Difference, Pause};
use crate::model::{Instant, Kind};

/// A plugin that serves.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PluginStatus {
    /// Its name.
    pub name: String,
    /// The version that its manifest gives.
    pub version: String,
    /// Which world it implements.
    pub kind: Kind,
    /// The file's name in the plugins folder.
    pub file: String,
    /// SHA-256 of the component that serves, hexadecimal.
    pub digest: String,
    /// Since when it serves.
    pub since: Instant,
    /// How many generations served under this name since the daemon started.
    pub generation: u64,
    /// What its calls came to.
    pub account: Account,
    /// Why it is not called now.
    pub pause: Option<Pause>,
    /// A newer generation that does not serve yet.
    pub held: Option<Held>,
    /// How the newest generation differed from the one before it, if both ran on the same items: whether it serves by now
    /// or is held.
    pub difference: Option<Difference>,
}

/// A generation that was admitted and does not serve, until an operator says so or the configuration changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Held {
    /// SHA-256 of the component, hexadecimal.
    pub digest: String,
    /// The version that its manifest gives.
    pub version: String,
    /// Each reason, and what would have it serve.
    pub why: Vec<String>,
    /// Whether an operator's word is all that it waits for.
    pub releasable: bool,
}
