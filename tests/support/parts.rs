//! The parts that the tests put together: compiled plugins, the binary, and whatever delivers notices.

use std::{
    collections::{BTreeMap, HashMap},
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use nudged::{
    clock::{Clock, SystemClock},
    config::{DatabaseUrl, DeliveryConfig, Limits, MailTransport, PluginsConfig, Secret, TlsMode},
    model::{Instant, ItemKey, Notice, Notification, NotificationId, Occurrence, Reminder, Severity},
    pipeline::{ChannelRoutes, Deliverer, Delivery},
    plugin::{PluginEngine, Registry},
    store::{Enqueue, LedgerEntry, SqlStore, Store},
};
use tempfile::TempDir;

use crate::{HandClock, Means, compiler, plugin_file};

/// Compiled plugins, kept from test to test: compiling is slow in a debug build.
pub fn code_cache() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/tmp/code-cache")
}

/// A plugins folder with copies of these files.
///
/// # Panics
/// If a file is missing.
pub fn lay(files: &[PathBuf], folder: &Path) {
    fs::create_dir_all(folder).expect("a folder");
    for file in files {
        let name = file.file_name().expect("a file's name");
        fs::copy(file, folder.join(name)).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    }
}

/// A relay without TLS at this URL.
pub fn smtp(url: &str) -> MailTransport {
    smtp_with(url, TlsMode::None)
}

/// A relay at this URL.
pub fn smtp_with(url: &str, tls: TlsMode) -> MailTransport {
    MailTransport::Smtp { url: Secret::new(url), tls }
}

/// What delivers: a store, plugins, channels, a clock that stands still.
pub struct Office {
    /// The outbox.
    pub store: Arc<SqlStore>,
    /// The clock of store and deliverer.
    pub clock: Arc<HandClock>,
    /// The deliverer; its limits may be changed.
    pub deliverer: Deliverer,
    _plugins: Option<TempDir>,
}

/// An [`Office`] in the making.
pub struct Plan {
    plugins: Vec<PathBuf>,
    channels: Vec<(String, String, Means)>,
    channel_wall: Duration,
}

impl Default for Plan {
    /// No channels.
    fn default() -> Self {
        Self { plugins: Vec::new(), channels: Vec::new(), channel_wall: Limits::default().channel_wall }
    }
}

impl Plan {
    /// The shipped plugin `email`, over this relay.
    pub fn email(transport: MailTransport) -> Self {
        Self::default().file(plugin_file("email")).channel("email", "email", Some(transport))
    }

    /// Adds a plugin.
    pub fn file(mut self, plugin: PathBuf) -> Self {
        self.plugins.push(plugin);
        self
    }

    /// Adds a channel that has a relay, or nothing at all.
    pub fn channel(self, name: &str, plugin: &str, transport: Option<MailTransport>) -> Self {
        self.channel_with(name, plugin, Means { mail: transport, ..Means::default() })
    }

    /// Adds a channel with what it may use.
    pub fn channel_with(mut self, name: &str, plugin: &str, means: Means) -> Self {
        self.channels.push((name.to_owned(), plugin.to_owned(), means));
        self
    }

    /// Sets how long a channel may take.
    pub fn channel_wall(mut self, wall: Duration) -> Self {
        self.channel_wall = wall;
        self
    }

    /// Opens the office over this database.
    ///
    /// # Panics
    /// If a part is missing.
    pub async fn open(self, database: &DatabaseUrl, now: Instant) -> Office {
        let folder = TempDir::new().expect("a folder");
        lay(&self.plugins, folder.path());
        let config = PluginsConfig {
            directory: folder.path().to_owned(),
            cache: code_cache(),
            limits: Limits { channel_wall: self.channel_wall, ..Limits::default() },
            ..PluginsConfig::default()
        };
        let engine = PluginEngine::new(&config, compiler()).expect("an engine");
        let registry = Registry::new(engine, &config, true, Arc::new(SystemClock));
        registry.rescan().await.expect("the plugins folder");
        assert!(registry.refusals().is_empty(), "{:?}", registry.refusals());
        Office { _plugins: Some(folder), ..self.over(Arc::new(registry), database, now).await }
    }

    /// Opens the office over this database with the plugins of a registry; [`file`](Self::file) adds none to those.
    ///
    /// # Panics
    /// If a part is missing.
    pub async fn over(self, registry: Arc<Registry>, database: &DatabaseUrl, now: Instant) -> Office {
        let store = Arc::new(SqlStore::connect(database).await.expect("the store opens"));
        let clock = Arc::new(HandClock::new(now));
        let shown: Arc<dyn Clock> = Arc::clone(&clock) as _;
        let channels: HashMap<_, _> =
            self.channels.into_iter().map(|(name, plugin, means)| (name, (plugin, means.ways(&shown)))).collect();
        let deliverer = Deliverer {
            store: Arc::clone(&store) as _,
            routes: Arc::new(ChannelRoutes { registry, channels }),
            clock: Arc::clone(&clock) as _,
            config: DeliveryConfig::default(),
            lanes: BTreeMap::new(),
            recheck: None,
            holder: "office".to_owned(),
        };
        Office { store, clock, deliverer, _plugins: None }
    }
}

impl Office {
    /// Puts notices into the outbox, due now.
    ///
    /// # Panics
    /// If one is taken for a repetition.
    pub async fn put(&self, notifications: impl IntoIterator<Item = Notification>) {
        let now = self.clock.now();
        let batch: Vec<_> = notifications.into_iter().map(|notification| enqueue(notification, now)).collect();
        assert_eq!(self.store.enqueue(&batch).await.expect("an outbox"), []);
    }

    /// Delivers what is due and says how every attempt ended.
    ///
    /// # Panics
    /// If the store fails.
    pub async fn deliver(&self) -> Vec<Delivery> {
        let mut ended = Vec::new();
        self.deliverer.once(|delivery| ended.push(delivery)).await.expect("a store");
        ended
    }

    /// Delivers the one notice that is due.
    ///
    /// # Panics
    /// If there is none, or more than one.
    pub async fn deliver_one(&self) -> Delivery {
        let mut ended = self.deliver().await;
        assert_eq!(ended.len(), 1, "{ended:?}");
        ended.remove(0)
    }
}

/// A notice over the channel `email`.
pub fn notice(recipient: &str) -> Notification {
    notice_over("email", recipient)
}

/// A notice over this channel.
pub fn notice_over(channel: &str, recipient: &str) -> Notification {
    Notification {
        id: NotificationId::derive(channel, recipient, [(&occurrence("s1"), 1)]),
        channel: channel.to_owned(),
        recipient: recipient.to_owned(),
        subject: "[ACTION REQUIRED] Sales: a share request waits".to_owned(),
        preamble: "This waits for you as a member of sales-admins.".to_owned(),
        because: String::new(),
        text: "This waits for you as a member of sales-admins.\n\nSales: a share request waits\n".to_owned(),
        more: 0,
        reminders: vec![Reminder {
            item: "share:s1".to_owned(),
            title: "Sales: a share request waits".to_owned(),
            sentence: "rita@x.test asks for access to Sales.".to_owned(),
            severity: Severity::Warning,
            facts: vec![("Dataset".to_owned(), "Sales".to_owned())],
            link: Some("https://dataall.x.test/shares/s1".to_owned()),
            ordinal: 1,
            ..Reminder::default()
        }],
        decided: Instant::UNIX_EPOCH,
        refusable: false,
    }
}

/// The same about another share, whose dataset has its name: more than one for a recipient.
pub fn notice_about(share: &str, channel: &str, recipient: &str) -> Notification {
    let mut notification = notice_over(channel, recipient);
    let headline = format!("{share}: a share request waits");
    notification.id = NotificationId::derive(channel, recipient, [(&occurrence(share), 1)]);
    notification.subject = format!("[ACTION REQUIRED] {headline}");
    notification.text = notification.text.replace("Sales: a share request waits", &headline);
    for reminder in &mut notification.reminders {
        (reminder.item, reminder.title) = (format!("share:{share}"), headline.clone());
    }
    notification
}

fn occurrence(share: &str) -> Occurrence {
    Occurrence {
        reminder: "pending-share".into(),
        item: ItemKey::share(share),
        reason: "pending".into(),
        episode: Instant::UNIX_EPOCH,
    }
}

fn enqueue(notification: Notification, now: Instant) -> Enqueue {
    let share = notification.reminders[0].item.trim_start_matches("share:");
    let entries = vec![LedgerEntry { occurrence: occurrence(share), sequence: 1, slot: now, notice: Notice::Reminder }];
    Enqueue { notification, entries, decided: now, created: now }
}
