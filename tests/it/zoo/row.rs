//! What a row of the table says of a guest.

use std::path::Path;

use nudged::{config::Limits, model::FaultKind};
use nudged_tests::Recorder;
use serde_json::Value;

/// How one guest misbehaves, and what must come of it.
pub(super) struct Row {
    /// How it misbehaves; for a tool, who uses it.
    pub(super) how: &'static str,
    pub(super) end: End,
    /// What the text says of it.
    pub(super) text: &'static str,
    pub(super) body: Body,
    /// Changes the limits, for what would take longer or more than a test should.
    pub(super) limits: fn(&mut Limits),
    /// Whether the memory that the host takes is measured.
    pub(super) weighed: bool,
}

/// What a guest comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// It behaves, or another test sees to it.
    Tool,
    /// It is refused, and not looked at again until it changes.
    Refused,
    /// It is refused, and tried again.
    RefusedForNow,
    /// It is refused or admitted, within the limits.
    Either,
    /// It serves, and its calls fail.
    Fault(FaultKind),
    /// It serves and answers, and what it does beside that is cut off.
    Answers,
}

/// Where a guest comes from.
pub(super) enum Body {
    /// It is built from Rust.
    Built,
    /// Bytes by hand; each of them must come to the same end.
    Bytes(fn() -> Vec<Vec<u8>>),
    /// Put there, in place of a file, by hand.
    File(fn(&Path)),
    /// The channel `does-as-told`, told to do this; the server never answers.
    Told(fn(&Recorder) -> Value),
}

impl Row {
    fn new(end: End, how: &'static str, text: &'static str) -> Self {
        Self { how, end, text, body: Body::Built, limits: |_| (), weighed: false }
    }

    pub(super) fn tool(used_by: &'static str) -> Self {
        Self::new(End::Tool, used_by, "")
    }

    pub(super) fn refused(how: &'static str, text: &'static str) -> Self {
        Self::new(End::Refused, how, text)
    }

    pub(super) fn refused_for_now(how: &'static str, text: &'static str) -> Self {
        Self::new(End::RefusedForNow, how, text)
    }

    pub(super) fn either(how: &'static str) -> Self {
        Self::new(End::Either, how, "")
    }

    pub(super) fn fault(kind: FaultKind, how: &'static str, text: &'static str) -> Self {
        Self::new(End::Fault(kind), how, text)
    }

    pub(super) fn answers(how: &'static str, text: &'static str) -> Self {
        Self::new(End::Answers, how, text)
    }

    pub(super) fn bytes(self, bytes: fn() -> Vec<Vec<u8>>) -> Self {
        Self { body: Body::Bytes(bytes), ..self }
    }

    pub(super) fn file(self, put: fn(&Path)) -> Self {
        Self { body: Body::File(put), ..self }
    }

    pub(super) fn told(self, steps: fn(&Recorder) -> Value) -> Self {
        Self { body: Body::Told(steps), ..self }
    }

    pub(super) fn within(self, limits: fn(&mut Limits)) -> Self {
        Self { limits, ..self }
    }

    pub(super) fn weighed(self) -> Self {
        Self { weighed: true, ..self }
    }
}
