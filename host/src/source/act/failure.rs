//! What can end an attempt: a refusal, or the database.

use super::{Acted, Refusal, SourceError};

/// Why an attempt ended without writing.
#[derive(Debug)]
pub(super) enum Failure {
    Refused(Refusal),
    Database(sqlx::Error),
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<sqlx::Error> for Failure {
    /// Somebody else's lock is no fault of the database.
    fn from(error: sqlx::Error) -> Self {
        let code = error.as_database_error().and_then(|error| error.code());
        match code.as_deref() {
            // PostgreSQL: lock_not_available, deadlock_detected; SQLite: busy, also when a snapshot is too old.
            Some("55P03" | "40P01" | "5" | "261" | "517") => Self::Refused(Refusal::Locked),
            _ => Self::Database(error),
        }
    }
}

impl Failure {
    /// A refusal is an answer; what the database said becomes an error that names what was being done.
    pub(super) fn told(self, doing: &str) -> Result<Acted, SourceError> {
        match self {
            Self::Refused(refusal) => Ok(Acted::Refused(refusal)),
            Self::Database(cause) => {
                let denied = cause.as_database_error().is_some_and(|error| error.code().as_deref() == Some("42501"));
                let hint = if denied { ": a right was taken away; restart nudged to see which" } else { "" };
                Err(SourceError { what: format!("{doing}{hint}"), cause: Some(cause) })
            }
        }
    }
}
