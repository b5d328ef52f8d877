//! A scanner over a real store, and everything around it in the test's hands.

use std::sync::Arc;

use chrono::TimeDelta;
use nudged::{
    clock::Clock,
    config::ReminderConfig,
    directory::Addresses,
    model::{Instant, Notification, Occurrence},
    pipeline::{Report, Scanner, Writing},
    store::{Disposal, Finish, SqlStore, Store},
};

use crate::{Database, Hand, HandClock, Roster, Script, at, attempt, end, reminder, scanner, take};

/// Runs each test over both databases, as `sqlite::…` and `postgres::…`.
#[macro_export]
macro_rules! on_both_rigs {
    ($($name:ident,)*) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name($crate::Rig::new($crate::Database::fresh_sqlite()).await).await;
            })*
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name($crate::Rig::new($crate::Database::fresh_postgres().await).await).await;
            })*
        }
    };
}

/// What scans need. On the channels `email` and `post`, pam is the producers, stu the stewards, rita the requesters, and
/// ops the fallback.
pub struct Rig {
    /// The store's database.
    pub database: Database,
    /// The store.
    pub store: Arc<SqlStore>,
    /// Shows the time of the last scan or delivery.
    pub clock: Arc<HandClock>,
    /// Source and strategies.
    pub script: Script,
    /// The directory.
    pub roster: Arc<Roster>,
    /// What acts on the source; the scanner has none until [`Rig::act`].
    pub hand: Arc<Hand>,
    /// What is tested.
    pub scanner: Scanner,
}

impl Rig {
    /// Opens the store, with nothing to find.
    pub async fn new(database: Database) -> Self {
        let ops = |channel: &str| (channel.to_owned(), vec!["ops@x.test".to_owned()]);
        let roster = Roster::new(Addresses::from([ops("email"), ops("post")]));
        for (group, member) in [("producers", "pam@x.test"), ("stewards", "stu@x.test"), ("requesters", "rita@x.test")]
        {
            roster.set(group, "email", &[member]);
            roster.set(group, "post", &[member]);
        }
        let store = Arc::new(SqlStore::connect(&database.url()).await.expect("the store opens"));
        let clock = Arc::new(HandClock::new(Instant::UNIX_EPOCH));
        let (script, roster) = (Script::default(), Arc::new(roster));
        let scanner = Scanner {
            source: Arc::new(script.clone()),
            strategies: Arc::new(script.clone()),
            directory: Arc::clone(&roster) as _,
            ..scanner(Arc::clone(&store) as _, Arc::clone(&clock) as _)
        };
        Self { database, store, clock, script, roster, hand: Arc::default(), scanner }
    }

    /// Gives the scanner the hand to act with.
    pub fn act(&mut self) {
        self.scanner.actions = Some(Arc::clone(&self.hand) as _);
    }

    /// One run.
    ///
    /// # Panics
    /// If it fails.
    pub async fn scan(&self, reminders: &[&ReminderConfig], now: &str) -> Report {
        self.clock.set(at(now));
        self.scanner.scan(reminders, at(now), Writing::Outbox).await.expect("the scan ends")
    }

    /// One run that writes nothing.
    ///
    /// # Panics
    /// If it fails.
    pub async fn dry_run(&self, reminders: &[&ReminderConfig], now: &str) -> Report {
        self.clock.set(at(now));
        self.scanner.scan(reminders, at(now), Writing::DryRun).await.expect("the scan ends")
    }

    /// One run, and the delivery of what it wrote.
    pub async fn tell(&self, reminders: &[&ReminderConfig], now: &str) -> Vec<Notification> {
        self.scan(reminders, now).await;
        self.deliver().await
    }

    /// Delivers all that is in the outbox; ordered by channel and recipient.
    ///
    /// # Panics
    /// If the store fails.
    pub async fn deliver(&self) -> Vec<Notification> {
        let now = self.clock.now();
        let leases = take(self.store.as_ref(), "rig", now, now + TimeDelta::hours(1), 10_000).await;
        let mut delivered = Vec::new();
        for lease in leases {
            let finish = end(self.store.as_ref(), &lease, &attempt(now), Disposal::Delivered).await;
            assert_eq!(finish, Finish::Done);
            delivered.push(lease.notification);
        }
        delivered.sort_by(|a, b| (&a.channel, &a.recipient, &a.subject).cmp(&(&b.channel, &b.recipient, &b.subject)));
        delivered
    }

    /// The occurrences that last.
    ///
    /// # Panics
    /// If the store fails.
    pub async fn open(&self) -> Vec<Occurrence> {
        let open = self.store.open_occurrences(&["main"]).await.expect("a store");
        open.into_iter().map(|open| open.occurrence).collect()
    }

    /// Rows of one of the store's tables.
    pub async fn rows(&self, table: &str) -> i64 {
        self.database.number(&format!("SELECT COUNT(*) FROM {}", self.table(table))).await
    }

    /// The store's table as an SQL statement from outside names it.
    pub fn table(&self, name: &str) -> String {
        if self.database.is_postgres() { format!("nudged.{name}") } else { name.to_owned() }
    }
}

/// The reminder `main`, every day at nine.
pub fn main_reminder() -> ReminderConfig {
    reminder("main")
}

/// Who was told of what, such as `email pam@x.test: s1 s2`.
pub fn told(notifications: &[Notification]) -> Vec<String> {
    let told = |one: &Notification| {
        let items: Vec<_> = one.reminders.iter().map(|reminder| reminder.item.trim_start_matches("share:")).collect();
        format!("{} {}: {}", one.channel, one.recipient, items.join(" "))
    };
    notifications.iter().map(told).collect()
}

/// The verdicts, such as `s1 pam@x.test hold quiet-hours`; `-` where it is about nobody in particular.
pub fn verdicts(report: &Report) -> Vec<String> {
    let verdict = |one: nudged::model::Verdict| {
        let (item, to) = (one.item.as_str().trim_start_matches("share:"), one.recipient.as_deref().unwrap_or("-"));
        format!("{item} {to} {} {}", one.decision.word(), one.code)
    };
    report.verdicts.iter().map(verdict).collect()
}
