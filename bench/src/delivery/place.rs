//! Fresh stores: a file of SQLite, or a database on the PostgreSQL that is measured.

use std::fmt;

use anyhow::{Context, Result};
use nudged::config::{DatabaseUrl, Secret};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tempfile::TempDir;
use tokio::{runtime::Handle, task::block_in_place};
use url::Url;

use crate::bench::Bench;

/// The database that is made anew for each run.
const DATABASE: &str = "nudged_bench_delivery";

/// Where a store is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Sqlite,
    Postgres,
}

impl Kind {
    /// Both, in the order of the report.
    pub(crate) const ALL: [Self; 2] = [Self::Sqlite, Self::Postgres];
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        })
    }
}

/// A place for a store that is empty, and gone once this is dropped.
pub(crate) struct Place {
    /// For nudged's own API.
    pub(crate) url: DatabaseUrl,
    /// The same for a configuration.
    pub(crate) written: String,
    _holds: Holds,
}

enum Holds {
    File { _folder: TempDir },
    Database { _database: Database },
}

struct Database {
    server: String,
}

impl Place {
    /// Makes one.
    ///
    /// # Errors
    /// If the folder or the server refuses.
    pub(crate) async fn fresh(bench: &Bench, kind: Kind) -> Result<Self> {
        match kind {
            Kind::Sqlite => Self::file(bench),
            Kind::Postgres => Self::database(bench).await,
        }
    }

    fn file(bench: &Bench) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("store-").tempdir_in(&bench.scratch)?;
        let path = std::path::absolute(folder.path().join("nudged.db"))?;
        let written = format!("sqlite://{}", path.display());
        Ok(Self { url: DatabaseUrl::Sqlite(path), written, _holds: Holds::File { _folder: folder } })
    }

    async fn database(bench: &Bench) -> Result<Self> {
        let mut url = Url::parse(&bench.postgres).context("the URL of PostgreSQL is none")?;
        url.set_path(DATABASE);
        // One that was left over by a run that was killed goes first.
        drop_database(&bench.postgres).await?;
        run(&bench.postgres, format!("CREATE DATABASE {DATABASE}")).await?;
        let database = Database { server: bench.postgres.clone() };
        let written = url.to_string();
        Ok(Self {
            url: DatabaseUrl::Postgres(Secret::new(written.clone())),
            written,
            _holds: Holds::Database { _database: database },
        })
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let dropped = block_in_place(|| Handle::current().block_on(drop_database(&self.server)));
        if let Err(error) = dropped {
            eprintln!("the database {DATABASE} stays behind: {error:#}");
        }
    }
}

async fn drop_database(server: &str) -> Result<()> {
    run(server, format!("DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")).await
}

async fn run(server: &str, sql: String) -> Result<()> {
    let mut connection = PgConnection::connect(server).await.context("PostgreSQL cannot be reached")?;
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await?;
    connection.close().await?;
    Ok(())
}
