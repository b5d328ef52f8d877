//! Killing at moments that nobody has chosen.

use std::time::Duration;

use nudged_tests::{Database, Process};

use super::{
    World, kills, seed,
    table::{Repeats, Table},
};

/// Notices of one channel that are under way at one time.
pub(super) const PLACES: u32 = 4;

/// Both channels.
pub(super) const BOTH: &[&str] = &["email", "events"];

/// Longer than a daemon takes to start and to begin with its work.
const LATEST: u64 = 3000;

/// Waits for some notices to arrive, none at the least, or for some time to pass, and then for a moment that may be in
/// the middle of anything.
pub(super) async fn some_moment(world: &World, chance: &mut fastrand::Rng) {
    let enough = world.arrived() + chance.usize(0..8);
    let (latest, moment) = (chance.u64(0..LATEST), chance.u64(0..15));
    let arrives = async {
        let (relay, recorder) = (world.relay.clone(), world.recorder.clone());
        let taken = |mails: usize| move |requests: usize| mails + requests >= enough;
        let (by_mail, by_request) = (recorder.clone(), relay.clone());
        tokio::select! {
            () = relay.until("enough arrive", |record| taken(record.taken.len())(by_mail.requests().len())) => {}
            () = recorder.until("enough arrive", |heard| taken(by_request.taken().len())(heard.requests.len())) => {}
        }
    };
    // Nothing is waited for here: these are the times at which to kill.
    let _ = tokio::time::timeout(Duration::from_millis(latest), arrives).await;
    tokio::time::sleep(Duration::from_millis(moment)).await;
}

/// Kills a daemon somewhere in its life.
async fn kill(world: &World, chance: &mut fastrand::Rng) {
    let daemon: Process = world.daemon(None);
    some_moment(world, chance).await;
    daemon.kill().await;
    world.bury_all_but(&[]).await;
}

async fn at_random(store: Database, title: &str) {
    let mut table = Table::new(title);
    let mut chance = fastrand::Rng::with_seed(seed());
    let mut world = World::new(store, BOTH, PLACES).await;
    let all = kills(8);
    for _ in 0..all {
        world.add_work_below(16).await;
        kill(&world, &mut chance).await;
    }
    world.settle().await;
    table.add("random", all, Repeats::UpTo(BOTH.len() * PLACES as usize), world.look().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_daemon_that_is_killed_at_random_loses_nothing_on_sqlite() {
    at_random(Database::fresh_sqlite(), "random, SQLite").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_daemon_that_is_killed_at_random_loses_nothing_on_postgres() {
    at_random(Database::fresh_postgres().await, "random, PostgreSQL").await;
}
