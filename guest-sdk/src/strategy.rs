//! What an author of a strategy implements and answers with.

use chrono::{DateTime, NaiveDate, Utc};

use crate::{Error, Finding, FromParameters, Manifest, Record, Share, Stack};

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

/// A strategy over CloudFormation stacks, to be exported with [`stack_strategy!`](crate::stack_strategy). As for a
/// [`ShareStrategy`], the answer depends on the arguments alone.
pub trait StackStrategy {
    /// The reminder's `parameters`, as for a [`ShareStrategy`].
    type Parameters: FromParameters;

    /// What the plugin is and reads.
    fn manifest() -> Manifest;

    /// Judges one stack. At most one finding for each reason.
    ///
    /// # Errors
    /// As for [`ShareStrategy::evaluate`].
    fn evaluate(stack: &Stack<'_>, context: &Context<Self::Parameters>) -> Result<Vec<Finding>, Error>;
}

/// A strategy over the rows of an operator's own query, to be exported with
/// [`record_strategy!`](crate::record_strategy). As for a [`ShareStrategy`], the answer depends on the arguments alone.
pub trait RecordStrategy {
    /// The reminder's `parameters`, as for a [`ShareStrategy`].
    type Parameters: FromParameters;

    /// What the plugin is.
    fn manifest() -> Manifest;

    /// Judges one record. At most one finding for each reason.
    ///
    /// # Errors
    /// As for [`ShareStrategy::evaluate`].
    fn evaluate(record: &Record<'_>, context: &Context<Self::Parameters>) -> Result<Vec<Finding>, Error>;
}

/// What a strategy may know beside the item.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Context<P> {
    /// The scan's one and only clock reading.
    pub now: DateTime<Utc>,
    /// The calendar day of `now` in the source's zone.
    pub today: NaiveDate,
    /// The reminder's parameters.
    pub parameters: P,
    /// Facts that the host tells, by name: see [`Context::attribute`]. Whatever a newer host adds is found here.
    pub attributes: Vec<(String, String)>,
}

impl<P> Context<P> {
    pub(crate) fn new(now: DateTime<Utc>, today: NaiveDate, parameters: P) -> Self {
        Self { now, today, parameters, attributes: Vec::new() }
    }

    /// A fact about the reminder, if the host tells it. `on-expiry`: what is done about a share whose day of expiry
    /// has passed, that is `notify`, `mark`, `escalate` or `revoke`. `last-notice`: least time between a delivered
    /// notice and a revoke, such as `1d`.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// What is done about this share once its day of expiry has passed, if the host tells it: the fact
    /// `on-expiry.<confidentiality>` of its dataset's confidentiality or, where there is none, `on-expiry`.
    pub fn on_expiry(&self, share: &Share<'_>) -> Option<&str> {
        let of_confidentiality = self.attribute(&format!("on-expiry.{}", share.confidentiality()));
        of_confidentiality.or_else(|| self.attribute("on-expiry"))
    }
}
