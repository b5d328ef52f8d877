//! What the operator writes, one file a section, and how each section gets its meaning.
//!
//! Everything required is an `Option` here: the schema complains when it is missing, so that the rest of the file
//! is still read. A `meaning` of `None` has had its complaint.

mod channels;
mod delivery;
mod directory;
mod plugins;
mod reminders;
mod size;
mod source;
mod text;
mod values;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use schemars::JsonSchema;
use serde::Deserialize;

use self::{
    channels::Channel,
    delivery::Delivery,
    directory::Directory,
    plugins::Plugins,
    reminders::Reminder,
    source::{Source, Store},
};
use super::{
    meaning::{Config, DirectoryConfig, Preferences, ReminderConfig},
    problem::Complaint,
    report::Place,
};
use crate::policy::Brake;

/// A list whose unfit elements were taken out.
type List = Vec<Option<String>>;

/// What a configuration refers to outside its file.
#[derive(Clone, Copy)]
pub(super) struct Surroundings<'a> {
    /// The folder that relative paths start from.
    pub(super) base: &'a Path,
    /// Environment variables.
    pub(super) env: &'a dyn Fn(&str) -> Option<String>,
}

/// The whole file.
#[derive(Deserialize, JsonSchema, Default)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("required" = ["source", "store"]))]
pub(super) struct Root {
    /// The schema that editors check this file against.
    #[serde(rename = "$schema")]
    _schema: Option<String>,
    /// Where shares are read from.
    #[schemars(example = serde_json::json!({ "url": "sqlite://nudged-sample.db" }))]
    source: Option<Source>,
    /// nudged's own database: what was sent, and what is still to be sent.
    #[schemars(example = serde_json::json!({ "url": "sqlite://nudged.db" }))]
    store: Option<Store>,
    /// Where plugins are and what they may use.
    plugins: Plugins,
    /// Who is in which group, and how to reach them.
    directory: Directory,
    /// What is reminded of, when, how often and whom, by name.
    reminders: BTreeMap<String, Reminder>,
    /// The ways to people, by name.
    channels: BTreeMap<String, Channel>,
    /// How hard nudged tries to deliver.
    delivery: Delivery,
}

impl Root {
    /// Works out what the file means and complains about whatever makes no sense.
    pub(super) fn meaning(self, around: Surroundings<'_>, at: &Place<'_>) -> Option<Config> {
        let known_channels: Vec<_> = at.key("channels").keys().collect();
        let sends_mail = |name: &str, channel: &Channel| channel.sends_mail(name, &at.key("channels").key(name));
        let mail_channels = self.channels.iter().filter(|(name, channel)| sends_mail(name, channel));
        let mail_channels: Vec<_> = mail_channels.map(|(name, _)| name.as_str()).collect();
        let directory = self.directory.meaning(&known_channels, &mail_channels, &at.key("directory"));
        let channels = named(self.channels, &at.key("channels"), |name, channel, at| channel.meaning(name, around, at));
        let reminders = named(self.reminders, &at.key("reminders"), |name, reminder, at| {
            reminder.meaning(name, &known_channels, at)
        });
        warn_without_fallback(&reminders, &at.key("directory").key("fallback"));
        let source = self.source.and_then(|source| source.meaning(around, &at.key("source")));
        let store = self.store.and_then(|store| store.meaning(around, &at.key("store")));
        let plugins = self.plugins.meaning(around, &at.key("plugins"));
        let channel_wall = plugins.as_ref().map(|plugins| plugins.limits.channel_wall);
        let delivery = self.delivery.meaning(channel_wall, &at.key("delivery"));
        Some(Config {
            source: source?,
            store: store?,
            plugins: plugins?,
            records: BTreeMap::new(),
            directory: DirectoryConfig {
                groups: directory.groups,
                fallback: directory.fallback,
                file: None,
                sql: None,
            },
            preferences: Preferences::default(),
            brake: Brake::default(),
            reminders,
            channels,
            delivery: delivery?,
        })
    }
}

/// The meanings of a section's entries, whose names are checked on the way.
fn named<W, M>(
    entries: BTreeMap<String, W>,
    at: &Place<'_>,
    meaning: impl Fn(&str, W, &Place<'_>) -> Option<M>,
) -> BTreeMap<String, M> {
    let one = |(name, written): (String, W)| {
        let at = at.key(&name);
        let fit = at.check(values::name(&name));
        let meaning = meaning(&name, written, &at);
        fit.and(meaning).map(|meaning| (name, meaning))
    };
    entries.into_iter().filter_map(one).collect()
}

/// A group that nobody knows must not mean that nobody is told.
fn warn_without_fallback(reminders: &BTreeMap<String, ReminderConfig>, at: &Place<'_>) {
    let used: BTreeSet<_> = reminders.values().filter(|one| one.active).flat_map(|one| &one.channels).collect();
    for channel in used {
        let at = at.key(channel);
        if !at.written() && !at.is_flawed() {
            let what = format!("nobody is told on `{channel}` when a group has no address there");
            at.warning(Complaint::new(what, format!("add an operator's address for `{channel}`")));
        }
    }
}
