//! The words of nudged as types: items, findings, verdicts, notifications, outcomes.
//!
//! Plain data without behaviour that needs I/O or a clock. Everything else depends on this module and
//! this module depends on nothing else in the crate.

mod deceptive;
mod finding;
mod history;
mod item;
mod manifest;
pub(crate) mod naive;
mod name;
mod notification;
mod outcome;
mod record;
mod share;
mod span;
mod stack;
mod verdict;
mod word;

pub use deceptive::is_deceptive;
pub use finding::{Finding, Occurrence, ROLES, Role, Severity};
pub use history::{History, Notice, OpenOccurrence};
pub use item::{Item, ItemKey, Problem};
pub use manifest::{Budget, INTERFACES, Kind, Manifest, Reads};
pub use name::is_name;
pub use notification::{Notification, NotificationId, Recipient, Reminder, Thread};
pub use outcome::{Fault, FaultKind, Outcome, Sent};
pub use record::Record;
pub use share::{Share, ShareItem};
pub(crate) use span::in_zone;
pub use span::{ParseSpanError, Span};
pub use stack::Stack;
pub use verdict::{Code, Decision, Verdict};
pub use word::{Word, Words};

/// An instant; every timestamp in the crate is UTC once it has been read.
pub type Instant = chrono::DateTime<chrono::Utc>;
