//! One value of a row, as both databases take it.

use chrono::NaiveDateTime;

/// A column's name and what is in it.
pub(super) type Row = Vec<(&'static str, Value)>;

/// A value of one of the types that data.all's tables have.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Null,
    Text(String),
    Number(i64),
    Flag(bool),
    At(NaiveDateTime),
    Texts(Vec<&'static str>),
}

impl Value {
    /// A timestamp as both databases read and write it.
    pub(super) fn written(at: NaiveDateTime) -> String {
        at.format("%Y-%m-%d %H:%M:%S").to_string()
    }

    /// Appends the value as `COPY` takes it in its text format.
    pub(super) fn copy(&self, line: &mut String) {
        match self {
            Self::Null => line.push_str("\\N"),
            Self::Text(text) => escaped(text, line),
            Self::Number(number) => line.push_str(&number.to_string()),
            Self::Flag(flag) => line.push(if *flag { 't' } else { 'f' }),
            Self::At(at) => line.push_str(&Self::written(*at)),
            Self::Texts(texts) => escaped(&array(texts), line),
        }
    }
}

/// A row as a line of `COPY`.
pub(super) fn copied(row: &Row, lines: &mut String) {
    for (place, (_, value)) in row.iter().enumerate() {
        if place > 0 {
            lines.push('\t');
        }
        value.copy(lines);
    }
    lines.push('\n');
}

fn escaped(text: &str, line: &mut String) {
    for character in text.chars() {
        match character {
            '\\' => line.push_str("\\\\"),
            '\n' => line.push_str("\\n"),
            '\r' => line.push_str("\\r"),
            '\t' => line.push_str("\\t"),
            other => line.push(other),
        }
    }
}

/// PostgreSQL's notation of an array of texts.
fn array(texts: &[&str]) -> String {
    let quoted = texts.iter().map(|text| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")));
    format!("{{{}}}", quoted.collect::<Vec<_>>().join(","))
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<NaiveDateTime> for Value {
    fn from(at: NaiveDateTime) -> Self {
        Self::At(at)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copied_line_keeps_what_would_end_a_value_or_a_line() {
        let row: Row = vec![
            ("a", "one\ttwo\nthree\r\\N".into()),
            ("b", Value::Null),
            ("c", true.into()),
            ("d", 7.into()),
            ("e", Value::Texts(vec!["Read", "a \"b\" \\c"])),
        ];
        let mut lines = String::new();
        copied(&row, &mut lines);
        assert_eq!(lines, "one\\ttwo\\nthree\\r\\\\N\t\\N\tt\t7\t{\"Read\",\"a \\\\\"b\\\\\" \\\\\\\\c\"}\n");
    }
}
