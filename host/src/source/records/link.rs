//! Links to records: a template with column names in braces.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// All but what RFC 3986 calls unreserved.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The columns that a template names.
pub(super) fn columns(template: &str) -> impl Iterator<Item = &str> {
    parts(template).filter_map(|(_, column)| column)
}

/// The link with each column's value in its place; `None` if one of them has none.
pub(super) fn fill<'v>(template: &str, value: impl Fn(&str) -> Option<&'v str>) -> Option<String> {
    let mut link = String::new();
    for (text, column) in parts(template) {
        link.push_str(text);
        if let Some(column) = column {
            link.extend(utf8_percent_encode(value(column)?, RESERVED));
        }
    }
    Some(link)
}

/// The template's texts, each with the column that follows it.
fn parts(template: &str) -> impl Iterator<Item = (&str, Option<&str>)> {
    let mut rest = Some(template);
    std::iter::from_fn(move || {
        let now = rest.take()?;
        let braced = now.split_once('{').and_then(|(text, tail)| Some((text, tail.split_once('}')?)));
        Some(match braced {
            Some((text, (column, tail))) => {
                rest = Some(tail);
                (text, Some(column))
            }
            None => (now, None),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn puts_values_in_their_places_and_nothing_else() {
        let value = |column: &str| ["id", "team"].contains(&column).then_some("a b/é?&-1");
        let filled = |template| fill(template, value);
        let expected = "https://x.test/a%20b%2F%C3%A9%3F%26-1?t=a%20b%2F%C3%A9%3F%26-1#top";
        assert_eq!(filled("https://x.test/{id}?t={team}#top").as_deref(), Some(expected));
        assert_eq!(filled("https://x.test/{no}"), None);
        assert_eq!(filled("https://x.test/{id").as_deref(), Some("https://x.test/{id"));
        assert_eq!(columns("{id}/{team}/{").collect::<Vec<_>>(), ["id", "team"]);
    }
}
