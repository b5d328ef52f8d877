//! Loading into PostgreSQL by `COPY`, a table at a time.

use anyhow::{Context, Result};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use super::{
    shape::Shape,
    tables::{Rows, TABLES},
    value::{Row, copied},
};

/// The schema that is made.
pub(crate) const SCHEMA: &str = "bench";

/// data.all's tables, with its types and primary keys.
const DDL: &str = include_str!("../../../tests/fixtures/dataall-postgres.sql");

/// What is sent at once, in bytes.
const CHUNK: usize = 256 * 1024;

pub(super) async fn fill(url: &str, shape: &Shape) -> Result<()> {
    let mut connection = PgConnection::connect(url).await.context("cannot connect to PostgreSQL")?;
    let schema = format!(
        "SET client_min_messages = warning; DROP SCHEMA IF EXISTS {SCHEMA} CASCADE; CREATE SCHEMA {SCHEMA}; \
         SET search_path = {SCHEMA}"
    );
    connection.execute(AssertSqlSafe(schema)).await?;
    connection.execute(DDL).await?;
    for table in &TABLES {
        let loaded = load(&mut connection, table.name, (table.rows)(shape)).await;
        let rows = loaded.with_context(|| format!("cannot fill {}", table.name))?;
        // As after any night of a real database.
        connection.execute(AssertSqlSafe(format!("VACUUM (ANALYZE) {SCHEMA}.{}", table.name))).await?;
        eprintln!("{SCHEMA}.{}: {rows} rows", table.name);
    }
    Ok(connection.close().await?)
}

/// Answers with how many rows there were.
async fn load(connection: &mut PgConnection, table: &str, rows: Rows<'_>) -> Result<u64> {
    let mut rows = rows.peekable();
    let Some(first) = rows.peek() else { return Ok(0) };
    let mut copy = connection.copy_in_raw(&statement(table, first)).await?;
    let mut lines = String::with_capacity(CHUNK * 2);
    for row in rows {
        copied(&row, &mut lines);
        if lines.len() >= CHUNK {
            copy.send(lines.as_bytes()).await?;
            lines.clear();
        }
    }
    copy.send(lines.as_bytes()).await?;
    Ok(copy.finish().await?)
}

fn statement(table: &str, row: &Row) -> String {
    let columns: Vec<_> = row.iter().map(|(name, _)| format!("\"{name}\"")).collect();
    format!("COPY {SCHEMA}.{table} ({}) FROM STDIN", columns.join(", "))
}
