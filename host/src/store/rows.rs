//! How values are written into statements and read from rows.

use std::{borrow::Cow, fmt::Write};

use sqlx::{Any, AssertSqlSafe, query::Query};

use crate::model::Instant;

pub(super) type Statement<'q> = Query<'q, Any, sqlx::any::AnyArguments>;

/// Rows in one statement. With the ledger's twelve columns that makes 768 parameters, far below what both databases take
/// (32,766 and 65,535). SQLite looks through all names of parameters for each of them: five hundred rows in one statement
/// take it several times as long as in eight, and PostgreSQL hardly less.
pub(super) const CHUNK: usize = 64;

/// An instant as the store keeps it.
pub(super) fn millis(at: Instant) -> i64 {
    at.timestamp_millis()
}

/// An instant that was stored; a number beyond chrono's years, which nudged never writes, is the end of time.
pub(super) fn instant(millis: i64) -> Instant {
    Instant::from_timestamp_millis(millis).unwrap_or(Instant::MAX_UTC)
}

/// A count or number that was stored and is never negative.
pub(super) fn count(stored: i64) -> u32 {
    u32::try_from(stored.max(0)).unwrap_or(u32::MAX)
}

/// A text that both databases take: PostgreSQL has no NUL in texts.
pub(super) fn clean(value: &str) -> Cow<'_, str> {
    if value.contains('\0') { value.replace('\0', "\u{fffd}").into() } else { value.into() }
}

/// The same, to be bound to a parameter.
pub(super) fn text(value: &str) -> String {
    clean(value).into_owned()
}

/// A statement for so many rows. One for a single row or for a whole chunk will be asked for again, and stays prepared.
pub(super) fn statement(sql: String, rows: usize) -> Statement<'static> {
    sqlx::query(AssertSqlSafe(sql)).persistent(rows == 1 || rows == CHUNK)
}

/// `($1,$2),($3,$4)`: placeholders of a VALUES list.
pub(super) fn placeholders(rows: usize, columns: usize) -> String {
    let mut list = String::with_capacity(rows * columns * 6);
    for row in 0..rows {
        for column in 0..columns {
            let before = if column > 0 {
                ","
            } else if row > 0 {
                "),("
            } else {
                "("
            };
            // Writing to a String cannot fail.
            let _ = write!(list, "{before}${}", row * columns + column + 1);
        }
    }
    list.push(')');
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_placeholders_through_all_rows() {
        assert_eq!(placeholders(1, 1), "($1)");
        assert_eq!(placeholders(2, 3), "($1,$2,$3),($4,$5,$6)");
    }
}
