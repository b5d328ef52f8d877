//! What a configuration means: every value parsed, every default filled in, every path absolute.

use std::{collections::BTreeMap, fmt, path::PathBuf, sync::Arc, time::Duration};

use chrono_tz::Tz;

use crate::{
    directory::Addresses,
    model::{Role, Span},
    policy::{Cadence, Schedule},
};

/// A configuration that the daemon can run.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where items are read from.
    pub source: SourceConfig,
    /// nudged's own database.
    pub store: DatabaseUrl,
    /// Plugins.
    pub plugins: PluginsConfig,
    /// Groups of the static directory.
    pub groups: BTreeMap<String, Addresses>,
    /// Who is told when nobody else can be.
    pub fallback: Addresses,
    /// Reminders by name; inactive ones are kept, so that they can be checked.
    pub reminders: BTreeMap<String, ReminderConfig>,
    /// Channels by name.
    pub channels: BTreeMap<String, ChannelConfig>,
    /// How delivery goes about it.
    pub delivery: DeliveryConfig,
}

/// A value that must never be shown. `Debug` prints no part of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Arc<str>);

impl Secret {
    /// Wraps a value.
    pub fn new(value: impl Into<Arc<str>>) -> Self {
        Self(value.into())
    }

    /// The value itself: for the one call that needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// A database: SQLite by absolute path, or PostgreSQL by URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// `sqlite://path`, relative to the configuration file.
    Sqlite(PathBuf),
    /// `postgres://…`: may hold a password.
    Postgres(Secret),
}

/// The data.all tables.
#[derive(Debug, Clone)]
pub struct SourceConfig {
    /// Which database.
    pub url: DatabaseUrl,
    /// PostgreSQL schema (data.all's `envname`).
    pub schema: String,
    /// The zone of the naive timestamps.
    pub timezone: Tz,
    /// Link to a share, with `{uri}` in it.
    pub link: Option<String>,
}

/// Where plugins are and what they may use.
#[derive(Debug, Clone)]
pub struct PluginsConfig {
    /// The folder with `*.wasm`.
    pub directory: PathBuf,
    /// Compiled code is kept here (made with mode 0700).
    pub cache: PathBuf,
    /// Limits for every plugin that has none of its own.
    pub limits: Limits,
}

/// What one call of a plugin may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of linear memory, summed over memories.
    pub memory: usize,
    /// Wall time of a strategy's batch.
    pub strategy_wall: Duration,
    /// Wall time of a channel's send.
    pub channel_wall: Duration,
    /// Findings in a batch.
    pub findings: usize,
    /// Bytes of findings in a batch.
    pub result_bytes: usize,
    /// Bytes of log in a call.
    pub log_bytes: usize,
    /// Bytes of a component's file.
    pub file_bytes: u64,
}

impl Default for Limits {
    /// The design's defaults: enough for any strategy we know ten times over.
    fn default() -> Self {
        Self {
            memory: 64 << 20,
            strategy_wall: Duration::from_secs(5),
            channel_wall: Duration::from_secs(30),
            findings: 10_000,
            result_bytes: 4 << 20,
            log_bytes: 256 << 10,
            file_bytes: 64 << 20,
        }
    }
}

/// One reminder.
#[derive(Debug, Clone)]
pub struct ReminderConfig {
    /// Its name: part of the occurrence's identity.
    pub name: String,
    /// The strategy plugin's name.
    pub strategy: String,
    /// Inactive reminders are checked but never run.
    pub active: bool,
    /// When it runs.
    pub schedule: Schedule,
    /// At most one run that was missed while the daemon was down is made up for within this time.
    pub catch_up: Span,
    /// How often whom.
    pub cadence: Cadence,
    /// Roles that replace the findings' own, where given.
    pub audience: Option<Vec<Role>>,
    /// Names of channels, at least one.
    pub channels: Vec<String>,
    /// How reminders are put into notifications.
    pub group_by: GroupBy,
    /// The strategy's parameters, an object.
    pub parameters: serde_json::Value,
}

/// How reminders are put into notifications.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum GroupBy {
    /// One notification per recipient and channel for all that is due in a run.
    #[default]
    Recipient,
    /// One notification per item.
    Item,
}

/// One channel.
#[derive(Debug, Clone)]
pub struct ChannelConfig {
    /// Its name.
    pub name: String,
    /// The channel plugin's name.
    pub plugin: String,
    /// How its mails go out, if it sends mails.
    pub mail: Option<MailConfig>,
    /// The plugin's parameters, an object.
    pub parameters: serde_json::Value,
}

/// How mails go out.
#[derive(Debug, Clone)]
pub struct MailConfig {
    /// The From mailbox, `name <address>` or an address.
    pub from: String,
    /// Where they go.
    pub transport: MailTransport,
}

/// Where mails go.
#[derive(Debug, Clone)]
pub enum MailTransport {
    /// A relay.
    Smtp {
        /// `smtp://` (STARTTLS) or `smtps://` (TLS from the start), may hold a password.
        url: Secret,
        /// How the connection is protected.
        tls: TlsMode,
    },
    /// A Maildir folder.
    Maildir(PathBuf),
}

/// How an SMTP connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TlsMode {
    /// TLS from the first byte (`smtps://`).
    Wrapper,
    /// STARTTLS or nothing is sent: the default.
    Required,
    /// STARTTLS where the relay offers it.
    Opportunistic,
    /// Never: the default for a relay on a loopback address only.
    None,
}

/// How delivery goes about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryConfig {
    /// How long a lease lasts; longer than a channel's wall limit.
    pub lease: Duration,
    /// Notifications that are being sent at one time.
    pub concurrency: u32,
    /// First wait between attempts; doubles each time.
    pub first_retry: Duration,
    /// Longest wait between attempts.
    pub longest_retry: Duration,
    /// Attempts before a notification is dead.
    pub attempts: u32,
    /// Age at which a notification is dead.
    pub max_age: Duration,
}

impl Default for DeliveryConfig {
    /// Retries for two days, as mail servers do (RFC 5321, section 4.5.4.1, asks for four to five, for mail
    /// that is not repeated by its nature).
    fn default() -> Self {
        Self {
            lease: Duration::from_secs(120),
            concurrency: 16,
            first_retry: Duration::from_secs(30),
            longest_retry: Duration::from_secs(3600),
            attempts: 60,
            max_age: Duration::from_secs(48 * 3600),
        }
    }
}
