//! [`DataallInbox`]: rows in data.all's table `notification`, which its users see under the bell.
//!
//! The names of a notification's rows are derived from its id, so that an attempt finds what a former one has written. All
//! rows of a notification are written in one transaction.

use std::sync::Arc;

use sqlx::{Any, AnyConnection, AnyPool, AssertSqlSafe, Transaction};
use tokio::sync::OnceCell;

use super::{
    SourceError,
    act::{id, open, rights, write::on_the_clock},
    statement::Dialect,
};
use crate::{
    clock::Clock,
    config::SourceConfig,
    error::chain,
    model::{NotificationId, Outcome},
    net::{Inbox, InboxEntry},
};

/// Writes to data.all's inbox over connections of its own, which are made when the first notification comes.
pub struct DataallInbox {
    config: SourceConfig,
    clock: Arc<dyn Clock>,
    opened: OnceCell<(AnyPool, Dialect)>,
}

/// One row as it is written.
struct Line<'e> {
    uri: String,
    recipient: &'e str,
    entry: &'e InboxEntry,
    /// Now, as the source's clocks show it.
    now: &'e str,
}

impl DataallInbox {
    /// The inbox of this source; connects to nothing yet.
    pub fn new(config: SourceConfig, clock: Arc<dyn Clock>) -> Self {
        Self { config, clock, opened: OnceCell::new() }
    }

    /// Whether rows can be written. Writes nothing.
    ///
    /// # Errors
    /// Says what to mend: unreachable, a table missing, not writable, the GRANT that is missing.
    pub async fn check(&self) -> Result<(), SourceError> {
        self.opened().await.map(drop)
    }

    /// What could not be opened is tried again the next time.
    async fn opened(&self) -> Result<&(AnyPool, Dialect), SourceError> {
        let open = async {
            let (pool, dialect) = open::open(&self.config).await?;
            rights::check_posting(&pool, &self.config.url, &dialect).await?;
            Ok((pool, dialect))
        };
        self.opened.get_or_try_init(|| open).await
    }

    /// The number of rows that were there before.
    async fn write(&self, id: &NotificationId, recipient: &str, entries: &[InboxEntry]) -> Result<usize, SourceError> {
        let (pool, dialect) = self.opened().await?;
        let now = on_the_clock(self.clock.now(), self.config.timezone);
        let line = |(index, entry): (usize, _)| Line {
            uri: id::derive("inbox", id.as_str(), &index.to_string()),
            recipient,
            entry,
            now: &now,
        };
        let lines: Vec<_> = entries.iter().enumerate().map(line).collect();
        let written = write_all(pool, dialect, &lines).await;
        written.map_err(|error| SourceError { what: "writing to data.all's inbox".to_owned(), cause: Some(error) })
    }
}

/// Dropping the transaction on the way out rolls it back.
async fn write_all(pool: &AnyPool, dialect: &Dialect, lines: &[Line<'_>]) -> Result<usize, sqlx::Error> {
    let mut transaction = begin(pool, dialect).await?;
    let mut known = 0;
    for line in lines {
        if line.is_there(&mut transaction, dialect).await? {
            known += 1;
        } else {
            line.insert(&mut transaction, dialect).await?;
        }
    }
    transaction.commit().await?;
    Ok(known)
}

/// On SQLite with the write lock from the start: a transaction that reads first cannot write if somebody else wrote in
/// between.
async fn begin(pool: &AnyPool, dialect: &Dialect) -> Result<Transaction<'static, Any>, sqlx::Error> {
    let begin = match dialect {
        Dialect::Postgres(_) => "BEGIN",
        Dialect::Sqlite => "BEGIN IMMEDIATE",
    };
    pool.begin_with(begin).await
}

impl Line<'_> {
    async fn is_there(&self, connection: &mut AnyConnection, dialect: &Dialect) -> Result<bool, sqlx::Error> {
        let table = dialect.table("notification");
        let sql = format!(r#"SELECT COUNT(*) FROM {table} WHERE "notificationUri" = $1 AND recipient = $2"#);
        let query = sqlx::query_scalar::<_, i64>(AssertSqlSafe(sql)).bind(self.uri.clone());
        Ok(query.bind(self.recipient.to_owned()).fetch_one(connection).await? > 0)
    }

    async fn insert(&self, connection: &mut AnyConnection, dialect: &Dialect) -> Result<(), sqlx::Error> {
        let sql = format!(
            r#"INSERT INTO {table} ("notificationUri", type, message, recipient, is_read, target_uri, created)
            VALUES ($1, $2, $3, $4, FALSE, $5, {now})"#,
            table = dialect.table("notification"),
            now = dialect.timestamp(6),
        );
        let query = sqlx::query(AssertSqlSafe(sql))
            .bind(self.uri.clone())
            .bind(self.entry.kind.clone())
            .bind(self.entry.message.clone())
            .bind(self.recipient.to_owned())
            .bind(self.entry.target.clone())
            .bind(self.now.to_owned());
        query.execute(connection).await.map(drop)
    }
}

#[async_trait::async_trait]
impl Inbox for DataallInbox {
    /// Whatever the database says may pass: an operator will mend it.
    async fn post(&self, id: &NotificationId, recipient: &str, entries: &[InboxEntry]) -> Outcome {
        match self.write(id, recipient, entries).await {
            Ok(known) => Outcome::Delivered(told(entries.len(), known)),
            Err(error) => Outcome::Unreachable(chain(&error)),
        }
    }
}

fn told(rows: usize, known: usize) -> String {
    let rows = if rows == 1 { "1 row".to_owned() } else { format!("{rows} rows") };
    if known == 0 { rows } else { format!("{rows}, {known} of them by a former attempt") }
}
