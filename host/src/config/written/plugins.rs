//! The section `plugins`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Surroundings, grants::Grants, named, size::Size, values};
use crate::config::{
    meaning::{self, PluginsConfig},
    problem::Complaint,
    report::Place,
};

/// Where plugins are and what they may use.
#[derive(Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Plugins {
    /// The folder with `*.wasm`, relative to this file.
    directory: String,
    /// Compiled plugins are kept in this folder.
    cache: String,
    /// What one call of a plugin may use.
    limits: Limits,
    /// What single plugins may use beside what every plugin may, by the plugin's name.
    #[schemars(example = serde_json::json!({ "slack": { "http": ["hooks.slack.com"] } }))]
    grants: BTreeMap<String, Grants>,
}

/// What one call of a plugin may use.
#[derive(Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Limits {
    /// Memory.
    memory: Size,
    /// Time for a strategy's batch of items.
    strategy_wall: String,
    /// Time for a channel to send one notification.
    channel_wall: String,
    /// Findings in a batch.
    #[schemars(range(min = 1, max = 1_000_000))]
    findings: u32,
    /// Size of a batch's findings.
    result_bytes: Size,
    /// Size of what a call writes to the log.
    log_bytes: Size,
    /// Size of a plugin's file.
    file_bytes: Size,
}

impl Default for Plugins {
    fn default() -> Self {
        let (directory, cache) = ("plugins".to_owned(), ".nudged-cache".to_owned());
        Self { directory, cache, limits: Limits::default(), grants: BTreeMap::new() }
    }
}

impl Default for Limits {
    fn default() -> Self {
        let limits = meaning::Limits::default();
        Self {
            memory: Size::of(limits.memory as u64),
            strategy_wall: values::shown(limits.strategy_wall),
            channel_wall: values::shown(limits.channel_wall),
            findings: limits.findings as u32,
            result_bytes: Size::of(limits.result_bytes as u64),
            log_bytes: Size::of(limits.log_bytes as u64),
            file_bytes: Size::of(limits.file_bytes),
        }
    }
}

impl Plugins {
    pub(super) fn meaning(self, around: Surroundings<'_>, at: &Place<'_>) -> Option<PluginsConfig> {
        let limits = self.limits.meaning(&at.key("limits"));
        let grants = named(self.grants, &at.key("grants"), |_, grants, at| Some(grants.meaning(at)));
        Some(PluginsConfig {
            directory: around.base.join(self.directory),
            cache: around.base.join(self.cache),
            limits: limits?,
            grants,
            ..PluginsConfig::default()
        })
    }
}

impl Limits {
    fn meaning(self, at: &Place<'_>) -> Option<meaning::Limits> {
        let in_memory = |key: &str, size: &Size| at.key(key).check(size.bytes().and_then(addressable));
        let memory = in_memory("memory", &self.memory);
        let strategy_wall = at.key("strategy_wall").check(values::limit(&self.strategy_wall));
        let channel_wall = at.key("channel_wall").check(values::limit(&self.channel_wall));
        let result_bytes = in_memory("result_bytes", &self.result_bytes);
        let log_bytes = in_memory("log_bytes", &self.log_bytes);
        let file_bytes = at.key("file_bytes").check(self.file_bytes.bytes());
        Some(meaning::Limits {
            memory: memory?,
            strategy_wall: strategy_wall?,
            channel_wall: channel_wall?,
            findings: self.findings as usize,
            result_bytes: result_bytes?,
            log_bytes: log_bytes?,
            file_bytes: file_bytes?,
            ..meaning::Limits::default()
        })
    }
}

/// A plugin addresses its memory with 32 bits: no part of it can be larger than 4 GiB.
fn addressable(bytes: u64) -> Result<usize, Complaint> {
    let fits = (bytes <= 4 << 30).then_some(bytes).and_then(|bytes| usize::try_from(bytes).ok());
    fits.ok_or_else(|| Complaint::new("is more than a plugin can address", "write \"4GiB\" or less"))
}
