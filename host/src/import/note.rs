//! What became of one key of data.all's configuration.

use std::fmt;

use super::written;

/// What became of one key, or of a block that has nothing to do with reminders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// `modules.datasets_base.features.share_expiration.active`
    pub path: String,
    /// Counted from 1; for what is not written, the line of what it would stand in.
    pub line: Option<usize>,
    /// In one word.
    pub fate: Fate,
    /// In a sentence.
    pub text: String,
}

impl Note {
    /// What counts for a block that is not there at all, where data.all would look for it.
    pub(super) fn of_missing(block: &str, text: &str) -> Self {
        let path = format!("modules.{}.features.{block}", written::HOMES[0]);
        Self { path, line: None, fate: Fate::Absent, text: text.to_owned() }
    }
}

/// What became of a key, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// nudged does what data.all does.
    Kept,
    /// nudged does something else about it.
    Changed,
    /// nudged makes nothing of it.
    Ignored,
    /// It is not written, and data.all's default counts.
    Absent,
}

impl Fate {
    /// The word in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Changed => "changed",
            Self::Ignored => "ignored",
            Self::Absent => "not there",
        }
    }
}

impl fmt::Display for Note {
    /// `12: modules.datasets_base.active: ignored: what became of it`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "{line}: ")?;
        }
        write!(f, "{}: {}: {}", self.path, self.fate.as_str(), self.text)
    }
}
