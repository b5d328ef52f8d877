//! What guests say, made fit for logs and records.

use crate::model::is_deceptive;

/// Longest text, in characters: a panic's text, place and item fit with room to spare.
const LONGEST: usize = 2000;

/// The text as one line of at most [`LONGEST`] characters, none of which reorders or hides others: a guest forges no log
/// lines and fills no record.
pub(super) fn tidy(text: &str) -> String {
    let mut shown = text.chars().filter(|c| !is_deceptive(*c)).map(|c| if c.is_control() { ' ' } else { c });
    let mut tidied: String = shown.by_ref().take(LONGEST).collect();
    if shown.next().is_some() {
        tidied.push('…');
    }
    tidied
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_breaks_and_escapes_become_blanks_and_long_texts_end() {
        assert_eq!(tidy("one\r\ntwo \u{1b}[31m\u{202e}"), "one  two  [31m");
        assert_eq!(tidy(&"é".repeat(LONGEST)), "é".repeat(LONGEST));
        assert_eq!(tidy(&"é".repeat(LONGEST + 1)), format!("{}…", "é".repeat(LONGEST)));
    }
}
