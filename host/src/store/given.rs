//! Rows that a statement is given: for PostgreSQL an array a column, for SQLite one JSON array of arrays. Thousands of rows are
//! a handful of parameters then, and one text of the statement serves whatever their number: neither database has to read
//! and plan a list of `VALUES` for each, which takes them longer than to write the rows.

use std::fmt::Write;

use sqlx::AssertSqlSafe;

use super::{
    rows::{Statement, clean},
    sql::Dialect,
};

/// A column of the rows: its name and what is in it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Column {
    /// Texts.
    Text(&'static str),
    /// Whole numbers.
    Number(&'static str),
}

/// A value of a row.
#[derive(Debug, Clone, Copy)]
pub(super) enum Value<'v> {
    /// For a column of texts.
    Text(&'v str),
    /// For a column of numbers.
    Number(i64),
}

impl Column {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Text(name) | Self::Number(name) => name,
        }
    }

    fn array(self) -> &'static str {
        match self {
            Self::Text(_) => "text[]",
            Self::Number(_) => "bigint[]",
        }
    }
}

/// Rows, as they are handed to the database.
pub(super) struct Given {
    dialect: Dialect,
    columns: &'static [Column],
    /// An array's text for each column, or one JSON text; neither is closed yet.
    parameters: Vec<String>,
    rows: usize,
}

impl Given {
    /// No rows yet.
    pub(super) fn new(dialect: Dialect, columns: &'static [Column]) -> Self {
        let parameters = match dialect {
            Dialect::Postgres => vec!["{".to_owned(); columns.len()],
            Dialect::Sqlite => vec!["[".to_owned()],
        };
        Self { dialect, columns, parameters, rows: 0 }
    }

    /// Adds a row.
    pub(super) fn push(&mut self, values: &[Value<'_>]) {
        match self.dialect {
            Dialect::Postgres => {
                for (array, value) in self.parameters.iter_mut().zip(values) {
                    array.push_str(if self.rows > 0 { "," } else { "" });
                    postgres(*value, array);
                }
            }
            Dialect::Sqlite => {
                for json in &mut self.parameters {
                    json.push_str(if self.rows > 0 { ",[" } else { "[" });
                    for (place, value) in values.iter().enumerate() {
                        json.push_str(if place > 0 { "," } else { "" });
                        sqlite(*value, json);
                    }
                    json.push(']');
                }
            }
        }
        self.rows += 1;
    }

    /// The columns' names, as an INSERT lists them.
    pub(super) fn names(&self) -> String {
        self.columns.iter().map(|column| column.name()).collect::<Vec<_>>().join(", ")
    }

    /// A SELECT of the rows in their order. What follows it in an INSERT may be `ON CONFLICT`.
    pub(super) fn select(&self) -> String {
        match self.dialect {
            Dialect::Postgres => {
                let array = |(place, column): (usize, &Column)| format!("(${place}::text)::{}", column.array());
                let arrays: Vec<_> = (1..).zip(self.columns).map(array).collect();
                format!("SELECT * FROM unnest({}) AS given({})", arrays.join(", "), self.names())
            }
            Dialect::Sqlite => {
                let field = |(place, column): (usize, &Column)| format!("value ->> {place} AS {}", column.name());
                let fields: Vec<_> = self.columns.iter().enumerate().map(field).collect();
                format!("SELECT {} FROM json_each($1) WHERE TRUE", fields.join(", "))
            }
        }
    }

    /// The statement with this text, given the rows.
    pub(super) fn query(self, sql: String) -> Statement<'static> {
        let end = match self.dialect {
            Dialect::Postgres => "}",
            Dialect::Sqlite => "]",
        };
        let statement = sqlx::query(AssertSqlSafe(sql));
        self.parameters.into_iter().fold(statement, |statement, parameter| statement.bind(parameter + end))
    }
}

/// An element of an array's text.
fn postgres(value: Value<'_>, array: &mut String) {
    match value {
        // Writing to a String cannot fail.
        Value::Number(number) => drop(write!(array, "{number}")),
        Value::Text(text) => {
            array.push('"');
            for letter in clean(text).chars() {
                if matches!(letter, '"' | '\\') {
                    array.push('\\');
                }
                array.push(letter);
            }
            array.push('"');
        }
    }
}

/// An element of a JSON array.
fn sqlite(value: Value<'_>, json: &mut String) {
    match value {
        Value::Number(number) => drop(write!(json, "{number}")),
        Value::Text(text) => json.push_str(&serde_json::Value::from(clean(text)).to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [Column; 2] = [Column::Text("name"), Column::Number("n")];

    fn given(dialect: Dialect) -> Given {
        let mut given = Given::new(dialect, &COLUMNS);
        given.push(&[Value::Text(r#"a "quoted\", {1,NULL}"#), Value::Number(-1)]);
        given.push(&[Value::Text("nul\0"), Value::Number(2)]);
        given
    }

    #[test]
    fn arrays_and_json_hold_whatever_a_text_holds() {
        let postgres = given(Dialect::Postgres);
        assert_eq!(postgres.parameters, [r#"{"a \"quoted\\\", {1,NULL}","nul�""#, "{-1,2"]);
        let sqlite = given(Dialect::Sqlite);
        assert_eq!(sqlite.parameters, [r#"[["a \"quoted\\\", {1,NULL}",-1],["nul�",2]"#]);
    }
}
