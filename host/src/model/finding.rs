//! What strategies answer.

use std::fmt;

use super::{Instant, ItemKey, Word};

/// An audience role (open set): one of [`ROLES`], or one that a source of records names.
pub type Role = String;

/// The roles that nudged resolves itself.
pub const ROLES: [&str; 6] = ["producers", "stewards", "requesters", "requester", "environment-admins", "fallback"];

/// "This item needs attention", as a strategy said it.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// What it is about.
    pub item: ItemKey,
    /// Reason code, `[a-z][a-z0-9-]*`.
    pub reason: String,
    /// The episode: when the item entered its state, or an instant that stands for it (the day of expiry that is
    /// ahead). `None` where the item's tables do not tell: then it is when nudged saw it first.
    pub since: Option<Instant>,
    /// Who should be told.
    pub roles: Vec<Role>,
    /// How bad it is.
    pub severity: Severity,
    /// The headline, a few words.
    pub title: String,
    /// The strategy's sentence for people.
    pub text: String,
    /// After this, acting is too late.
    pub deadline: Option<Instant>,
    /// What the host may do itself if configured to.
    pub action: Option<String>,
    /// More facts for the message.
    pub attributes: Vec<(String, String)>,
}

/// How bad a finding is; orders digests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// For information.
    #[default]
    Info,
    /// Should be acted on.
    Warning,
    /// Must be acted on now.
    Critical,
}

impl Severity {
    /// Reads the registry's spelling; anything unknown is a warning, so that a newer plugin's word
    /// neither hides a finding nor raises an alarm.
    pub fn from_registry(word: &str) -> Self {
        match word {
            "info" => Self::Info,
            "critical" => Self::Critical,
            _ => Self::Warning,
        }
    }

    /// The registry's spelling.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Critical => "critical",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A finding that lasts: its identity. A share that is submitted again is another episode and so
/// another occurrence, counted from the start.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct Occurrence {
    /// The reminder's name in the configuration.
    pub reminder: Word,
    /// The item.
    pub item: ItemKey,
    /// The finding's reason code.
    pub reason: Word,
    /// The finding's `since`, or when nudged saw it first.
    pub episode: Instant,
}
