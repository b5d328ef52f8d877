//! Records: the rows of an operator's own query, so that a strategy can watch anything.

mod link;
mod query;
mod row;

use futures_util::{
    StreamExt, TryStreamExt,
    stream::{self, BoxStream},
};
use sqlx::AssertSqlSafe;

use super::{
    Row, SourceError,
    open::{self, Pool},
    row::Columns,
};
use crate::config::{DatabaseUrl, RecordsConfig};

/// Something that records are read from.
#[async_trait::async_trait]
pub trait Records: Send + Sync {
    /// Checks that the query can be run and answers with the columns that the configuration names.
    async fn check(&self) -> Result<(), SourceError>;

    /// Streams the records, by id.
    fn records<'a>(&'a self) -> BoxStream<'a, Result<Row, SourceError>>;
}

/// A query on PostgreSQL or SQLite. The session can do nothing but read, whatever the query is.
pub struct SqlRecords {
    config: RecordsConfig,
    pool: Pool,
}

impl SqlRecords {
    /// Opens the database read only and checks the query.
    ///
    /// # Errors
    /// Says which setting of the source to mend, without any credentials.
    pub async fn connect(config: &RecordsConfig) -> Result<Self, SourceError> {
        let opened = match &config.url {
            DatabaseUrl::Postgres(url) => open::postgres(url, open::READ_ONLY).await,
            DatabaseUrl::Sqlite(path) if !path.exists() => {
                Err(SourceError { what: format!("{} does not exist: correct the path", path.display()), cause: None })
            }
            DatabaseUrl::Sqlite(path) => open::sqlite(path).await,
        };
        let config = config.clone();
        let pool = opened.map_err(|error| mistake(&config, "url", &error.what, error.cause))?;
        let records = Self { config, pool };
        records.check().await?;
        Ok(records)
    }

    /// Closes every connection.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// The query's columns, in its order: all that the configuration names are among them.
    async fn columns(&self) -> Result<Vec<String>, SourceError> {
        let columns = query::columns(&self.pool, &self.config.query).await.map_err(|error| {
            let what = "the query cannot be run; write one SELECT that only reads, and grant what it needs";
            mistake(&self.config, "query", what, Some(error))
        })?;
        if let Some((_, name)) = columns.iter().enumerate().find(|(place, name)| columns[..*place].contains(name)) {
            let what = format!("the query has two columns \"{name}\": rename one of them with AS");
            return Err(mistake(&self.config, "query", &what, None));
        }
        for (key, name) in named(&self.config) {
            if !columns.iter().any(|column| column == name) {
                let what = format!("the query has no column \"{name}\"; it has: {}", columns.join(", "));
                return Err(mistake(&self.config, &key, &what, None));
            }
        }
        Ok(columns)
    }

    fn read(&self, columns: Vec<String>) -> BoxStream<'_, Result<Row, SourceError>> {
        let sql = query::texts(&self.pool, &self.config, &columns);
        let query = AssertSqlSafe(sql);
        match &self.pool {
            Pool::Postgres(pool) => self.rows(columns, sqlx::query(query).persistent(false).fetch(pool)),
            Pool::Sqlite(pool) => self.rows(columns, sqlx::query(query).persistent(false).fetch(pool)),
        }
    }

    fn rows<'a, C: Columns + 'a>(
        &'a self,
        columns: Vec<String>,
        rows: BoxStream<'a, Result<C, sqlx::Error>>,
    ) -> BoxStream<'a, Result<Row, SourceError>> {
        let mut reader = row::Reader::new(&self.config, columns);
        rows.map_err(|error| mistake(&self.config, "query", "the query failed", Some(error)))
            .map_ok(move |columns| stream::iter(reader.read(&columns).map(Ok)))
            .try_flatten()
            .boxed()
    }
}

#[async_trait::async_trait]
impl Records for SqlRecords {
    async fn check(&self) -> Result<(), SourceError> {
        self.columns().await.map(drop)
    }

    fn records<'a>(&'a self) -> BoxStream<'a, Result<Row, SourceError>> {
        stream::once(self.columns()).map_ok(|columns| self.read(columns)).try_flatten().boxed()
    }
}

/// The columns that the configuration names, each with the key that names it.
fn named(config: &RecordsConfig) -> impl Iterator<Item = (String, &str)> {
    let roles = config.roles.iter().map(|(role, column)| (format!("roles.{role}"), column.as_str()));
    let link = config.link.iter().flat_map(|link| link::columns(link)).map(|column| ("link".to_owned(), column));
    [("id".to_owned(), config.id.as_str())].into_iter().chain(roles).chain(link)
}

fn mistake(config: &RecordsConfig, key: &str, what: &str, cause: Option<sqlx::Error>) -> SourceError {
    SourceError { what: format!("sources.{}.{key}: {what}", config.name), cause }
}
