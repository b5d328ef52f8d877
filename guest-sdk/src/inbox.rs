//! Rows of data.all's table `notification`: what its users see under the bell.
//!
//! The manifest asks for it: `manifest!().asks(&["inbox"])`. In native tests a
//! [`testing::InboxHost`](crate::testing::InboxHost) stands in for the table.
//!
//! ```
//! use nudged_sdk::{Outcome, inbox::{self, Entry}, testing::InboxHost};
//!
//! let table = InboxHost::answering(Outcome::Delivered("1 row".into()));
//! inbox::post([Entry::new("NUDGED_REMINDER", "Sales waits for your answer.").target("s1|d1")]);
//! assert_eq!(table.posted()[0].target.as_deref(), Some("s1|d1"));
//! ```

use crate::Outcome;

/// One row; the host fills in the recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// `notification.type`, at most 100 characters.
    pub kind: String,
    /// `notification.message`
    pub message: String,
    /// `notification.target_uri`: what the row leads to.
    pub target: Option<String>,
}

impl Entry {
    /// A row that leads nowhere.
    pub fn new(kind: impl Into<String>, message: impl Into<String>) -> Self {
        Self { kind: kind.into(), message: message.into(), target: None }
    }

    /// Sets what the row leads to: `<shareUri>|<datasetUri>` for a share.
    pub fn target(mut self, target: impl Into<String>) -> Self {
        self.target = Some(target.into());
        self
    }
}

/// Writes all rows or none; those that a former attempt has written are not written again.
///
/// # Panics
/// In a native test without a [`testing::InboxHost`](crate::testing::InboxHost).
pub fn post(entries: impl IntoIterator<Item = Entry>) -> Outcome {
    #[cfg(target_arch = "wasm32")]
    {
        use crate::bindings::channel::nudged::plugin::inbox as wire;
        let row = |Entry { kind, message, target }| wire::Entry { kind, message, target };
        let rows: Vec<_> = entries.into_iter().map(row).collect();
        wire::post(&rows).into()
    }
    #[cfg(not(target_arch = "wasm32"))]
    crate::testing::hand_to_inbox_host(entries.into_iter().collect())
}
