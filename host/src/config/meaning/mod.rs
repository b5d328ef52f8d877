//! What a configuration means: every value parsed, every default filled in, every path absolute.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use chrono_tz::Tz;

mod plugins;

pub use self::plugins::{Grant, HostGrant, Limits, PluginsConfig};
pub use crate::policy::Rate;
use crate::{
    directory::Addresses,
    model::{Role, Span},
    policy::{Brake, Cadence, QuietHours, Schedule, WorkCalendar},
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
    /// The operator's own queries, by name: where `record` items come from.
    pub records: BTreeMap<String, RecordsConfig>,
    /// Who is in which group.
    pub directory: DirectoryConfig,
    /// What groups and recipients want.
    pub preferences: Preferences,
    /// When sending pauses because something looks wrong.
    pub brake: Brake,
    /// Reminders by name; inactive ones are kept, so that they can be checked.
    pub reminders: BTreeMap<String, ReminderConfig>,
    /// Channels by name.
    pub channels: BTreeMap<String, ChannelConfig>,
    /// How delivery goes about it.
    pub delivery: DeliveryConfig,
    /// Where the daemon answers questions about itself.
    pub api: ApiConfig,
}

impl Config {
    /// What active reminders do at expiry, beside telling.
    pub fn acting(&self) -> impl Iterator<Item = &OnExpiry> {
        let active = self.reminders.values().filter(|reminder| reminder.active);
        active.map(|reminder| &reminder.on_expiry).filter(|expiry| expiry.acts())
    }

    /// What is done at expiry beside telling, by whichever active reminder does something.
    pub fn expiry(&self) -> OnExpiry {
        self.acting().next().cloned().unwrap_or_default()
    }
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceConfig {
    /// Which database.
    pub url: DatabaseUrl,
    /// PostgreSQL schema (data.all's `envname`).
    pub schema: String,
    /// The zone of the naive timestamps.
    pub timezone: Tz,
    /// Links to what is reminded of.
    pub links: Links,
}

/// Links to what is reminded of, each with `{uri}` in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Links {
    /// Link to a share: `source.link`.
    pub share: Option<String>,
    /// Link to a dataset: `source.dataset_link`.
    pub dataset: Option<String>,
    /// Link to an environment: `source.environment_link`.
    pub environment: Option<String>,
}

/// One of the operator's own queries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordsConfig {
    /// Its name: part of the records' keys.
    pub name: String,
    /// Which database.
    pub url: DatabaseUrl,
    /// The query, which only reads.
    pub query: String,
    /// The column that names a record for ever.
    pub id: String,
    /// The zone of timestamps without one.
    pub timezone: Tz,
    /// For each role, the column that holds the group's name or an address.
    pub roles: BTreeMap<Role, String>,
    /// Link to a record, with column names in braces.
    pub link: Option<String>,
}

/// Where groups and their members are looked up. A group's addresses are those of all of these together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DirectoryConfig {
    /// Groups that are written in the configuration.
    pub groups: BTreeMap<String, Addresses>,
    /// Who is told when nobody else can be.
    pub fallback: Addresses,
    /// A JSON or CSV file that is read again when it changes.
    pub file: Option<PathBuf>,
    /// A query.
    pub sql: Option<DirectoryQuery>,
}

/// A query that answers with a group's members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryQuery {
    /// Which database.
    pub url: DatabaseUrl,
    /// Answers with columns `member` (unused), `address` and, if there are several channels, `channel`; its one
    /// parameter is the group's name (`$1`, on SQLite `?1` too).
    pub query: String,
    /// The channel of rows without a column `channel`.
    pub channel: String,
    /// How long an answer is good for.
    pub cache: Duration,
}

/// What groups and recipients want.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Preferences {
    /// By group name.
    pub groups: BTreeMap<String, Preference>,
    /// By address; on mail channels in lower case.
    pub recipients: BTreeMap<String, Preference>,
}

/// What one group or recipient wants. Whatever is not said is as it is for everybody.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Preference {
    /// Reminders that are not wanted at all, by name; `*` is all.
    pub mute: BTreeSet<String>,
    /// For a reminder (or `*`), the channels that it is wanted on. Where the reminder goes out on none of them, this
    /// says nothing: a notice is never lost to a preference.
    pub channels: BTreeMap<String, BTreeSet<String>>,
    /// Whose days and hours count.
    pub timezone: Option<Tz>,
    /// When not to be told.
    pub quiet_hours: Option<QuietHours>,
    /// Which days are working days.
    pub calendar: Option<Arc<WorkCalendar>>,
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
    /// Most items in one notification; what is over is counted ("and 12 more").
    pub digest_limit: usize,
    /// The strategy's parameters, an object.
    pub parameters: serde_json::Value,
    /// The source of records, for a record strategy.
    pub records: Option<String>,
    /// Whether requester notices go to the whole requesting team, or to the share's owner alone.
    pub group_notifications: bool,
    /// Whether preferences can neither mute it nor move it to other channels.
    pub mandatory: bool,
    /// When nobody is to be told, unless a deadline would pass meanwhile.
    pub quiet_hours: Option<QuietHours>,
    /// Which days are working days for those who have no calendar of their own.
    pub calendar: Arc<WorkCalendar>,
    /// Whether those who were told are told when it is over.
    pub closing_notice: bool,
    /// What is done about a share whose day of expiry has passed.
    pub on_expiry: OnExpiry,
}

/// What is done about a share whose day of expiry has passed, beside telling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnExpiry {
    /// For shares of every dataset but those named in `confidentiality`.
    pub default: ExpiryAction,
    /// By the dataset's confidentiality.
    pub confidentiality: BTreeMap<String, ExpiryAction>,
    /// Least time between a delivered notice and a revoke.
    pub last_notice: Span,
    /// The role that `escalate` tells.
    pub escalate_to: Role,
    /// The channel and address that every revoke is announced on.
    pub actions: Option<(String, String)>,
}

impl Default for OnExpiry {
    fn default() -> Self {
        Self {
            default: ExpiryAction::Notify,
            confidentiality: BTreeMap::new(),
            last_notice: Span::days(1),
            escalate_to: "fallback".to_owned(),
            actions: None,
        }
    }
}

impl OnExpiry {
    /// All that may be done, whatever the confidentiality.
    pub fn all(&self) -> impl Iterator<Item = ExpiryAction> {
        self.confidentiality.values().copied().chain([self.default])
    }

    /// Whether this may be done.
    pub fn does(&self, action: ExpiryAction) -> bool {
        self.all().any(|one| one == action)
    }

    /// Whether anything but telling is ever done.
    pub fn acts(&self) -> bool {
        self.all().any(|action| action != ExpiryAction::Notify)
    }

    /// What is done about a share of a dataset of this confidentiality.
    pub fn for_confidentiality(&self, confidentiality: &str) -> ExpiryAction {
        self.confidentiality.get(confidentiality).copied().unwrap_or(self.default)
    }
}

/// One thing to do about an expired share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum ExpiryAction {
    /// Tell, and nothing else.
    #[default]
    Notify,
    /// Note it in data.all's `activity` of the dataset.
    Mark,
    /// Tell the role `escalate_to` too, once.
    Escalate,
    /// Revoke the access, as data.all does when an owner revokes.
    Revoke,
}

impl ExpiryAction {
    /// The word in the configuration and in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Notify => "notify",
            Self::Mark => "mark",
            Self::Escalate => "escalate",
            Self::Revoke => "revoke",
        }
    }
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
    /// What the plugin may have filled into its requests, by name.
    pub secrets: BTreeMap<String, Secret>,
    /// A folder with the operator's templates.
    pub templates: Option<PathBuf>,
    /// Where recipients say that they want no more: https or mailto, with `{recipient}` where their address goes.
    pub unsubscribe: Option<String>,
    /// Authorities that are trusted beside the usual ones, a file of PEM certificates: for HTTP and for the relay.
    pub ca_file: Option<PathBuf>,
    /// Notifications of this channel that are sent at one time, if it has a number of its own.
    pub concurrency: Option<u32>,
    /// How many notifications one destination gets in what time; `None` is as many as there are.
    pub rate: Option<Rate>,
}

/// The plugin that posts to data.all's own inbox.
pub(crate) const INBOX_PLUGIN: &str = "inbox";

impl ChannelConfig {
    /// Whether it posts to data.all's own inbox, in which groups and people have the names that they have there: they
    /// need no addresses.
    pub fn is_inbox(&self) -> bool {
        self.plugin == INBOX_PLUGIN
    }

    /// Whether everything goes to one other side, whoever the recipient is: a relay, data.all's database, or what the
    /// parameters name (`url`; `webhook`, as of Slack).
    pub fn has_one_destination(&self) -> bool {
        let named =
            ["url", "webhook"].iter().any(|name| self.parameters.get(name).is_some_and(|value| value.is_string()));
        self.mail.is_some() || self.is_inbox() || named
    }
}

/// Where the daemon answers questions about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiConfig {
    /// Where it listens; `None` if nowhere.
    pub listen: Option<std::net::SocketAddr>,
    /// What whoever asks for more than its health has to present; `None` only on a loopback address.
    pub token: Option<Secret>,
}

/// How mails go out.
#[derive(Debug, Clone)]
pub struct MailConfig {
    /// The From mailbox, `name <address>` or an address.
    pub from: String,
    /// Where they go.
    pub transport: MailTransport,
    /// Authorities that are trusted beside the usual ones: the channel's `ca_file`.
    pub ca_file: Option<PathBuf>,
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
    /// Notifications of one channel that are sent at one time, unless the channel has a number of its own.
    pub concurrency: u32,
    /// First wait between attempts; doubles each time.
    pub first_retry: Duration,
    /// Longest wait between attempts.
    pub longest_retry: Duration,
    /// Attempts before a notification is dead.
    pub attempts: u32,
    /// Age at which a notification is dead.
    pub max_age: Duration,
    /// Age from which on a notification is judged afresh before it is sent.
    pub recheck_after: Duration,
    /// Failures in a row after which a destination counts as dead and is only probed.
    pub dead_after: u32,
    /// How long what has ended is remembered.
    pub retention: Span,
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
            recheck_after: Duration::from_secs(300),
            dead_after: 5,
            retention: Span::days(180),
        }
    }
}
