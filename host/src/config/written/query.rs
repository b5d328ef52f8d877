//! What an operator's query must look like.
//!
//! Whoever runs it does so in a session that cannot write, whatever it looks like. These checks only say early what
//! would fail late.

use crate::config::problem::Complaint;

/// A single statement that reads; answers without the `;` at its end, so that it can stand inside another one.
pub(super) fn reading(text: &str) -> Result<String, Complaint> {
    let query = text.trim().trim_end_matches(|c: char| c == ';' || c.is_whitespace());
    let bare = bare(query);
    if bare.contains(';') {
        return Err(Complaint::new("holds more than one statement", "write one; a `;` can stand at its end only"));
    }
    let statement = bare.trim_start_matches(|c: char| c == '(' || c.is_whitespace());
    let verb = statement.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default().to_lowercase();
    let fail = || Complaint::new("is not a query that reads", "write one that begins with SELECT or WITH");
    ["select", "with"].contains(&verb.as_str()).then(|| query.to_owned()).ok_or_else(fail)
}

/// A query with one parameter.
pub(super) fn with_parameter(text: &str) -> Result<String, Complaint> {
    let query = reading(text)?;
    let (fix, bare) = ("write `$1`, without quotes, where the group's name belongs", bare(&query));
    match parameters(&bare).max() {
        None => Err(Complaint::new("does not use `$1`, the group's name", fix)),
        Some(1) => Ok(query),
        Some(other) => Err(Complaint::new(format!("uses `${other}`, but there is one parameter only"), fix)),
    }
}

/// The numbers of the parameters: `$1`, or `?1` on SQLite.
fn parameters(bare: &str) -> impl Iterator<Item = u32> {
    let after = bare.split(['$', '?']).skip(1);
    after.filter_map(|rest| rest[..rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len())].parse().ok())
}

/// The statement without what stands in quotes and in comments.
fn bare(text: &str) -> String {
    let mut bare = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\'' | '"' => quoted(rest, first),
            _ if rest.starts_with("--") => rest.find('\n').unwrap_or(rest.len()),
            _ if rest.starts_with("/*") => rest[2..].find("*/").map_or(rest.len(), |end| end + 4),
            _ => {
                bare.push(first);
                rest = &rest[first.len_utf8()..];
                continue;
            }
        };
        bare.push(' ');
        rest = &rest[length..];
    }
    bare
}

/// How long the text in quotes is that `text` begins with; a quote that is written twice ends one and begins another.
fn quoted(text: &str, quote: char) -> usize {
    text[1..].find(quote).map_or(text.len(), |end| end + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_statement_that_reads_is_told_from_others() {
        for text in [
            "SELECT 1",
            "select ';' AS \";\" -- ;\n;",
            "-- why\n/*/ ; */ WITH x AS (SELECT 1) SELECT * FROM x",
            "(SELECT 1) UNION (SELECT 2);",
            "SELECT 'it''s; fine'",
        ] {
            assert!(reading(text).is_ok(), "{text}");
        }
        for text in [
            "",
            ";",
            "DELETE FROM x",
            "SELECT 1; SELECT 2",
            "selection",
            "SELECT 1; -- no more",
            "-- SELECT 1",
            "SELECT 'a'';'; DROP TABLE x",
        ] {
            assert!(reading(text).is_err(), "{text}");
        }
        assert_eq!(reading(" SELECT 1 ;\n").ok().as_deref(), Some("SELECT 1"));
    }

    #[test]
    fn a_parameter_in_quotes_is_none() {
        for text in ["SELECT m FROM t WHERE g = $1", "SELECT m FROM t WHERE g = ?1 OR h = ?1"] {
            assert!(with_parameter(text).is_ok(), "{text}");
        }
        for text in
            ["SELECT m FROM t WHERE g = '$1'", "SELECT m FROM t WHERE g = $1 AND h = $2", "SELECT $11", "SELECT 1"]
        {
            assert!(with_parameter(text).is_err(), "{text}");
        }
    }
}
