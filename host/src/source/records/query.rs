//! An operator's query, wrapped so that every column is a text.

use sqlx::{AssertSqlSafe, Column as _, Connection as _, Executor as _, SqlSafeStr as _, Statement as _};

use super::Pool;
use crate::config::RecordsConfig;

/// Runs the query as far as its first row would be; answers with the names of its columns.
pub(super) async fn columns(pool: &Pool, query: &str) -> Result<Vec<String>, sqlx::Error> {
    let sql = AssertSqlSafe(format!("SELECT * FROM {} LIMIT 0", wrapped(query))).into_sql_str();
    // A statement that was prepared before a view has changed answers with the view's old columns; and SQLite sees that
    // it has changed only when it runs one.
    match pool {
        Pool::Postgres(pool) => {
            let mut connection = pool.acquire().await?;
            connection.clear_cached_statements().await?;
            sqlx::query(sql.clone()).persistent(false).execute(&mut *connection).await?;
            let statement = connection.prepare(sql).await?;
            Ok(statement.columns().iter().map(|column| column.name().to_owned()).collect())
        }
        Pool::Sqlite(pool) => {
            let mut connection = pool.acquire().await?;
            connection.clear_cached_statements().await?;
            sqlx::query(sql.clone()).persistent(false).execute(&mut *connection).await?;
            let statement = connection.prepare(sql).await?;
            Ok(statement.columns().iter().map(|column| column.name().to_owned()).collect())
        }
    }
}

/// The statement that answers with these columns as texts, by id: what has the same id is side by side.
pub(super) fn texts(pool: &Pool, config: &RecordsConfig, columns: &[String]) -> String {
    let columns: Vec<_> = columns.iter().map(|column| as_text(pool, column)).collect();
    let bytewise = match pool {
        Pool::Postgres(_) => r#" COLLATE "C""#,
        Pool::Sqlite(_) => "",
    };
    format!(
        "SELECT {columns} FROM {query} ORDER BY {id}{bytewise}",
        columns = columns.join(", "),
        query = wrapped(&config.query),
        id = as_text(pool, &config.id),
    )
}

/// The query as a table `q`. A comment at its end is closed by the end of the line.
fn wrapped(query: &str) -> String {
    format!("({}\n) AS q", query.trim().trim_end_matches(';'))
}

/// A column of `q` as a text. PostgreSQL's JSON has one form for times, ISO 8601, whatever the session.
fn as_text(pool: &Pool, column: &str) -> String {
    let quoted = format!("q.\"{}\"", column.replace('"', "\"\""));
    match pool {
        Pool::Postgres(_) => format!("(to_json({quoted}) #>> '{{}}')"),
        Pool::Sqlite(_) => format!("CAST({quoted} AS TEXT)"),
    }
}
