//! A store of an older nudged is brought up to date, and nothing of it is lost.

use std::{borrow::Cow, collections::BTreeMap};

use nudged::{
    model::{Notice, OpenOccurrence},
    store::{Custody, Fate, Filter, OutboxState, Store},
};
use nudged_tests::Database;
use sqlx::{
    AnyConnection, AssertSqlSafe, Connection, Executor, SqlSafeStr,
    any::install_default_drivers,
    migrate::{Migration, MigrationType, Migrator},
};

use super::{digest, lease, minutes, now, occurrence, open, table};

on_both! {
    what_an_older_nudged_wrote_is_all_there,
}

const SQLITE: [&str; 2] = [
    include_str!("../../../host/migrations/sqlite/0001_initial.sql"),
    include_str!("../../../host/migrations/sqlite/0002_occurrences.sql"),
];
const POSTGRES: [&str; 2] = [
    include_str!("../../../host/migrations/postgres/0001_initial.sql"),
    include_str!("../../../host/migrations/postgres/0002_occurrences.sql"),
];

/// The tables as they were before the third version.
pub(crate) async fn make_old(database: &Database) {
    install_default_drivers();
    let (texts, start) = if database.is_postgres() {
        (POSTGRES, "CREATE SCHEMA nudged; SET search_path TO nudged")
    } else {
        database.execute("SELECT 1").await;
        (SQLITE, "SELECT 1")
    };
    let mut connection = AnyConnection::connect(&database.written_url()).await.expect("a connection");
    connection.execute(AssertSqlSafe(start.to_owned())).await.expect("a schema");
    let migrations = texts.into_iter().zip(1..).map(|(text, version)| {
        Migration::new(version, Cow::Borrowed("old"), MigrationType::Simple, text.into_sql_str(), false)
    });
    Migrator::with_migrations(migrations.collect()).run_direct(None, &mut connection, false).await.expect("tables");
    connection.close().await.expect("closed");
}

/// A notification in each state, with its entry and an attempt, as the older nudged wrote them.
async fn fill(database: &Database) {
    let name = |name| table(database, name);
    for (n, state, fence, attempts, due) in
        [(1, "queued", 3, 1, "5"), (2, "leased", 4, 1, "6"), (3, "rejected", 1, 1, "NULL"), (4, "dead", 9, 4, "NULL")]
    {
        let mut notification = digest("pam@x.test", &["s1"], n).notification;
        notification.id = nudged::model::NotificationId::from_stored(format!("{n}"));
        let body = serde_json::to_string(&notification).expect("JSON");
        let (outbox, ledger, attempt) = (name("outbox"), name("ledger"), name("attempt"));
        let told = if state == "leased" { "queued" } else { state };
        let episode = occurrence("s1").episode.timestamp_millis();
        let outcome = if ["queued", "leased"].contains(&state) { "retry" } else { state };
        database
            .execute(&format!(
                "INSERT INTO {outbox} (id, channel, recipient, body, state, attempts, fence, created, not_before, due) \
                   VALUES ('{n}', 'email', 'pam@x.test', '{body}', '{state}', {attempts}, {fence}, {n}, 0, {due}); \
                 INSERT INTO {ledger} (reminder, item, reason, episode, recipient, channel, sequence, slot, decided, \
                   notification, state, notice) VALUES ('pending-share', 'share:s1', 'pending', {episode}, 'pam@x.test', \
                   'email', {n}, {n}, {n}, '{n}', '{told}', 'escalation'); \
                 INSERT INTO {attempt} (notification, n, started, took_ms, outcome, detail, plugin) \
                   VALUES ('{n}', 1, {n}, 5, '{outcome}', 'words {n}', 'email@0')"
            ))
            .await;
    }
    let occurrences = name("occurrence");
    let episode = occurrence("s1").episode.timestamp_millis();
    database
        .execute(&format!(
            "INSERT INTO {occurrences} VALUES ('pending-share', 'share:s1', 'pending', {episode}, 'Sales', 7, NULL)"
        ))
        .await;
}

async fn what_an_older_nudged_wrote_is_all_there(database: Database) {
    make_old(&database).await;
    fill(&database).await;
    let store = open(&database).await;
    let list = store.list(&Filter::default()).await.expect("a list");
    let states: Vec<_> = list.iter().map(|kept| (kept.id.as_str(), kept.state, kept.attempts)).collect();
    let expected = [
        ("1", OutboxState::Queued, 1),
        ("2", OutboxState::Leased, 1),
        ("3", OutboxState::Rejected, 1),
        ("4", OutboxState::Dead, 4),
    ];
    assert_eq!(states, expected);
    assert_eq!(list[3].detail.as_deref(), Some("words 4"));
    let told = store.told(&[occurrence("s1")]).await.expect("a ledger");
    let fates: BTreeMap<_, _> = told.iter().map(|told| (told.sequence, (told.notice, told.fate))).collect();
    let expected = [Fate::Queued, Fate::Queued, Fate::Rejected, Fate::Dead].map(|fate| (Notice::Escalation, fate));
    assert_eq!(fates.into_values().collect::<Vec<_>>(), expected);
    let shown = store.show(&list[2].id).await.expect("an answer").expect("a dossier");
    assert_eq!((shown.attempts[0].0.as_str(), shown.attempts[0].1.plugin.as_deref()), ("rejected", Some("email@0")));
    assert_eq!(store.unreported(9).await.expect("a list").len(), 2, "an operator has never been told");
    let open = store.open_occurrences(&["pending-share"]).await.expect("occurrences");
    let titles: Vec<_> = open.iter().map(|OpenOccurrence { title, .. }| title.as_str()).collect();
    assert_eq!(titles, ["Sales"]);
    let leases = lease(&store, "a", now() + minutes(1)).await;
    let lost: Vec<_> = leases.iter().map(|lease| (lease.fence, lease.attempts, lease.lost)).collect();
    assert_eq!(lost, [(4, 1, 2), (5, 1, 3)], "every lease has its attempt, or is lost, or is the present one");
}
