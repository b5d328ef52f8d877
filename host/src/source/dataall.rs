//! [`DataallSource`]: data.all's tables, read only, one streaming statement.

use chrono_tz::Tz;
use futures_util::{
    StreamExt, TryStreamExt,
    stream::{self, BoxStream},
};
use sqlx::AssertSqlSafe;

use super::{
    Row, Source, SourceError, Want,
    open::{self, Pool},
    row::{self, Columns},
    statement::Dialect,
};
use crate::config::{DatabaseUrl, SourceConfig};

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
                (open::postgres(url, open::SESSION).await?, Dialect::Postgres(config.schema.clone()))
            }
            DatabaseUrl::Sqlite(path) => (open::sqlite(path).await?, Dialect::Sqlite),
        };
        let source = Self { pool, dialect, zone: config.timezone };
        source.check().await?;
        Ok(source)
    }

    /// Closes every connection.
    pub async fn close(&self) {
        match &self.pool {
            Pool::Postgres(pool) => pool.close().await,
            Pool::Sqlite(pool) => pool.close().await,
        }
    }

    fn read<'a, C: Columns + 'a>(
        &self,
        rows: impl futures_util::Stream<Item = Result<C, sqlx::Error>> + Send + 'a,
    ) -> BoxStream<'a, Result<Row, SourceError>> {
        let zone = self.zone;
        let failed = |error| SourceError { what: "reading shares".to_owned(), cause: Some(error) };
        rows.map_err(failed)
            .map_ok(move |columns| stream::iter(row::read(&columns, zone).into_iter().map(Ok)))
            .try_flatten()
            .boxed()
    }
}

#[async_trait::async_trait]
impl Source for DataallSource {
    async fn check(&self) -> Result<(), SourceError> {
        self.pool.check(&self.dialect).await
    }

    fn shares<'a>(&'a self, want: &'a Want) -> BoxStream<'a, Result<Row, SourceError>> {
        let sql = AssertSqlSafe(self.dialect.shares(want));
        let statuses: Vec<_> = want.statuses.iter().cloned().collect();
        match &self.pool {
            Pool::Postgres(pool) if statuses.is_empty() => self.read(sqlx::query(sql).fetch(pool)),
            Pool::Postgres(pool) => self.read(sqlx::query(sql).bind(statuses).fetch(pool)),
            Pool::Sqlite(pool) if statuses.is_empty() => self.read(sqlx::query(sql).fetch(pool)),
            Pool::Sqlite(pool) => {
                let list = serde_json::Value::from(statuses).to_string();
                self.read(sqlx::query(sql).bind(list).fetch(pool))
            }
        }
    }
}
