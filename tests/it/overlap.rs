//! Two runs at the same time: each recipient is told of everything, and of nothing twice.

use std::{collections::BTreeMap, sync::Arc};

use nudged::{
    config::ReminderConfig,
    directory::{Addresses, Directory, DirectoryError, StaticDirectory},
    model::{Code, Decision, Share},
    pipeline::{Scanner, Writing},
    store::SqlStore,
};
use nudged_tests::{Database, HandClock, Shares, at, share};
use tokio::sync::Mutex;

const NOW: &str = "2026-06-04T09:00:00Z";

/// A directory during whose first answer another run comes to its end: after the ledger was read, before it is written.
struct Overtaking {
    directory: StaticDirectory,
    other: Mutex<Option<Scanner>>,
}

#[async_trait::async_trait]
impl Directory for Overtaking {
    async fn group(&self, name: &str) -> Result<Option<Addresses>, DirectoryError> {
        if let Some(other) = self.other.lock().await.take() {
            let report = other.scan(&[&reminder()], at(NOW), Writing::Outbox).await.expect("the other run");
            assert_eq!(report.notifications, 1);
        }
        self.directory.group(name).await
    }

    fn fallback(&self) -> &Addresses {
        self.directory.fallback()
    }
}

fn reminder() -> ReminderConfig {
    nudged_tests::reminder("pending-share")
}

fn directory() -> StaticDirectory {
    let pam = Addresses::from([("email".to_owned(), vec!["pam@x.test".to_owned()])]);
    StaticDirectory::new(BTreeMap::from([("producers".to_owned(), pam)]), Addresses::new())
}

fn scanner(store: &Arc<SqlStore>, shares: Vec<Share>, directory: Arc<dyn Directory>) -> Scanner {
    Scanner {
        source: Arc::new(Shares(shares)),
        directory,
        ..nudged_tests::scanner(Arc::clone(store) as _, Arc::new(HandClock::new(at(NOW))))
    }
}

async fn check(database: Database) {
    let store = Arc::new(SqlStore::connect(&database.url()).await.expect("a store"));
    let other = scanner(&store, vec![share("s1")], Arc::new(directory()));
    let overtaking = Overtaking { directory: directory(), other: Mutex::new(Some(other)) };
    let late = scanner(&store, vec![share("s1"), share("s2")], Arc::new(overtaking));

    let report = late.scan(&[&reminder()], at(NOW), Writing::Outbox).await.expect("the run");

    let verdicts: Vec<_> = report.verdicts.iter().map(|v| (v.item.to_string(), v.decision, v.code)).collect();
    let expected = [
        ("share:s1".to_owned(), Decision::Hold(None), Code::InFlight),
        ("share:s2".to_owned(), Decision::Send, Code::First),
    ];
    assert_eq!(verdicts, expected);
    assert_eq!(report.notifications, 1);
    let leases = nudged_tests::take(store.as_ref(), "test", at(NOW), at(NOW), 10).await;
    let mut told: Vec<_> = leases
        .iter()
        .map(|lease| lease.notification.reminders.iter().map(|reminder| reminder.item.clone()).collect::<Vec<_>>())
        .collect();
    told.sort();
    assert_eq!(told, [["share:s1"], ["share:s2"]]);
}

#[tokio::test]
async fn what_another_run_left_is_told_by_this_one_on_sqlite() {
    check(Database::fresh_sqlite()).await;
}

#[tokio::test]
async fn what_another_run_left_is_told_by_this_one_on_postgres() {
    check(Database::fresh_postgres().await).await;
}
