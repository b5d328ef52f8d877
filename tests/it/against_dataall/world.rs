//! A generated data.all, and nudged at work on it for a month.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    sync::Arc,
    time::Duration,
};

use chrono::{Months, NaiveDate, NaiveTime};
use futures_util::TryStreamExt;
use nudged::{
    clock::Clock,
    config::{Config, Links, ReminderConfig, SourceConfig, load},
    directory::{Addresses, StaticDirectory},
    import::import,
    model::{Decision, Instant, Share},
    pipeline::{Scanner, Writing},
    plugin::Registry,
    policy::Brake,
    source::{DataallSource, Row, Source, Want, create_sample, sample_people},
    store::{Disposal, Finish, SqlStore, Store},
};
use nudged_tests::{Database, HandClock, PluginsFolder, plugin};
use tempfile::TempDir;

/// The reminders that data.all has too.
const REMINDERS: [&str; 2] = ["pending-share", "expiring-share"];

/// What data.all says about reminders when all of it is on.
const DATAALL: &str = r#"{ "modules": { "datasets_base": { "features": {
    "share_notifications": { "email": { "active": true, "persistent_reminders": true } },
    "share_expiration": { "active": true, "run_schedule": [1, 3, 7, 14, 21, 28] } } } } }"#;

/// Notices in one lease.
const BATCH: u32 = 500;

/// A data.all whose state does not change: nobody acts.
pub(super) struct World {
    source: Database,
    /// Addresses by group.
    pub(super) groups: BTreeMap<String, Vec<String>>,
    /// Its shares.
    pub(super) shares: Vec<Share>,
    /// The first day of the month that is looked at.
    pub(super) first: NaiveDate,
    registry: Arc<Registry>,
    _plugins: PluginsFolder,
}

/// What nudged told in a month.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// Mails by address.
    pub(super) mails: BTreeMap<String, usize>,
    /// Reminders in them.
    pub(super) reminders: usize,
    /// Address and share of each, whether shown in a mail or counted there.
    pub(super) pairs: BTreeSet<(String, String)>,
}

impl World {
    /// So many shares on the first of June 2026, a Monday.
    pub(super) async fn new(count: u32) -> Self {
        let first = NaiveDate::from_ymd_opt(2026, 6, 1).expect("a day");
        let source = Database::fresh_sqlite();
        create_sample(&source.file(), midnight(first), count).await.expect("a sample");
        // The handmade shares have among them those that make data.all's task give up: it would send nothing after.
        source.execute("DELETE FROM share_object WHERE \"shareUri\" NOT GLOB 'm[0-9]*'").await;
        let shares = shares(&source, first).await;
        assert_eq!(shares.len(), count as usize);
        let mut groups = BTreeMap::<_, Vec<_>>::new();
        for person in sample_people(count) {
            groups.entry(person.group).or_default().push(person.address);
        }
        let plugins = PluginsFolder::default();
        REMINDERS.iter().for_each(|name| plugins.put(&format!("{name}.wasm"), &plugin(name)));
        let registry = plugins.serving().await;
        Self { source, groups, shares, first, registry, _plugins: plugins }
    }

    /// The month with nudged, by these reminders: every run at its time, and every notice delivered at once.
    pub(super) async fn live(&self, reminders: &[ReminderConfig]) -> Told {
        let memory = Database::fresh_sqlite();
        let store = Arc::new(SqlStore::connect(&memory.url()).await.expect("a store"));
        let clock = Arc::new(HandClock::new(midnight(self.first)));
        let scanner = self.scanner(&store, &clock).await;
        let mut told = Told::default();
        for (now, due) in self.runs(reminders) {
            clock.advance(now - Clock::now(clock.as_ref()));
            let report = scanner.scan(&due, now, Writing::Outbox).await.expect("the scan ends");
            assert_eq!(report.problems, []);
            let sent = report.verdicts.iter().filter(|verdict| verdict.decision == Decision::Send);
            for verdict in sent {
                told.reminders += 1;
                told.pairs.insert((verdict.recipient.expect("somebody"), uri(verdict.item.as_str())));
            }
            deliver(&store, now, &mut told.mails).await;
        }
        told
    }

    /// The month's fire times, each with the reminders that are due then.
    fn runs<'r>(&self, reminders: &'r [ReminderConfig]) -> BTreeMap<Instant, Vec<&'r ReminderConfig>> {
        let end = midnight(self.first.checked_add_months(Months::new(1)).expect("a month later"));
        let mut runs = BTreeMap::<_, Vec<_>>::new();
        for reminder in reminders {
            let next = |time: Instant| reminder.schedule.next_after(time).filter(|time| *time < end);
            for time in std::iter::successors(next(midnight(self.first)), |time| next(*time)) {
                runs.entry(time).or_default().push(reminder);
            }
        }
        runs
    }

    async fn scanner(&self, store: &Arc<SqlStore>, clock: &Arc<HandClock>) -> Scanner {
        let groups = self
            .groups
            .iter()
            .map(|(name, members)| (name.clone(), Addresses::from([("email".to_owned(), members.clone())])));
        Scanner {
            source: Arc::new(DataallSource::connect(&config(&self.source)).await.expect("a source")),
            strategies: Arc::clone(&self.registry) as _,
            directory: Arc::new(StaticDirectory::new(groups.collect(), Addresses::new())),
            // An operator who begins with so many pending requests says so (`nudged release`).
            brake: Brake { first_run: u64::MAX, ..Brake::default() },
            ..nudged_tests::scanner(Arc::clone(store) as Arc<dyn Store>, Arc::clone(clock) as _)
        }
    }
}

/// The reminders of the sample configuration.
pub(super) fn of_sample() -> Vec<ReminderConfig> {
    reminders(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../config.json"))
}

/// The reminders that `nudged import` makes of data.all's own.
pub(super) fn of_dataall() -> Vec<ReminderConfig> {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("config.json");
    let imported = import(Path::new("dataall.json"), DATAALL).expect("a configuration");
    fs::write(&path, imported.config).expect("a file");
    reminders(&path)
}

fn reminders(path: &Path) -> Vec<ReminderConfig> {
    let environment =
        |name: &str| Some(if name.contains("SMTP") { "smtp://localhost" } else { "postgres://db.test/d" }.to_owned());
    let mut config: Config = load(path, &environment).expect("a configuration").config;
    REMINDERS.iter().map(|name| config.reminders.remove(*name).expect("a reminder")).collect()
}

async fn shares(source: &Database, today: NaiveDate) -> Vec<Share> {
    let source = DataallSource::connect(&config(source)).await.expect("a source");
    let want = Want::everything(today, true);
    let rows: Vec<_> = source.shares(&want).try_collect().await.expect("the rows");
    let share = |row| match row {
        Row::Item(item) => item.share().expect("a share").as_ref().clone(),
        Row::Problem(problem) => panic!("{problem:?}"),
    };
    rows.into_iter().map(share).collect()
}

fn config(database: &Database) -> SourceConfig {
    SourceConfig { url: database.url(), schema: "dev".into(), timezone: chrono_tz::UTC, links: Links::default() }
}

/// Takes everything from the outbox and counts it.
async fn deliver(store: &SqlStore, now: Instant, mails: &mut BTreeMap<String, usize>) {
    loop {
        let until = now + Duration::from_secs(60);
        let leases = nudged_tests::take(store, "month", now, until, BATCH).await;
        if leases.is_empty() {
            return;
        }
        for lease in leases {
            let attempt = nudged_tests::attempt(now);
            let finish = nudged_tests::end(store, &lease, &attempt, Disposal::Delivered).await;
            assert_eq!(finish, Finish::Done);
            *mails.entry(lease.notification.recipient).or_default() += 1;
        }
    }
}

fn midnight(day: NaiveDate) -> Instant {
    day.and_time(NaiveTime::MIN).and_utc()
}

fn uri(key: &str) -> String {
    key.strip_prefix("share:").expect("a share").to_owned()
}
