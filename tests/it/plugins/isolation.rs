//! Plugins that spin beside plugins that do not.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use nudged::plugin::{Registry, Ways};
use nudged_tests::{PluginsFolder, batch, context, notification};
use serde_json::json;
use tokio::task::JoinSet;

/// Calls that are measured.
const CALLS: usize = 200;

/// Most calls would take this long only if each waited for all that spin.
const GENEROUS: Duration = Duration::from_millis(100);

/// So many calls that never end by themselves; they end when this is dropped.
fn spinning(registry: &Registry, calls: usize) -> JoinSet<()> {
    let spin = registry.strategy("spin").expect("serves");
    let mut all = JoinSet::new();
    for _ in 0..calls {
        let spin = Arc::clone(&spin);
        all.spawn(async move { drop(spin.evaluate(batch(["s1"]), &context()).await) });
    }
    all
}

/// How long each of the strategy's calls took, in order.
async fn strategy(registry: Arc<Registry>) -> Vec<Duration> {
    let echo = registry.strategy("echo").expect("serves");
    let mut took = Vec::new();
    for _ in 0..CALLS {
        let began = Instant::now();
        echo.evaluate(batch(["s1", "s2"]), &context()).await.expect("an answer");
        took.push(began.elapsed());
    }
    took.sort_unstable();
    took
}

/// The same of a channel's.
async fn channel(registry: Arc<Registry>) -> Vec<Duration> {
    let told = registry.channel("does-as-told").expect("serves");
    let mut took = Vec::new();
    for _ in 0..CALLS {
        let ways = Ways { parameters: json!({ "steps": [] }), ..Ways::default() };
        let began = Instant::now();
        told.send(Arc::new(notification("pam@x.test")), ways).await.expect("no fault");
        took.push(began.elapsed());
    }
    took.sort_unstable();
    took
}

fn show(what: &str, spinning: usize, took: &[Duration]) {
    let (half, most, all) = (took[CALLS / 2], took[CALLS * 99 / 100], took[CALLS - 1]);
    println!("{what} beside {spinning} that spin: p50 {half:?}, p99 {most:?}, max {all:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_that_spin_do_not_delay_those_of_other_plugins() {
    let folder = PluginsFolder::with_guests(&["spin", "echo", "does-as-told"]).strategy_wall(Duration::from_secs(60));
    let registry = folder.serving().await;
    for calls in [0, 1, 4, 16] {
        let spinning = spinning(&registry, calls);
        // They are measured on the runtime's threads, as in the daemon.
        let strategy = tokio::spawn(strategy(Arc::clone(&registry))).await.expect("nobody panics");
        let channel = tokio::spawn(channel(Arc::clone(&registry))).await.expect("nobody panics");
        show("a strategy", calls, &strategy);
        show("a channel", calls, &channel);
        assert!(strategy[CALLS / 2] < GENEROUS, "{:?}", strategy[CALLS / 2]);
        assert!(channel[CALLS / 2] < GENEROUS, "{:?}", channel[CALLS / 2]);
        assert_eq!(spinning.len(), calls);
        drop(spinning);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_that_waits_for_its_turn_ends_at_its_limit() {
    let folder = PluginsFolder::with_guests(&["spin"]).strategy_wall(Duration::from_secs(1));
    let registry = folder.serving().await;
    let began = Instant::now();
    let ended = spinning(&registry, 8).join_all().await.len();
    assert_eq!(ended, 8);
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
}
