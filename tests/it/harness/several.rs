//! Several daemons at one PostgreSQL: one of them is killed again and again, and another takes its place.

use nudged_tests::{Database, Process};

use super::{
    World, kills,
    random::{BOTH, PLACES, some_moment},
    seed,
    table::{Repeats, Table},
    world::end,
};

async fn kill_one_of(count: usize, usual: usize) {
    let mut table = Table::new(&format!("{count} daemons, PostgreSQL"));
    let mut chance = fastrand::Rng::with_seed(seed() + count as u64);
    let mut world = World::new(Database::fresh_postgres().await, BOTH, PLACES).await;
    let mut daemons: Vec<Process> = Vec::new();
    for _ in 0..kills(usual) {
        world.add_work_below(16).await;
        daemons.extend((daemons.len()..count).map(|_| world.daemon(None)));
        some_moment(&world, &mut chance).await;
        daemons.swap_remove(chance.usize(..count)).kill().await;
        world.bury_all_but(&daemons.iter().collect::<Vec<_>>()).await;
    }
    daemons.push(world.daemon(None));
    world.until_done().await;
    for daemon in daemons {
        // It may be on its way to the end of its start.
        daemon.until("ready").await;
        end(daemon).await;
    }
    let places = BOTH.len() * PLACES as usize;
    table.add(&format!("one of {count}"), kills(usual), Repeats::UpTo(places), world.look().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_daemons_of_which_one_is_killed_again_and_again_lose_nothing() {
    kill_one_of(2, 8).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn three_daemons_of_which_one_is_killed_again_and_again_lose_nothing() {
    kill_one_of(3, 8).await;
}
