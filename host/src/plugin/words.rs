//! What guests say, made fit for logs and records.

/// Longest text, in characters: a panic's text, place and item fit with room to spare.
const LONGEST: usize = 2000;

/// The text as one line of at most [`LONGEST`] characters: a guest forges no log lines and fills no record.
pub(super) fn tidy(text: &str) -> String {
    let mut tidied: String = text.chars().take(LONGEST).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(LONGEST).is_some() {
        tidied.push('…');
    }
    tidied
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_breaks_and_escapes_become_blanks_and_long_texts_end() {
        assert_eq!(tidy("one\r\ntwo \u{1b}[31m"), "one  two  [31m");
        assert_eq!(tidy(&"é".repeat(LONGEST)), "é".repeat(LONGEST));
        assert_eq!(tidy(&"é".repeat(LONGEST + 1)), format!("{}…", "é".repeat(LONGEST)));
    }
}
