//! What an author of a channel implements and answers with.

use std::time::Duration;

use crate::{Manifest, Notification, Parameters, bindings::channel::nudged::plugin::types as wire};

/// Hands notifications to the outside world, through what the host lends: see [`mail`](crate::mail),
/// [`http`](crate::http) and [`inbox`](crate::inbox).
///
/// The host has stored the notification before, repeats what is to be tried again, and keeps the outcome.
/// Export it with [`channel!`](crate::channel).
pub trait Channel {
    /// The channel's `parameters`; [`NoParameters`](crate::NoParameters) if there are none.
    type Parameters: Parameters;

    /// What the plugin is and asks for: normally [`manifest!`](crate::manifest!) and what it asks for.
    fn manifest() -> Manifest;

    /// Sends one notification and says what became of it. A panic is the plugin's fault, not an outcome:
    /// the host tries again later.
    fn send(notification: &Notification<'_, Self::Parameters>) -> Outcome;
}

/// What became of a notification. Final, but for `Retry`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Accepted by the other side; the text is its answer.
    Delivered(String),
    /// Not now; the host decides when to try again.
    Retry {
        /// Why, for the operator.
        detail: String,
        /// Least wait that the other side asked for.
        after: Option<Duration>,
    },
    /// Refused for good: why.
    Rejected(String),
}

/// Both what went well and what did not become outcomes: `request.send().into()`.
///
/// ```
/// use nudged_sdk::{Outcome, http::Request, testing::{HttpHost, PlainResponse}};
///
/// let _network = HttpHost::answering([Ok(PlainResponse::new(410, "gone"))]);
/// let outcome: Outcome = Request::post("https://x.test/hook").body("hello").send().into();
/// assert_eq!(outcome, Outcome::Rejected("410: gone".into()));
/// ```
impl<T: Into<Outcome>, E: Into<Outcome>> From<Result<T, E>> for Outcome {
    fn from(result: Result<T, E>) -> Self {
        result.map_or_else(Into::into, Into::into)
    }
}

impl From<wire::Outcome> for Outcome {
    fn from(outcome: wire::Outcome) -> Self {
        match outcome {
            wire::Outcome::Delivered(answer) => Self::Delivered(answer),
            wire::Outcome::Retry(wire::Retry { detail, after }) => {
                Self::Retry { detail, after: after.map(|seconds| Duration::from_secs(seconds.into())) }
            }
            wire::Outcome::Rejected(why) => Self::Rejected(why),
        }
    }
}

impl From<Outcome> for wire::Outcome {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Delivered(answer) => Self::Delivered(answer),
            Outcome::Retry { detail, after } => Self::Retry(wire::Retry { detail, after: after.map(whole_seconds) }),
            Outcome::Rejected(why) => Self::Rejected(why),
        }
    }
}

/// Rounded up: the other side asked for at least that much.
fn whole_seconds(wait: Duration) -> u32 {
    let seconds = wait.as_secs().saturating_add(u64::from(wait.subsec_nanos() > 0));
    u32::try_from(seconds).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_survive_the_border_and_waits_are_rounded_up() {
        let sent = Outcome::Retry { detail: "busy".to_owned(), after: Some(Duration::from_millis(1500)) };
        let back = Outcome::from(wire::Outcome::from(sent));
        assert_eq!(back, Outcome::Retry { detail: "busy".to_owned(), after: Some(Duration::from_secs(2)) });
        for outcome in [Outcome::Delivered("250 ok".to_owned()), Outcome::Rejected("550 no".to_owned())] {
            assert_eq!(Outcome::from(wire::Outcome::from(outcome.clone())), outcome);
        }
        assert_eq!(whole_seconds(Duration::MAX), u32::MAX);
    }
}
