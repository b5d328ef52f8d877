//! Where the directory's database is, and what is said when it does not answer.

use std::{fmt, path::PathBuf, time::Duration};

use crate::{
    database::{refusal, unopened},
    directory::DirectoryError,
};

/// How long an answer may take: ten seconds to connect, and the five that the session in `query.rs` gives a query.
pub(super) const ANSWER_WITHIN: Duration = Duration::from_secs(15);

/// Where the database is, without credentials.
pub(super) enum Place {
    Postgres(String),
    Sqlite(PathBuf),
}

/// Why there is no answer.
pub(super) struct Failure {
    pub(super) error: DirectoryError,
    /// Whether the next group would wait just as long and get no answer either.
    pub(super) lasting: bool,
}

/// What an error of the driver is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trouble {
    Connection,
    Time,
    Query,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Postgres(place) => f.write_str(place),
            Self::Sqlite(path) => path.display().fmt(f),
        }
    }
}

impl Place {
    /// What the driver's error means.
    pub(super) fn failure(&self, error: sqlx::Error) -> Failure {
        let trouble = self.trouble(&error);
        let what = match (trouble, self) {
            (Trouble::Connection, Self::Postgres(place)) => refusal(place, &error),
            (Trouble::Connection, Self::Sqlite(path)) => unopened(path, &error),
            (Trouble::Time, _) => self.slow(),
            (Trouble::Query, _) => {
                format!("directory.sql.query fails on {self}: correct it, or grant SELECT on what it reads")
            }
        };
        Failure { error: DirectoryError { what, cause: Some(error) }, lasting: trouble != Trouble::Query }
    }

    /// Nothing was heard within [`ANSWER_WITHIN`].
    pub(super) fn silence(&self) -> Failure {
        Failure { error: DirectoryError::new(self.slow()), lasting: true }
    }

    /// The database works, its answer cannot be used.
    pub(super) fn unusable(what: String) -> Failure {
        Failure { error: DirectoryError::new(format!("directory.sql.query {what}")), lasting: false }
    }

    fn slow(&self) -> String {
        let fix = "check that nothing locks what it reads, and that the group's column has an index";
        format!("directory.sql.query takes too long on {self}: {fix}")
    }

    fn trouble(&self, error: &sqlx::Error) -> Trouble {
        let code = error.as_database_error().map(|error| error.code().unwrap_or_default());
        match (self, code.as_deref()) {
            (_, None) if matches!(error, sqlx::Error::ColumnNotFound(_)) => Trouble::Query,
            (_, None) => Trouble::Connection,
            (Self::Postgres(_), Some("57014")) => Trouble::Time,
            (Self::Postgres(_), Some(code)) => {
                // No connection, no right to one, no such database, none for now, none to spare, going down.
                let classes = ["08", "28", "3D", "53", "55", "57P"];
                if classes.iter().any(|class| code.starts_with(class)) { Trouble::Connection } else { Trouble::Query }
            }
            // Busy, not a database.
            (Self::Sqlite(_), Some("5" | "26")) => Trouble::Connection,
            (Self::Sqlite(_), Some(_)) => Trouble::Query,
        }
    }
}
