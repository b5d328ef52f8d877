//! What one configuration came to, and its tasks.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::{
    Queries, Reading, Standing, Tasks, actions, assemble_deliverer, assemble_scanner,
    changes::TemplateFolder,
    fit::{say_misfits, try_records},
    look::Look,
    mail_channels, open_directory, records, registry, uses, wanted,
};
use crate::{
    config::Config,
    directory::Directories,
    housekeeping::Housekeeping,
    lifecycle::{GRACE, Shutdown},
    pipeline::{Deliverer, Scanner, SecondLook, Undelivered, Wake, Writing},
    plugin::{Noticing, Registry, watch},
    scheduler::{Scheduler, TRY_AGAIN},
    source::{Actions, DataallSource},
    store::{SqlStore, Store},
};

/// What one configuration came to.
pub(super) struct Parts {
    pub(super) config: Config,
    store: Arc<SqlStore>,
    source: Arc<DataallSource>,
    records: Queries,
    actions: Option<Arc<dyn Actions>>,
    pub(super) registry: Arc<Registry>,
    directory: Arc<Directories>,
    scanner: Arc<Scanner>,
    deliverer: Deliverer,
    templates: Vec<Arc<TemplateFolder>>,
}

impl Parts {
    /// Connects and loads what `before` does not have already: what the configuration does not change is shared.
    ///
    /// # Errors
    /// If a database, the plugins folder or a relay's settings cannot be used.
    pub(super) async fn assemble(config: Config, before: Option<&Self>, around: &Standing) -> anyhow::Result<Self> {
        // Before they are read: what changes from now on is noticed.
        let templates = config.channels.values().filter_map(|channel| channel.templates.as_deref());
        let templates = templates.map(|folder| Arc::new(TemplateFolder::new(folder))).collect();
        let clock = &around.clock;
        let store = match before.filter(|before| before.config.store == config.store) {
            Some(before) => Arc::clone(&before.store),
            None => Arc::new(SqlStore::connect(&config.store).await?),
        };
        let same_source = before.filter(|before| before.config.source == config.source);
        let source = match same_source {
            Some(before) => Arc::clone(&before.source),
            None => Arc::new(DataallSource::connect(&config.source).await?),
        };
        let actions = match same_source.filter(|before| wanted(&before.config) == wanted(&config)) {
            Some(before) => before.actions.clone(),
            None => actions(&config).await?,
        };
        let registry = match before.filter(|before| before.registry.can_follow(&config.plugins)) {
            Some(before) => Arc::clone(&before.registry),
            None => registry(&config, clock, Writing::Outbox).await?,
        };
        let directory = match before.filter(|before| same_directory(&before.config, &config)) {
            Some(before) => Arc::clone(&before.directory),
            None => open_directory(&config, clock).await?,
        };
        let records = records(&config, before.map(|before| (&before.config, &before.records)));
        let deliverer = assemble_deliverer(&config, clock, Arc::clone(&store) as _, &registry, &around.holder)?;
        let reading = Reading { source: Arc::clone(&source) as _, records: records.clone(), actions: actions.clone() };
        let as_store = Arc::clone(&store) as Arc<dyn Store>;
        let scanner = Arc::new(assemble_scanner(&config, clock, &as_store, &registry, &directory, reading));
        let second_look = SecondLook::new(Arc::clone(&scanner), &config.reminders, config.delivery.recheck_after);
        let deliverer = Deliverer { recheck: Some(Arc::new(second_look)), ..deliverer };
        Ok(Self { config, store, source, records, actions, registry, directory, scanner, deliverer, templates })
    }

    /// Starts everything that this configuration asks for, and says what of it does not fit.
    pub(super) fn start(&self, around: &Standing, shutdown: &Shutdown) -> Running {
        self.registry.configure(&self.config.plugins, uses(&self.config));
        try_records(self.records.clone());
        say_misfits(self.config.clone(), Arc::clone(&self.registry), Arc::clone(&around.clock));
        let wake = Wake::default();
        // A generation of its own can be dropped without the daemon.
        let shutdown = &Shutdown { soft: shutdown.soft.clone(), hard: shutdown.hard.child_token() };
        let mut scans = Tasks::new(shutdown.soft.child_token());
        self.start_scheduler(&mut scans, around, wake.clone(), shutdown);
        let mut others = Tasks::new(shutdown.soft.child_token());
        self.start_housekeeping(&mut others, around, wake.clone());
        self.start_delivery(&mut others, wake, shutdown);
        self.start_watches(&mut others, around);
        Running { scans, others, hard: shutdown.hard.clone() }
    }

    fn start_scheduler(&self, scans: &mut Tasks, around: &Standing, wake: Wake, shutdown: &Shutdown) {
        let scheduler = Scheduler {
            scanner: Arc::clone(&self.scanner),
            store: Arc::clone(&self.store) as _,
            clock: Arc::clone(&around.clock),
            holder: around.holder.clone(),
            wake,
            try_again: TRY_AGAIN,
        };
        let reminders: Vec<_> = self.config.reminders.values().cloned().collect();
        let hard = shutdown.hard.clone();
        scans.spawn("the scheduler", |stop| async move {
            hard.run_until_cancelled(scheduler.run(&reminders, &stop)).await;
        });
    }

    fn start_delivery(&self, others: &mut Tasks, wake: Wake, shutdown: &Shutdown) {
        let (deliverer, hard) = (self.deliverer.clone(), shutdown.hard.clone());
        others.spawn("delivery", |stop| async move { deliverer.run(&wake, &stop, &hard).await });
    }

    fn start_housekeeping(&self, others: &mut Tasks, around: &Standing, wake: Wake) {
        let fallback = self.config.directory.fallback.clone();
        let housekeeping = Housekeeping {
            store: Arc::clone(&self.store) as _,
            undelivered: Undelivered { store: Arc::clone(&self.store) as _, fallback },
            clock: Arc::clone(&around.clock),
            retention: self.config.delivery.retention,
            wake,
        };
        others.spawn("housekeeping", |stop| async move { housekeeping.run(&stop).await });
    }

    fn start_watches(&self, others: &mut Tasks, around: &Standing) {
        others.spawn("the watch over plugins", |stop| {
            watch(Arc::clone(&self.registry), self.config.plugins.poll, Noticing::Both, stop)
        });
        others.spawn("the watch over the directory", |stop| Arc::clone(&self.directory).watch(stop));
        let look = Look {
            store: Arc::clone(&self.store) as _,
            source: Arc::clone(&self.source) as _,
            clock: Arc::clone(&around.clock),
            api: around.api.clone(),
        };
        others.spawn("the look at the databases", |stop| async move { look.run(&stop).await });
        for folder in &self.templates {
            let (folder, reloads) = (Arc::clone(folder), around.api.reloads.clone());
            others.spawn("the watch over templates", |stop| async move { folder.watch(&reloads, &stop).await });
        }
    }

    /// After these have come in the place of `before`, whose tasks have ended: closes what is not shared.
    pub(super) async fn succeed(&self, before: Self) {
        if !Arc::ptr_eq(&self.store, &before.store) {
            tracing::warn!("store.url has changed: what waits in the old store's outbox stays there");
            before.store.close().await;
        }
        if !Arc::ptr_eq(&self.source, &before.source) {
            before.source.close().await;
        }
        if !Arc::ptr_eq(&self.registry, &before.registry) {
            self.registry.follow(&before.registry);
        }
    }
}

/// Which channels' addresses are mailboxes decides what of a group is taken.
fn same_directory(before: &Config, after: &Config) -> bool {
    before.directory == after.directory && mail_channels(before) == mail_channels(after)
}

/// The tasks of one configuration.
pub(super) struct Running {
    /// The scheduler: it finishes the scan that is under way.
    scans: Tasks,
    /// Delivery goes on as long as a scan does.
    others: Tasks,
    /// Drops what is under way.
    hard: CancellationToken,
}

impl Running {
    /// As [`Tasks::ended`].
    pub(super) async fn ended(&mut self) -> String {
        tokio::select! {
            why = self.scans.ended() => why,
            why = self.others.ended() => why,
        }
    }

    /// As [`Running::stop`], but what is under way for longer than the grace is dropped: its leases run out.
    pub(super) async fn stop_in_time(&mut self) -> Option<String> {
        if let Ok(ended) = tokio::time::timeout(GRACE, self.stop()).await {
            return ended;
        }
        tracing::warn!(grace = ?GRACE, "work under way is dropped for the sake of the new configuration");
        self.hard.cancel();
        self.stop().await
    }

    /// Lets the scan under way end, then the attempts under way; says how one broke.
    pub(super) async fn stop(&mut self) -> Option<String> {
        let scans = self.scans.stop().await;
        scans.or(self.others.stop().await)
    }
}
