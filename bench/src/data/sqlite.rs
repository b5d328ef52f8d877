//! Loading into a new SQLite file, many rows a statement and all in one transaction.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use sqlx::{
    ConnectOptions, Connection, Executor, QueryBuilder, Sqlite, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

use super::{
    shape::Shape,
    tables::{Rows, TABLES},
    value::{Row, Value},
};

/// data.all's tables as nudged's sample has them.
const DDL: &str = include_str!("../../../host/src/source/sample.sql");

/// Rows a statement: SQLite takes at most 32766 parameters, and no table here has more than 32 columns.
const ROWS: usize = 1000;

pub(super) async fn fill(file: &Path, shape: &Shape) -> Result<()> {
    ensure!(!file.exists(), "{} is there already: remove it or name another file", file.display());
    // Nothing is lost with a half-made file: it is made again.
    let options = SqliteConnectOptions::new().filename(file).create_if_missing(true).disable_statement_logging();
    let options = options.journal_mode(SqliteJournalMode::Off).synchronous(SqliteSynchronous::Off);
    let mut connection = options.connect().await.with_context(|| format!("cannot make {}", file.display()))?;
    connection.execute(DDL).await?;
    connection.execute("BEGIN").await?;
    for table in &TABLES {
        let loaded = load(&mut connection, table.name, (table.rows)(shape)).await;
        let rows = loaded.with_context(|| format!("cannot fill {}", table.name))?;
        eprintln!("{}: {rows} rows", table.name);
    }
    connection.execute("COMMIT").await?;
    connection.execute("ANALYZE").await?;
    Ok(connection.close().await?)
}

/// Answers with how many rows there were.
async fn load(connection: &mut SqliteConnection, table: &str, mut rows: Rows<'_>) -> Result<usize> {
    let mut count = 0;
    loop {
        let some: Vec<Row> = rows.by_ref().take(ROWS).collect();
        let Some(first) = some.first() else { return Ok(count) };
        let columns: Vec<_> = first.iter().map(|(name, _)| format!("\"{name}\"")).collect();
        let mut insert = QueryBuilder::<Sqlite>::new(format!("INSERT INTO {table} ({}) ", columns.join(", ")));
        count += some.len();
        insert.push_values(some, |mut values, row| {
            for (_, value) in row {
                bind(&mut values, value);
            }
        });
        insert.build().execute(&mut *connection).await?;
    }
}

fn bind(values: &mut sqlx::query_builder::Separated<'_, Sqlite, &'static str>, value: Value) {
    match value {
        Value::Null => values.push_bind(None::<String>),
        Value::Text(text) => values.push_bind(text),
        Value::Number(number) => values.push_bind(number),
        Value::Flag(flag) => values.push_bind(flag),
        Value::At(at) => values.push_bind(Value::written(at)),
        Value::Texts(texts) => values.push_bind(serde_json::json!(texts).to_string()),
    };
}
