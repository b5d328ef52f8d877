//! What the operator writes, one file a section, and how each section gets its meaning.
//!
//! Everything required is an `Option` here: the schema complains when it is missing, so that the rest of the file
//! is still read. A `meaning` of `None` has had its complaint.

mod api;
mod brake;
mod cadence;
mod calendars;
mod channels;
mod delivery;
mod directory;
mod expiry;
mod grants;
mod known;
mod limits;
mod members;
mod plugins;
mod preference;
mod preferences;
mod query;
mod records;
mod reminders;
mod roles;
mod size;
mod source;
mod text;
mod values;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    time::Duration,
};

use schemars::JsonSchema;
use serde::Deserialize;

use self::{
    api::Api,
    brake::Brake,
    calendars::Calendar,
    channels::Channel,
    delivery::Delivery,
    directory::Directory,
    known::Known,
    plugins::Plugins,
    preferences::Preferences,
    records::Records,
    reminders::Reminder,
    source::{Source, Store},
};
use super::{
    meaning::{ChannelConfig, Config, PluginsConfig, ReminderConfig},
    problem::Complaint,
    report::Place,
};

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
    /// Your own queries, whose rows are watched by strategies for records, by name.
    sources: BTreeMap<String, Records>,
    /// nudged's own database: what was sent, and what is still to be sent.
    #[schemars(example = serde_json::json!({ "url": "sqlite://nudged.db" }))]
    store: Option<Store>,
    /// Where plugins are and what they may use.
    plugins: Plugins,
    /// Who is in which group, and how to reach them.
    directory: Directory,
    /// Which days are working days, by name.
    calendars: BTreeMap<String, Calendar>,
    /// What groups and recipients want.
    preferences: Preferences,
    /// What is reminded of, when, how often and whom, by name.
    reminders: BTreeMap<String, Reminder>,
    /// The ways to people, by name.
    channels: BTreeMap<String, Channel>,
    /// How hard nudged tries to deliver.
    delivery: Delivery,
    /// When sending pauses, because there is suddenly so much to tell that it must be a mistake.
    brake: Brake,
    /// Where the daemon answers questions about itself: its health, its metrics.
    api: Api,
}

impl Root {
    /// Works out what the file means and complains about whatever makes no sense.
    pub(super) fn meaning(self, around: Surroundings<'_>, at: &Place<'_>) -> Option<Config> {
        let calendars = named(self.calendars, &at.key("calendars"), |_, calendar, at| Some(calendar.meaning(at)));
        let known = Known::new(at, mail_channels(&self.channels, &at.key("channels")), calendars);
        let directory = self.directory.meaning(&known, around, &at.key("directory"));
        let channels = named(self.channels, &at.key("channels"), |name, channel, at| channel.meaning(name, around, at));
        let reminders =
            named(self.reminders, &at.key("reminders"), |name, reminder, at| reminder.meaning(name, &known, at));
        warn_without_fallback(&reminders, &channels, &at.key("directory").key("fallback"));
        let source = self.source.and_then(|source| source.meaning(around, &at.key("source")));
        let records = named(self.sources, &at.key("sources"), |name, records, at| records.meaning(name, around, at));
        // What a reminder reads that is wrong itself, is not known.
        if reminders.len() == known.reminders.len() {
            warn_of_unread(records.keys(), &reminders, &at.key("sources"));
        }
        let store = self.store.and_then(|store| store.meaning(around, &at.key("store")));
        let plugins = self.plugins.meaning(around, &at.key("plugins"));
        let slowest = plugins.as_ref().map(|plugins| slowest_send(plugins, &channels));
        let delivery = self.delivery.meaning(slowest, &at.key("delivery"));
        let all_read = reminders.len() == known.reminders.len() && channels.len() == known.channels.len();
        if let Some(plugins) = plugins.as_ref().filter(|_| all_read) {
            plugins::warn_of_unused(plugins, &reminders, &channels, &at.key("plugins"));
        }
        let preferences = self.preferences.meaning(&known, &reminders, &at.key("preferences"));
        let brake = self.brake.meaning(&at.key("brake"));
        let api = self.api.meaning(around, &at.key("api"));
        Some(Config {
            source: source?,
            store: store?,
            plugins: plugins?,
            records,
            directory,
            preferences,
            brake,
            reminders,
            channels,
            delivery: delivery?,
            api: api?,
        })
    }
}

/// The longest that any channel may take to send, and the key that says so.
fn slowest_send(plugins: &PluginsConfig, channels: &BTreeMap<String, ChannelConfig>) -> (String, Duration) {
    let own = |channel: &ChannelConfig| {
        let limits = plugins.limits_for.get(&channel.plugin)?;
        Some((format!("plugins.limits_for.{}.channel_wall", channel.plugin), limits.channel_wall))
    };
    let general = ("plugins.limits.channel_wall".to_owned(), plugins.limits.channel_wall);
    let own = channels.values().filter_map(own).filter(|(_, wall)| *wall > general.1);
    own.max_by_key(|(_, wall)| *wall).unwrap_or(general)
}

/// The names of the channels whose recipients are mailboxes.
fn mail_channels(channels: &BTreeMap<String, Channel>, at: &Place<'_>) -> BTreeSet<String> {
    let mail = channels.iter().filter(|(name, channel)| channel.sends_mail(name, &at.key(name)));
    mail.map(|(name, _)| name.clone()).collect()
}

/// The meanings of a list's elements; each is complained about where it stands.
fn elements<T>(list: List, at: &Place<'_>, read: impl Fn(&str) -> Result<T, Complaint>) -> Vec<T> {
    let one = |(index, element): (usize, Option<String>)| at.index(index).check(read(&element?));
    list.into_iter().enumerate().filter_map(one).collect()
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
fn warn_without_fallback(
    reminders: &BTreeMap<String, ReminderConfig>,
    channels: &BTreeMap<String, ChannelConfig>,
    at: &Place<'_>,
) {
    let inbox = |channel: &str| channels.get(channel).is_some_and(ChannelConfig::is_inbox);
    let used: BTreeSet<_> = reminders.values().filter(|one| one.active).flat_map(|one| &one.channels).collect();
    for channel in used.into_iter().filter(|channel| !inbox(channel)) {
        let at = at.key(channel);
        if !at.written() && !at.is_flawed() {
            let what = format!("nobody is told on `{channel}` when a group has no address there");
            at.warning(Complaint::new(what, format!("add an operator's address for `{channel}`")));
        }
    }
}

/// A source that no reminder reads is probably one that a reminder was meant to read.
fn warn_of_unread<'n>(
    sources: impl Iterator<Item = &'n String>,
    reminders: &BTreeMap<String, ReminderConfig>,
    at: &Place<'_>,
) {
    let read: BTreeSet<_> = reminders.values().filter_map(|one| one.records.as_ref()).collect();
    for name in sources.filter(|name| !read.contains(name) && at.key(name).is_sound()) {
        let fix = format!("add \"source\": {name:?} to the reminder that watches it, or remove it");
        at.key(name).warning(Complaint::new("is read by no reminder", fix));
    }
}
