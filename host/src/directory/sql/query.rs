//! The operator's query: asking it, and what it answers.

use std::{collections::BTreeSet, sync::Arc};

use futures_util::{Stream, StreamExt};
use sqlx::{
    AssertSqlSafe, Column, Database, Either, Executor, SqlSafeStr, SqlStr, Statement, Type, postgres::Postgres,
};

use super::place::{ANSWER_WITHIN, Failure, Place};
use crate::{
    config::{DatabaseUrl, DirectoryQuery},
    database::place,
    directory::{Addresses, DirectoryError, roll::Roll},
    source::{self, Columns, Pool, SourceError},
};

/// Most rows of one answer: more than a team has, and fewer than a query answers with that forgets its parameter.
const MOST_ROWS: usize = 10_000;

/// Nothing is changed, and a query that takes too long ends on the server too.
const SESSION: &str = "SET default_transaction_read_only = on; SET statement_timeout = '5s'";

/// A name that nobody gives to a group.
const MADE_UP: &str = "nudged: a group that does not exist";

/// The operator's query.
pub(super) struct MembersQuery {
    pool: Pool,
    place: Place,
    sql: Arc<str>,
    /// The channel of rows that name none.
    channel: String,
    mail: BTreeSet<String>,
}

/// The columns and the number of parameters of a query, and the columns that are no texts.
struct Shape {
    columns: Vec<String>,
    odd: Vec<String>,
    parameters: usize,
}

impl MembersQuery {
    /// Opens the database for reading.
    ///
    /// # Errors
    /// Says what to mend.
    pub(super) async fn open(config: &DirectoryQuery, mail: BTreeSet<String>) -> Result<Self, DirectoryError> {
        let named = |SourceError { what, cause }| DirectoryError { what: format!("directory.sql: {what}"), cause };
        let (pool, place) = match &config.url {
            DatabaseUrl::Postgres(url) => {
                let pool = source::postgres(url, SESSION).await.map_err(named)?;
                (pool, Place::Postgres(place(url).unwrap_or_default()))
            }
            DatabaseUrl::Sqlite(path) if !path.exists() => {
                let path = path.display();
                return Err(DirectoryError::new(format!("{path} does not exist: correct directory.sql.url")));
            }
            DatabaseUrl::Sqlite(path) => (source::sqlite(path).await.map_err(named)?, Place::Sqlite(path.clone())),
        };
        Ok(Self { pool, place, sql: config.query.as_str().into(), channel: config.channel.clone(), mail })
    }

    /// Where it is asked.
    pub(super) fn place(&self) -> &Place {
        &self.place
    }

    /// Looks at parameter and columns, and asks for a made-up group.
    ///
    /// # Errors
    /// Says what to mend.
    pub(super) async fn check(&self) -> Result<(), DirectoryError> {
        let shape = self.shape().await.map_err(|error| self.place.failure(error).error)?;
        let Shape { columns, odd, parameters } = shape;
        let wrong = if parameters != 1 {
            format!("has {parameters} parameters: write $1, the group's name, and no other")
        } else if !columns.iter().any(|column| column == "address") {
            format!("answers with {}: name the column of addresses address", columns.join(", "))
        } else if let Some(column) = odd.iter().find(|column| matches!(&column[..], "address" | "channel")) {
            format!("answers with a column {column} that is no text: write CAST(… AS TEXT) AS {column}")
        } else {
            return self.members(MADE_UP).await.map(drop).map_err(|failure| failure.error);
        };
        Err(Place::unusable(wrong).error)
    }

    async fn shape(&self) -> Result<Shape, sqlx::Error> {
        match &self.pool {
            Pool::Postgres(pool) => {
                let statement = pool.prepare(self.sql()).await?;
                Ok(shape::<Postgres, _>(&statement, <str as Type<Postgres>>::compatible))
            }
            // What an expression answers with is known with each value only.
            Pool::Sqlite(pool) => Ok(shape(&pool.prepare(self.sql()).await?, |_| true)),
        }
    }

    /// The addresses of the group's members; `None` if there are no rows.
    pub(super) async fn members(&self, group: &str) -> Result<Option<Addresses>, Failure> {
        let asking = async {
            match &self.pool {
                Pool::Postgres(pool) => {
                    self.gather(group, sqlx::query(self.sql()).bind(group).persistent(false).fetch(pool)).await
                }
                Pool::Sqlite(pool) => {
                    self.gather(group, sqlx::query(self.sql()).bind(group).persistent(false).fetch(pool)).await
                }
            }
        };
        tokio::time::timeout(ANSWER_WITHIN, asking).await.unwrap_or_else(|_| Err(self.place.silence()))
    }

    async fn gather<C: Columns>(
        &self,
        group: &str,
        rows: impl Stream<Item = Result<C, sqlx::Error>>,
    ) -> Result<Option<Addresses>, Failure> {
        let mut roll = Roll::new(&self.mail);
        let mut rows = std::pin::pin!(rows.enumerate());
        let mut known = false;
        while let Some((index, row)) = rows.next().await {
            if index == MOST_ROWS {
                let what = format!("answers with more than {MOST_ROWS} rows for the group {group}");
                return Err(Place::unusable(format!("{what}: let it ask for the members of the group $1 alone")));
            }
            known = true;
            let row = row.map_err(|error| self.place.failure(error))?;
            // With `SELECT *` it may go after the check.
            if let Err(error @ sqlx::Error::ColumnNotFound(_)) = row.text("address") {
                return Err(self.place.failure(error));
            }
            if let Err(what) = self.add(&mut roll, &row) {
                let row = index + 1;
                tracing::warn!("directory.sql.query, group {group}: row {row} is left out: {what}");
            }
        }
        Ok(known.then(|| roll.into_addresses()))
    }

    /// Adds what one row says.
    fn add(&self, roll: &mut Roll<'_>, row: &impl Columns) -> Result<(), String> {
        let channel = match row.text("channel") {
            Err(sqlx::Error::ColumnNotFound(_)) => None,
            channel => channel.map_err(|error| error.to_string())?,
        };
        let address = row.text("address").map_err(|error| error.to_string())?;
        let channel = channel.filter(|channel| !channel.trim().is_empty()).unwrap_or(&self.channel);
        roll.add(channel, address.unwrap_or_default()).map_err(|what| format!("address {what}"))
    }

    fn sql(&self) -> SqlStr {
        AssertSqlSafe(Arc::clone(&self.sql)).into_sql_str()
    }
}

fn shape<D: Database, S: Statement<Database = D>>(statement: &S, is_text: impl Fn(&D::TypeInfo) -> bool) -> Shape {
    let columns = statement.columns();
    Shape {
        columns: columns.iter().map(|column| column.name().to_owned()).collect(),
        odd: columns.iter().filter(|column| !is_text(column.type_info())).map(|c| c.name().to_owned()).collect(),
        parameters: match statement.parameters() {
            Some(Either::Left(kinds)) => kinds.len(),
            Some(Either::Right(number)) => number,
            None => 0,
        },
    }
}
