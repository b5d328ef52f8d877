//! What was told before.

use super::Instant;

/// What the ledger knows about one occurrence, recipient and channel.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    /// Entries ever made, in whatever state: the next entry's sequence number is one more.
    pub sequence: u32,
    /// Entries that were delivered.
    pub delivered: u32,
    /// `decided` of the first delivered entry.
    pub first_sent: Option<Instant>,
    /// The latest slot of an entry in whatever state: a refused address is not tried twice for one fire time.
    pub last_slot: Option<Instant>,
    /// Whether an entry is still queued (or leased).
    pub in_flight: bool,
}
