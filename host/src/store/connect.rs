//! Opening the store: the file or the schema is made if it is missing, then the migrations run.

use std::{fs, path::Path};

use sqlx::{
    Any, AnyConnection, AnyPool, Connection, Executor, SqlSafeStr, SqlStr,
    any::{AnyConnectOptions, install_default_drivers},
    migrate::{MigrateError, Migration, MigrationType, Migrator},
};

use super::{StoreError, sql::Dialect};
use crate::{
    config::{DatabaseUrl, Secret},
    crash,
    database::{CONNECT_WITHIN, NO_PARAMETERS, pool, refusal, timed_out, unopened, usable},
};

/// The schema that holds nudged's tables on PostgreSQL, so that a database can be shared with data.all.
const SCHEMA: &str = "nudged";

/// Connections to PostgreSQL: a run, a handful of deliveries that finish, and an operator's question.
const POSTGRES_CONNECTIONS: u32 = 8;

/// SQLite has one writer at a time anyway; a queue for one connection is fair, contention for the file's
/// lock is not. Readers of other processes are not hindered (WAL).
const SQLITE_CONNECTIONS: u32 = 1;

/// Waits for other processes' locks instead of failing; commits survive a power cut.
const SQLITE_SESSION: &str = "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; \
     PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;";

/// Wait before the lock of an SQLite store's folder is tried again: making the tables takes a few milliseconds.
const LOCK_AGAIN: std::time::Duration = std::time::Duration::from_millis(5);

/// Every statement that is asked often goes by an index. Plans are kept, and one that was made while a table was new and empty
/// reads it whole, however large it has become, until statistics of it are gathered: a minute in which each outcome that
/// is recorded would read all attempts.
const POSTGRES_SESSION: &str = "SET search_path TO nudged; SET enable_seqscan = off";

/// Opens the database and brings its tables up to date.
pub(super) async fn open(url: &DatabaseUrl) -> Result<(AnyPool, Dialect), StoreError> {
    install_default_drivers();
    let target = match url {
        DatabaseUrl::Sqlite(path) => sqlite(path)?,
        DatabaseUrl::Postgres(url) => postgres(url)?,
    };
    let alone = match url {
        DatabaseUrl::Sqlite(path) => alone_beside(path).await,
        DatabaseUrl::Postgres(_) => None,
    };
    let mut first = target.connect().await?;
    crash::point("migrate");
    target.migrate(&mut first).await?;
    crash::point("migrated");
    drop(alone);
    // Closing politely; the tables are there whether or not it succeeds.
    first.close().await.ok();
    Ok((target.pool(), target.dialect))
}

/// Keeps other daemons from making the same SQLite file at the same moment: neither the switch to a write-ahead log nor
/// the migrations wait for each other there, as they do on PostgreSQL. The lock is on the folder: one on the file would,
/// when it is closed, take SQLite's own locks with it. Where it cannot be had (a file system without locks), nobody
/// waits.
async fn alone_beside(path: &Path) -> Option<fs::File> {
    let folder = fs::File::open(path.parent()?).ok()?;
    let locked = async {
        while let Err(fs::TryLockError::WouldBlock) = folder.try_lock() {
            tokio::time::sleep(LOCK_AGAIN).await;
        }
    };
    tokio::time::timeout(CONNECT_WITHIN, locked).await.ok()?;
    Some(folder)
}

/// Opens the database if nudged's tables are there, without making or changing anything; `None` if they are not.
pub(super) async fn open_existing(url: &DatabaseUrl) -> Result<Option<(AnyPool, Dialect)>, StoreError> {
    install_default_drivers();
    let target = match url {
        DatabaseUrl::Sqlite(path) if !path.exists() => return Ok(None),
        DatabaseUrl::Sqlite(path) => existing_sqlite(path)?,
        DatabaseUrl::Postgres(url) => postgres(url)?,
    };
    let mut first = target.connect().await?;
    let found = target.has_tables(&mut first).await.map_err(|error| target.failed(error))?;
    first.close().await.ok();
    Ok(found.then(|| (target.pool(), target.dialect)))
}

/// A database that is to be opened.
struct Target {
    dialect: Dialect,
    options: AnyConnectOptions,
    session: &'static str,
    explain: Box<dyn Fn(&sqlx::Error) -> String + Send + Sync>,
}

fn sqlite(path: &Path) -> Result<Target, StoreError> {
    let failed = |error: sqlx::Error| StoreError { what: unopened(path, &error), cause: Some(error) };
    make_private_file(path).map_err(|error| failed(sqlx::Error::Io(error)))?;
    sqlite_target(path, "", SQLITE_SESSION)
}

/// Nobody who has the file open is without a log beside it. Where there is none, SQLite is told that the file does not
/// change: it would otherwise make a log for the sake of reading.
fn existing_sqlite(path: &Path) -> Result<Target, StoreError> {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    let parameters = if Path::new(&log).exists() { "?mode=ro" } else { "?mode=ro&immutable=1" };
    sqlite_target(path, parameters, "PRAGMA busy_timeout = 10000")
}

fn sqlite_target(path: &Path, parameters: &str, session: &'static str) -> Result<Target, StoreError> {
    let failed = |error: sqlx::Error| StoreError { what: unopened(path, &error), cause: Some(error) };
    let file = url::Url::from_file_path(path).map_err(|()| StoreError {
        what: format!("{} is not an absolute path in UTF-8", path.display()),
        cause: None,
    })?;
    let options = format!("sqlite://{}{parameters}", file.path()).parse().map_err(failed)?;
    let path = path.to_owned();
    let explain = Box::new(move |error: &sqlx::Error| unopened(&path, error));
    Ok(Target { dialect: Dialect::Sqlite, options, session, explain })
}

/// Notices name people: nobody else on the machine may read them. SQLite gives its side files the same mode.
fn make_private_file(path: &Path) -> std::io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

fn postgres(url: &Secret) -> Result<Target, StoreError> {
    // No cause: the driver's words quote the URL.
    let unfit = |what: &str| StoreError { what: what.to_owned(), cause: None };
    let place = usable(url).map_err(unfit)?;
    let options = url.expose().parse().map_err(|_| unfit(NO_PARAMETERS))?;
    let explain = Box::new(move |error: &sqlx::Error| refusal(&place, error));
    Ok(Target { dialect: Dialect::Postgres, options, session: POSTGRES_SESSION, explain })
}

impl Target {
    /// The first connection, without the pool's patience, so that a wrong URL is told at once.
    async fn connect(&self) -> Result<AnyConnection, StoreError> {
        let connecting = async {
            let mut connection = AnyConnection::connect_with(&self.options).await?;
            connection.execute(self.session).await?;
            Ok(connection)
        };
        let connected = tokio::time::timeout(CONNECT_WITHIN, connecting).await;
        connected.unwrap_or_else(|_| Err(timed_out())).map_err(|error| self.failed(error))
    }

    fn failed(&self, error: sqlx::Error) -> StoreError {
        StoreError { what: (self.explain)(&error), cause: Some(error) }
    }

    async fn migrate(&self, connection: &mut AnyConnection) -> Result<(), StoreError> {
        let mut migrator = Migrator::with_migrations(self.dialect.migrations());
        if self.dialect == Dialect::Postgres && !schema_exists(connection).await.map_err(|error| self.failed(error))? {
            migrator.create_schema(SCHEMA);
        }
        migrator.run_direct(None, connection, false).await.map_err(unmigrated)
    }

    async fn has_tables(&self, connection: &mut AnyConnection) -> Result<bool, sqlx::Error> {
        let sql = match self.dialect {
            Dialect::Sqlite => "SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'ledger'",
            Dialect::Postgres => {
                "SELECT tablename::text FROM pg_tables WHERE schemaname = 'nudged' AND tablename = 'ledger'"
            }
        };
        Ok(sqlx::query(sql).fetch_optional(connection).await?.is_some())
    }

    fn pool(&self) -> AnyPool {
        let session = self.session;
        let connections = match self.dialect {
            Dialect::Postgres => POSTGRES_CONNECTIONS,
            Dialect::Sqlite => SQLITE_CONNECTIONS,
        };
        pool::<Any>(connections)
            .after_connect(move |connection, _| Box::pin(async move { connection.execute(session).await.map(drop) }))
            .connect_lazy_with(self.options.clone())
    }
}

/// Asked first, because CREATE SCHEMA IF NOT EXISTS wants the right to create one even where it exists.
async fn schema_exists(connection: &mut AnyConnection) -> Result<bool, sqlx::Error> {
    let query = sqlx::query("SELECT nspname::text FROM pg_namespace WHERE nspname = $1").bind(SCHEMA);
    Ok(query.fetch_optional(connection).await?.is_some())
}

impl Dialect {
    fn migrations(self) -> Vec<Migration> {
        let [initial, occurrences, delivery] = match self {
            Self::Postgres => [
                include_str!("../../migrations/postgres/0001_initial.sql"),
                include_str!("../../migrations/postgres/0002_occurrences.sql"),
                include_str!("../../migrations/postgres/0003_delivery.sql"),
            ],
            Self::Sqlite => [
                include_str!("../../migrations/sqlite/0001_initial.sql"),
                include_str!("../../migrations/sqlite/0002_occurrences.sql"),
                include_str!("../../migrations/sqlite/0003_delivery.sql"),
            ],
        };
        vec![
            migration(1, "initial", initial.into_sql_str()),
            migration(2, "occurrences", occurrences.into_sql_str()),
            migration(3, "delivery", delivery.into_sql_str()),
        ]
    }
}

fn migration(version: i64, name: &'static str, sql: SqlStr) -> Migration {
    Migration::new(version, name.into(), MigrationType::Simple, sql, false)
}

fn unmigrated(error: MigrateError) -> StoreError {
    let what = match &error {
        MigrateError::VersionMissing(version) => format!(
            "the database was written by a newer nudged (its schema has version {version}, which this one does not know): \
             run that version or restore a backup"
        ),
        MigrateError::VersionMismatch(version) => {
            format!(
                "version {version} of the database's schema differs from this nudged's: it was made by a build that was never released"
            )
        }
        MigrateError::Execute(_) | MigrateError::ExecuteMigration(..) => "the tables cannot be made or changed: \
             check that the database is not read-only and that the user may create in schema \"nudged\""
            .to_owned(),
        _ => "the tables cannot be made or changed".to_owned(),
    };
    StoreError { what, cause: Some(sqlx::Error::Migrate(Box::new(error))) }
}
