//! Time on a processor, over all calls of an hour, and fuel in one.

use std::{sync::Arc, time::Duration};

use chrono::TimeDelta;
use nudged::{
    directory::{Addresses, StaticDirectory},
    model::FaultKind,
    pipeline::{Scanner, Writing},
    store::SqlStore,
};
use nudged_tests::{Database, HandClock, PluginsFolder, Shares, batch, context, share};

#[tokio::test]
async fn a_strategy_that_has_used_up_its_hour_is_called_again_in_the_next() {
    let mut folder = PluginsFolder::with_guests(&["echo"]);
    folder.limits.hourly = Duration::from_nanos(1);
    let clock = Arc::new(HandClock::new(context().now));
    let echo = folder.serving_by(Arc::clone(&clock) as _).await.strategy("echo").expect("serves");
    assert!(echo.evaluate(batch(["s1"]), &context()).await.is_ok());
    let fault = echo.evaluate(batch(["s1"]), &context()).await.expect_err("its time is used up");
    assert_eq!(fault.kind, FaultKind::Paused);
    assert!(fault.detail.starts_with("is not called until 2026-06-04T10:01:00Z: "), "{fault}");
    assert!(fault.detail.contains("(plugins.limits.hourly)"), "{fault}");
    clock.advance(TimeDelta::minutes(61));
    assert!(echo.evaluate(batch(["s1"]), &context()).await.is_ok());
}

#[tokio::test]
async fn a_run_whose_strategy_is_not_called_says_so_once_and_is_incomplete() {
    let mut folder = PluginsFolder::with_guests(&["echo"]);
    folder.limits.hourly = Duration::from_nanos(1);
    let store = Database::fresh_sqlite();
    let fallback = Addresses::from([("email".to_owned(), vec!["fallback@x.test".to_owned()])]);
    let memory = Arc::new(SqlStore::connect(&store.url()).await.expect("a store"));
    let clock = Arc::new(HandClock::new(context().now));
    let scanner = Scanner {
        source: Arc::new(Shares((0..600).map(|number| share(&format!("s{number}"))).collect())),
        strategies: folder.serving_by(Arc::clone(&clock) as _).await,
        directory: Arc::new(StaticDirectory::new([].into(), fallback)),
        ..nudged_tests::scanner(memory, clock)
    };
    let mut reminder = nudged_tests::reminder("echoes");
    reminder.strategy = "echo".to_owned();
    reminder.audience = Some(vec!["fallback".to_owned()]);
    let report = scanner.scan(&[&reminder], context().now, Writing::DryRun).await.expect("the scan ends");
    assert_eq!((report.scanned, report.findings), (600, 256), "the first batch was asked about");
    let [problem] = &report.problems[..] else { panic!("{:?}", report.problems) };
    assert_eq!(problem.item, None);
    assert!(problem.text.starts_with("reminder echoes: plugin echo ("), "{problem:?}");
    assert!(problem.text.contains("): paused: is not called until "), "{problem:?}");
    assert!(report.incomplete.contains("echoes"));
}

#[tokio::test]
async fn a_call_that_uses_up_its_fuel_is_a_fault_of_its_own() {
    let mut folder = PluginsFolder::with_guests(&["spin", "echo"]);
    folder.limits.fuel = Some(5_000_000);
    let registry = folder.serving().await;
    let spin = registry.strategy("spin").expect("serves");
    let fault = spin.evaluate(batch(["s1"]), &context()).await.expect_err("it spins");
    assert_eq!(fault.kind, FaultKind::Fuel);
    assert_eq!(fault.detail, "used up 5000000 units of fuel (plugins.limits.fuel) while reading share:s1");
    assert!(registry.strategy("echo").expect("serves").evaluate(batch(["s1"]), &context()).await.is_ok());
}
