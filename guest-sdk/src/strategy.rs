//! What an author of a strategy implements and answers with.

use chrono::{DateTime, NaiveDate, Utc};

use crate::{Error, FromParameters, Manifest, Share};

/// A strategy over shares: says which of them need attention.
///
/// It is a pure function: the same share and context give the same answer, whatever was asked before.
/// The host decides who is told, when and how often. Export it with
/// [`share_strategy!`](crate::share_strategy).
pub trait ShareStrategy {
    /// The reminder's `parameters`, which fit the schema in the manifest; [`NoParameters`](crate::NoParameters) if there
    /// are none.
    type Parameters: FromParameters;

    /// What the plugin is and reads.
    fn manifest() -> Manifest;

    /// Judges one share. At most one finding for each reason; normally none or one.
    ///
    /// # Errors
    /// Only for what must not happen: an error discards the findings of the whole batch and counts as the
    /// plugin's fault.
    fn evaluate(share: &Share<'_>, context: &Context<Self::Parameters>) -> Result<Vec<Finding>, Error>;
}

/// What a strategy may know beside the share.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Context<P> {
    /// The scan's one and only clock reading.
    pub now: DateTime<Utc>,
    /// The calendar day of `now` in the source's zone.
    pub today: NaiveDate,
    /// The reminder's parameters.
    pub parameters: P,
    /// More that the host tells, by name; whatever a newer host adds is found here.
    pub attributes: Vec<(String, String)>,
}

impl<P> Context<P> {
    pub(crate) fn new(now: DateTime<Utc>, today: NaiveDate, parameters: P) -> Self {
        Self { now, today, parameters, attributes: Vec::new() }
    }
}

/// "This share needs attention."
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Finding {
    /// Reason code, `[a-z][a-z0-9-]*`, at most 64 bytes.
    pub reason: String,
    /// When the share entered the state that is complained of: a share that enters it again is a new case.
    pub since: DateTime<Utc>,
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
    /// A warning for nobody in particular, yet.
    pub fn new(
        reason: impl Into<String>,
        since: DateTime<Utc>,
        title: impl Into<String>,
        text: impl Into<String>,
    ) -> Self {
        Self {
            reason: reason.into(),
            since,
            roles: Vec::new(),
            severity: Severity::Warning,
            title: title.into(),
            text: text.into(),
            deadline: None,
            action: None,
            facts: Vec::new(),
        }
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

    /// Says when acting is too late.
    pub fn deadline(mut self, deadline: DateTime<Utc>) -> Self {
        self.deadline = Some(deadline);
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
