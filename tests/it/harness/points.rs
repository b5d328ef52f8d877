//! Every place once and more: one notice is under way at a time, so that it is known which one the other side has taken.

use nudged_tests::{Database, Stage};
use serde_json::json;

use super::{
    World,
    kill::{At, Place},
    kills,
    table::{Repeats, Table},
};

const POINTS: [Place; 10] = [
    before(At::Scan("enqueue.commit")),
    before(At::Scan("enqueue.committed")),
    before(At::Scan("run.end")),
    before(At::Scan("run.ended")),
    after(At::Point("lease.taken"), Repeats::None),
    after(At::Point("attempt.sent"), Repeats::OneEach),
    after(At::Point("finish.commit"), Repeats::OneEach),
    after(At::Point("finish.committed"), Repeats::None),
    before(At::Reload("reload.prepared")),
    after(At::Reload("reload.stopped"), Repeats::None),
];

const STAGES: [Place; 6] = [
    after(At::Mail(Stage::Connect), Repeats::None),
    after(At::Mail(Stage::Mail), Repeats::None),
    after(At::Mail(Stage::Recipient), Repeats::None),
    after(At::Mail(Stage::Data), Repeats::None),
    after(At::Mail(Stage::Content), Repeats::None),
    after(At::Mail(Stage::Dot), Repeats::OneEach),
];

const REQUEST: [Place; 1] = [after(At::Request, Repeats::OneEach)];

/// Many notices at a time, of which the pace lets one a second go.
const DEFERRED: [Place; 2] = [before(At::Point("defer.commit")), before(At::Point("defer.committed"))];

/// A place where the other side is kept from taking anything.
const fn before(at: At) -> Place {
    Place { at, shut: true, repeats: Repeats::None }
}

/// A place with an other side that takes whatever it is given.
const fn after(at: At, repeats: Repeats) -> Place {
    Place { at, shut: false, repeats }
}

/// Kills at all these places, at each `usual` times.
async fn kill_at(world: &mut World, table: &mut Table, places: &[Place], usual: usize) {
    for place in places {
        for n in 0..kills(usual) {
            place.kill(world, n).await;
        }
        world.settle().await;
        table.add(&place.name(), kills(usual), place.repeats, world.look().await);
    }
}

async fn mails(store: Database, title: &str) {
    let mut table = Table::new(title);
    let mut world = World::new(store, &["email"], 1).await;
    kill_at(&mut world, &mut table, &POINTS, 1).await;
    kill_at(&mut world, &mut table, &STAGES, 1).await;
    world.home.configure(|config| {
        config["channels"]["email"]["rate"] = json!("1/s");
        config["delivery"]["concurrency"] = json!(8);
    });
    for _ in 0..kills(1) {
        for place in DEFERRED {
            world.add_work().await;
            place.kill(&mut world, 0).await;
        }
    }
    world.home.configure(|config| {
        config["channels"]["email"]["rate"] = json!("1000/s");
        config["delivery"]["concurrency"] = json!(1);
    });
    world.settle().await;
    table.add("defer.commit, committed", DEFERRED.len() * kills(1), Repeats::None, world.look().await);
}

async fn requests(store: Database, title: &str) {
    let mut table = Table::new(title);
    let mut world = World::new(store, &["events"], 1).await;
    kill_at(&mut world, &mut table, &POINTS, 1).await;
    kill_at(&mut world, &mut table, &REQUEST, 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mails_survive_a_daemon_that_is_killed_anywhere_on_sqlite() {
    mails(Database::fresh_sqlite(), "mails, SQLite").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mails_survive_a_daemon_that_is_killed_anywhere_on_postgres() {
    mails(Database::fresh_postgres().await, "mails, PostgreSQL").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_survive_a_daemon_that_is_killed_anywhere_on_sqlite() {
    requests(Database::fresh_sqlite(), "requests, SQLite").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_survive_a_daemon_that_is_killed_anywhere_on_postgres() {
    requests(Database::fresh_postgres().await, "requests, PostgreSQL").await;
}
