//! The indexes that may help, and whom.

use super::super::episode;
use crate::model::{Kind, Reads};

/// From this part on, passing over a table costs no more than looking up its rows one by one.
const MOST: f64 = 0.25;

/// A notice is looked up for each share that waits, wherever it lies on the disk.
const MOST_WAITING: f64 = 0.01;

/// What an index is to a strategy.
pub(super) enum Gain {
    /// Nothing.
    None,
    /// The rows with these values are found by it; without any, nobody can say beforehand how many.
    Rows(Vec<String>),
    /// It reads the whole table, so that nobody else is spared the pass.
    Spoilt,
}

/// An index that may help.
pub(super) struct Candidate {
    pub(super) name: &'static str,
    pub(super) table: &'static str,
    /// What it begins with, as a statement writes it.
    pub(super) key: &'static str,
    /// Whose strategies.
    pub(super) kind: Kind,
    /// What it is to a strategy that reads this.
    pub(super) gain: fn(&Reads) -> Gain,
    /// What it does for a reminder.
    pub(super) spared: &'static str,
    /// The column that holds the values of [`Gain::Rows`].
    pub(super) values: (&'static str, &'static str),
    /// The part of rows with these values up to which it helps.
    pub(super) most: f64,
    /// Whether SQLite, too, uses it for the statements.
    pub(super) sqlite: bool,
}

/// Every index that may help. SQLite never looks up rows by the day of expiry as the statements compare it, nor by an expression.
pub(super) const CANDIDATES: [Candidate; 8] = [
    Candidate {
        name: "nudged_share_object_status",
        table: "share_object",
        key: "status",
        kind: Kind::ShareStrategy,
        gain: |reads| of_shares(reads, share_statuses(reads)),
        spared: "finds shares by their status",
        values: ("share_object", "status"),
        most: MOST,
        sqlite: true,
    },
    Candidate {
        name: "nudged_share_object_expiry_date",
        table: "share_object",
        key: r#""expiryDate""#,
        kind: Kind::ShareStrategy,
        gain: |reads| of_shares(reads, reads.expires_within_days.map(|_| Vec::new())),
        spared: "finds shares by their day of expiry",
        values: ("share_object", "expiryDate"),
        most: MOST,
        sqlite: false,
    },
    Candidate {
        name: "nudged_share_object_submitted_for_extension",
        table: "share_object",
        key: r#""submittedForExtension""#,
        kind: Kind::ShareStrategy,
        gain: |reads| of_shares(reads, reads.extension_asked.then(|| vec!["t".to_owned()])),
        spared: "finds shares whose extension was asked for",
        values: ("share_object", "submittedForExtension"),
        most: MOST,
        sqlite: false,
    },
    Candidate {
        name: "nudged_share_object_item_share_uri",
        table: "share_object_item",
        key: r#""shareUri""#,
        kind: Kind::ShareStrategy,
        gain: |reads| if reads.items() { of_shares(reads, Some(Vec::new())) } else { Gain::None },
        spared: "reads the items of the shares that matter, and no others",
        values: ("share_object_item", "shareUri"),
        most: MOST,
        sqlite: true,
    },
    Candidate {
        name: "nudged_share_object_item_status",
        table: "share_object_item",
        key: "status",
        kind: Kind::ShareStrategy,
        gain: |reads| of_items(reads, &reads.item_statuses),
        spared: "finds items by their status",
        values: ("share_object_item", "status"),
        most: MOST,
        sqlite: true,
    },
    Candidate {
        name: "nudged_share_object_item_health_status",
        table: "share_object_item",
        key: r#""healthStatus""#,
        kind: Kind::ShareStrategy,
        gain: |reads| of_items(reads, &reads.item_health),
        spared: "finds items by their health",
        values: ("share_object_item", "healthStatus"),
        most: MOST,
        sqlite: true,
    },
    Candidate {
        name: "nudged_notification_share",
        table: "notification",
        key: "split_part(target_uri, '|', 1)",
        kind: Kind::ShareStrategy,
        gain: |reads| rows(Some(waiting(reads)).filter(|statuses| !statuses.is_empty())),
        spared: "reads the notices about shares that wait, and no others",
        values: ("share_object", "status"),
        most: MOST_WAITING,
        sqlite: false,
    },
    Candidate {
        name: "nudged_stack_status",
        table: "stack",
        key: "status",
        kind: Kind::StackStrategy,
        gain: |reads| if reads.statuses.is_empty() { Gain::Spoilt } else { rows(Some(reads.statuses.clone())) },
        spared: "finds stacks by their status",
        values: ("stack", "status"),
        most: MOST,
        sqlite: true,
    },
];

/// The statuses by which a strategy's shares are found: those that it reads, and those that tell which shares wait.
fn share_statuses(reads: &Reads) -> Option<Vec<String>> {
    if reads.extension_asked {
        return Some(waiting(reads));
    }
    Some(if reads.statuses.is_empty() { waiting(reads) } else { reads.statuses.clone() })
}

fn waiting(reads: &Reads) -> Vec<String> {
    episode::waiting(reads).map(str::to_owned).collect()
}

fn rows(values: Option<Vec<String>>) -> Gain {
    values.map_or(Gain::None, Gain::Rows)
}

/// Whoever narrows by nothing reads every share.
fn of_shares(reads: &Reads, values: Option<Vec<String>>) -> Gain {
    let narrows = !reads.statuses.is_empty()
        || reads.expires_within_days.is_some()
        || reads.extension_asked
        || !reads.item_statuses.is_empty()
        || !reads.item_health.is_empty();
    if narrows { rows(values) } else { Gain::Spoilt }
}

/// Who narrows by the shares' days or extensions, too, has its items found by their shares.
fn of_items(reads: &Reads, values: &[String]) -> Gain {
    if values.is_empty() || reads.expires_within_days.is_some() || reads.extension_asked {
        return Gain::None;
    }
    Gain::Rows(values.to_vec())
}
