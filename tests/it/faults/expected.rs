//! What is expected of a fault, and what is wrong with what has happened.

use std::{fmt, ops::RangeInclusive};

use super::table::Seen;

/// What is expected. Begun by [`delivered`], [`rejected`] or [`retried`].
pub(super) struct Expected {
    outcome: &'static str,
    /// Words of the first attempt's record.
    pub(super) says: &'static str,
    /// Seconds until the next attempt.
    wait: Option<RangeInclusive<i64>>,
    destination: Destination,
    /// Seconds for which the other side asks to be left alone.
    pub(super) rest: Option<i64>,
    pub(super) end: &'static str,
    /// How many copies the other side has in the end; whatever it is, if it says none.
    copies: Option<usize>,
}

/// What a fault has done to the destination.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Destination {
    /// The witness was tried at once.
    Alive,
    /// The witness waits until the destination is probed.
    Dead,
    /// The witness waits for as long as the other side has asked for.
    Rests,
}

/// Taken at the first go.
pub(super) fn delivered(says: &'static str) -> Expected {
    let destination = Destination::Alive;
    Expected { outcome: "delivered", says, wait: None, destination, rest: None, end: "delivered", copies: Some(1) }
}

/// Refused for good, and listed so.
pub(super) fn rejected(says: &'static str) -> Expected {
    Expected { outcome: "rejected", end: "rejected", copies: None, ..delivered(says) }
}

/// Tried again after the usual wait, and delivered then.
pub(super) fn retried(says: &'static str) -> Expected {
    Expected { outcome: "retry", wait: Some(USUAL), ..delivered(says) }
}

impl Expected {
    /// The destination counts as dead.
    pub(super) fn and_dead(self) -> Self {
        Self { destination: Destination::Dead, ..self }
    }

    /// The destination is left alone for so many seconds.
    pub(super) fn and_rest(self, seconds: i64) -> Self {
        let wait = if seconds > *USUAL.end() { seconds..=seconds } else { USUAL };
        Self { destination: Destination::Rests, wait: Some(wait), rest: Some(seconds), ..self }
    }

    /// The other side has so many copies in the end.
    pub(super) fn copies(self, copies: usize) -> Self {
        Self { copies: Some(copies), ..self }
    }

    /// The fault does not pass, and the second attempt is the last.
    pub(super) fn for_ever(self) -> Self {
        Self { end: "dead", copies: None, ..self }
    }
}

/// The first wait of 30 s, with its jitter.
const USUAL: RangeInclusive<i64> = 24..=36;

impl Expected {
    /// Each thing that is otherwise than expected.
    pub(super) fn complaints(&self, seen: &Seen) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut differ = |what: &str, seen: &dyn fmt::Debug, expected: &dyn fmt::Debug, right: bool| {
            if !right {
                wrong.push(format!("{what} is {seen:?}, not {expected:?}"));
            }
        };
        differ("the outcome", &seen.outcome, &self.outcome, seen.outcome == self.outcome);
        let in_time = match (&self.wait, seen.wait) {
            (Some(expected), Some(seen)) => expected.contains(&seen),
            (None, None) => true,
            _ => false,
        };
        differ("the wait", &seen.wait, &self.wait, in_time);
        differ("the destination", &seen.destination, &self.destination, seen.destination == self.destination);
        differ("the end", &seen.end, &self.end, seen.end == self.end);
        let counted = self.copies.is_none_or(|copies| copies == seen.copies);
        differ("the number of copies", &seen.copies, &self.copies, counted);
        if !wrong.is_empty() {
            wrong.push(format!("it says {:?}", seen.detail));
        }
        wrong
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Alive => "",
            Self::Dead => "dead",
            Self::Rests => "rests",
        })
    }
}
