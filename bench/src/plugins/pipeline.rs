//! The whole run, from the tables to the outbox, with the one strategy and with the other.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Instant,
};

use anyhow::{Context, Result, ensure};
use nudged::{
    clock::{Clock, SystemClock},
    config::{self, Config, DatabaseUrl},
    directory::Directories,
    model::{Fault, Instant as At},
    pipeline::{Report, Scanner, Strategies, Writing},
    plugin::Strategy,
    source::DataallSource,
    store::SqlStore,
};

use super::{
    component::{Component, strategy},
    home::{Grouping, Home},
    native::Native,
};
use crate::{
    bench::Bench,
    sample::{Sample, Unit},
};

/// The reminder that is due.
const REMINDER: &str = "pending-share";

/// Shares in the tables, at most; a tenth of them waits.
const MOST: u64 = 200_000;

/// What was measured.
pub(super) struct Pipeline {
    /// Shares in the tables.
    pub(super) shares: u64,
    /// Shares that were found.
    pub(super) findings: u64,
    /// Seconds of a scan with the component.
    pub(super) component: Sample,
    /// Seconds of a scan with native code.
    pub(super) native: Sample,
}

/// A strategy that serves under every name.
struct Only(Arc<dyn Strategy>);

impl Strategies for Only {
    fn strategy(&self, _: &str) -> Result<Arc<dyn Strategy>, Fault> {
        Ok(Arc::clone(&self.0))
    }
}

/// What all scans have in common.
struct Setting {
    home: Home,
    config: Config,
    source: Arc<DataallSource>,
    directory: Arc<Directories>,
    now: At,
}

pub(super) async fn measure(bench: &Bench, component: &Component) -> Result<Pipeline> {
    let shares = bench.shares.min(MOST);
    eprintln!("plugins: tables with {shares} shares");
    let setting = Setting::new(Home::new(bench, shares, Grouping::Recipient)?).await?;
    let admission = component.load().await?;
    let native: Arc<dyn Strategy> = Arc::new(Native { manifest: admission.manifest.clone() });
    let wasm = strategy(&admission)?;
    let (mut by_component, mut by_native, mut findings) = (Vec::new(), Vec::new(), 0);
    for run in 0..=bench.runs {
        eprintln!("plugins: scan {run} of {}", bench.runs);
        let (one, taken) = setting.scan(&wasm).await?;
        let (other, taken_natively) = setting.scan(&native).await?;
        let same = (one.findings, one.notifications) == (other.findings, other.notifications);
        ensure!(same, "the component and the native strategy do not find the same");
        findings = one.findings;
        if run > 0 {
            by_component.push(taken);
            by_native.push(taken_natively);
        }
    }
    setting.source.close().await;
    let seconds = |runs| Sample::new(Unit::Seconds, runs);
    Ok(Pipeline { shares, findings, component: seconds(by_component), native: seconds(by_native) })
}

impl Setting {
    async fn new(home: Home) -> Result<Self> {
        let config = config::load(&home.path("config.json"), &|_| None)?.config;
        let source = Arc::new(DataallSource::connect(&config.source).await?);
        let directory = Directories::open(&config.directory, &mail_channels(), Arc::new(SystemClock)).await?;
        Ok(Self { home, config, source, directory: Arc::new(directory), now: SystemClock.now() })
    }

    /// One scan into a new store; with its seconds.
    async fn scan(&self, strategy: &Arc<dyn Strategy>) -> Result<(Report, f64)> {
        let folder = tempfile::tempdir_in(self.home.path("."))?;
        let store = Arc::new(SqlStore::connect(&DatabaseUrl::Sqlite(folder.path().join("store.db"))).await?);
        let scanner = self.scanner(Arc::clone(&store), strategy);
        let reminder = self.config.reminders.get(REMINDER).context("no such reminder")?;
        let began = Instant::now();
        let report = scanner.scan(&[reminder], self.now, Writing::Outbox).await?;
        let taken = began.elapsed().as_secs_f64();
        store.close().await;
        ensure!(report.notifications > 0 && report.incomplete.is_empty(), "a scan failed: {:?}", report.problems);
        Ok((report, taken))
    }

    fn scanner(&self, store: Arc<SqlStore>, strategy: &Arc<dyn Strategy>) -> Scanner {
        Scanner {
            source: Arc::clone(&self.source) as _,
            strategies: Arc::new(Only(Arc::clone(strategy))),
            records: BTreeMap::new(),
            on_expiry: self.config.expiry(),
            actions: None,
            store,
            directory: Arc::clone(&self.directory) as _,
            preferences: self.config.preferences.clone(),
            brake: self.config.brake,
            mail_channels: mail_channels(),
            inbox_channels: BTreeSet::new(),
            clock: Arc::new(SystemClock),
            links: self.config.source.links.clone(),
            zone: self.config.source.timezone,
        }
    }
}

fn mail_channels() -> BTreeSet<String> {
    BTreeSet::from(["email".to_owned()])
}
