//! Opening a source: what is missing is named, and nothing is ever changed.

use futures_util::TryStreamExt;
use nudged::{
    config::{DatabaseUrl, Links, Secret, SourceConfig},
    source::{DataallSource, Source, SourceError, Want},
};
use nudged_tests::{Dataall, Database};
use serde_json::json;

use crate::source::{add_share, all, chain, on_both, open, today, world};

on_both! {
    crate::source::world:
    a_missing_table_is_named,
    a_missing_column_is_named,
}

async fn a_missing_table_is_named(dataall: Dataall) {
    let source = open(&dataall).await;
    let drop = format!("DROP TABLE {}; DROP TABLE {}", dataall.table("notification"), dataall.table("dataset"));
    dataall.database.execute(&drop).await;
    for error in [failure(&dataall.config()).await, source.check().await.expect_err("an error")] {
        assert!(error.what.contains("has no table dataset, notification"), "{}", error.what);
    }
}

async fn a_missing_column_is_named(dataall: Dataall) {
    let drop = format!("ALTER TABLE {} DROP COLUMN \"nonExpirable\"", dataall.table("share_object"));
    dataall.database.execute(&drop).await;
    let text = chain(&failure(&dataall.config()).await);
    assert!(text.contains("nonExpirable") && text.contains("update data.all"), "{text}");
}

async fn failure(config: &SourceConfig) -> SourceError {
    DataallSource::connect(config).await.err().expect("an error")
}

#[tokio::test]
async fn reading_changes_nothing_in_sqlite() {
    let dataall = world(Database::fresh_sqlite()).await;
    add_share(&dataall, json!({})).await;
    let file = dataall.database.file();
    let before = std::fs::read(&file).expect("the file");
    assert_eq!(all(&dataall).await.0.len(), 1);
    assert!(std::fs::read(&file).expect("the file") == before, "the file has changed");
    let left = std::fs::read_dir(file.parent().expect("a folder")).expect("the folder").count();
    assert_eq!(left, 1, "there are side files");
}

#[tokio::test]
async fn postgres_itself_refuses_to_be_written_through_the_source() {
    let dataall = world(Database::fresh_postgres().await).await;
    add_share(&dataall, json!({})).await;
    let environment = dataall.table("environment");
    let renamed = dataall.table("environment_table");
    // A view that writes when it is read.
    let trap = format!(
        "CREATE TABLE public.writes (n INT);
         CREATE FUNCTION public.write() RETURNS boolean LANGUAGE sql VOLATILE AS
             'INSERT INTO public.writes VALUES (1); SELECT true';
         ALTER TABLE {environment} RENAME TO environment_table;
         CREATE VIEW {environment} AS SELECT * FROM {renamed} WHERE public.write();"
    );
    dataall.database.execute(&trap).await;
    let source = open(&dataall).await;
    let read: Result<Vec<_>, _> = source.shares(&Want::everything(today(), false)).try_collect().await;
    let text = chain(&read.expect_err("the write is refused"));
    assert!(text.contains("read-only transaction"), "{text}");
}

#[tokio::test]
async fn an_unknown_schema_is_named_with_the_one_that_is_there() {
    let dataall = world(Database::fresh_postgres().await).await;
    let error = failure(&SourceConfig { schema: "prod".into(), ..dataall.config() }).await;
    assert!(error.what.contains("schema \"prod\"") && error.what.contains("my \"dev"), "{}", error.what);
}

#[tokio::test]
async fn an_unreachable_source_is_named_without_its_password() {
    let config = |url: &str| SourceConfig {
        url: DatabaseUrl::Postgres(Secret::new(url)),
        schema: "dev".into(),
        timezone: chrono_tz::UTC,
        links: Links::default(),
    };
    // Port 1 is reserved and nobody listens there.
    let text = chain(&failure(&config("postgres://nudged:hunter2@127.0.0.1:1/dataall")).await);
    assert!(text.contains("127.0.0.1:1, database \"dataall\" cannot be reached"), "{text}");
    let other = chain(&failure(&config("mysql://u:hunter2@h/db")).await);
    assert!(!text.contains("hunter2") && !other.contains("hunter2"), "{text} {other}");
}

#[tokio::test]
async fn a_missing_sqlite_file_is_not_made() {
    let database = Database::fresh_sqlite();
    let config =
        SourceConfig { url: database.url(), schema: "dev".into(), timezone: chrono_tz::UTC, links: Links::default() };
    let error = failure(&config).await;
    assert!(error.what.contains("does not exist") && error.what.contains("nudged init --sample"), "{}", error.what);
    assert!(!database.file().exists());
}
