//! What was found and told before.

use serde::{Deserialize, Serialize};

use super::{Instant, Occurrence, Thread};

/// What kind of notice an entry of the ledger is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Notice {
    /// "This waits for you": what the cadence counts.
    #[default]
    Reminder,
    /// Told to those that the cadence's `escalate_to` names, once.
    Escalation,
    /// "This is resolved", once.
    Closing,
    /// "This was done", such as a revoke at expiry, once.
    Action,
}

impl Notice {
    /// The word that the store keeps.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reminder => "reminder",
            Self::Escalation => "escalation",
            Self::Closing => "closing",
            Self::Action => "action",
        }
    }
}

/// An occurrence that lasts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenOccurrence {
    /// Which.
    pub occurrence: Occurrence,
    /// The headline of its finding when it was opened: a closing notice says what is over.
    pub title: String,
    /// When it was seen first.
    pub opened: Instant,
}

/// What the ledger knows about one occurrence, recipient and channel.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    /// Entries ever made, in whatever state: the next entry's sequence number is one more.
    pub sequence: u32,
    /// Reminders that were delivered.
    pub delivered: u32,
    /// `decided` of the first delivered reminder.
    pub first_sent: Option<Instant>,
    /// The first delivered reminder's notification.
    pub thread: Option<Thread>,
    /// `decided` of the last delivered reminder.
    pub last_sent: Option<Instant>,
    /// The latest slot of a reminder in whatever state but cancelled: a refused address is not tried twice for one fire
    /// time.
    pub last_slot: Option<Instant>,
    /// Whether an entry is still queued (or leased).
    pub in_flight: bool,
    /// Whether an escalation is queued or delivered, or was given up less than a day ago.
    pub escalated: bool,
    /// Whether a closing notice is queued or delivered, or was given up less than a day ago.
    pub closed: bool,
    /// Whether a notice of an action was ever queued.
    pub acted: bool,
}
