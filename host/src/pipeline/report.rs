//! What a run came to.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use super::verdicts::Verdicts;
use crate::{
    config::ExpiryAction,
    model::{ItemKey, Problem},
    source::SourceError,
    store::StoreError,
};

/// A run that came to nothing: nothing was decided or written.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    /// The source failed.
    #[error("the scan stopped, and nothing was sent or closed")]
    Source(#[from] SourceError),
    /// The store failed. Notifications that were written before are in the outbox and will be sent.
    #[error("the scan could not be recorded")]
    Store(#[from] StoreError),
}

/// Whether a run writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writing {
    /// Notifications go to the outbox.
    Outbox,
    /// Nothing is written anywhere.
    DryRun,
}

/// What a run came to.
#[derive(Debug, Default)]
pub struct Report {
    /// Every decision.
    pub verdicts: Verdicts,
    /// What was wrong with rows, references, groups and plugins.
    pub problems: Vec<Problem>,
    /// Reminders that are not done: the strategy is missing or failed for too long, the records could not be read, or the
    /// directory could not be asked.
    pub incomplete: BTreeSet<String>,
    /// What was done to the source, or was not, and why.
    pub actions: Vec<ActionReport>,
    /// Items that were read.
    pub scanned: u64,
    /// Findings of all strategies.
    pub findings: u64,
    /// The same by reminder.
    pub found: BTreeMap<String, u64>,
    /// Notifications that were written (or would be).
    pub notifications: u64,
    /// How long it took.
    pub took: Duration,
}

impl Report {
    /// How many verdicts decide so.
    pub fn count(&self, word: &str) -> usize {
        self.verdicts.decisions().filter(|(decision, _)| decision.word() == word).count()
    }
}

/// What became of one thing that a finding proposed and the configuration wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionReport {
    /// What was to be done.
    pub action: ExpiryAction,
    /// The reminder that wants it.
    pub reminder: String,
    /// The item.
    pub item: ItemKey,
    /// `done`, `already-done`, `due` (in a dry run), or why not: `not-told`, `too-soon`, `brake`, `directory-failed`,
    /// `no-expiry-day`, `source-failed`, or one of [`Refusal`](crate::source::Refusal).
    pub code: String,
    /// The same as a sentence, with what would mend it, where there is more to say.
    pub detail: String,
    /// Whether this run did it.
    pub applied: bool,
}
