//! Records: the rows of an operator's own query, so that a strategy can watch anything.

mod link;
mod query;
mod row;

use chrono_tz::Tz;
use futures_util::{
    StreamExt, TryStreamExt,
    stream::{self, BoxStream},
};
use sqlx::AssertSqlSafe;
use tokio::sync::OnceCell;

use super::{
    Row, SourceError,
    open::{self, Pool},
    row::Columns,
};
use crate::config::{DatabaseUrl, RecordsConfig};

/// Something that records are read from.
#[async_trait::async_trait]
pub trait Records: Send + Sync {
    /// Tries the query: its columns, in its order. All that the configuration of the source names are among them.
    ///
    /// # Errors
    /// Says which setting of the source to mend, without any credentials.
    async fn columns(&self) -> Result<Vec<String>, SourceError>;

    /// The zone of timestamps without one, in which the records have their days.
    fn zone(&self) -> Tz;

    /// Streams the records, by id.
    fn records<'a>(&'a self) -> BoxStream<'a, Result<Row, SourceError>>;
}

/// A query on PostgreSQL or SQLite. The session can do nothing but read, whatever the query is.
///
/// The database is opened when it is first read, and as long as that fails at each reading: an operator's database that
/// is away keeps nobody from what data.all's shares have to be told.
pub struct SqlRecords {
    config: RecordsConfig,
    pool: OnceCell<Pool>,
}

impl SqlRecords {
    /// Records of this query; nothing is opened yet.
    pub fn new(config: &RecordsConfig) -> Self {
        Self { config: config.clone(), pool: OnceCell::new() }
    }

    /// Closes every connection.
    pub async fn close(&self) {
        if let Some(pool) = self.pool.get() {
            pool.close().await;
        }
    }

    async fn pool(&self) -> Result<&Pool, SourceError> {
        self.pool.get_or_try_init(|| self.open()).await
    }

    /// Opens the database read only.
    async fn open(&self) -> Result<Pool, SourceError> {
        let opened = match &self.config.url {
            DatabaseUrl::Postgres(url) => open::postgres(url, open::READ_ONLY).await,
            DatabaseUrl::Sqlite(path) if !path.exists() => {
                Err(SourceError { what: format!("{} does not exist: correct the path", path.display()), cause: None })
            }
            DatabaseUrl::Sqlite(path) => open::sqlite(path).await,
        };
        opened.map_err(|error| mistake(&self.config, "url", &error.what, error.cause))
    }

    async fn read(&self) -> Result<BoxStream<'_, Result<Row, SourceError>>, SourceError> {
        let (columns, pool) = (self.columns().await?, self.pool().await?);
        let query = AssertSqlSafe(query::texts(pool, &self.config, &columns));
        Ok(match pool {
            Pool::Postgres(pool) => self.rows(columns, sqlx::query(query).persistent(false).fetch(pool)),
            Pool::Sqlite(pool) => self.rows(columns, sqlx::query(query).persistent(false).fetch(pool)),
        })
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
    async fn columns(&self) -> Result<Vec<String>, SourceError> {
        let columns = query::columns(self.pool().await?, &self.config.query).await.map_err(|error| {
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

    fn zone(&self) -> Tz {
        self.config.timezone
    }

    fn records<'a>(&'a self) -> BoxStream<'a, Result<Row, SourceError>> {
        stream::once(self.read()).try_flatten().boxed()
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
