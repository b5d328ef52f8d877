//! What strategies answer with.

use chrono::{DateTime, Utc};

use crate::{Share, text};

/// Characters of a purpose shown; people paste whole documents.
const PURPOSE_SHOWN: usize = 300;

/// "This item needs attention."
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Finding {
    /// Reason code, `[a-z][a-z0-9-]*`, at most 64 bytes.
    pub reason: String,
    /// When the item entered the state that is complained of: one that enters it again is a new case. `None` where
    /// the tables do not tell; the daemon then counts from when it saw the finding first.
    pub since: Option<DateTime<Utc>>,
    /// Who should be told; see [`role`].
    pub roles: Vec<String>,
    /// How bad it is.
    pub severity: Severity,
    /// The headline: what it is about in a few words.
    pub title: String,
    /// One or two plain sentences for the person who has to act.
    pub text: String,
    /// After this instant acting is too late.
    pub deadline: Option<DateTime<Utc>>,
    /// What the host may do by itself if it is configured to, such as `revoke`.
    pub action: Option<String>,
    /// More facts for the message, name and value, in the order to be shown.
    pub facts: Vec<(String, String)>,
}

impl Finding {
    /// A warning for nobody in particular, yet, and since nobody knows when.
    pub fn new(reason: impl Into<String>, title: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            since: None,
            roles: Vec::new(),
            severity: Severity::Warning,
            title: title.into(),
            text: text.into(),
            deadline: None,
            action: None,
            facts: Vec::new(),
        }
    }

    /// Says when the item entered the state: an instant, or an `Option` of one.
    pub fn since(mut self, since: impl Into<Option<DateTime<Utc>>>) -> Self {
        self.since = since.into();
        self
    }

    /// Adds people to tell.
    pub fn roles<'a>(mut self, roles: impl IntoIterator<Item = &'a str>) -> Self {
        self.roles.extend(roles.into_iter().map(str::to_owned));
        self
    }

    /// Says how bad it is.
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// Says when acting is too late: an instant, or an `Option` of one.
    pub fn deadline(mut self, deadline: impl Into<Option<DateTime<Utc>>>) -> Self {
        self.deadline = deadline.into();
        self
    }

    /// Proposes what the host may do by itself.
    pub fn action(mut self, action: impl Into<String>) -> Self {
        self.action = Some(action.into());
        self
    }

    /// Adds a fact to show; one with an empty value is left out.
    pub fn fact(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let value = value.into();
        if !value.trim().is_empty() {
            self.facts.push((name.into(), value));
        }
        self
    }

    /// Adds who asked for a share, for whom and why.
    pub fn facts_of(self, share: &Share<'_>) -> Self {
        self.fact("Requester", share.owner())
            .fact("Team", share.requesters())
            .fact("Principal", share.principal())
            .fact("Purpose", text::shortened(share.purpose().trim(), PURPOSE_SHOWN))
            .fact("Environment", share.environment_label())
    }
}

/// How bad a finding is; orders digests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Severity {
    /// For information.
    Info,
    /// Should be acted on.
    Warning,
    /// Must be acted on now.
    Critical,
}

impl Severity {
    /// The word that crosses the border.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Critical => "critical",
        }
    }

    /// For something `days` ahead: critical if it is at most `critical` days, else a warning if at most `warning`.
    pub fn nearing(days: i64, warning: i64, critical: i64) -> Self {
        if days <= critical {
            Self::Critical
        } else if days <= warning {
            Self::Warning
        } else {
            Self::Info
        }
    }

    /// For something that is `days` old: critical from `critical` days on, else a warning from `warning` days on.
    ///
    /// ```
    /// use nudged_sdk::Severity;
    /// assert_eq!([6, 7, 30].map(|days| Severity::aged(days, 7, 30)), [Severity::Info, Severity::Warning, Severity::Critical]);
    /// ```
    pub fn aged(days: i64, warning: i64, critical: i64) -> Self {
        if days >= critical {
            Self::Critical
        } else if days >= warning {
            Self::Warning
        } else {
            Self::Info
        }
    }

    /// Reads the word; one that is unknown here is a warning.
    pub fn from_word(word: &str) -> Self {
        match word {
            "info" => Self::Info,
            "critical" => Self::Critical,
            _ => Self::Warning,
        }
    }
}

/// Audience roles that the host knows.
pub mod role {
    /// The team that owns the dataset.
    pub const PRODUCERS: &str = "producers";
    /// The team that approves for the dataset.
    pub const STEWARDS: &str = "stewards";
    /// The team that asked for the share.
    pub const REQUESTERS: &str = "requesters";
    /// The person who opened the share request.
    pub const REQUESTER: &str = "requester";
    /// The team that runs the environment.
    pub const ENVIRONMENT_ADMINS: &str = "environment-admins";
}
