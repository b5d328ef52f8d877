//! One message for one recipient on one channel.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Instant, Notice, Occurrence, Severity};

/// An address on a channel; on e-mail the mailbox itself. People in two groups are one recipient.
pub type Recipient = String;

/// A notification's stable id: derived from what it says and to whom, so that a repeated attempt, and a
/// second daemon that decides the same, come to the same id. It is the e-mail's Message-ID.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct NotificationId(String);

impl NotificationId {
    /// Hashes the channel, the recipient and each reminder with its sequence number.
    ///
    /// 128 bits of SHA-256 as 32 hex digits.
    pub fn derive<'a>(
        channel: &str,
        recipient: &str,
        reminders: impl IntoIterator<Item = (&'a Occurrence, u32)>,
    ) -> Self {
        let mut parts: Vec<_> = reminders.into_iter().collect();
        parts.sort();
        let mut hash = Sha256::new();
        let mut part = |bytes: &[u8]| {
            hash.update((bytes.len() as u64).to_le_bytes());
            hash.update(bytes);
        };
        part(channel.as_bytes());
        part(recipient.as_bytes());
        for (occurrence, sequence) in parts {
            part(occurrence.reminder.as_bytes());
            part(occurrence.item.as_str().as_bytes());
            part(occurrence.reason.as_bytes());
            part(&occurrence.episode.timestamp_millis().to_le_bytes());
            part(&sequence.to_le_bytes());
        }
        let digest = hash.finalize();
        Self(digest[..16].iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// An id as it was written to the store.
    pub fn from_stored(id: String) -> Self {
        Self(id)
    }

    /// The hex digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for NotificationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a channel gets to send; stored in the outbox as JSON until it is finished.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Notification {
    /// The stable id.
    pub id: NotificationId,
    /// The channel's name in the configuration.
    pub channel: String,
    /// The recipient's address on that channel.
    pub recipient: Recipient,
    /// One line, without control characters.
    pub subject: String,
    /// Why this person gets the message.
    pub preamble: String,
    /// The part of the preamble that does not depend on how much is in the message: " as a member of sales-admins".
    #[serde(default)]
    pub because: String,
    /// The message as plain text: always fit to be sent.
    pub text: String,
    /// What is reminded of, worst first.
    pub reminders: Vec<Reminder>,
    /// How many more reminders it stands for, less urgent than these, that are not shown.
    #[serde(default)]
    pub more: u32,
    /// When it was decided.
    #[serde(default)]
    pub decided: Instant,
    /// Whether the recipient may say that they want none of these: no reminder in it is mandatory.
    #[serde(default)]
    pub refusable: bool,
}

/// One finding as one recipient sees it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Reminder {
    /// `share:<uri>`.
    pub item: String,
    /// The reminder's name in the configuration.
    pub reminder: String,
    /// What kind of notice it is.
    pub notice: Notice,
    /// The finding's reason code.
    pub reason: String,
    /// The occurrence's episode.
    pub since: Instant,
    /// After this instant acting is too late.
    pub deadline: Option<Instant>,
    /// What data.all's pages know the item by: `<shareUri>|<datasetUri>` for a share.
    pub target: Option<String>,
    /// The headline.
    pub title: String,
    /// The strategy's sentence.
    pub sentence: String,
    /// How bad it is.
    pub severity: Severity,
    /// Facts to show, in order.
    pub facts: Vec<(String, String)>,
    /// Where to act.
    pub link: Option<String>,
    /// 1, 2, 3 …: which notice this is for this recipient.
    pub ordinal: u32,
    /// When this recipient was told first.
    pub first_sent: Option<Instant>,
    /// "reminder 3, first sent on 12 May 2026"; empty the first time.
    pub history: String,
    /// The first notification that told this recipient of the same, once it was delivered.
    pub thread: Option<Thread>,
}

/// The first notification of several about the same, and how to find it again on the other side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thread {
    /// Its id.
    pub notification: NotificationId,
    /// What the channel kept of it.
    pub receipt: Option<String>,
}
