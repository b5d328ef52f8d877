//! The composition root: the only place that knows every part.

mod advise;
mod candidate;
mod changes;
mod check;
mod fit;
mod look;
mod parts;
mod reload;
mod tasks;
mod templates;
mod ways;

pub use self::{
    candidate::candidate,
    changes::ConfigFile,
    check::{Checked, Finding, check},
};

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, PoisonError, RwLock},
};

use anyhow::{Context, anyhow};
use tokio::net::TcpListener;

use self::{
    parts::{Parts, Running},
    tasks::Tasks,
    ways::ways,
};
use crate::{
    api::{self, Api, Part, Plugins},
    clock::Clock,
    config::{ChannelConfig, Config, DeliveryConfig, ExpiryAction, OnExpiry},
    directory::Directories,
    lifecycle::{ReloadRequests, Shutdown, reloads},
    pipeline::{ChannelRoutes, Deliverer, LaneConfig, Scanner, SecondLook, Writing},
    plugin::{Change, Compiler, PluginEngine, Registry, Use, Uses},
    source::{Actions, DataallActions, DataallSource, Records, Source, SqlRecords},
    store::{Outbox, SqlStore, Store},
    telemetry::{metrics, recorder::Recorder},
};

/// The operator's own queries, by name.
type Queries = BTreeMap<String, Arc<SqlRecords>>;

/// What stays the same however often the configuration is read again.
struct Standing {
    clock: Arc<dyn Clock>,
    /// Names this process among all that share the store.
    holder: String,
    file: Arc<ConfigFile>,
    api: Api,
}

/// A daemon: what its configuration came to, and what outlives it.
pub struct Daemon {
    standing: Standing,
    parts: Parts,
    listener: Option<TcpListener>,
    requests: ReloadRequests,
}

impl Daemon {
    /// Takes the address that it answers on, connects the databases and loads the plugins. From here on SIGHUP asks for a
    /// reload.
    ///
    /// # Errors
    /// If the address is taken, or a database, the plugins folder or a relay's settings cannot be used. A plugin that is
    /// refused is logged.
    pub async fn assemble(
        file: ConfigFile,
        config: Config,
        recorder: Recorder,
        clock: Arc<dyn Clock>,
    ) -> anyhow::Result<Self> {
        metrics::started(clock.now());
        let (reloads, requests) = reloads();
        reloads.on_hangup()?;
        let listener = match config.api.listen {
            Some(address) => Some(api::bind(address).await?),
            None => None,
        };
        let token = Arc::new(RwLock::new(config.api.token.clone()));
        let api = Api { health: Arc::default(), recorder, reloads, token, plugins: Plugins::default() };
        let standing = Standing { clock, holder: holder(), file: Arc::new(file), api };
        let parts = Parts::assemble(config, None, &standing).await?;
        Ok(Self { standing, parts, listener, requests })
    }

    /// Runs until the shutdown, and puts a new configuration in force whenever one is asked for.
    ///
    /// # Errors
    /// If a part of the daemon ends by itself: the others are stopped, because a daemon that does half its work looks
    /// well from outside.
    pub async fn run(mut self, shutdown: &Shutdown) -> anyhow::Result<()> {
        let mut outer = self.outer(shutdown);
        let mut running = self.parts.start(&self.standing, shutdown);
        self.standing.tell_in_force(&self.parts);
        self.standing.api.health.set(Part::Daemon, None);
        tracing::info!("ready");
        let failure = self.keep_running(&mut running, &mut outer, shutdown).await;
        if let Some(why) = &failure {
            tracing::error!(why, "a part of the daemon failed: stopping");
        }
        self.standing.api.health.set(Part::Daemon, Some("is stopping"));
        shutdown.soft.cancel();
        // Whoever waits for a reload is told that there will be none.
        drop(self.requests);
        let failure = failure.or(running.stop().await).or(outer.stop().await);
        tracing::info!("stopped");
        failure.map_or(Ok(()), |why| Err(anyhow!("a part of the daemon failed: {why}")))
    }

    /// What goes on across reloads.
    fn outer(&mut self, shutdown: &Shutdown) -> Tasks {
        let mut outer = Tasks::new(shutdown.soft.child_token());
        let api = self.standing.api.clone();
        if let Some(listener) = self.listener.take() {
            outer.spawn("api", |stop| api.clone().serve(listener, stop));
        }
        let file = Arc::clone(&self.standing.file);
        outer.spawn("the watch over the configuration", |stop| async move { file.watch(&api.reloads, &stop).await });
        outer
    }

    /// Until the shutdown, or until something fails: says what.
    async fn keep_running(&mut self, running: &mut Running, outer: &mut Tasks, shutdown: &Shutdown) -> Option<String> {
        loop {
            tokio::select! {
                biased;
                () = shutdown.soft.cancelled() => return None,
                why = running.ended() => return Some(why),
                why = outer.ended() => return Some(why),
                asking = self.requests.next() => {
                    let reloaded = match self.reload(running, shutdown).await {
                        Ok(reloaded) => reloaded,
                        Err(failure) => return Some(failure),
                    };
                    for answer in asking {
                        // Whoever asked may have gone away.
                        let _ = answer.send(reloaded.clone());
                    }
                }
            }
        }
    }
}

impl Standing {
    /// A configuration is in force: its names are measured, its token opens, its plugins are asked about.
    fn tell_in_force(&self, parts: &Parts) {
        let config = &parts.config;
        self.api.plugins.set(Arc::clone(&parts.registry));
        metrics::announce(config.reminders.keys().map(String::as_str), config.channels.keys().map(String::as_str));
        metrics::configured(self.clock.now());
        let mut token = self.api.token.write().unwrap_or_else(PoisonError::into_inner);
        token.clone_from(&config.api.token);
    }
}

/// What items are read from, and what acts on it.
struct Reading {
    source: Arc<dyn Source>,
    records: Queries,
    actions: Option<Arc<dyn Actions>>,
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
    let registry = registry(config, &clock, writing).await?;
    let directory = open_directory(config, &clock).await?;
    let source = Arc::new(DataallSource::connect(&config.source).await?);
    let actions = if writing == Writing::Outbox { actions(config).await? } else { None };
    let reading = Reading { source, records: records(config, None), actions };
    Ok(assemble_scanner(config, &clock, &store, &registry, &directory, reading))
}

/// What delivery needs, for one command.
///
/// # Errors
/// As for [`Daemon::assemble`].
pub async fn deliverer(config: &Config, clock: Arc<dyn Clock>) -> anyhow::Result<Deliverer> {
    let store = Arc::new(SqlStore::connect(&config.store).await?);
    let registry = registry(config, &clock, Writing::Outbox).await?;
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
    let source = Arc::new(DataallSource::connect(&config.source).await?);
    let reading = Reading { source, records: records(config, None), actions: None };
    let scanner = Arc::new(assemble_scanner(config, clock, &store, registry, &directory, reading));
    Ok(SecondLook::new(scanner, &config.reminders, config.delivery.recheck_after))
}

/// The plugins that a daemon with this configuration would serve. Writes nothing.
///
/// # Errors
/// If the plugin engine cannot be started or the plugins folder cannot be read.
pub async fn plugins(config: &Config, clock: Arc<dyn Clock>) -> anyhow::Result<Arc<Registry>> {
    registry(config, &clock, Writing::DryRun).await
}

async fn registry(config: &Config, clock: &Arc<dyn Clock>, writing: Writing) -> anyhow::Result<Arc<Registry>> {
    let engine =
        PluginEngine::new(&config.plugins, Compiler::this_program()).context("the plugin engine cannot be started")?;
    let registry = Registry::new(engine, &config.plugins, writing == Writing::Outbox, Arc::clone(clock));
    registry.configure(&config.plugins, uses(config));
    let folder = registry.folder().display().to_string();
    let changes = registry.rescan().await.with_context(|| format!("the plugins folder {folder} cannot be read"))?;
    changes.iter().for_each(Change::log);
    Ok(Arc::new(registry))
}

/// Who uses which plugin.
fn uses(config: &Config) -> Uses {
    let reminders = config.reminders.iter().map(|(name, reminder)| {
        let parameters = reminder.parameters.clone();
        (&reminder.strategy, Use { place: format!("reminders.{name}"), parameters })
    });
    let channels = config.channels.iter().map(|(name, channel)| {
        let parameters = channel.parameters.clone();
        (&channel.plugin, Use { place: format!("channels.{name}"), parameters })
    });
    let mut uses = Uses::new();
    for (plugin, one) in reminders.chain(channels) {
        uses.entry(plugin.clone()).or_default().push(one);
    }
    uses
}

fn assemble_scanner(
    config: &Config,
    clock: &Arc<dyn Clock>,
    store: &Arc<dyn Store>,
    registry: &Arc<Registry>,
    directory: &Arc<Directories>,
    reading: Reading,
) -> Scanner {
    Scanner {
        records: reading.records.into_iter().map(|(name, records)| (name, records as Arc<dyn Records>)).collect(),
        on_expiry: config.expiry(),
        actions: reading.actions,
        source: reading.source,
        strategies: Arc::clone(registry) as _,
        store: Arc::clone(store),
        directory: Arc::clone(directory) as _,
        preferences: config.preferences.clone(),
        brake: config.brake,
        mail_channels: mail_channels(config),
        inbox_channels: inbox_channels(config),
        clock: Arc::clone(clock),
        links: config.source.links.clone(),
        zone: config.source.timezone,
    }
}

/// The operator's own queries; those of `before` that are the same are kept with their connections.
fn records(config: &Config, before: Option<(&Config, &Queries)>) -> Queries {
    let records = config.records.iter().map(|(name, records)| {
        let kept = before.filter(|(config, _)| config.records.get(name) == Some(records));
        let kept = kept.and_then(|(_, queries)| queries.get(name)).cloned();
        (name.clone(), kept.unwrap_or_else(|| Arc::new(SqlRecords::new(records))))
    });
    records.collect()
}

/// Channels whose addresses are mailboxes.
fn mail_channels(config: &Config) -> BTreeSet<String> {
    config.channels.values().filter(|channel| channel.mail.is_some()).map(|channel| channel.name.clone()).collect()
}

/// Channels whose addresses are the groups and people of data.all themselves.
fn inbox_channels(config: &Config) -> BTreeSet<String> {
    config.channels.values().filter(|channel| channel.is_inbox()).map(|channel| channel.name.clone()).collect()
}

async fn open_directory(config: &Config, clock: &Arc<dyn Clock>) -> anyhow::Result<Arc<Directories>> {
    Ok(Arc::new(Directories::open(&config.directory, &mail_channels(config), Arc::clone(clock)).await?))
}

/// What is done to the source at expiry, by whichever active reminder.
fn wanted(config: &Config) -> BTreeSet<ExpiryAction> {
    let wanted = config.acting().flat_map(OnExpiry::all);
    wanted.filter(|action| matches!(action, ExpiryAction::Mark | ExpiryAction::Revoke)).collect()
}

/// What acts on the source, if any reminder that is active wants something done there.
async fn actions(config: &Config) -> anyhow::Result<Option<Arc<dyn Actions>>> {
    let wanted: Vec<_> = wanted(config).into_iter().collect();
    if wanted.is_empty() {
        return Ok(None);
    }
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
    LaneConfig { concurrency, rate: channel.rate, one_destination: channel.has_one_destination() }
}

/// Names this process among all that share the store.
fn holder() -> String {
    format!("{}-{:08x}", std::process::id(), fastrand::u32(..))
}
