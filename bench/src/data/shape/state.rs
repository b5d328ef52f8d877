//! What is to be said of a share, and what follows from it.

use fastrand::Rng;

use super::{Shape, share::Item};

/// Parts of all shares in each state, after those that wait for a decision; the others are in order.
const PARTS: [(State, f64); 8] = [
    (State::Extension, 0.01),
    (State::Expiring, 0.02),
    (State::Expired, 0.002),
    (State::Failed, 0.003),
    (State::Unhealthy, 0.005),
    (State::Draft, 0.03),
    (State::Rejected, 0.03),
    (State::Revoked, 0.02),
];

/// What is to be said of a share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// Waits for a decision.
    Pending,
    /// Waits for a decision about its extension.
    Extension,
    /// Ends with this month.
    Expiring,
    /// Ended with an earlier month, and goes on.
    Expired,
    /// An item could not be shared, or not be revoked.
    Failed,
    /// An item does not work.
    Unhealthy,
    Draft,
    Rejected,
    Revoked,
    /// Shared, and nothing is the matter.
    Fine,
}

impl State {
    /// The first number that is drawn for a share.
    pub(super) fn draw(shape: &Shape, random: &mut Rng) -> Self {
        let mut lot = random.f64() - shape.pending;
        if lot < 0.0 {
            return Self::Pending;
        }
        for (state, part) in PARTS {
            lot -= part;
            if lot < 0.0 {
                return state;
            }
        }
        Self::Fine
    }

    /// The reminder that is to find it.
    pub(super) fn reminder(self) -> Option<&'static str> {
        Some(match self {
            Self::Pending => "pending-share",
            Self::Extension => "pending-extension",
            Self::Expiring => "expiring-share",
            Self::Expired => "expired-share",
            Self::Failed => "failed-share",
            Self::Unhealthy => "unhealthy-share",
            Self::Draft | Self::Rejected | Self::Revoked | Self::Fine => return None,
        })
    }

    /// The share's own status.
    pub(super) fn status(self) -> &'static str {
        match self {
            Self::Pending => "Submitted",
            Self::Extension => "Submitted_For_Extension",
            Self::Draft => "Draft",
            Self::Rejected => "Rejected",
            Self::Revoked => "Revoked",
            Self::Expiring | Self::Expired | Self::Failed | Self::Unhealthy | Self::Fine => "Processed",
        }
    }

    /// Months from now to the end of access, if its dataset lets it expire.
    pub(super) fn months(self, random: &mut Rng) -> Option<i32> {
        match self {
            Self::Extension => Some(random.i32(0..=1)),
            Self::Expiring => Some(0),
            Self::Expired => Some(-random.i32(1..=3)),
            // Later than any reminder's horizon of a month reaches.
            Self::Failed | Self::Unhealthy | Self::Fine => Some(random.i32(2..=12)),
            Self::Pending | Self::Draft | Self::Rejected | Self::Revoked => None,
        }
    }

    /// What an item is in; something is the matter with the first one only.
    pub(super) fn item(self, first: bool, random: &mut Rng) -> Item {
        let (status, health) = match self {
            Self::Pending | Self::Draft => ("PendingApproval", None),
            Self::Rejected => ("Share_Rejected", None),
            Self::Revoked => ("Revoke_Approved", None),
            Self::Extension => ("PendingExtension", Some("Healthy")),
            Self::Failed if first => (if random.bool() { "Share_Failed" } else { "Revoke_Failed" }, None),
            Self::Unhealthy if first => ("Share_Succeeded", Some("Unhealthy")),
            _ => ("Share_Succeeded", Some("Healthy")),
        };
        Item { status, health }
    }
}
