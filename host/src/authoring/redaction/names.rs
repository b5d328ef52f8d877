//! Placeholders for texts.

use std::collections::HashMap;

/// Gives each text a placeholder, the same text always the same one.
#[derive(Debug, Default)]
pub(super) struct Names {
    known: HashMap<String, String>,
    /// How many placeholders of a kind were given.
    counts: HashMap<String, usize>,
}

impl Names {
    /// The placeholder of a text that was replaced before.
    pub(super) fn known(&self, text: &str) -> Option<&str> {
        self.known.get(text).map(String::as_str)
    }

    /// `person-1@example.com`, whether the text is an address or a user's name.
    pub(super) fn person(&mut self, text: &str) -> String {
        let at = if text.contains('@') { "@example.com" } else { "" };
        self.give("person", text, |number| format!("person-{number}{at}"))
    }

    /// `team-1`; a person, where it is an address.
    pub(super) fn team(&mut self, text: &str) -> String {
        self.word("team", text)
    }

    /// `dataset-1`
    pub(super) fn uri(&mut self, kind: &str, text: &str) -> String {
        self.give(kind, text, |number| format!("{kind}-{number}"))
    }

    /// One word: `principal-1`; a person, where it is an address.
    pub(super) fn word(&mut self, kind: &str, text: &str) -> String {
        if is_address(text) { self.person(text) } else { self.uri(kind, text) }
    }

    /// Free text: `Purpose 1`.
    pub(super) fn text(&mut self, kind: &str, text: &str) -> String {
        self.give(kind, text, |number| format!("{kind} {number}"))
    }

    /// Twelve digits, as AWS counts accounts.
    pub(super) fn account(&mut self, text: &str) -> String {
        self.give("account", text, |number| format!("{number:012}"))
    }

    /// What a record is known by: a number if it was one.
    pub(super) fn record(&mut self, id: &str) -> String {
        if !id.bytes().all(|byte| byte.is_ascii_digit()) {
            return self.uri("record", id);
        }
        // Not to be mixed up with a value of the same spelling: numbers are often those of something else.
        self.give("record", &format!("\0{id}"), |number| number.to_string())
    }

    /// The value of a record's column, of whatever kind it is.
    pub(super) fn value(&mut self, text: &str) -> String {
        let parts = |c: char| matches!(c, ',' | ';') || c.is_whitespace();
        let trimmed = text.trim();
        if let Some(known) = self.known(text) {
            return known.to_owned();
        }
        match () {
            () if is_address(trimmed) => self.person(trimmed),
            () if trimmed.split(parts).filter(|part| !part.is_empty()).all(is_address) => {
                let people = trimmed.split(parts).filter(|part| !part.is_empty()).map(|part| self.person(part));
                people.collect::<Vec<_>>().join(", ")
            }
            () if trimmed.starts_with("http://") || trimmed.starts_with("https://") => {
                self.give("page", text, |number| format!("https://example.com/{number}"))
            }
            () if is_number(trimmed) => self.give("number", text, |number| number_like(trimmed, number)),
            () if trimmed.starts_with('{') && trimmed.ends_with('}') => "{}".to_owned(),
            () if trimmed.starts_with('[') && trimmed.ends_with(']') => "[]".to_owned(),
            () if trimmed.contains(char::is_whitespace) => self.text("Text", text),
            () => self.uri("value", text),
        }
    }

    /// When somebody was born: a day in 1970 or later.
    pub(super) fn birth(&mut self, text: &str) -> String {
        let day = |number: usize| chrono::NaiveDate::default() + chrono::Days::new(number as u64);
        self.give("birth", &format!("\0{text}"), |number| day(number % 10_000).to_string())
    }

    fn give(&mut self, kind: &str, text: &str, placeholder: impl FnOnce(usize) -> String) -> String {
        if text.trim().is_empty() {
            return text.to_owned();
        }
        if let Some(known) = self.known.get(text) {
            return known.clone();
        }
        let count = self.counts.entry(kind.to_owned()).or_default();
        *count += 1;
        let given = placeholder(*count);
        self.known.insert(text.to_owned(), given.clone());
        given
    }
}

fn is_address(text: &str) -> bool {
    text.split_once('@').is_some_and(|(user, host)| !user.is_empty() && !host.is_empty())
        && !text.contains(char::is_whitespace)
}

/// A number, however long.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// The number with as many digits as the text, if it has no more itself.
fn number_like(text: &str, number: usize) -> String {
    let digits = text.trim_start_matches(['-', '+']).len().clamp(1, 18) as u32;
    let least = 10_usize.pow(digits - 1);
    (least + number).to_string()
}
