//! Fire times: each runs once, whoever is there to run it.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use chrono::TimeDelta;
use futures_util::{StreamExt, stream, stream::BoxStream};
use nudged::{
    clock::Clock,
    config::{GroupBy, ReminderConfig},
    directory::{Addresses, StaticDirectory},
    model::{Fault, FaultKind, Finding, Instant, Item, Kind, Manifest, Reads, Severity, Share, Span},
    pipeline::{Scanner, Strategies},
    plugin::{Context, Strategy},
    policy::Schedule,
    scheduler::Scheduler,
    source::{Row, Source, SourceError, Want},
    store::{Claim, Depth, Runs, SqlStore, Store},
};
use nudged_tests::{DEADLINE, Database, HandClock, RunningClock, at};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// The fire time of most tests.
const NINE: &str = "2026-05-04T09:00:00Z";
const THE_DAY_BEFORE: &str = "2026-05-03T09:00:00Z";

/// What happened, for all doubles of a world.
#[derive(Debug, Default)]
struct Seen {
    /// How often the source was read.
    scans: usize,
    /// How often each strategy was looked for.
    sought: BTreeMap<String, usize>,
    /// When each strategy was asked.
    asked: BTreeMap<String, Vec<Instant>>,
}

type Watched = watch::Sender<Seen>;

/// Hands out one share; the first readings fail.
struct OneShare {
    seen: Watched,
    failures: Mutex<usize>,
}

#[async_trait::async_trait]
impl Source for OneShare {
    async fn check(&self) -> Result<(), SourceError> {
        Ok(())
    }

    fn shares<'a>(&'a self, _: &'a Want) -> BoxStream<'a, Result<Row, SourceError>> {
        self.seen.send_modify(|seen| seen.scans += 1);
        let mut failures = self.failures.lock().expect("no panic");
        let row = match failures.checked_sub(1) {
            Some(left) => {
                *failures = left;
                Err(SourceError { what: "away for a moment".to_owned(), cause: None })
            }
            None => Ok(Row::Item(Item::Share(Arc::new(share())))),
        };
        stream::iter([row]).boxed()
    }

    fn stacks<'a>(&'a self, _: &'a Want) -> BoxStream<'a, Result<Row, SourceError>> {
        stream::empty().boxed()
    }
}

fn share() -> Share {
    Share {
        since: at("2026-05-01T08:00:00Z"),
        group: "team".into(),
        producers: Some("owners".into()),
        stewards: None,
        ..nudged_tests::share("s1")
    }
}

/// Every name is a strategy that finds every share; it is missing the first times it is looked for.
struct FindsAll {
    seen: Watched,
    missing: Mutex<usize>,
}

struct FindAll {
    manifest: Manifest,
    seen: Watched,
}

impl Strategies for FindsAll {
    fn strategy(&self, name: &str) -> Result<Arc<dyn Strategy>, Fault> {
        self.seen.send_modify(|seen| *seen.sought.entry(name.to_owned()).or_default() += 1);
        let mut missing = self.missing.lock().expect("no panic");
        if let Some(left) = missing.checked_sub(1) {
            *missing = left;
            let (digest, detail) = (String::new(), "no such component".to_owned());
            return Err(Fault { plugin: name.to_owned(), digest, kind: FaultKind::Missing, detail });
        }
        let manifest = Manifest {
            name: name.to_owned(),
            version: "1.0.0".to_owned(),
            kind: Kind::ShareStrategy,
            licence: None,
            reads: Reads::default(),
            parameters: serde_json::json!({}),
            proposes: Vec::new(),
            asks: Vec::new(),
            hosts: Vec::new(),
            secrets: Vec::new(),
            budget: None,
        };
        Ok(Arc::new(FindAll { manifest, seen: self.seen.clone() }))
    }
}

#[async_trait::async_trait]
impl Strategy for FindAll {
    fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    async fn evaluate(&self, items: Arc<[Item]>, context: &Context) -> Result<Vec<Finding>, Fault> {
        let name = self.manifest.name.clone();
        self.seen.send_modify(|seen| seen.asked.entry(name).or_default().push(context.now));
        Ok(items.iter().filter_map(Item::share).map(|share| finding(share)).collect())
    }
}

fn finding(share: &Share) -> Finding {
    Finding {
        item: share.key(),
        reason: "pending".into(),
        since: Some(share.since),
        roles: vec!["producers".into()],
        severity: Severity::Info,
        title: "Sales".into(),
        text: "It waits.".into(),
        deadline: None,
        action: None,
        attributes: Vec::new(),
    }
}

/// A reminder every day at nine that makes up for what was missed within an hour; its strategy has its name.
fn daily(name: &str) -> ReminderConfig {
    reminder(name, "0 9 * * *")
}

fn reminder(name: &str, schedule: &str) -> ReminderConfig {
    ReminderConfig {
        schedule: Schedule::parse(schedule, chrono_tz::UTC).expect("a schedule"),
        catch_up: Span::seconds(3600),
        group_by: GroupBy::Item,
        ..nudged_tests::reminder(name)
    }
}

/// A store, and the doubles around it.
struct World {
    store: Arc<SqlStore>,
    seen: Watched,
    failures: usize,
    missing: usize,
    try_again: Duration,
}

/// A scheduler at work.
struct Running {
    stop: CancellationToken,
    task: tokio::task::JoinHandle<()>,
}

impl Running {
    async fn stop(self) {
        self.stop.cancel();
        tokio::time::timeout(DEADLINE, self.task).await.expect("it ends").expect("no panic");
    }
}

impl World {
    async fn over(database: &Database) -> Self {
        let store = Arc::new(SqlStore::connect(&database.url()).await.expect("the store opens"));
        let (seen, try_again) = (watch::channel(Seen::default()).0, Duration::from_millis(20));
        Self { store, seen, failures: 0, missing: 0, try_again }
    }

    /// In which these reminders ran on the day before.
    async fn with(database: &Database, reminders: &[&str]) -> Self {
        let world = Self::over(database).await;
        for reminder in reminders {
            world.ran(reminder, THE_DAY_BEFORE).await;
        }
        world
    }

    /// Records that a reminder ran.
    async fn ran(&self, reminder: &str, slot: &str) {
        let claim = self.store.claim_run(reminder, at(slot), "before", at(slot), at(slot)).await;
        assert_eq!(claim.expect("a store"), Claim::Taken);
        self.store.finish_run(reminder, at(slot)).await.expect("a store");
    }

    /// Starts a scheduler whose clock shows this instant.
    fn start(&self, holder: &str, now: &str, reminders: Vec<ReminderConfig>) -> Running {
        self.start_by(Arc::new(RunningClock::starting_at(at(now))), holder, reminders)
    }

    /// Starts a scheduler that goes by this clock.
    fn start_by(&self, clock: Arc<dyn Clock>, holder: &str, reminders: Vec<ReminderConfig>) -> Running {
        let on_email = |address: &str| Addresses::from([("email".to_owned(), vec![address.to_owned()])]);
        let groups = BTreeMap::from([("owners".to_owned(), on_email("pam@x.test"))]);
        let scanner = Scanner {
            source: Arc::new(OneShare { seen: self.seen.clone(), failures: Mutex::new(self.failures) }),
            strategies: Arc::new(FindsAll { seen: self.seen.clone(), missing: Mutex::new(self.missing) }),
            directory: Arc::new(StaticDirectory::new(groups, Addresses::new())),
            ..nudged_tests::scanner(Arc::clone(&self.store) as _, Arc::clone(&clock))
        };
        let scheduler = Scheduler {
            scanner: Arc::new(scanner),
            store: Arc::clone(&self.store) as _,
            clock,
            holder: holder.to_owned(),
            wake: nudged::pipeline::Wake::default(),
            try_again: self.try_again,
        };
        let stop = CancellationToken::new();
        let stopped = stop.clone();
        Running { stop, task: tokio::spawn(async move { scheduler.run(&reminders, &stopped).await }) }
    }

    async fn until_asked(&self, strategy: &str) {
        let mut seen = self.seen.subscribe();
        let asked = seen.wait_for(|seen| seen.asked.contains_key(strategy));
        assert!(tokio::time::timeout(DEADLINE, asked).await.is_ok(), "{strategy} never runs: {:?}", self.seen.borrow());
    }

    /// When a strategy was asked.
    fn asked(&self, strategy: &str) -> Vec<Instant> {
        self.seen.borrow().asked.get(strategy).cloned().unwrap_or_default()
    }

    async fn last_run(&self, reminder: &str) -> Option<Instant> {
        self.store.last_run(reminder).await.expect("a store")
    }

    async fn queued(&self) -> u64 {
        let Depth { queued, .. } = self.store.depth().await.expect("a store");
        queued
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reminder_fires_at_its_time_and_once() {
    let database = Database::fresh_sqlite();
    let world = World::with(&database, &["main", "other"]).await;
    let running = world.start("first", "2026-05-04T08:59:59.700Z", vec![daily("main")]);
    world.until_asked("main").await;
    running.stop().await;
    assert_eq!(world.last_run("main").await, Some(at(NINE)));
    assert!(world.asked("main")[0] >= at(NINE));
    assert_eq!(world.queued().await, 1);

    // Started again within the same minute: only what was not done yet is done.
    let running = world.start("second", "2026-05-04T09:00:30Z", vec![daily("main"), daily("other")]);
    world.until_asked("other").await;
    running.stop().await;
    assert_eq!(world.asked("main").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn reminders_that_are_due_together_share_one_scan() {
    let database = Database::fresh_sqlite();
    let world = World::with(&database, &["a", "b"]).await;
    let running = world.start("only", "2026-05-04T08:59:59.700Z", vec![daily("a"), daily("b")]);
    world.until_asked("a").await;
    world.until_asked("b").await;
    running.stop().await;
    assert_eq!(world.seen.borrow().scans, 1);
    assert_eq!(world.queued().await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_daemons_one_runs_a_fire_time() {
    let database = Database::fresh_postgres().await;
    let names: Vec<_> = (0..20).map(|n| format!("r{n}")).collect();
    let seeded: Vec<_> = names.iter().map(String::as_str).collect();
    let worlds = [World::with(&database, &seeded).await, World::over(&database).await];
    let reminders = || names.iter().map(|name| daily(name)).collect();
    let running = ["one", "other"].map(|holder| {
        let world = if holder == "one" { &worlds[0] } else { &worlds[1] };
        world.start(holder, "2026-05-04T08:59:59.500Z", reminders())
    });
    for name in &names {
        let ran = async {
            let mut seen = worlds.each_ref().map(|world| world.seen.subscribe());
            let [one, other] = &mut seen;
            tokio::select! {
                asked = one.wait_for(|seen| seen.asked.contains_key(name)) => drop(asked),
                asked = other.wait_for(|seen| seen.asked.contains_key(name)) => drop(asked),
            }
        };
        tokio::time::timeout(DEADLINE, ran).await.expect("somebody runs it");
    }
    for running in running {
        running.stop().await;
    }
    for name in &names {
        assert_eq!(worlds.iter().map(|world| world.asked(name).len()).sum::<usize>(), 1, "{name}");
        assert_eq!(worlds[0].last_run(name).await, Some(at(NINE)));
    }
    assert_eq!(worlds[0].queued().await, 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_missed_is_made_up_for_once_unless_it_is_too_old_or_new() {
    let database = Database::fresh_sqlite();
    let world = World::over(&database).await;
    let too_old = ReminderConfig { catch_up: Span::seconds(600), ..daily("too-old") };
    let inactive = ReminderConfig { active: false, ..daily("inactive") };
    for name in ["missed", "too-old", "inactive"] {
        world.ran(name, "2026-04-30T09:00:00Z").await;
    }
    let reminders = vec![too_old, daily("new"), inactive, daily("missed")];
    let running = world.start("late", "2026-05-04T09:30:00Z", reminders);
    world.until_asked("missed").await;
    running.stop().await;
    let asked: Vec<_> = world.seen.borrow().asked.iter().map(|(name, times)| (name.clone(), times.len())).collect();
    assert_eq!(asked, [("missed".to_owned(), 1)], "four days were missed, one run makes up for them");
    assert_eq!(world.last_run("missed").await, Some(at(NINE)));
    assert_eq!(world.last_run("new").await, Some(at(NINE)), "a new reminder counts from now on");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_scan_is_tried_again() {
    let database = Database::fresh_sqlite();
    let world = World { failures: 2, ..World::with(&database, &["main"]).await };
    let running = world.start("only", "2026-05-04T08:59:59.700Z", vec![daily("main")]);
    world.until_asked("main").await;
    running.stop().await;
    assert_eq!(world.seen.borrow().scans, 3);
    assert_eq!(world.last_run("main").await, Some(at(NINE)));
    assert_eq!(world.queued().await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_whose_strategy_is_missing_is_tried_again_until_it_is_there() {
    let database = Database::fresh_sqlite();
    let world = World { missing: 2, ..World::with(&database, &["main"]).await };
    let running = world.start("only", "2026-05-04T08:59:59.700Z", vec![daily("main")]);
    world.until_asked("main").await;
    running.stop().await;
    assert_eq!(world.seen.borrow().sought["main"], 3);
    assert_eq!(world.last_run("main").await, Some(at(NINE)));
    assert_eq!(world.queued().await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_strategy_keeps_no_other_reminder_from_its_run() {
    let database = Database::fresh_sqlite();
    // The first that is looked for is missing for ever, as far as this run is concerned.
    let world = World { missing: 1, ..World::with(&database, &["gone", "main"]).await };
    let world = World { try_again: Duration::from_secs(3600), ..world };
    let running = world.start("only", "2026-05-04T08:59:59.700Z", vec![daily("gone"), daily("main")]);
    world.until_asked("main").await;
    running.stop().await;
    assert_eq!(world.last_run("main").await, Some(at(NINE)));
    assert_eq!(world.last_run("gone").await, Some(at(THE_DAY_BEFORE)), "the next daemon makes up for it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_a_jump_of_the_clock_left_too_far_behind_is_given_up() {
    let database = Database::fresh_sqlite();
    let world = World::with(&database, &["hasty", "patient"]).await;
    world.ran("before", "2026-05-03T08:59:00Z").await;
    let clock = Arc::new(HandClock::new(at("2026-05-04T08:59:59.900Z")));
    let patient = ReminderConfig { catch_up: Span::seconds(2 * 3600), ..daily("patient") };
    let reminders = vec![daily("hasty"), patient, reminder("before", "59 8 * * *")];
    let running = world.start_by(Arc::clone(&clock) as _, "suspended", reminders);
    // It is made up for at once; all timers are set by then.
    world.until_asked("before").await;
    clock.advance(TimeDelta::minutes(61));
    world.until_asked("patient").await;
    running.stop().await;
    assert!(world.asked("hasty").is_empty());
    assert_eq!(world.last_run("hasty").await, Some(at(THE_DAY_BEFORE)));
    assert_eq!(world.last_run("patient").await, Some(at(NINE)));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_claim_of_a_dead_daemon_is_taken_over_when_it_has_run_out() {
    let database = Database::fresh_sqlite();
    let world = World::with(&database, &["main"]).await;
    let until = at("2026-05-04T09:10:00Z");
    world.store.claim_run("main", at(NINE), "dead", at(NINE), until).await.expect("a store");
    let running = world.start("heir", "2026-05-04T09:09:59.500Z", vec![daily("main")]);
    world.until_asked("main").await;
    running.stop().await;
    assert!(world.asked("main")[0] >= until, "not while the claim holds: {:?}", world.asked("main"));
    assert_eq!(world.last_run("main").await, Some(at(NINE)));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_claim_of_another_daemon_keeps_no_later_run_from_its_time() {
    let database = Database::fresh_sqlite();
    let world = World::over(&database).await;
    world.ran("main", "2026-05-04T08:59:00Z").await;
    world.store.claim_run("main", at(NINE), "dead", at(NINE), at("2026-05-04T09:10:00Z")).await.expect("a store");
    let every_minute = vec![reminder("main", "* * * * *")];
    let running = world.start("heir", "2026-05-04T09:00:59.500Z", every_minute);
    world.until_asked("main").await;
    running.stop().await;
    assert_eq!(world.last_run("main").await, Some(at("2026-05-04T09:01:00Z")));
}
