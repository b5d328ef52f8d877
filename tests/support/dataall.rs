//! A database with data.all's tables that a test fills row by row.

use nudged::config::{Links, SourceConfig};
use serde_json::{Map, Value};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, SqliteConnection, sqlite::SqliteConnectOptions};

use crate::Database;

const POSTGRES_TABLES: &str = include_str!("../fixtures/dataall-postgres.sql");
const SQLITE_TABLES: &str = include_str!("../../host/src/source/sample.sql");

/// data.all's tables, empty at first, in a database of their own.
#[derive(Debug)]
pub struct Dataall {
    /// The database: [`Database::execute`] does what [`Dataall::insert`] cannot.
    pub database: Database,
    schema: String,
}

enum Writer {
    Postgres(PgConnection),
    Sqlite(SqliteConnection),
}

impl Dataall {
    /// Makes the tables; on PostgreSQL in the schema of this name.
    pub async fn new(database: Database, schema: &str) -> Self {
        if database.is_postgres() {
            let quoted = quote(schema);
            database.execute(&format!("CREATE SCHEMA {quoted}; SET search_path TO {quoted}; {POSTGRES_TABLES}")).await;
        } else {
            database.execute(SQLITE_TABLES).await;
        }
        Self { database, schema: schema.to_owned() }
    }

    /// The configuration that reads it, in UTC.
    pub fn config(&self) -> SourceConfig {
        SourceConfig {
            url: self.database.url(),
            schema: self.schema.clone(),
            timezone: chrono_tz::UTC,
            links: Links::default(),
        }
    }

    /// The table as a statement names it.
    pub fn table(&self, name: &str) -> String {
        if self.database.is_postgres() { format!("{}.{name}", quote(&self.schema)) } else { name.to_owned() }
    }

    /// Inserts rows, objects from column to value. Columns that are not named keep their default.
    pub async fn insert(&self, table: &str, rows: &[Map<String, Value>]) {
        let mut writer = self.writer().await;
        writer.run("BEGIN").await;
        for row in rows {
            writer.insert(&self.table(table), row).await;
        }
        writer.run("COMMIT").await;
        writer.close().await;
    }

    async fn writer(&self) -> Writer {
        match self.database.postgres_url() {
            Some(url) => Writer::Postgres(PgConnection::connect(url).await.expect("the database answers")),
            None => {
                let options = SqliteConnectOptions::new().filename(self.database.file());
                Writer::Sqlite(SqliteConnection::connect_with(&options).await.expect("the file opens"))
            }
        }
    }
}

impl Writer {
    async fn insert(&mut self, table: &str, row: &Map<String, Value>) {
        let columns = row.keys().map(|name| quote(name)).collect::<Vec<_>>().join(", ");
        match self {
            Self::Postgres(connection) => {
                let sql = format!(
                    "INSERT INTO {table} ({columns}) SELECT {columns} FROM json_populate_record(NULL::{table}, $1::json)"
                );
                let query = sqlx::query(AssertSqlSafe(sql)).bind(Value::from(row.clone()).to_string());
                connection.execute(query).await.expect("a row");
            }
            Self::Sqlite(connection) => {
                let marks = vec!["?"; row.len()].join(", ");
                let sql = format!("INSERT INTO {table} ({columns}) VALUES ({marks})");
                let query = row.values().fold(sqlx::query(AssertSqlSafe(sql)), |query, value| match value {
                    Value::Null => query.bind(None::<String>),
                    Value::Bool(flag) => query.bind(i64::from(*flag)),
                    Value::Number(number) => query.bind(number.as_i64().expect("a whole number")),
                    Value::String(text) => query.bind(text.clone()),
                    list => query.bind(list.to_string()),
                });
                connection.execute(query).await.expect("a row");
            }
        }
    }

    async fn run(&mut self, sql: &'static str) {
        match self {
            Self::Postgres(connection) => connection.execute(sql).await.map(drop),
            Self::Sqlite(connection) => connection.execute(sql).await.map(drop),
        }
        .expect("the statement runs");
    }

    async fn close(self) {
        match self {
            Self::Postgres(connection) => connection.close().await,
            Self::Sqlite(connection) => connection.close().await,
        }
        .expect("the connection closes");
    }
}

fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
