//! Rows in data.all's inbox, on both databases.

use std::sync::Arc;

use nudged::{
    config::{DatabaseUrl, Secret, SourceConfig},
    model::{NotificationId, Outcome},
    net::{Inbox, InboxEntry},
    source::DataallInbox,
};
use nudged_tests::{Dataall, Database, HandClock, at};

/// Runs each test over both databases.
macro_rules! on_both {
    ($($name:ident,)*) => {
        mod sqlite {
            use nudged_tests::Database;
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(super::dataall(Database::fresh_sqlite()).await).await;
            })*
        }
        mod postgres {
            use nudged_tests::Database;
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(super::dataall(Database::fresh_postgres().await).await).await;
            })*
        }
    };
}

on_both! {
    rows_look_like_data_alls_own,
    a_repetition_writes_nothing_again,
    all_rows_are_written_or_none,
    a_database_that_comes_back_is_written_to,
}

async fn dataall(database: Database) -> Dataall {
    Dataall::new(database, "my \"dev").await
}

fn inbox(config: SourceConfig) -> DataallInbox {
    DataallInbox::new(config, Arc::new(HandClock::new(at("2026-05-04T09:00:00.123456Z"))))
}

fn id(text: &str) -> NotificationId {
    NotificationId::from_stored(text.to_owned())
}

fn entry(message: &str, target: Option<&str>) -> InboxEntry {
    InboxEntry {
        kind: "SHARE_OBJECT_SUBMITTED".to_owned(),
        message: message.to_owned(),
        target: target.map(str::to_owned),
    }
}

fn delivered(detail: &str) -> Outcome {
    Outcome::Delivered(detail.to_owned())
}

async fn count(dataall: &Dataall, condition: &str) -> i64 {
    let table = dataall.table("notification");
    dataall.database.number(&format!("SELECT COUNT(*) FROM {table} WHERE {condition}")).await
}

async fn rows_look_like_data_alls_own(dataall: Dataall) {
    let config = SourceConfig { timezone: chrono_tz::Europe::Paris, ..dataall.config() };
    let entries = [entry("It's \"waiting\" – 1", Some("s1|d1")), entry("two", None)];
    let inbox = inbox(config);
    inbox.check().await.expect("it can be written");
    assert_eq!(count(&dataall, "1 = 1").await, 0, "a check writes nothing");
    assert_eq!(inbox.post(&id("n1"), "sales-admins", &entries).await, delivered("2 rows"));
    let (unread, created) = match dataall.database.is_postgres() {
        true => ("is_read = FALSE", "created = TIMESTAMP '2026-05-04 11:00:00.123456'"),
        false => ("is_read = 0", "created = '2026-05-04 11:00:00.123456'"),
    };
    let common = format!(
        "recipient = 'sales-admins' AND type = 'SHARE_OBJECT_SUBMITTED' AND {unread} AND {created} \
         AND LENGTH(\"notificationUri\") = 8 AND updated IS NULL AND deleted IS NULL"
    );
    let first = format!("{common} AND message = 'It''s \"waiting\" – 1' AND target_uri = 's1|d1'");
    assert_eq!(count(&dataall, &first).await, 1);
    assert_eq!(count(&dataall, &format!("{common} AND message = 'two' AND target_uri IS NULL")).await, 1);
}

async fn a_repetition_writes_nothing_again(dataall: Dataall) {
    let entries = [entry("one", None), entry("two", None)];
    assert_eq!(inbox(dataall.config()).post(&id("n1"), "pam", &entries).await, delivered("2 rows"));
    let again = inbox(dataall.config()).post(&id("n1"), "pam", &entries).await;
    assert_eq!(again, delivered("2 rows, 2 of them by a former attempt"));
    assert_eq!(count(&dataall, "1 = 1").await, 2);
    assert_eq!(inbox(dataall.config()).post(&id("n2"), "pam", &entries[..1]).await, delivered("1 row"));
    assert_eq!(count(&dataall, "1 = 1").await, 3);
}

async fn all_rows_are_written_or_none(dataall: Dataall) {
    // The second row finds its name taken by somebody else's row.
    let inbox = inbox(dataall.config());
    let entries = [entry("one", None), entry("two", None)];
    assert_eq!(inbox.post(&id("n1"), "pam", &entries).await, delivered("2 rows"));
    let table = dataall.table("notification");
    dataall.database.execute(&format!("DELETE FROM {table} WHERE message = 'one'")).await;
    dataall.database.execute(&format!("UPDATE {table} SET recipient = 'rita'")).await;
    let outcome = inbox.post(&id("n1"), "pam", &entries).await;
    let Outcome::Unreachable(detail) = outcome else { panic!("{outcome:?}") };
    assert!(detail.starts_with("source: writing to data.all's inbox: "), "{detail}");
    assert_eq!(count(&dataall, "recipient = 'pam'").await, 0);
}

async fn a_database_that_comes_back_is_written_to(dataall: Dataall) {
    let inbox = inbox(dataall.config());
    let table = dataall.table("notification");
    let (away, back) = (format!("ALTER TABLE {table} RENAME TO away"), table.replace("notification", "away"));
    dataall.database.execute(&away).await;
    let outcome = inbox.post(&id("n1"), "pam", &[entry("one", None)]).await;
    assert!(matches!(&outcome, Outcome::Unreachable(_)), "{outcome:?}");
    dataall.database.execute(&format!("ALTER TABLE {back} RENAME TO notification")).await;
    assert_eq!(inbox.post(&id("n1"), "pam", &[entry("one", None)]).await, delivered("1 row"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_that_is_missing_is_named() {
    let dataall = dataall(Database::fresh_postgres().await).await;
    let DatabaseUrl::Postgres(url) = dataall.database.url() else { panic!("not PostgreSQL") };
    let role = format!("reader_{}", std::process::id());
    let setup = format!(
        "DROP ROLE IF EXISTS {role}; CREATE ROLE {role} LOGIN PASSWORD 'word'; GRANT USAGE ON SCHEMA \"my \"\"dev\" TO {role};
         GRANT SELECT ON ALL TABLES IN SCHEMA \"my \"\"dev\" TO {role}"
    );
    dataall.database.execute(&setup).await;
    let mut reader = url::Url::parse(url.expose()).expect("a URL");
    reader.set_username(&role).expect("a user");
    reader.set_password(Some("word")).expect("a password");
    let config = SourceConfig { url: DatabaseUrl::Postgres(Secret::new(reader.as_str())), ..dataall.config() };
    let error = inbox(config).check().await.expect_err("it may only read").to_string();
    let cleanup = format!("DROP OWNED BY {role}; DROP ROLE {role}");
    dataall.database.execute(&cleanup).await;
    assert!(error.contains("what the inbox asks for: run GRANT INSERT (\"notificationUri\", "), "{error}");
}
