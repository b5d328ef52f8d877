//! The section `plugins`.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Surroundings, grants::Grants, limits::Limits, named, size::Size, values};
use crate::config::{
    meaning::{ChannelConfig, PluginsConfig, ReminderConfig},
    problem::Complaint,
    report::Place,
    suggest::did_you_mean,
};

/// Where plugins are and what they may use.
#[derive(Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Plugins {
    /// The folder with `*.wasm`, relative to this file.
    directory: String,
    /// Compiled plugins, the last good copy of each and their quarantines are kept in this folder.
    cache: String,
    /// Most that compiled plugins take there: those that were used least lately go first.
    cache_size: Size,
    /// How often the folder is looked through, although no change in it was noticed.
    poll: String,
    /// What a plugin may use, if it has no limits of its own.
    limits: Limits,
    /// Limits of single plugins, by the plugin's name. What is not written here is as in `limits`.
    #[schemars(example = serde_json::json!({ "expiring-share": { "memory": "256MiB" } }))]
    limits_for: BTreeMap<String, Limits>,
    /// What single plugins may use beside what every plugin may, by the plugin's name.
    #[schemars(example = serde_json::json!({ "slack": { "http": ["hooks.slack.com"] } }))]
    grants: BTreeMap<String, Grants>,
    /// Whether a new version of a strategy first runs beside the one that serves, over the items of the last scan, so
    /// that it is seen what it would say otherwise.
    shadow: bool,
    /// Whether a new version waits until an operator releases it.
    hold: bool,
}

/// Less holds no compiled plugin of the usual size.
const LEAST_CACHE: u64 = 1 << 20;

impl Default for Plugins {
    fn default() -> Self {
        let PluginsConfig { cache_bytes, poll, shadow, hold, .. } = PluginsConfig::default();
        Self {
            directory: "plugins".to_owned(),
            cache: ".nudged-cache".to_owned(),
            cache_size: Size::of(cache_bytes),
            poll: values::shown(poll),
            limits: Limits::default(),
            limits_for: BTreeMap::new(),
            grants: BTreeMap::new(),
            shadow,
            hold,
        }
    }
}

impl Plugins {
    pub(super) fn meaning(self, around: Surroundings<'_>, at: &Place<'_>) -> Option<PluginsConfig> {
        let cache_bytes = at.key("cache_size").check(self.cache_size.at_least(LEAST_CACHE, "a single plugin"));
        let poll = at.key("poll").check(values::limit(&self.poll));
        let limits = self.limits.over(&Default::default(), &at.key("limits"));
        // What is wrong in `limits` has had its complaint; what stands on it is read all the same.
        let base = limits.clone().unwrap_or_default();
        let limits_for = named(self.limits_for, &at.key("limits_for"), |_, limits, at| limits.over(&base, at));
        let grants = named(self.grants, &at.key("grants"), |_, grants, at| Some(grants.meaning(at)));
        Some(PluginsConfig {
            directory: around.base.join(self.directory),
            cache: around.base.join(self.cache),
            cache_bytes: cache_bytes?,
            poll: poll?,
            limits: limits?,
            limits_for,
            grants,
            shadow: self.shadow,
            hold: self.hold,
        })
    }
}

/// What is written for a plugin that nothing uses was probably meant for another.
pub(super) fn warn_of_unused(
    plugins: &PluginsConfig,
    reminders: &BTreeMap<String, ReminderConfig>,
    channels: &BTreeMap<String, ChannelConfig>,
    at: &Place<'_>,
) {
    let strategies = reminders.values().map(|reminder| reminder.strategy.as_str());
    let used: BTreeSet<_> = strategies.chain(channels.values().map(|channel| channel.plugin.as_str())).collect();
    let used: Vec<_> = used.into_iter().collect();
    let limited = plugins.limits_for.keys().map(|name| ("limits_for", name));
    for (section, name) in limited.chain(plugins.grants.keys().map(|name| ("grants", name))) {
        let at = at.key(section).key(name);
        if !used.contains(&name.as_str()) && at.is_sound() {
            let fix = if used.is_empty() { "remove it".to_owned() } else { did_you_mean(name, &used) };
            at.warning(Complaint::new("is the plugin of no reminder and of no channel", fix));
        }
    }
}
