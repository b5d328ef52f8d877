//! Acting on an expired share when the database does not play along.

use nudged::{
    config::{DatabaseUrl, ExpiryAction, Secret, SourceConfig},
    source::{Acted, Actions, DataallActions, Order, Refusal, SourceError, create_sample},
};
use nudged_tests::at;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, SqliteConnection, sqlite::SqliteConnectOptions};

use crate::act_world::{World, on_both, order};

on_both! {
    a_write_that_fails_at_the_end_leaves_nothing_behind,
    a_share_that_somebody_keeps_locked_is_tried_later,
    what_is_not_asked_for_needs_no_tables,
    a_missing_table_is_named,
}

/// Somebody else's transaction.
pub(crate) enum Other {
    Postgres { connection: PgConnection, watcher: PgConnection },
    Sqlite(SqliteConnection),
}

impl Other {
    /// Starts one that writes.
    pub(crate) async fn begin(world: &World) -> Self {
        let mut other = match world.dataall.database.postgres_url() {
            Some(url) => Self::Postgres {
                connection: PgConnection::connect(url).await.expect("the database answers"),
                watcher: PgConnection::connect(url).await.expect("the database answers"),
            },
            None => {
                let options = SqliteConnectOptions::new().filename(world.dataall.database.file());
                Self::Sqlite(SqliteConnection::connect_with(&options).await.expect("the file opens"))
            }
        };
        let begin = if matches!(other, Self::Postgres { .. }) { "BEGIN" } else { "BEGIN IMMEDIATE" };
        other.run(begin).await;
        other
    }

    pub(crate) async fn run(&mut self, sql: &str) {
        let sql = AssertSqlSafe(sql.to_owned());
        match self {
            Self::Postgres { connection, .. } => connection.execute(sql).await.map(drop),
            Self::Sqlite(connection) => connection.execute(sql).await.map(drop),
        }
        .expect("the statement runs");
    }

    /// Until somebody waits for this transaction. SQLite does not tell; there nobody gets in before it ends.
    pub(crate) async fn until_waited_for(&mut self) {
        let Self::Postgres { watcher, .. } = self else { return };
        let sql =
            "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
        while sqlx::query_scalar::<_, i64>(sql).fetch_one(&mut *watcher).await.expect("a number") == 0 {
            tokio::task::yield_now().await;
        }
    }
}

async fn a_write_that_fails_at_the_end_leaves_nothing_behind(world: World) {
    let fails = if world.dataall.database.is_postgres() {
        "CREATE FUNCTION public.fail() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''full''; END';
         CREATE TRIGGER fail BEFORE INSERT ON {notification} FOR EACH ROW EXECUTE FUNCTION public.fail()"
    } else {
        "CREATE TRIGGER fail BEFORE INSERT ON notification BEGIN SELECT RAISE(ABORT, 'full'); END"
    };
    world.execute(fails).await;
    let before = world.snapshot().await;
    let actions = world.actions().await;
    let error = actions.revoke(&order()).await.expect_err("an error");
    assert_eq!(error.what, "revoking share s1");
    assert!(error.cause.expect("a cause").to_string().contains("full"));
    assert_eq!(world.snapshot().await, before);
    let mend =
        if world.dataall.database.is_postgres() { "DROP TRIGGER fail ON {notification}" } else { "DROP TRIGGER fail" };
    world.execute(mend).await;
    // The connection is fit for use, and the order is not thought to be done.
    assert!(matches!(actions.revoke(&order()).await, Ok(Acted::Done { .. })));
}

#[tokio::test]
async fn a_connection_that_is_lost_before_the_commit_leaves_nothing_behind() {
    let world = World::postgres().await;
    let actions = world.actions().await;
    let before = world.snapshot().await;
    let mut other = Other::begin(&world).await;
    other.run(&world.named("LOCK TABLE {task} IN EXCLUSIVE MODE")).await;
    let crashing = tokio::spawn(async move { actions.revoke(&order()).await });
    other.until_waited_for().await;
    // Share and items are changed in the transaction; now its server process is gone.
    let kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                WHERE datname = current_database() AND wait_event_type = 'Lock'";
    other.run(kill).await;
    let error = crashing.await.expect("it ends").expect_err("an error");
    assert_eq!(error.what, "revoking share s1");
    other.run("ROLLBACK").await;
    assert_eq!(world.snapshot().await, before);
    assert!(matches!(world.actions().await.revoke(&order()).await, Ok(Acted::Done { .. })));
}

#[tokio::test]
async fn an_order_that_is_given_up_half_way_leaves_nothing_behind() {
    let world = World::postgres().await;
    let actions = world.actions().await;
    let before = world.snapshot().await;
    let mut other = Other::begin(&world).await;
    // The task comes after share and items.
    other.run(&world.named("LOCK TABLE {task} IN EXCLUSIVE MODE")).await;
    let given_up = tokio::spawn(async move { actions.revoke(&order()).await });
    other.until_waited_for().await;
    given_up.abort();
    assert!(given_up.await.expect_err("it was aborted").is_cancelled());
    other.run("ROLLBACK").await;
    assert_eq!(world.snapshot().await, before);
    assert!(matches!(world.actions().await.revoke(&order()).await, Ok(Acted::Done { .. })));
}

async fn a_share_that_somebody_keeps_locked_is_tried_later(world: World) {
    let actions = world.actions().await;
    let before = world.snapshot().await;
    let mut other = Other::begin(&world).await;
    other.run(&world.named("UPDATE {share_object} SET updated = NULL")).await;
    assert_eq!(actions.revoke(&order()).await.expect("an answer"), Acted::Refused(Refusal::Locked));
    other.run("ROLLBACK").await;
    assert_eq!(world.snapshot().await, before);
    assert!(matches!(actions.revoke(&order()).await, Ok(Acted::Done { .. })));
}

async fn what_is_not_asked_for_needs_no_tables(world: World) {
    world.execute("DROP TABLE {task}; DROP TABLE {resource_lock}; DROP TABLE {environment_group_permission}").await;
    let actions = connect(&world.dataall.config(), &[ExpiryAction::Mark]).await.expect("marking is possible");
    assert!(matches!(actions.mark(&order()).await, Ok(Acted::Done { .. })));
}

async fn a_missing_table_is_named(world: World) {
    world.execute("DROP TABLE {resource_lock}").await;
    let error = connect(&world.dataall.config(), &[ExpiryAction::Revoke]).await.err().expect("an error");
    let text = format!("{} {:?}", error.what, error.cause);
    assert!(text.contains("resource_lock"), "{text}");
}

async fn connect(config: &SourceConfig, actions: &[ExpiryAction]) -> Result<DataallActions, SourceError> {
    DataallActions::connect(config, actions).await
}

#[tokio::test]
async fn a_missing_sqlite_file_is_not_made() {
    let world = World::sqlite().await;
    let file = world.dataall.database.file();
    std::fs::remove_file(&file).expect("the file");
    let error = connect(&world.dataall.config(), &[ExpiryAction::Mark]).await.err().expect("an error");
    assert!(error.what.contains("does not exist"), "{}", error.what);
    assert!(!file.exists());
}

#[tokio::test]
async fn an_sqlite_file_that_may_not_be_written_is_told_so() {
    let world = World::sqlite().await;
    let file = world.dataall.database.file();
    let mut bytes = std::fs::read(&file).expect("the file");
    // A format that only newer versions of SQLite may write.
    bytes[18] = 9;
    std::fs::write(&file, bytes).expect("the file");
    for action in [ExpiryAction::Mark, ExpiryAction::Revoke] {
        let error = connect(&world.dataall.config(), &[action]).await.err().expect("an error");
        assert!(error.what.contains("cannot be written"), "{} {:?}", error.what, error.cause);
    }
}

#[tokio::test]
async fn the_samples_expired_shares_can_be_revoked() {
    let world = World::sqlite().await;
    let file = world.dataall.database.file();
    std::fs::remove_file(&file).expect("the file");
    create_sample(&file, at("2026-05-04T09:00:00Z"), 0).await.expect("a sample");
    let shares = [
        ("over-2d0", "orders00", "Processed", "2026-05-02"),
        ("over-rej", "ledger00", "Extension_Rejected", "2026-04-29"),
    ];
    let actions = world.actions().await;
    for (share, dataset, status, day) in shares {
        let order = Order {
            share_uri: share.into(),
            dataset_uri: dataset.into(),
            seen_status: status.into(),
            expiry_day: day.parse().expect("a day"),
            id: share.into(),
            ..order()
        };
        let acted = actions.revoke(&order).await.expect("an answer");
        assert!(matches!(acted, Acted::Done { .. }), "{share}: {acted:?}");
    }
}

/// A user who may do nothing but look around.
struct Reader {
    name: String,
    config: SourceConfig,
}

impl Reader {
    async fn new(world: &World) -> Self {
        let mut url = url::Url::parse(world.dataall.database.postgres_url().expect("PostgreSQL")).expect("a URL");
        let name = format!("{}_reader", url.path().trim_matches('/'));
        let schema = world.dataall.table("").trim_end_matches('.').to_owned();
        let role = format!(
            "DROP ROLE IF EXISTS {name}; CREATE ROLE {name} LOGIN; GRANT USAGE ON SCHEMA {schema} TO {name};
             GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {name}"
        );
        world.dataall.database.execute(&role).await;
        url.set_username(&name).expect("a user");
        let config = SourceConfig { url: DatabaseUrl::Postgres(Secret::new(url.as_str())), ..world.dataall.config() };
        Self { name, config }
    }

    /// Roles belong to the server, which outlives the test.
    async fn remove(self, world: &World) {
        world.dataall.database.execute(&format!("DROP OWNED BY {0}; DROP ROLE {0}", self.name)).await;
    }
}

#[tokio::test]
async fn the_grants_that_are_missing_are_told_and_suffice() {
    let world = World::postgres().await;
    let reader = Reader::new(&world).await;
    for action in [ExpiryAction::Mark, ExpiryAction::Revoke] {
        let error = connect(&reader.config, &[action]).await.err().expect("an error");
        let (_, grants) = error.what.split_once("run ").expect("what to run");
        assert!(grants.starts_with("GRANT ") && !grants.contains("SELECT"), "{grants}");
        world.dataall.database.execute(grants).await;
        let actions = connect(&reader.config, &[action]).await.expect("now it may");
        let acted = match action {
            ExpiryAction::Mark => actions.mark(&order()).await,
            _ => actions.revoke(&order()).await,
        };
        assert!(matches!(acted, Ok(Acted::Done { .. })), "{acted:?}");
        actions.close().await;
    }
    reader.remove(&world).await;
}

#[tokio::test]
async fn a_right_that_is_taken_away_while_running_is_an_error_that_says_so() {
    let world = World::postgres().await;
    let reader = Reader::new(&world).await;
    let error = connect(&reader.config, &[ExpiryAction::Revoke]).await.err().expect("an error");
    let (_, grants) = error.what.split_once("run ").expect("what to run");
    world.dataall.database.execute(grants).await;
    let actions = connect(&reader.config, &[ExpiryAction::Revoke]).await.expect("it may");
    let before = world.snapshot().await;
    world.execute(&format!("REVOKE ALL ON {{task}} FROM {}", reader.name)).await;
    let error = actions.revoke(&order()).await.expect_err("an error");
    assert!(error.what.contains("a right was taken away"), "{}", error.what);
    assert_eq!(world.snapshot().await, before);
    actions.close().await;
    reader.remove(&world).await;
}

#[tokio::test]
async fn a_user_whose_sessions_only_read_is_told_so() {
    let world = World::postgres().await;
    let reader = Reader::new(&world).await;
    let read_only = format!("ALTER ROLE {} SET default_transaction_read_only = on", reader.name);
    world.dataall.database.execute(&read_only).await;
    let error = connect(&reader.config, &[ExpiryAction::Revoke]).await.err().expect("an error");
    assert!(error.what.contains("default_transaction_read_only"), "{}", error.what);
    reader.remove(&world).await;
}
