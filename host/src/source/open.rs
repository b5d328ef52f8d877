//! Opening databases for reading, and looking whether one is data.all's.

use std::path::Path;

use chrono::NaiveDate;
use sqlx::{
    AssertSqlSafe, ConnectOptions, Connection, Executor, PgConnection, PgPool, Postgres, Sqlite, SqlitePool,
    postgres::PgConnectOptions, sqlite::SqliteConnectOptions,
};

use super::{
    SourceError, Want,
    statement::{Dialect, POSTGRES_INDEXES, TABLES},
};
use crate::{
    config::Secret,
    database::{CONNECT_WITHIN, NO_PARAMETERS, pool, refusal, timed_out, unopened, usable},
};

/// One for the scan, one for a check beside it.
const CONNECTIONS: u32 = 2;

/// Settings of a PostgreSQL session: nothing that it does may change anything.
pub(super) const READ_ONLY: &str = "SET default_transaction_read_only = on; SET DateStyle = 'ISO, YMD'";

/// The same for our own statements; timestamps as texts have one form. Compiling the query costs more than it saves.
const DATAALL: &str = "SET default_transaction_read_only = on; SET DateStyle = 'ISO, YMD'; SET jit = off";

/// Tables whose statistics the planner needs to expect as many rows as come.
const COUNTED: &str = "'share_object', 'share_object_item', 'notification'";

/// What the source reads from.
pub(crate) enum Pool {
    Postgres(PgPool),
    Sqlite(SqlitePool),
}

/// Whether the planner may join by nested loops. With an index by which the items of a share are found they read the rows
/// that matter instead of the table. Without it every join is one of whole tables, and a nested loop is only ever chosen by
/// mistake: where statistics are missing, because one row is expected where thousands come. So both must be there.
fn nested_loops() -> String {
    format!(
        r#"SELECT set_config('enable_nestloop', CASE
            WHEN EXISTS (SELECT 1 FROM ({POSTGRES_INDEXES}) AS i
                         WHERE i."table" = 'share_object_item' AND i.leading = '"shareUri"')
              AND NOT EXISTS (SELECT unnest(ARRAY[{COUNTED}]) EXCEPT
                              SELECT tablename::text FROM pg_stats WHERE schemaname = $1)
            THEN 'on' ELSE 'off' END, false)"#
    )
}

/// Connects in sessions that begin with these statements.
pub(crate) async fn postgres(url: &Secret, session: &'static str) -> Result<Pool, SourceError> {
    connect(url, session, None).await
}

/// Connects in sessions for our own statements about the tables in this schema.
pub(super) async fn dataall(url: &Secret, schema: &str) -> Result<Pool, SourceError> {
    connect(url, DATAALL, Some(schema.to_owned())).await
}

async fn connect(url: &Secret, session: &'static str, schema: Option<String>) -> Result<Pool, SourceError> {
    // No cause: the driver's words quote the URL.
    let unfit = |what: &str| SourceError { what: what.to_owned(), cause: None };
    let place = usable(url).map_err(unfit)?;
    let options: PgConnectOptions = url.expose().parse().map_err(|_| unfit(NO_PARAMETERS))?;
    let options = options.application_name("nudged").disable_statement_logging();
    // The first connection is made without the pool, which would try again and again and then not say why.
    let connected = tokio::time::timeout(CONNECT_WITHIN, PgConnection::connect_with(&options)).await;
    let first = connected.unwrap_or_else(|_| Err(timed_out()));
    let first = first.map_err(|error| SourceError { what: refusal(&place, &error), cause: Some(error) })?;
    first.close().await.ok();
    let pool = pool::<Postgres>(CONNECTIONS)
        .after_connect(move |connection, _| Box::pin(begin(connection, session, schema.clone())));
    Ok(Pool::Postgres(pool.connect_lazy_with(options)))
}

async fn begin(
    connection: &mut PgConnection,
    session: &'static str,
    schema: Option<String>,
) -> Result<(), sqlx::Error> {
    connection.execute(session).await?;
    let Some(schema) = schema else { return Ok(()) };
    let query = sqlx::query(AssertSqlSafe(nested_loops())).persistent(false).bind(schema);
    query.execute(connection).await.map(drop)
}

pub(crate) async fn sqlite(path: &Path) -> Result<Pool, SourceError> {
    let options = SqliteConnectOptions::new().filename(path).read_only(true).disable_statement_logging();
    let opened = pool::<Sqlite>(CONNECTIONS).connect_with(options).await;
    opened.map(Pool::Sqlite).map_err(|error| SourceError { what: unopened(path, &error), cause: Some(error) })
}

impl Pool {
    /// Closes every connection.
    pub(super) async fn close(&self) {
        match self {
            Self::Postgres(pool) => pool.close().await,
            Self::Sqlite(pool) => pool.close().await,
        }
    }

    /// Looks for schema and tables, then runs the statement as far as its first row would be.
    pub(super) async fn check(&self, dialect: &Dialect) -> Result<(), SourceError> {
        let there = self.tables(dialect).await.map_err(|error| SourceError {
            what: "the list of tables cannot be read".to_owned(),
            cause: Some(error),
        })?;
        if let Some(what) = what_is_missing(dialect, &there) {
            return Err(SourceError { what: what + &self.elsewhere(dialect, &there).await, cause: None });
        }
        self.probe(dialect).await.map_err(|error| SourceError {
            what: "data.all's tables cannot be read: grant SELECT on them, or update data.all if a column is missing"
                .to_owned(),
            cause: Some(error),
        })
    }

    async fn tables(&self, dialect: &Dialect) -> Result<Vec<String>, sqlx::Error> {
        match (self, dialect) {
            (Self::Postgres(pool), Dialect::Postgres(schema)) => {
                let sql = "SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
                           WHERE n.nspname = $1 AND c.relkind IN ('r', 'p', 'v', 'm', 'f')";
                sqlx::query_scalar(sql).bind(schema).fetch_all(pool).await
            }
            (Self::Sqlite(pool), _) => {
                let sql = "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')";
                sqlx::query_scalar(sql).fetch_all(pool).await
            }
            (Self::Postgres(_), Dialect::Sqlite) => Ok(Vec::new()),
        }
    }

    /// A hint at the right schema, where there is one.
    async fn elsewhere(&self, dialect: &Dialect, there: &[String]) -> String {
        let (Self::Postgres(pool), Dialect::Postgres(_), false) = (self, dialect, there.iter().any(|t| t == TABLES[0]))
        else {
            return String::new();
        };
        let sql = "SELECT n.nspname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
                   WHERE c.relname = 'share_object' AND c.relkind IN ('r', 'p', 'v') ORDER BY 1";
        match sqlx::query_scalar::<_, String>(sql).fetch_all(pool).await {
            Ok(schemas) if !schemas.is_empty() => format!("; data.all's tables are in: {}", schemas.join(", ")),
            _ => String::new(),
        }
    }

    async fn probe(&self, dialect: &Dialect) -> Result<(), sqlx::Error> {
        let want = Want::everything(NaiveDate::default(), true);
        for statement in [dialect.shares(&want), dialect.stacks(&want)] {
            let probe = statement.probe();
            match self {
                Self::Postgres(pool) => probe.postgres().persistent(false).execute(pool).await.map(drop)?,
                Self::Sqlite(pool) => probe.sqlite().persistent(false).execute(pool).await.map(drop)?,
            }
        }
        Ok(())
    }
}

fn what_is_missing(dialect: &Dialect, there: &[String]) -> Option<String> {
    let missing: Vec<_> = TABLES.iter().filter(|table| !there.iter().any(|name| name == **table)).copied().collect();
    match dialect {
        _ if missing.is_empty() => None,
        Dialect::Postgres(schema) if there.is_empty() => {
            Some(format!("schema \"{schema}\" does not exist, or is empty, or may not be used: correct source.schema"))
        }
        Dialect::Postgres(schema) => Some(format!("schema \"{schema}\" has no table {}", missing.join(", "))),
        Dialect::Sqlite => Some(format!("the SQLite database has no table {}", missing.join(", "))),
    }
}
