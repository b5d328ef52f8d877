//! The composition root: the only place that knows every part.

mod check;
mod templates;
mod ways;

pub use check::{Finding, check};

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use anyhow::{Context, anyhow};
use tokio::task::JoinSet;

use self::ways::{inbox_trouble, ways, ways_fit, ways_usable};
use crate::{
    clock::Clock,
    config::{ChannelConfig, Config, DeliveryConfig, ExpiryAction, OnExpiry, ReminderConfig},
    directory::Directories,
    error::chain,
    housekeeping::Housekeeping,
    lifecycle::Shutdown,
    model::Manifest,
    pipeline::{ChannelRoutes, Deliverer, LaneConfig, Scanner, SecondLook, Undelivered, Wake, Writing, misfit},
    plugin::{Change, PluginEngine, Registry, watch},
    scheduler::{Scheduler, TRY_AGAIN},
    source::{Actions, DataallActions, DataallSource, Records, SqlRecords},
    store::{Outbox, SqlStore, Store},
};

/// All parts of a running daemon.
pub struct Daemon {
    reminders: Vec<ReminderConfig>,
    registry: Arc<Registry>,
    directory: Arc<Directories>,
    scheduler: Scheduler,
    deliverer: Deliverer,
    housekeeping: Housekeeping,
}

impl Daemon {
    /// Connects the databases and loads the plugins.
    ///
    /// # Errors
    /// If a database, the plugins folder or a relay's settings cannot be used. A plugin that is refused is logged.
    pub async fn assemble(config: Config, clock: Arc<dyn Clock>) -> anyhow::Result<Self> {
        let outbox = Arc::new(SqlStore::connect(&config.store).await?);
        let store = Arc::clone(&outbox) as Arc<dyn Store>;
        let registry = registry(&config, Writing::Outbox).await?;
        let holder = holder();
        let deliverer = assemble_deliverer(&config, &clock, Arc::clone(&outbox) as _, &registry, &holder)?;
        let directory = open_directory(&config, &clock).await?;
        let scanner = assemble_scanner(&config, &clock, &store, &registry, &directory).await?;
        let scanner = Arc::new(Scanner { actions: actions(&config).await?, ..scanner });
        let second_look = SecondLook::new(Arc::clone(&scanner), &config.reminders, config.delivery.recheck_after);
        let deliverer = Deliverer { recheck: Some(Arc::new(second_look)), ..deliverer };
        try_records(scanner.records.clone());
        for finding in fit(&config, &registry, &clock).await.into_iter().filter(|finding| finding.fault) {
            tracing::error!("{}: {}", finding.what, finding.detail);
        }
        let wake = Wake::default();
        let housekeeping = Housekeeping {
            undelivered: Undelivered { store: Arc::clone(&outbox) as _, fallback: config.directory.fallback.clone() },
            store: outbox,
            clock: Arc::clone(&clock),
            retention: config.delivery.retention,
            wake: wake.clone(),
        };
        let scheduler = Scheduler { scanner, store, clock, holder, wake, try_again: TRY_AGAIN };
        let reminders = config.reminders.into_values().collect();
        Ok(Self { reminders, registry, directory, scheduler, deliverer, housekeeping })
    }

    /// Runs until the shutdown.
    ///
    /// # Errors
    /// If a part of the daemon ends by itself: the others are stopped, because a daemon that does half its work looks
    /// well from outside.
    pub async fn run(self, shutdown: &Shutdown) -> anyhow::Result<()> {
        let Self { reminders, registry, directory, scheduler, deliverer, housekeeping } = self;
        let wake = scheduler.wake.clone();
        let mut parts = JoinSet::new();
        parts.spawn(watch(registry, shutdown.soft.clone()));
        parts.spawn(directory.watch(shutdown.soft.clone()));
        let stop = shutdown.soft.clone();
        parts.spawn(async move { housekeeping.run(&stop).await });
        let stop = shutdown.clone();
        parts.spawn(async move { deliverer.run(&wake, &stop.soft, &stop.hard).await });
        let stop = shutdown.clone();
        parts.spawn(async move {
            tokio::select! {
                () = stop.hard.cancelled() => {}
                () = scheduler.run(&reminders, &stop.soft) => {}
            }
        });
        tracing::info!("ready");
        let mut failure = None;
        while let Some(ended) = parts.join_next().await {
            if ended.is_err() || !shutdown.soft.is_cancelled() {
                let why = ended.err().map_or_else(|| "it ended by itself".to_owned(), |error| error.to_string());
                tracing::error!(why, "a part of the daemon failed: stopping");
                failure = Some(why);
                shutdown.soft.cancel();
            }
        }
        tracing::info!("stopped");
        failure.map_or(Ok(()), |why| Err(anyhow!("a part of the daemon failed: {why}")))
    }
}

/// What scans need, for one command.
///
/// # Errors
/// As for [`Daemon::assemble`].
pub async fn scanner(config: &Config, clock: Arc<dyn Clock>, writing: Writing) -> anyhow::Result<Scanner> {
    let store: Arc<dyn Store> = match writing {
        Writing::Outbox => Arc::new(SqlStore::connect(&config.store).await?),
        Writing::DryRun => SqlStore::peek(&config.store).await?,
    };
    let registry = registry(config, writing).await?;
    let directory = open_directory(config, &clock).await?;
    let scanner = assemble_scanner(config, &clock, &store, &registry, &directory).await?;
    let actions = if writing == Writing::Outbox { actions(config).await? } else { None };
    Ok(Scanner { actions, ..scanner })
}

/// What delivery needs, for one command.
///
/// # Errors
/// As for [`Daemon::assemble`].
pub async fn deliverer(config: &Config, clock: Arc<dyn Clock>) -> anyhow::Result<Deliverer> {
    let store = Arc::new(SqlStore::connect(&config.store).await?);
    let registry = registry(config, Writing::Outbox).await?;
    let deliverer = assemble_deliverer(config, &clock, Arc::clone(&store) as _, &registry, &holder())?;
    let recheck = match second_look(config, &clock, store, &registry).await {
        Ok(second_look) => Some(Arc::new(second_look) as _),
        Err(error) => {
            tracing::warn!(error = format!("{error:#}"), "late notices are sent without being judged afresh");
            None
        }
    };
    Ok(Deliverer { recheck, ..deliverer })
}

async fn second_look(
    config: &Config,
    clock: &Arc<dyn Clock>,
    store: Arc<dyn Store>,
    registry: &Arc<Registry>,
) -> anyhow::Result<SecondLook> {
    let directory = open_directory(config, clock).await?;
    let scanner = Arc::new(assemble_scanner(config, clock, &store, registry, &directory).await?);
    Ok(SecondLook::new(scanner, &config.reminders, config.delivery.recheck_after))
}

/// An error whose subject stands before it already.
fn said_of(subject: &str, error: &(dyn std::error::Error + 'static)) -> String {
    let text = chain(error);
    text.strip_prefix(&format!("{subject}: ")).unwrap_or(&text).to_owned()
}

/// Whether reminders and channels fit the plugins that they name.
async fn fit(config: &Config, registry: &Registry, clock: &Arc<dyn Clock>) -> Vec<Finding> {
    let inbox = inbox_trouble(config, registry, clock).await;
    let mut findings = Vec::new();
    for (name, reminder) in &config.reminders {
        let result = match registry.strategy(&reminder.strategy) {
            Ok(strategy) => match misfit(reminder, strategy.manifest()) {
                Some(why) => Err(why.to_owned()),
                None => parameters(strategy.manifest(), &reminder.parameters),
            },
            Err(fault) => Err(fault.to_string()),
        };
        findings.push(Finding::new(format!("reminders.{name}"), result));
    }
    let grants = &config.plugins.grants;
    for (name, channel) in &config.channels {
        let result = match registry.channel(&channel.plugin) {
            Ok(plugin) => parameters(plugin.manifest(), &channel.parameters)
                .and_then(|well| ways_fit(plugin.manifest(), channel, grants, inbox.as_deref()).map(|()| well))
                .and_then(|well| ways_usable(config, channel, clock).map(|()| well)),
            Err(fault) => Err(fault.to_string()),
        };
        findings.push(Finding::new(format!("channels.{name}"), result));
        findings.extend(templates::findings(channel));
    }
    findings
}

/// Says at the start what is wrong with the operator's own queries: their first run may be far off. Nothing waits for
/// that, since a database that does not answer takes its time.
fn try_records(records: BTreeMap<String, Arc<dyn Records>>) {
    tokio::spawn(async move {
        for source in records.values() {
            if let Err(error) = source.columns().await {
                tracing::error!("{}; until then its reminders do not run", said_of("source", &error));
            }
        }
    });
}

/// Whether the parameters fit the manifest's schema.
fn parameters(manifest: &Manifest, parameters: &serde_json::Value) -> Result<String, String> {
    let validator = jsonschema::validator_for(&manifest.parameters).map_err(|error| error.to_string())?;
    let wrong: Vec<_> = validator
        .iter_errors(parameters)
        .map(|error| format!("parameters{}: {error}", error.instance_path().as_str().replace('/', ".")))
        .collect();
    if wrong.is_empty() { Ok(format!("uses {} {}", manifest.name, manifest.version)) } else { Err(wrong.join("; ")) }
}

async fn registry(config: &Config, writing: Writing) -> anyhow::Result<Arc<Registry>> {
    let engine = PluginEngine::new(&config.plugins.limits).context("the plugin engine cannot be started")?;
    let registry = Registry::new(engine, &config.plugins, writing == Writing::Outbox);
    let folder = registry.folder().display().to_string();
    let changes = registry.rescan().await.with_context(|| format!("the plugins folder {folder} cannot be read"))?;
    changes.iter().for_each(Change::log);
    Ok(Arc::new(registry))
}

async fn assemble_scanner(
    config: &Config,
    clock: &Arc<dyn Clock>,
    store: &Arc<dyn Store>,
    registry: &Arc<Registry>,
    directory: &Arc<Directories>,
) -> anyhow::Result<Scanner> {
    let records = config.records.iter();
    let records = records.map(|(name, config)| (name.clone(), Arc::new(SqlRecords::new(config)) as Arc<dyn Records>));
    Ok(Scanner {
        records: records.collect(),
        on_expiry: config.expiry(),
        actions: None,
        source: Arc::new(DataallSource::connect(&config.source).await?),
        strategies: Arc::clone(registry) as _,
        store: Arc::clone(store),
        directory: Arc::clone(directory) as _,
        preferences: config.preferences.clone(),
        brake: config.brake,
        mail_channels: mail_channels(config),
        clock: Arc::clone(clock),
        links: config.source.links.clone(),
        zone: config.source.timezone,
    })
}

/// Channels whose addresses are mailboxes.
fn mail_channels(config: &Config) -> BTreeSet<String> {
    config.channels.values().filter(|channel| channel.mail.is_some()).map(|channel| channel.name.clone()).collect()
}

async fn open_directory(config: &Config, clock: &Arc<dyn Clock>) -> anyhow::Result<Arc<Directories>> {
    Ok(Arc::new(Directories::open(&config.directory, &mail_channels(config), Arc::clone(clock)).await?))
}

/// What acts on the source, if any reminder that is active wants something done there.
async fn actions(config: &Config) -> anyhow::Result<Option<Arc<dyn Actions>>> {
    let wanted = config.acting().flat_map(OnExpiry::all);
    let wanted: BTreeSet<_> =
        wanted.filter(|action| matches!(action, ExpiryAction::Mark | ExpiryAction::Revoke)).collect();
    if wanted.is_empty() {
        return Ok(None);
    }
    let wanted: Vec<_> = wanted.into_iter().collect();
    Ok(Some(Arc::new(DataallActions::connect(&config.source, &wanted).await?)))
}

fn assemble_deliverer(
    config: &Config,
    clock: &Arc<dyn Clock>,
    store: Arc<dyn Outbox>,
    registry: &Arc<Registry>,
    holder: &str,
) -> anyhow::Result<Deliverer> {
    Ok(Deliverer {
        store,
        routes: Arc::new(ChannelRoutes { registry: Arc::clone(registry), channels: ways(config, clock)? }),
        clock: Arc::clone(clock),
        config: config.delivery.clone(),
        lanes: config.channels.iter().map(|(name, channel)| (name.clone(), lane(channel, &config.delivery))).collect(),
        recheck: None,
        holder: holder.to_owned(),
    })
}

fn lane(channel: &ChannelConfig, delivery: &DeliveryConfig) -> LaneConfig {
    let concurrency = channel.concurrency.unwrap_or(delivery.concurrency);
    LaneConfig { concurrency, rate: channel.rate, one_destination: channel.mail.is_some() }
}

/// Names this process among all that share the store.
fn holder() -> String {
    format!("{}-{:08x}", std::process::id(), fastrand::u32(..))
}
