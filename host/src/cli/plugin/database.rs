//! The options of commands that try a strategy on the items of a database.

use std::path::Path;

use anyhow::{Context as _, ensure};
use chrono_tz::Tz;
use serde_json::{Value, json};

use crate::{
    authoring::Database,
    clock::Clock,
    config::DatabaseUrl,
    model::{Instant, Manifest},
    plugin::{Context, parameters_fit},
};

/// Which database, as of when, and what the strategy is told beside the items.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct DatabaseOptions {
    /// The database: sqlite://FILE or postgres://USER@HOST/DATABASE. It is only read. A password is best left to the
    /// variable PGPASSWORD.
    #[arg(long, value_name = "URL")]
    db: String,
    /// The PostgreSQL schema of data.all's tables: the name of its environment, such as dev.
    #[arg(long, value_name = "SCHEMA")]
    schema: Option<String>,
    /// The zone of the database's times, which do not say theirs, and of the strategy's today.
    #[arg(long, value_name = "TZ", default_value = "UTC")]
    timezone: Tz,
    /// For a strategy over records: one SELECT. Each of its rows is a record.
    #[arg(long, value_name = "SQL", requires = "id")]
    query: Option<String>,
    /// For a strategy over records: the column of the query that names a record.
    #[arg(long, value_name = "COLUMN", requires = "query")]
    id: Option<String>,
    /// The instant to act as of, such as 2026-06-04T09:00:00Z; now if left out.
    #[arg(long, value_name = "RFC3339")]
    now: Option<Instant>,
    /// The reminder's parameters: a JSON object that fits the plugin's schema.
    #[arg(long, value_name = "JSON")]
    parameters: Option<String>,
}

impl DatabaseOptions {
    /// The database that is named; a relative file is one of the present folder's.
    ///
    /// # Errors
    /// If the URL is none, or a database of PostgreSQL comes without a schema and without a query. The URL is never
    /// quoted: it may hold a password.
    pub(super) fn database(&self) -> anyhow::Result<Database> {
        let url = DatabaseUrl::parse(&self.db, Path::new("")).context("--db")?;
        let query = self.query.clone().zip(self.id.clone());
        let schema = match (&self.schema, &url) {
            (Some(schema), _) => schema.clone(),
            (None, DatabaseUrl::Sqlite(_)) => "main".to_owned(),
            (None, DatabaseUrl::Postgres(_)) => {
                let fix = "add --schema with the name of the data.all environment, such as dev";
                ensure!(query.is_some(), "--schema is missing: data.all's tables are in a schema of their own; {fix}");
                String::new()
            }
        };
        Ok(Database { url, schema, timezone: self.timezone, query })
    }

    /// The instant to act as of.
    pub(super) fn now(&self, clock: &dyn Clock) -> Instant {
        self.now.unwrap_or_else(|| clock.now())
    }

    /// What the strategy is told beside the items.
    ///
    /// # Errors
    /// If the parameters are no JSON, or do not fit the schema of this manifest.
    pub(super) fn context(&self, manifest: &Manifest, clock: &dyn Clock) -> anyhow::Result<Context> {
        let now = self.now(clock);
        let today = now.with_timezone(&self.timezone).date_naive();
        let parameters: Value = match &self.parameters {
            Some(text) => serde_json::from_str(text).context("--parameters is not JSON")?,
            None => json!({}),
        };
        parameters_fit(manifest, &parameters)
            .map_err(|why| anyhow::anyhow!("the parameters do not fit the schema of {}: {why}", manifest.name))?;
        Ok(Context { now, today, parameters, attributes: Vec::new() })
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        options: DatabaseOptions,
    }

    fn options(line: &[&str]) -> DatabaseOptions {
        let line = Line::try_parse_from(["run"].iter().chain(line)).map_err(|error| error.to_string());
        line.expect("the arguments are sound").options
    }

    fn refused(line: &[&str]) -> String {
        format!("{:#}", options(line).database().expect_err("is refused"))
    }

    #[test]
    fn a_database_of_sqlite_has_one_schema_and_one_of_postgresql_says_which() {
        let sqlite = options(&["--db", "sqlite://a.db"]).database().expect("sound");
        assert_eq!((sqlite.url, sqlite.schema.as_str()), (DatabaseUrl::Sqlite("a.db".into()), "main"));
        assert!(refused(&["--db", "postgres://me@host/db"]).contains("add --schema"));
        let postgres = options(&["--db", "postgres://me@host/db", "--schema", "dev"]).database().expect("sound");
        assert_eq!(postgres.schema, "dev");
        let records = options(&["--db", "postgres://me@host/db", "--query", "SELECT 1 AS id", "--id", "id"]);
        assert!(records.database().is_ok(), "a query names its tables itself");
    }

    #[test]
    fn no_error_quotes_the_url() {
        for url in ["postgres//me:geheim@host/db", "mysql://me:geheim@host/db", "sqlite://geheim?mode=ro"] {
            let why = refused(&["--db", url]);
            assert!(why.starts_with("--db: ") && !why.contains("geheim"), "{why}");
        }
    }
}
