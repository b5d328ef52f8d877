//! Which of the indexes that scans would gain by are not there.

use sqlx::PgPool;

use super::DataallSource;
use crate::{
    model::Manifest,
    source::{
        Advice, SourceError,
        open::Pool,
        statement::{Dialect, Need, PART, POSTGRES_INDEXES, SQLITE_INDEXES},
    },
};

impl DataallSource {
    /// The indexes that would let the scans of these reminders, by name, read less, and that are not there. Makes none.
    ///
    /// # Errors
    /// If the database does not say which indexes there are.
    pub async fn advise(&self, reading: &[(&str, &Manifest)]) -> Result<Vec<Advice>, SourceError> {
        let advice = self.missing(self.dialect.needs(reading)).await;
        advice.map_err(|error| SourceError { what: "looking at the indexes".to_owned(), cause: Some(error) })
    }

    async fn missing(&self, needs: Vec<Need>) -> Result<Vec<Advice>, sqlx::Error> {
        let there = self.indexes().await?;
        let mut advice = Vec::new();
        for need in needs.iter().filter(|need| !need.is_met(&there)) {
            let part = match (&self.pool, &self.dialect) {
                (Pool::Postgres(pool), Dialect::Postgres(schema)) => part(pool, schema, need).await?,
                _ => None,
            };
            advice.push(need.advice(&self.dialect, part));
        }
        Ok(advice)
    }

    /// The table of each index that can be used, and what the index begins with.
    async fn indexes(&self) -> Result<Vec<(String, Option<String>)>, sqlx::Error> {
        match (&self.pool, &self.dialect) {
            (Pool::Postgres(pool), Dialect::Postgres(schema)) => {
                sqlx::query_as(POSTGRES_INDEXES).bind(schema).fetch_all(pool).await
            }
            (Pool::Sqlite(pool), _) => sqlx::query_as(SQLITE_INDEXES).fetch_all(pool).await,
            (Pool::Postgres(_), Dialect::Sqlite) => Ok(Vec::new()),
        }
    }
}

/// Which part of the rows has the values that are looked for; `None` if the statistics do not tell.
async fn part(pool: &PgPool, schema: &str, need: &Need) -> Result<Option<f64>, sqlx::Error> {
    let Some((table, column, values)) = need.values() else { return Ok(None) };
    sqlx::query_scalar(PART).bind(schema).bind(table).bind(column).bind(values).fetch_one(pool).await
}
