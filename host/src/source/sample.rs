//! A made-up data.all to try nudged on: every reminder finds something in it.

mod people;

pub use people::{Person, sample_people};

use std::path::Path;

use sqlx::{ConnectOptions, Connection, SqliteConnection, sqlite::SqliteConnectOptions};

use super::SourceError;
use crate::{database::unopened, model::Instant};

/// The tables.
const TABLES: &str = include_str!("sample.sql");

/// What is in them.
const ROWS: &str = include_str!("sample-rows.sql");

/// Shares by the thousand.
const MANY: &str = include_str!("sample-many.sql");

/// Makes an SQLite database at `path` with data.all's tables and some thirty shares whose dates are relative to `now`,
/// in UTC; and beside them as many generated ones of twenty departments as `generated` says, always the same.
///
/// # Errors
/// The file exists already (it is left as it is), or cannot be written.
pub async fn create_sample(path: &Path, now: Instant, generated: u32) -> Result<(), SourceError> {
    let made = std::fs::OpenOptions::new().write(true).create_new(true).open(path);
    made.map_err(|error| refused(path, sqlx::Error::Io(error)))?;
    let filled = fill(path, now, generated).await;
    if filled.is_err() {
        // A half-made sample helps nobody; that it is there is the lesser trouble.
        std::fs::remove_file(path).ok();
    }
    filled.map_err(|error| SourceError { what: format!("writing the sample {}", path.display()), cause: Some(error) })
}

fn refused(path: &Path, error: sqlx::Error) -> SourceError {
    let exists = matches!(&error, sqlx::Error::Io(error) if error.kind() == std::io::ErrorKind::AlreadyExists);
    let what = match exists {
        true => format!("{} exists already: remove it or name another file", path.display()),
        false => unopened(path, &error),
    };
    SourceError { what, cause: Some(error) }
}

async fn fill(path: &Path, now: Instant, generated: u32) -> Result<(), sqlx::Error> {
    let options = SqliteConnectOptions::new().filename(path).disable_statement_logging();
    let mut connection = SqliteConnection::connect_with(&options).await?;
    let mut transaction = connection.begin().await?;
    sqlx::raw_sql(TABLES).execute(&mut *transaction).await?;
    sqlx::query("CREATE TEMP TABLE sample_now AS SELECT $1 AS at")
        .bind(now.format("%Y-%m-%d %H:%M:%S").to_string())
        .execute(&mut *transaction)
        .await?;
    sqlx::raw_sql(ROWS).execute(&mut *transaction).await?;
    if generated > 0 {
        multiply(&mut transaction, generated).await?;
    }
    transaction.commit().await?;
    connection.close().await
}

async fn multiply(connection: &mut SqliteConnection, generated: u32) -> Result<(), sqlx::Error> {
    sqlx::query("CREATE TEMP TABLE sample_many AS SELECT $1 AS count")
        .bind(generated)
        .execute(&mut *connection)
        .await?;
    sqlx::query("CREATE TEMP TABLE sample_domain AS SELECT key AS n, value AS name FROM json_each($1)")
        .bind(serde_json::json!(people::DEPARTMENTS).to_string())
        .execute(&mut *connection)
        .await?;
    sqlx::raw_sql(MANY).execute(connection).await.map(drop)
}
