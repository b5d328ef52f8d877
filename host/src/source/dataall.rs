//! [`DataallSource`]: data.all's tables, read only, one streaming statement for each kind of item.

mod advise;

use std::path::Path;

use chrono_tz::Tz;
use futures_util::{
    StreamExt, TryStreamExt,
    stream::{self, BoxStream},
};
use sqlx::AssertSqlSafe;

use super::{
    Row, Source, SourceError, Want,
    open::{self, Pool},
    row::{self, Columns, Kind},
    statement::{Dialect, Statement},
};
use crate::{
    config::{DatabaseUrl, SourceConfig},
    model::{ItemKey, Reads},
};

/// data.all's tables on PostgreSQL or SQLite.
pub struct DataallSource {
    pool: Pool,
    dialect: Dialect,
    zone: Tz,
}

impl DataallSource {
    /// Opens the database read only and checks that data.all's tables are there.
    ///
    /// # Errors
    /// Says what to mend: unreachable, refused, file or schema or table missing, not readable.
    pub async fn connect(config: &SourceConfig) -> Result<Self, SourceError> {
        let (pool, dialect) = match &config.url {
            DatabaseUrl::Postgres(url) => {
                (open::dataall(url, &config.schema).await?, Dialect::Postgres(config.schema.clone()))
            }
            DatabaseUrl::Sqlite(path) if !path.exists() => return Err(no_file(path)),
            DatabaseUrl::Sqlite(path) => (open::sqlite(path).await?, Dialect::Sqlite),
        };
        let source = Self { pool, dialect, zone: config.timezone };
        source.check().await?;
        Ok(source)
    }

    /// The statement by which shares are read from PostgreSQL, as `psql` takes it.
    pub fn shares_statement(schema: &str, want: &Want) -> String {
        Dialect::Postgres(schema.to_owned()).shares(want).written_out()
    }

    /// Closes every connection.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// Runs the statement; of no strategies nothing is asked.
    fn read<'a>(
        &'a self,
        kind: Kind,
        asking: &[Reads],
        statement: Statement,
    ) -> BoxStream<'a, Result<Row, SourceError>> {
        match &self.pool {
            _ if asking.is_empty() => stream::empty().boxed(),
            Pool::Postgres(pool) => rows(kind, self.zone, statement.postgres().fetch(pool)),
            Pool::Sqlite(pool) => rows(kind, self.zone, statement.sqlite().fetch(pool)),
        }
    }
}

fn no_file(path: &Path) -> SourceError {
    let what =
        format!("{} does not exist: correct source.url, or make one with `nudged init --sample`", path.display());
    SourceError { what, cause: None }
}

fn rows<'a, C: Columns + 'a>(
    kind: Kind,
    zone: Tz,
    rows: BoxStream<'a, Result<C, sqlx::Error>>,
) -> BoxStream<'a, Result<Row, SourceError>> {
    let failed = move |error| SourceError { what: format!("reading {}", kind.plural()), cause: Some(error) };
    rows.map_err(failed)
        .map_ok(move |columns| stream::iter(row::read(kind, &columns, zone).into_iter().map(Ok)))
        .try_flatten()
        .boxed()
}

#[async_trait::async_trait]
impl Source for DataallSource {
    async fn check(&self) -> Result<(), SourceError> {
        self.pool.check(&self.dialect).await
    }

    fn shares<'a>(&'a self, want: &'a Want) -> BoxStream<'a, Result<Row, SourceError>> {
        self.read(Kind::Share, &want.shares, self.dialect.shares(want))
    }

    fn stacks<'a>(&'a self, want: &'a Want) -> BoxStream<'a, Result<Row, SourceError>> {
        self.read(Kind::Stack, &want.stacks, self.dialect.stacks(want))
    }

    async fn deleted(&self, key: &ItemKey) -> Result<Option<String>, SourceError> {
        let (sql, uri) = match key.as_str().split_once(':') {
            Some(("share", uri)) => (self.dialect.share_deleted(), uri),
            Some(("stack", uri)) => (self.dialect.stack_deleted(), uri),
            _ => return Ok(None),
        };
        let sql = AssertSqlSafe(sql);
        let found: Result<Option<Option<String>>, _> = match &self.pool {
            Pool::Postgres(pool) => sqlx::query_scalar(sql).bind(uri).fetch_optional(pool).await,
            Pool::Sqlite(pool) => sqlx::query_scalar(sql).bind(uri).fetch_optional(pool).await,
        };
        let failed = |error| SourceError { what: "looking for what is deleted".to_owned(), cause: Some(error) };
        Ok(found.map_err(failed)?.flatten())
    }
}
