//! What an author of a strategy implements and answers with.

use chrono::{DateTime, NaiveDate, Utc};

use crate::{Answer, Finding, Manifest, NoParameters, Parameters, Record, Share, Stack};

/// A strategy over shares: says which of them need attention.
///
/// It is a pure function: the same share and context give the same answer, whatever was asked before.
/// The host decides who is told, when and how often. Export it with
/// [`share_strategy!`](crate::share_strategy).
///
/// A strategy that has more to answer than at most one finding names another [`Answer`] in its `impl`, and returns that:
///
/// ```
/// use nudged_sdk::{Context, Error, Finding, Manifest, NoParameters, Share, ShareStrategy};
///
/// struct Numbered;
///
/// impl ShareStrategy<Result<Vec<Finding>, Error>> for Numbered {
///     type Parameters = NoParameters;
///
///     fn manifest() -> Manifest {
///         Manifest::new("numbered", "1.0.0")
///     }
///
///     fn evaluate(share: &Share<'_>, _: &Context) -> Result<Vec<Finding>, Error> {
///         let number: u32 = share.uri().parse()?;
///         Ok(vec![Finding::new("numbered", "A share with a number", format!("It is number {number}."))])
///     }
/// }
/// ```
pub trait ShareStrategy<A: Answer = Option<Finding>> {
    /// The reminder's `parameters`; [`NoParameters`] if there are none.
    type Parameters: Parameters;

    /// What the plugin is and reads: normally [`manifest!`](crate::manifest!) and what it reads.
    fn manifest() -> Manifest;

    /// Judges one share. At most one finding for each reason; normally none or one. An error is only for what must not
    /// happen: it discards the findings of the whole batch and counts as the plugin's fault.
    fn evaluate(share: &Share<'_>, context: &Context<Self::Parameters>) -> A;
}

/// A strategy over CloudFormation stacks, to be exported with [`stack_strategy!`](crate::stack_strategy). As for a
/// [`ShareStrategy`], the answer depends on the arguments alone.
pub trait StackStrategy<A: Answer = Option<Finding>> {
    /// The reminder's `parameters`, as for a [`ShareStrategy`].
    type Parameters: Parameters;

    /// What the plugin is and reads, as for a [`ShareStrategy`].
    fn manifest() -> Manifest;

    /// Judges one stack, as [`ShareStrategy::evaluate`] does a share.
    fn evaluate(stack: &Stack<'_>, context: &Context<Self::Parameters>) -> A;
}

/// A strategy over the rows of an operator's own query, to be exported with
/// [`record_strategy!`](crate::record_strategy). As for a [`ShareStrategy`], the answer depends on the arguments alone.
pub trait RecordStrategy<A: Answer = Option<Finding>> {
    /// The reminder's `parameters`, as for a [`ShareStrategy`]. A parameter with `format = "column"` names a column of the
    /// query: see [`Parameters`].
    type Parameters: Parameters;

    /// What the plugin is, as for a [`ShareStrategy`].
    fn manifest() -> Manifest;

    /// Judges one record, as [`ShareStrategy::evaluate`] does a share.
    fn evaluate(record: &Record<'_>, context: &Context<Self::Parameters>) -> A;
}

/// What a strategy may know beside the item.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Context<P = NoParameters> {
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
