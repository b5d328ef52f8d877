//! A query on real databases: what it answers, what is remembered, and what is used while it fails.

use std::{
    collections::BTreeSet,
    sync::Arc,
    time::{Duration, Instant},
};

use chrono::TimeDelta;
use futures_util::future::join_all;
use nudged::directory::{Directories, Directory};
use nudged_tests::{Database, Log};
use sqlx::{Connection, PgConnection};

use super::{clock, email, mail, open, query, refused};

const MEMBERS: &str = "SELECT address FROM members WHERE team = $1 ORDER BY address";

async fn with_members(database: &Database) {
    database.execute("CREATE TABLE members (team TEXT, address TEXT, channel TEXT)").await;
    database.execute("INSERT INTO members VALUES ('sales', 'pam@x.test', NULL), ('it', 'al@x.test', NULL)").await;
}

/// A test of both databases.
macro_rules! on_both {
    ($($name:ident => $check:ident),* $(,)?) => {
        mod sqlite { $(#[tokio::test] async fn $name() { super::$check(nudged_tests::Database::fresh_sqlite()).await; })* }
        mod postgres { $(#[tokio::test] async fn $name() { super::$check(nudged_tests::Database::fresh_postgres().await).await; })* }
    };
}

on_both! {
    rows_become_addresses_on_their_channels => rows,
    an_answer_is_remembered_for_a_while => remembered,
    who_wants_the_same_group_at_the_same_time_asks_once => once,
    a_failing_query_is_answered_from_memory_for_a_day => stale,
    a_query_that_cannot_be_used_is_refused_at_the_start => misshapen,
    a_query_that_forgets_its_parameters_use_is_stopped => boundless,
    a_query_cannot_write => read_only,
}

async fn rows(database: Database) {
    with_members(&database).await;
    let odd = "('sales', 'PAM@x.test', 'email'), ('sales', '#sales', 'slack'), ('sales', NULL, NULL), \
               ('sales', 'nobody', ''), ('empty', NULL, NULL)";
    database.execute(&format!("INSERT INTO members VALUES {odd}")).await;
    let with_channel = "SELECT 'who' AS member, address, channel FROM members WHERE team = $1 ORDER BY address DESC";
    let config = query(&database, with_channel);
    let directories = open(&config, &clock()).await.expect("a directory");
    let sales = directories.group("sales").await.expect("an answer").expect("known");
    assert_eq!(sales["email"].len(), 1, "one mailbox, twice: {sales:?}");
    assert_eq!(sales["email"][0].to_lowercase(), "pam@x.test");
    assert_eq!(sales["slack"], ["#sales"]);
    let empty = directories.group("empty").await.expect("an answer").expect("known, though nobody can be told");
    assert!(empty.is_empty(), "{empty:?}");
    assert_eq!(directories.group("it's; DROP TABLE members").await.expect("an answer"), None);
    let lines = Directories::check(&config, &mail(), clock()).await;
    let [("directory.sql", Ok(detail))] = &lines[..] else { panic!("{lines:?}") };
    assert!(detail.ends_with(": the query runs") && !detail.contains("postgres://"), "{detail}");
}

async fn remembered(database: Database) {
    with_members(&database).await;
    let clock = clock();
    let directories = open(&query(&database, MEMBERS), &clock).await.expect("a directory");
    assert_eq!(email(&directories, "sales").await, ["pam@x.test"]);
    assert_eq!(directories.group("new").await.expect("an answer"), None);
    database.execute("UPDATE members SET address = 'bo@x.test'").await;
    database.execute("INSERT INTO members VALUES ('new', 'cy@x.test', NULL)").await;
    clock.advance(TimeDelta::seconds(300));
    assert_eq!(email(&directories, "sales").await, ["pam@x.test"]);
    assert_eq!(directories.group("new").await.expect("an answer"), None);
    clock.advance(TimeDelta::seconds(1));
    assert_eq!(email(&directories, "sales").await, ["bo@x.test"]);
    assert_eq!(email(&directories, "new").await, ["cy@x.test"]);
}

/// Each time that the query is asked it answers with another address.
async fn once(database: Database) {
    database.execute("CREATE TABLE unused (x TEXT)").await;
    let random = if database.is_postgres() { "gen_random_uuid()" } else { "hex(randomblob(16))" };
    let mut config = query(&database, &format!("SELECT 'asked-' || {random} AS address WHERE $1 <> ''"));
    config.sql.as_mut().expect("a query").channel = "slack".to_owned();
    let clock = clock();
    let directories = open(&config, &clock).await.expect("a directory");
    let ask = || async { directories.group("sales").await.expect("an answer").expect("known")["slack"].clone() };
    let answers: BTreeSet<_> = join_all((0..16).map(|_| ask())).await.into_iter().collect();
    assert_eq!(answers.len(), 1, "{answers:?}");
    clock.advance(TimeDelta::seconds(301));
    assert!(!answers.contains(&ask().await), "it is asked anew once the answer is old");
}

async fn stale(database: Database) {
    with_members(&database).await;
    let log = Log::default();
    let _guard = log.capture();
    let clock = clock();
    let directories = open(&query(&database, MEMBERS), &clock).await.expect("a directory");
    assert_eq!(email(&directories, "sales").await, ["pam@x.test"]);
    database.execute("ALTER TABLE members RENAME TO away").await;
    clock.advance(TimeDelta::hours(24));
    assert_eq!(email(&directories, "sales").await, ["pam@x.test"]);
    let error = directories.group("it").await.expect_err("it was never asked for").to_string();
    assert!(error.starts_with("directory: directory.sql.query fails on "), "{error}");
    clock.advance(TimeDelta::seconds(1));
    directories.group("sales").await.expect_err("the answer is too old");
    assert_eq!(log.lines("directory: directory.sql.query fails on "), 1, "three questions failed");
    assert_eq!(log.lines("answers again"), 0);
    database.execute("UPDATE away SET address = 'bo@x.test'").await;
    database.execute("ALTER TABLE away RENAME TO members").await;
    assert_eq!(email(&directories, "sales").await, ["bo@x.test"]);
    assert_eq!(log.lines("directory: the database answers again"), 1);
}

/// Otherwise it would be nobody's address in every row, and the group would seem to have no members.
#[tokio::test]
async fn a_column_that_vanishes_is_an_error() {
    let database = Database::fresh_postgres().await;
    with_members(&database).await;
    let view = "CREATE VIEW team AS SELECT team, address FROM members";
    database.execute(view).await;
    let directories =
        open(&query(&database, "SELECT * FROM team WHERE team = $1"), &clock()).await.expect("a directory");
    database.execute("DROP VIEW team").await;
    database.execute("CREATE VIEW team AS SELECT team, address AS mail FROM members").await;
    let error = directories.group("sales").await.expect_err("nobody's address").to_string();
    assert!(error.starts_with("directory: directory.sql.query fails on "), "{error}");
}

/// Somebody locks the table and goes for lunch.
#[tokio::test]
async fn a_query_that_takes_too_long_keeps_no_other_group_waiting() {
    let database = Database::fresh_postgres().await;
    with_members(&database).await;
    let directories = open(&query(&database, MEMBERS), &clock()).await.expect("a directory");
    let mut other =
        PgConnection::connect(database.postgres_url().expect("PostgreSQL")).await.expect("the server answers");
    sqlx::raw_sql("BEGIN; LOCK TABLE members IN ACCESS EXCLUSIVE MODE").execute(&mut other).await.expect("the lock");
    for group in ["sales", "it"] {
        let start = Instant::now();
        let error = directories.group(group).await.expect_err("no answer").to_string();
        assert!(error.starts_with("directory: directory.sql.query takes too long on PostgreSQL at "), "{error}");
        assert!(group == "sales" || start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
    }
}

/// A server that lets nobody in, and then again everybody.
#[tokio::test]
async fn a_database_that_is_down_is_asked_again_when_it_is_back() {
    let database = Database::fresh_postgres().await;
    with_members(&database).await;
    let clock = clock();
    let directories = open(&query(&database, MEMBERS), &clock).await.expect("a directory");
    assert_eq!(email(&directories, "sales").await, ["pam@x.test"]);
    let name = database.postgres_url().and_then(|url| url.rsplit('/').next()).expect("a name").to_owned();
    let name = name.split('?').next().unwrap_or_default();
    let server = Database::fresh_postgres().await;
    server.execute(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false")).await;
    let terminate = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname =";
    server.execute(&format!("{terminate} '{name}'")).await;

    clock.advance(TimeDelta::hours(1));
    assert_eq!(email(&directories, "sales").await, ["pam@x.test"], "what it said an hour ago");
    let first = directories.group("it").await.expect_err("never asked for").to_string();
    assert!(first.contains("PostgreSQL at ") && !first.contains("postgres://"), "{first}");

    server.execute(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true")).await;
    directories.group("it").await.expect_err("it is left alone for a while");
    clock.advance(TimeDelta::seconds(30));
    assert_eq!(email(&directories, "it").await, ["al@x.test"]);
}

async fn misshapen(database: Database) {
    with_members(&database).await;
    database.execute("CREATE TABLE numbers (address INTEGER)").await;
    let mut cases = vec![
        ("SELECT address FROM members", "directory: directory.sql.query has 0 parameters: write $1"),
        ("SELECT address FROM members WHERE team = $1 OR team = $2", "has 2 parameters: write $1"),
        ("SELECT team AS mail FROM members WHERE team = $1", "answers with mail: name the column of addresses address"),
        ("SELECT address FROM nowhere WHERE team = $1", "directory: directory.sql.query fails on "),
        ("SELEKT", "directory: directory.sql.query fails on "),
    ];
    if database.is_postgres() {
        let what = "answers with a column address that is no text: write CAST(… AS TEXT) AS address";
        cases.push(("SELECT address FROM numbers WHERE $1 <> ''", what));
    }
    for (sql, expected) in cases {
        let error = refused(&query(&database, sql)).await;
        assert!(error.contains(expected), "{sql}: {error}");
    }
}

async fn boundless(database: Database) {
    with_members(&database).await;
    let all = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10001) \
               SELECT 'a' || i || '@x.test' AS address FROM n WHERE $1 LIKE 'sa%'";
    let directories = open(&query(&database, all), &clock()).await.expect("a directory");
    let error = directories.group("sales").await.expect_err("far too many").to_string();
    assert!(error.contains("more than 10000 rows for the group sales"), "{error}");
}

async fn read_only(database: Database) {
    with_members(&database).await;
    let error = refused(&query(&database, "UPDATE members SET team = $1 RETURNING address")).await;
    assert!(error.contains("directory.sql.query fails on "), "{error}");
    assert_eq!(database.number("SELECT count(*) FROM members WHERE team = 'sales'").await, 1);
}

#[tokio::test]
async fn a_database_that_is_not_there_is_named_without_its_password() {
    let here = Database::fresh_sqlite();
    let error = refused(&query(&here, MEMBERS)).await;
    assert!(error.ends_with("nudged.db does not exist: correct directory.sql.url"), "{error}");
    let mut config = query(&here, MEMBERS);
    let url = "postgres://nudged:hunter2@127.0.0.1:1/staff";
    config.sql.as_mut().expect("a query").url = nudged::config::DatabaseUrl::Postgres(nudged::config::Secret::new(url));
    let error = refused(&config).await;
    let expected = "directory: directory.sql: PostgreSQL at 127.0.0.1:1, database \"staff\" cannot be reached: check";
    assert!(error.starts_with(expected) && !error.contains("hunter2"), "{error}");
}

/// More groups than are remembered: the latest are.
#[tokio::test]
async fn memory_is_bounded() {
    let database = Database::fresh_sqlite();
    with_members(&database).await;
    let directories = Arc::new(open(&query(&database, MEMBERS), &clock()).await.expect("a directory"));
    assert_eq!(email(&directories, "sales").await, ["pam@x.test"]);
    database.execute("UPDATE members SET address = 'bo@x.test'").await;
    for number in 0..9_999 {
        directories.group(&format!("g{number}")).await.expect("an answer");
    }
    assert_eq!(email(&directories, "sales").await, ["pam@x.test"], "it is one of 10,000");
    for number in 0..10_000 {
        directories.group(&format!("h{number}")).await.expect("an answer");
    }
    assert_eq!(email(&directories, "sales").await, ["bo@x.test"], "it was forgotten");
}
