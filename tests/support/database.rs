//! A fresh, empty database for one test: an SQLite file or a database on the test server.

use std::{
    path::PathBuf,
    process,
    sync::atomic::{AtomicU64, Ordering},
};

use nudged::config::{DatabaseUrl, Secret};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, SqliteConnection, sqlite::SqliteConnectOptions};
use tempfile::TempDir;

use crate::postgres_url;

/// An empty database that is gone when this is dropped.
#[derive(Debug)]
pub struct Database {
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Sqlite { folder: TempDir },
    Postgres { name: String, url: String },
}

static SERIAL: AtomicU64 = AtomicU64::new(0);

impl Database {
    /// A file in a folder of its own; the file is not made yet.
    pub fn fresh_sqlite() -> Self {
        Self { kind: Kind::Sqlite { folder: TempDir::new().expect("a temporary folder") } }
    }

    /// A new database on the test server.
    pub async fn fresh_postgres() -> Self {
        let name = format!("nudged_{}_{}", process::id(), SERIAL.fetch_add(1, Ordering::Relaxed));
        let server = postgres_url();
        let mut connection = PgConnection::connect(&server).await.expect("the test server answers");
        // A run that was killed may have left one of the same name.
        for sql in [format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"), format!("CREATE DATABASE {name}")] {
            connection.execute(AssertSqlSafe(sql)).await.expect("a fresh database");
        }
        let mut url = url::Url::parse(&server).expect("NUDGED_TEST_POSTGRES is a URL");
        url.set_path(&name);
        Self { kind: Kind::Postgres { name, url: url.into() } }
    }

    /// As the configuration knows it.
    pub fn url(&self) -> DatabaseUrl {
        match &self.kind {
            Kind::Sqlite { .. } => DatabaseUrl::Sqlite(self.file()),
            Kind::Postgres { url, .. } => DatabaseUrl::Postgres(Secret::new(url.as_str())),
        }
    }

    /// As it is written in `config.json`.
    pub fn written_url(&self) -> String {
        self.postgres_url().map_or_else(|| format!("sqlite://{}", self.file().display()), str::to_owned)
    }

    /// The URL, if this one is PostgreSQL.
    pub fn postgres_url(&self) -> Option<&str> {
        match &self.kind {
            Kind::Sqlite { .. } => None,
            Kind::Postgres { url, .. } => Some(url),
        }
    }

    /// Whether this one is PostgreSQL.
    pub fn is_postgres(&self) -> bool {
        matches!(self.kind, Kind::Postgres { .. })
    }

    /// The SQLite file.
    ///
    /// # Panics
    /// PostgreSQL has none.
    pub fn file(&self) -> PathBuf {
        match &self.kind {
            Kind::Sqlite { folder } => folder.path().join("nudged.db"),
            Kind::Postgres { .. } => panic!("a PostgreSQL database is not a file"),
        }
    }

    /// Runs statements over a connection of its own, as somebody else would. The SQLite file is made if missing.
    pub async fn execute(&self, sql: &str) {
        let sql = AssertSqlSafe(sql.to_owned());
        match &self.kind {
            Kind::Sqlite { .. } => {
                let options = SqliteConnectOptions::new().filename(self.file()).create_if_missing(true);
                let mut connection = SqliteConnection::connect_with(&options).await.expect("the file opens");
                sqlx::raw_sql(sql).execute(&mut connection).await.expect("the statements run");
                connection.close().await.expect("the file closes");
            }
            Kind::Postgres { url, .. } => {
                let mut connection = PgConnection::connect(url).await.expect("the database answers");
                sqlx::raw_sql(sql).execute(&mut connection).await.expect("the statements run");
            }
        }
    }

    /// One number, read over a connection of its own.
    pub async fn number(&self, sql: &str) -> i64 {
        let sql = AssertSqlSafe(sql.to_owned());
        match &self.kind {
            Kind::Sqlite { .. } => {
                let options = SqliteConnectOptions::new().filename(self.file());
                let mut connection = SqliteConnection::connect_with(&options).await.expect("the file opens");
                sqlx::query_scalar(sql).fetch_one(&mut connection).await.expect("one number")
            }
            Kind::Postgres { url, .. } => {
                let mut connection = PgConnection::connect(url).await.expect("the database answers");
                sqlx::query_scalar(sql).fetch_one(&mut connection).await.expect("one number")
            }
        }
    }

    /// Waits until a query answers with this number.
    ///
    /// # Panics
    /// If that takes longer than [`DEADLINE`](crate::DEADLINE).
    pub async fn until(&self, sql: &str, number: i64) {
        let answer = async {
            while self.number(sql).await != number {
                // Nobody tells when a database changes.
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
        };
        if tokio::time::timeout(crate::DEADLINE, answer).await.is_err() {
            panic!("{sql} answers {} and never {number}", self.number(sql).await);
        }
    }
}

impl Drop for Database {
    /// Dropping is not async, so that a thread does it; what cannot be dropped goes with the test server.
    fn drop(&mut self) {
        if let Kind::Postgres { name, .. } = &self.kind {
            let sql = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
            std::thread::spawn(move || drop_database(sql)).join().ok();
        }
    }
}

fn drop_database(sql: String) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        if let Ok(mut connection) = PgConnection::connect(&postgres_url()).await {
            connection.execute(AssertSqlSafe(sql)).await.ok();
        }
    });
}
