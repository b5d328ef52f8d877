//! A share that a strategy cannot stand costs its own reminder and nobody else's.

use std::sync::Arc;

use nudged::{
    config::ReminderConfig,
    directory::{Addresses, StaticDirectory},
    pipeline::{Report, Scanner, Writing},
    store::SqlStore,
};
use nudged_tests::{Database, HandClock, PluginsFolder, Shares, context, share};

/// A dry run over these shares with the guest `poison`, which panics at the share of that name.
async fn scan(uris: Vec<String>) -> Report {
    let now = context().now;
    let store = Database::fresh_sqlite();
    let fallback = Addresses::from([("email".to_owned(), vec!["fallback@x.test".to_owned()])]);
    let memory = Arc::new(SqlStore::connect(&store.url()).await.expect("a store"));
    let scanner = Scanner {
        source: Arc::new(Shares(uris.iter().map(|uri| share(uri)).collect())),
        strategies: PluginsFolder::with_guests(&["poison"]).serving().await,
        directory: Arc::new(StaticDirectory::new([].into(), fallback)),
        ..nudged_tests::scanner(memory, Arc::new(HandClock::new(now)))
    };
    scanner.scan(&[&reminder()], now, Writing::DryRun).await.expect("the scan ends")
}

fn reminder() -> ReminderConfig {
    ReminderConfig {
        strategy: "poison".to_owned(),
        audience: Some(vec!["fallback".to_owned()]),
        ..nudged_tests::reminder("poisoned")
    }
}

fn uris(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("s{number:03}")).collect()
}

#[tokio::test]
async fn one_poison_share_of_600_is_named_and_the_others_are_found() {
    // In each of the three batches of 256, 256 and 88; at their edges and inside.
    for place in [0, 255, 256, 300, 599] {
        let mut uris = uris(600);
        uris[place] = "poison".to_owned();
        let report = scan(uris).await;
        assert_eq!((report.scanned, report.findings), (600, 599), "at {place}");
        let [problem] = &report.problems[..] else { panic!("at {place}: {:?}", report.problems) };
        assert_eq!(problem.item.as_ref().map(|item| item.as_str()), Some("share:poison"), "at {place}");
        let words = "while working on share:poison: assertion `left != right` failed: this share is indigestible";
        assert!(problem.text.starts_with("reminder poisoned: plugin poison ("), "{}", problem.text);
        assert!(problem.text.contains(words), "{}", problem.text);
        assert!(report.verdicts.iter().all(|verdict| verdict.item.as_str() != "share:poison"), "at {place}");
    }
}

#[tokio::test]
async fn a_poison_share_in_each_of_many_batches_hides_nothing_of_the_others() {
    let mut uris = uris(6 * 256);
    uris.iter_mut().step_by(256).for_each(|uri| "poison".clone_into(uri));
    let report = scan(uris).await;
    assert_eq!((report.scanned, report.findings), (6 * 256, 6 * 255));
    let poisoned = report.problems.iter().filter(|problem| problem.item.is_some()).count();
    let given_up = report.problems.iter().find(|problem| problem.text.contains("not asked again"));
    assert_eq!((poisoned, given_up), (6, None));
}

#[tokio::test]
async fn a_strategy_that_stands_no_share_is_given_up() {
    let report = scan(vec!["poison".to_owned(); 600]).await;
    assert_eq!((report.scanned, report.findings), (600, 0));
    let given_up: Vec<_> = report.problems.iter().filter(|problem| problem.item.is_none()).collect();
    assert_eq!(given_up.len(), 1, "{:?}", report.problems);
    let text = "after 36 faults the strategy is not asked again in this run";
    assert!(given_up[0].text.ends_with(text), "{}", given_up[0].text);
    assert!(report.problems.len() < 36, "{}", report.problems.len());
}
