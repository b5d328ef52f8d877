//! Killing a daemon that brings an older store up to date.

use nudged::{
    clock::{Clock, SystemClock},
    model::NotificationId,
};
use nudged_tests::{Database, notice_over};
use sqlx::{Connection, Executor, PgConnection};

use super::{
    World,
    kill::{At, Place},
    kills,
    random::BOTH,
    table::{Repeats, Table},
};
use crate::store::migration::make_old;

/// Notices that the older nudged had not sent yet.
async fn fill(world: &mut World) {
    let now = SystemClock.now();
    for (team, label) in world.expect_all().into_iter().enumerate() {
        for channel in BOTH {
            let mut notice = notice_over(channel, &World::recipient(channel, team));
            notice.id = NotificationId::from_stored(format!("old-{channel}-{team}"));
            notice.decided = now;
            notice.reminders[0].title.clone_from(&label);
            insert(world, &label, &serde_json::to_value(&notice).expect("JSON"), now.timestamp_millis()).await;
        }
    }
}

/// A row of the outbox and its entry in the ledger, in the columns of the second version.
async fn insert(world: &World, label: &str, notice: &serde_json::Value, now: i64) {
    let (outbox, ledger) = (world.table("outbox"), world.table("ledger"));
    let [id, channel, recipient] = ["id", "channel", "recipient"].map(|field| notice[field].as_str().expect("a text"));
    let sql = format!(
        "INSERT INTO {outbox} (id, channel, recipient, body, state, created, not_before, due) \
           VALUES ('{id}', '{channel}', '{recipient}', '{notice}', 'queued', {now}, {now}, {now}); \
         INSERT INTO {ledger} (reminder, item, reason, episode, recipient, channel, sequence, slot, decided, \
           notification, state) VALUES ('pending-share', 'share:{label}', 'pending', 1, '{recipient}', '{channel}', 1, \
           1, {now}, '{id}', 'queued')"
    );
    world.store.execute(&sql).await;
}

/// A migration that has begun waits for this table, if somebody else holds it.
const HELD: &str = "SELECT COUNT(*) FROM pg_locks WHERE NOT granted AND relation = 'nudged.attempt'::regclass \
     AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";

/// Kills a daemon in the middle of it: the ledger is changed, the attempts are not.
async fn kill_within(world: &World) {
    let url = world.store.postgres_url().expect("PostgreSQL");
    let mut other = PgConnection::connect(url).await.expect("the database answers");
    other.execute("BEGIN").await.expect("a transaction");
    other.execute("LOCK TABLE nudged.attempt IN ACCESS EXCLUSIVE MODE").await.expect("the table");
    let daemon = world.daemon(None);
    world.store.until(HELD, 1).await;
    daemon.kill().await;
    other.close().await.expect("the table is free again");
}

async fn kill_at(world: &mut World, point: &'static str) {
    let place = Place { at: At::Start(point), shut: true, repeats: Repeats::None };
    for n in 0..kills(2) {
        place.kill(world, n).await;
    }
}

async fn migrate(store: Database, title: &str) {
    let mut table = Table::new(title);
    make_old(&store).await;
    let mut world = World::new(store, BOTH, 1).await;
    fill(&mut world).await;
    kill_at(&mut world, "migrate").await;
    let within = if world.store.is_postgres() { kills(1) } else { 0 };
    for _ in 0..within {
        kill_within(&world).await;
    }
    kill_at(&mut world, "migrated").await;
    world.settle().await;
    table.add("before, within, after", 2 * kills(2) + within, Repeats::None, world.look().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_store_survives_a_daemon_that_is_killed_as_it_opens_it_on_sqlite() {
    migrate(Database::fresh_sqlite(), "migration, SQLite").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_store_survives_a_daemon_that_is_killed_as_it_opens_it_on_postgres() {
    migrate(Database::fresh_postgres().await, "migration, PostgreSQL").await;
}
