//! What is common to every database connection: where it leads, in words that hold no credentials, and what
//! to mend when it cannot be made.

use std::{io, path::Path, time::Duration};

use sqlx::{Database, pool::PoolOptions, postgres::PgConnectOptions};

use crate::config::Secret;

/// How long making a connection may take: a server that is up answers in milliseconds, also across regions.
pub(crate) const CONNECT_WITHIN: Duration = Duration::from_secs(10);

/// A connection is made anew after this time, as sqlx has it by default: a file that was replaced, or a server that moved,
/// is noticed.
const LIFETIME: Duration = Duration::from_secs(30 * 60);

/// How every pool begins.
///
/// sqlx's task that looks for old connections is not started: in 0.9.0 its count of idle connections can run below zero when
/// a pool is dropped while the task begins, and then it counts down from 2^64 on one core. The age is looked at when a
/// connection is taken instead.
pub(crate) fn pool<DB: Database>(connections: u32) -> PoolOptions<DB> {
    PoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(CONNECT_WITHIN)
        .idle_timeout(None)
        .max_lifetime(None)
        .before_acquire(|_, about| Box::pin(async move { Ok(about.age < LIFETIME) }))
}

/// Where a PostgreSQL URL leads, without user, password and parameters; `None` if it is not such a URL.
pub(crate) fn place(url: &Secret) -> Option<String> {
    let url = url::Url::parse(url.expose()).ok()?;
    if !matches!(url.scheme(), "postgres" | "postgresql") {
        return None;
    }
    let socket = url.query_pairs().find(|(name, _)| name == "host").map(|(_, host)| host.into_owned());
    let host = socket.or_else(|| url.host_str().map(str::to_owned)).unwrap_or_else(|| "localhost".to_owned());
    let port = url.port().unwrap_or(5432);
    Some(match url.path().trim_matches('/') {
        "" => format!("PostgreSQL at {host}:{port}"),
        database => format!("PostgreSQL at {host}:{port}, database \"{database}\""),
    })
}

/// The sentence for a URL that [`place`] does not know.
const NOT_POSTGRES: &str = "the url is not one of PostgreSQL; write postgres://user:password@host:5432/database";

/// The sentence for a URL whose parameters mean nothing to the driver.
pub(crate) const NO_PARAMETERS: &str = "the url has a parameter after `?` with a value that means nothing; write one such as \
     sslmode=verify-full";

/// Where a PostgreSQL URL leads, if all of it can be used.
///
/// # Errors
/// What is wrong, in words that quote nothing of the URL: the driver's own do.
pub(crate) fn usable(url: &Secret) -> Result<String, &'static str> {
    let place = place(url).ok_or(NOT_POSTGRES)?;
    url.expose().parse::<PgConnectOptions>().map(|_| place).map_err(|_| NO_PARAMETERS)
}

/// Why a PostgreSQL connection could not be made, and what to look at.
pub(crate) fn refusal(place: &str, error: &sqlx::Error) -> String {
    let code = error.as_database_error().and_then(|error| error.code());
    match (error, code.as_deref()) {
        (sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut, _) => {
            format!("{place} cannot be reached: check that it runs, and host and port of the url")
        }
        (sqlx::Error::Tls(_), _) => format!("{place}: no TLS connection: check sslmode and sslrootcert of the url"),
        (_, Some("28P01" | "28000")) => format!("{place} refuses the user: check user and password of the url"),
        (_, Some("3D000")) => format!("{place} does not exist: create the database or correct the url"),
        (_, Some("53300")) => format!("{place} has no connection to spare: raise max_connections"),
        _ => format!("{place}: no connection"),
    }
}

/// The error for a connection that took too long.
pub(crate) fn timed_out() -> sqlx::Error {
    let text = format!("no answer within {} s", CONNECT_WITHIN.as_secs());
    sqlx::Error::Io(io::Error::new(io::ErrorKind::TimedOut, text))
}

/// SQLite's codes for a disk without room: for the database, and for the memory that its users share in a file.
const SQLITE_FULL: &str = "13";
const SQLITE_IOERR_SHMSIZE: &str = "4874";

/// Why an SQLite file could not be opened, and what to look at.
pub(crate) fn unopened(path: &Path, error: &sqlx::Error) -> String {
    let shown = path.display();
    let kind = match error {
        sqlx::Error::Io(error) => Some(error.kind()),
        _ => None,
    };
    let code = error.as_database_error().and_then(|error| error.code());
    match (kind, code.as_deref()) {
        (Some(io::ErrorKind::NotFound), _) => {
            format!("the folder of {shown} does not exist: make it or correct the url")
        }
        (Some(io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem), _) | (_, Some("8")) => {
            format!("{shown} cannot be written: check the owner and mode of the file and its folder")
        }
        (Some(io::ErrorKind::IsADirectory), _) => format!("{shown} is a folder: name a file in the url"),
        (_, Some("26")) => format!("{shown} is not an SQLite database: name another file in the url"),
        (_, Some("5")) => format!("{shown} is locked by another program"),
        (Some(io::ErrorKind::StorageFull), _) | (_, Some(SQLITE_FULL | SQLITE_IOERR_SHMSIZE)) => {
            format!("there is no room for {shown}: the disk is full")
        }
        _ => format!("{shown} cannot be opened"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_place_without_credentials() {
        let place = |url: &str| place(&Secret::new(url));
        let expected = "PostgreSQL at db.test:5433, database \"dataall\"";
        assert_eq!(place("postgres://nudged:hunter2@db.test:5433/dataall?sslmode=require").as_deref(), Some(expected));
        assert_eq!(place("postgres:///?host=/run/pg").as_deref(), Some("PostgreSQL at /run/pg:5432"));
        assert_eq!(place("mysql://u:hunter2@db.test/x"), None);
        assert_eq!(place("hunter2"), None);
    }

    #[test]
    fn what_cannot_be_used_is_told_and_not_quoted() {
        let wrong = |url: &str| usable(&Secret::new(url)).expect_err("is wrong");
        assert_eq!(wrong("postgres://me@db.test/x?sslmode=hunter2"), NO_PARAMETERS);
        assert_eq!(wrong("hunter2"), NOT_POSTGRES);
        assert!(usable(&Secret::new("postgres://me@db.test/x?sslmode=require")).is_ok());
    }
}
