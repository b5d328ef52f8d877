//! Plugins that fail again and again are not called for a while.

use std::{
    collections::{BTreeMap, HashMap},
    fs,
    path::PathBuf,
    sync::Arc,
};

use chrono::TimeDelta;
use nudged::{
    config::DeliveryConfig,
    model::{Fault, FaultKind},
    pipeline::{ChannelRoutes, Deliverer, Delivery, LaneConfig},
    plugin::{Registry, Ways},
};
use nudged_tests::{Database, HandClock, Office, Plan, PluginsFolder, at, batch, context, guest, marked, notice_about};
use serde_json::json;

fn clock() -> Arc<HandClock> {
    Arc::new(HandClock::new(at("2026-06-04T09:00:00Z")))
}

/// The fault of the next call of the guest that always fails.
async fn fault(registry: &Registry) -> Fault {
    let strategy = registry.strategy("errs").expect("serves");
    strategy.evaluate(batch(["s1"]), &context()).await.expect_err("it fails or is not called")
}

/// Calls until it is not called any more; answers how often it was.
async fn wear_out(registry: &Registry) -> usize {
    for calls in 0..100 {
        if fault(registry).await.kind == FaultKind::Paused {
            return calls;
        }
    }
    panic!("it is called for ever");
}

#[tokio::test]
async fn a_strategy_is_not_called_after_36_faults_in_a_row_until_it_shows_that_it_is_well() {
    let (folder, clock) = (PluginsFolder::with_guests(&["errs"]), clock());
    let registry = folder.serving_by(Arc::clone(&clock) as _).await;
    assert_eq!(registry.paused("errs"), None);
    assert_eq!(wear_out(&registry).await, 36);
    let paused = fault(&registry).await;
    let words = "the last: error: share:s1: no idea what to do with a share that is Submitted";
    assert!(paused.detail.starts_with("is not called until 2026-06-04T09:0"), "{paused}");
    assert!(paused.detail.ends_with(words), "{paused}");
    let until = registry.paused("errs").expect("it is in quarantine").until;
    clock.set(until);
    assert_eq!(fault(&registry).await.kind, FaultKind::Error, "one call");
    let wait = registry.paused("errs").expect("it is in quarantine again").until - until;
    assert!((96..=144).contains(&wait.num_seconds()), "twice a minute, give or take a fifth: {wait}");
}

#[tokio::test]
async fn faults_over_several_items_count_for_nothing_until_the_culprit_is_alone() {
    let (folder, clock) = (PluginsFolder::with_guests(&["errs"]), clock());
    let registry = folder.serving_by(Arc::clone(&clock) as _).await;
    let strategy = registry.strategy("errs").expect("serves");
    for _ in 0..40 {
        let fault = strategy.evaluate(batch(["s1", "s2"]), &context()).await.expect_err("it fails");
        assert_eq!(fault.kind, FaultKind::Error);
    }
    assert_eq!(wear_out(&registry).await, 36);
}

/// The files of quarantines.
fn remembered(folder: &PluginsFolder) -> Vec<PathBuf> {
    let files = |path: PathBuf| fs::read_dir(path).expect("a folder").map(|entry| entry.expect("an entry").path());
    files(folder.cache().join("quarantine")).flat_map(files).collect()
}

#[tokio::test]
async fn a_restart_is_no_way_out_but_another_generation_is() {
    let (folder, clock) = (PluginsFolder::with_guests(&["errs"]), clock());
    wear_out(&*folder.serving_by(Arc::clone(&clock) as _).await).await;
    let restarted = folder.serving_by(Arc::clone(&clock) as _).await;
    assert_eq!(fault(&restarted).await.kind, FaultKind::Paused);
    folder.put("errs.wasm", &marked(&guest("errs"), 1));
    restarted.rescan().await.expect("the folder is there");
    assert_eq!(restarted.paused("errs"), None);
    assert_eq!(fault(&restarted).await.kind, FaultKind::Error);
    assert_eq!(remembered(&folder), [] as [PathBuf; 0], "nothing is remembered of what is over");
}

#[tokio::test]
async fn what_is_remembered_and_cannot_be_read_keeps_nobody_out() {
    let (folder, clock) = (PluginsFolder::with_guests(&["errs"]), clock());
    wear_out(&*folder.serving_by(Arc::clone(&clock) as _).await).await;
    let [file] = &remembered(&folder)[..] else { panic!("one is in quarantine") };
    fs::write(file, "{ half").expect("the file is there");
    let restarted = folder.serving_by(clock).await;
    assert_eq!(fault(&restarted).await.kind, FaultKind::Error);
}

/// Over the channel `told`, whose plugin does these steps.
fn deliverer(registry: &Arc<Registry>, office: &Office, steps: &serde_json::Value) -> Deliverer {
    let ways = Ways { parameters: json!({ "steps": steps }), ..Ways::default() };
    let channels = HashMap::from([("told".to_owned(), ("does-as-told".to_owned(), ways))]);
    let lane = LaneConfig { concurrency: 1, rate: None, one_destination: false };
    Deliverer {
        routes: Arc::new(ChannelRoutes { registry: Arc::clone(registry), channels }),
        lanes: BTreeMap::from([("told".to_owned(), lane)]),
        ..office.deliverer.clone()
    }
}

/// What ended, and how many were put off.
async fn once(deliverer: &Deliverer) -> (Vec<Delivery>, usize) {
    let mut ended = Vec::new();
    let put_off = deliverer.once(|delivery| ended.push(delivery)).await.expect("a store");
    (ended, put_off)
}

#[tokio::test]
async fn notices_of_a_channel_in_quarantine_wait_and_use_up_no_attempts() {
    let database = Database::fresh_sqlite();
    let office = Plan::default().open(&database.url(), at("2026-06-04T09:00:00Z")).await;
    let folder = PluginsFolder::with_guests(&["does-as-told"]);
    let registry = folder.serving_by(Arc::clone(&office.clock) as _).await;
    let put = |number: usize| notice_about(&format!("s{number}"), "told", &format!("pam{number}@x.test"));
    office.put((0..7).map(put)).await;

    let (failed, put_off) = once(&deliverer(&registry, &office, &json!([{ "what": "panic" }]))).await;
    assert_eq!(failed.iter().map(|delivery| delivery.outcome).collect::<Vec<_>>(), ["retry"; 5]);
    assert_eq!(put_off, 2);

    let mended = deliverer(&registry, &office, &json!([]));
    office.put([put(7)]).await;
    assert_eq!(once(&mended).await, (Vec::new(), 1));

    let longest = DeliveryConfig::default().first_retry * 2;
    office.clock.advance(TimeDelta::minutes(2) + TimeDelta::from_std(longest).expect("a short wait"));
    let (delivered, put_off) = once(&mended).await;
    assert_eq!(put_off, 0);
    assert!(delivered.iter().all(|delivery| delivery.outcome == "delivered"), "{delivered:?}");
    let mut attempts: Vec<_> = delivered.iter().map(|delivery| delivery.attempts).collect();
    attempts.sort_unstable();
    assert_eq!(attempts, [1, 1, 1, 2, 2, 2, 2, 2]);
    assert_eq!(registry.paused("does-as-told"), None);
}

#[tokio::test]
async fn notices_of_a_plugin_that_is_not_loaded_wait_for_it_until_they_are_too_old() {
    let database = Database::fresh_sqlite();
    let office = Plan::default().open(&database.url(), at("2026-06-04T09:00:00Z")).await;
    let folder = PluginsFolder::default();
    let registry = folder.serving_by(Arc::clone(&office.clock) as _).await;
    let deliverer = deliverer(&registry, &office, &json!([]));
    office.put([notice_about("s1", "told", "pam@x.test")]).await;
    for _ in 0..20 {
        assert_eq!(once(&deliverer).await, (Vec::new(), 1));
        office.clock.advance(TimeDelta::minutes(1));
    }
    folder.put("does-as-told.wasm", &guest("does-as-told"));
    registry.rescan().await.expect("the folder is there");
    let (delivered, _) = once(&deliverer).await;
    assert_eq!(delivered.iter().map(|one| (one.outcome, one.attempts)).collect::<Vec<_>>(), [("delivered", 1)]);

    folder.remove("does-as-told.wasm");
    registry.rescan().await.expect("the folder is there");
    office.put([notice_about("s2", "told", "pam@x.test")]).await;
    assert_eq!(once(&deliverer).await, (Vec::new(), 1));
    office.clock.advance(TimeDelta::from_std(DeliveryConfig::default().max_age).expect("two days"));
    let (dead, _) = once(&deliverer).await;
    let [dead] = &dead[..] else { panic!("{dead:?}") };
    assert_eq!((dead.outcome, dead.attempts), ("dead", 1));
    assert!(dead.detail.contains("no component in"), "{}", dead.detail);
}
