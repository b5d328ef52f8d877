//! A daemon that sleeps past its lease, as a machine does that is suspended.

use nudged_tests::{Act, Database, Stage};
use rustix::process::Signal;
use serde_json::json;

use super::{
    World, kills,
    table::{Repeats, Table},
    world::end,
};

/// One daemon falls asleep while the relay holds it; another takes over when the lease has run out; then the first one
/// wakes up.
async fn sleep_at(world: &mut World, stage: Stage) {
    world.relay.on(stage, Act::Hold);
    world.add_work().await;
    let sleeper = world.daemon(None);
    world.relay.until_held().await;
    world.store.until(&world.open_runs(), 0).await;
    sleeper.fall_asleep();
    world.open();
    let other = world.daemon(None);
    world.until_done().await;
    sleeper.signal(Signal::CONT);
    sleeper.until("the lease is over").await;
    end(sleeper).await;
    end(other).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_late_outcome_of_a_daemon_that_slept_past_its_lease_is_refused() {
    let mut table = Table::new("SIGSTOP, PostgreSQL");
    let mut world = World::new(Database::fresh_postgres().await, &["email"], 1).await;
    world.home.configure(|config| {
        config["plugins"]["limits"]["channel_wall"] = json!("4s");
        config["delivery"]["lease"] = json!("5s");
    });
    for (stage, repeats) in [(Stage::Dot, Repeats::OneEach), (Stage::Connect, Repeats::UpTo(1))] {
        for _ in 0..kills(1) {
            sleep_at(&mut world, stage).await;
        }
        table.add(&format!("asleep at {stage:?}"), kills(1), repeats, world.look().await);
    }
}
