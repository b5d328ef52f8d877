//! The statements that read data.all, one a kind of item, for both databases.
//!
//! data.all has no indexes but primary keys, so that without any of the operator's everything is a few passes over tables and
//! hash joins: which shares are wanted is found first, and the notices and items of these are summed up. What plugins and
//! configurations say is never part of a text, only ever a parameter.

mod advice;
mod deleted;
mod episode;
mod shares;
mod stacks;
mod wanted;

pub use advice::Advice;
pub(super) use advice::{Need, PART, POSTGRES_INDEXES, SQLITE_INDEXES};

use chrono::NaiveDate;
use sqlx::{AssertSqlSafe, Postgres, Sqlite, postgres::PgArguments, query::Query, sqlite::SqliteArguments};

use super::Want;

/// Which database, and where the tables are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Dialect {
    /// PostgreSQL with the name of the schema.
    Postgres(String),
    /// SQLite.
    Sqlite,
}

/// The tables that are read.
pub(super) const TABLES: [&str; 6] =
    ["share_object", "share_object_item", "dataset", "environment", "notification", "stack"];

/// Selects nothing, for a part of a statement that nobody asked for.
const NOTHING: &str = r#"SELECT NULL AS "shareUri", NULL AS at, NULL AS list WHERE 1 = 0"#;

/// A statement with its parameters.
#[derive(Debug)]
pub(super) struct Statement {
    /// The text, with `$1`, `$2`, …
    pub(super) sql: String,
    parameters: Vec<Parameter>,
}

/// One parameter of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Parameter {
    /// A list of texts: an array for PostgreSQL, a JSON text for SQLite.
    Texts(Vec<String>),
    /// A day.
    Day(NaiveDate),
}

impl Statement {
    /// The statement as far as its first row would be.
    pub(super) fn probe(self) -> Self {
        Self { sql: format!("SELECT * FROM ({}) AS probe LIMIT 0", self.sql), ..self }
    }

    /// The text for PostgreSQL with its parameters written out, for people and their `psql`.
    pub(super) fn written_out(self) -> String {
        let places: Vec<_> = (1..).zip(&self.parameters).collect();
        // From the last one on: `$1` begins as `$12` does.
        places
            .iter()
            .rev()
            .fold(self.sql, |sql, (place, parameter)| sql.replace(&format!("${place}"), &literal(parameter)))
    }

    /// The query for PostgreSQL.
    pub(super) fn postgres(self) -> Query<'static, Postgres, PgArguments> {
        self.parameters.into_iter().fold(sqlx::query(AssertSqlSafe(self.sql)), |query, parameter| match parameter {
            Parameter::Texts(texts) => query.bind(texts),
            Parameter::Day(day) => query.bind(day),
        })
    }

    /// The query for SQLite.
    pub(super) fn sqlite(self) -> Query<'static, Sqlite, SqliteArguments> {
        self.parameters.into_iter().fold(sqlx::query(AssertSqlSafe(self.sql)), |query, parameter| match parameter {
            Parameter::Texts(texts) => query.bind(serde_json::Value::from(texts).to_string()),
            Parameter::Day(day) => query.bind(day.to_string()),
        })
    }
}

/// A parameter as PostgreSQL reads it in a text.
fn literal(parameter: &Parameter) -> String {
    match parameter {
        Parameter::Texts(texts) => {
            let texts: Vec<_> = texts.iter().map(|text| format!("'{}'", text.replace('\'', "''"))).collect();
            format!("ARRAY[{}]::text[]", texts.join(", "))
        }
        Parameter::Day(day) => format!("DATE '{day}'"),
    }
}

impl Dialect {
    /// Orders texts by their bytes, whatever the database's language.
    fn bytewise(&self) -> &'static str {
        match self {
            Self::Postgres(_) => r#" COLLATE "C""#,
            Self::Sqlite => "",
        }
    }

    /// The table's name, qualified and quoted.
    pub(super) fn table(&self, name: &str) -> String {
        match self {
            Self::Postgres(schema) => format!(r#""{}"."{name}""#, schema.replace('"', r#""""#)),
            Self::Sqlite => format!(r#""{name}""#),
        }
    }

    /// The text before the first `|`.
    fn before_bar(&self, column: &str) -> String {
        match self {
            Self::Postgres(_) => format!("split_part({column}, '|', 1)"),
            Self::Sqlite => format!("substr({column}, 1, instr({column}, '|') - 1)"),
        }
    }

    /// A timestamp that can be compared: SQLite compares the texts, in which the separator may differ.
    fn sortable(&self, column: &str) -> String {
        match self {
            Self::Postgres(_) => column.to_owned(),
            Self::Sqlite => format!("replace({column}, 'T', ' ')"),
        }
    }
}

/// A list of columns, all of them as texts: both databases write the same, and a value of an odd type (SQLite takes
/// any) or out of range is then one row's trouble.
fn as_texts(columns: &[(&str, &str)]) -> String {
    let columns: Vec<_> = columns.iter().map(|(name, from)| format!(r#"CAST({from} AS TEXT) AS "{name}""#)).collect();
    columns.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_written_out_each_in_its_place() {
        let texts = |text: &str| Parameter::Texts(vec![text.to_owned(), "it's".to_owned()]);
        let parameters = (0..9).map(|n| texts(&n.to_string())).chain([Parameter::Day(NaiveDate::MIN)]).collect();
        let statement = Statement { sql: "$1 $10".to_owned(), parameters };
        assert_eq!(statement.written_out(), format!("ARRAY['0', 'it''s']::text[] DATE '{}'", NaiveDate::MIN));
    }

    #[test]
    fn quotes_the_schema() {
        let dialect = Dialect::Postgres(r#"odd "name; --"#.into());
        assert_eq!(dialect.table("dataset"), r#""odd ""name; --"."dataset""#);
    }
}
