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
        let mut hash = Parts::of(channel, recipient);
        for (occurrence, sequence) in parts {
            hash.add(occurrence.reminder.as_bytes());
            hash.add(occurrence.item.as_str().as_bytes());
            hash.add(occurrence.reason.as_bytes());
            hash.add(&occurrence.episode.timestamp_millis().to_le_bytes());
            hash.add(&sequence.to_le_bytes());
        }
        hash.id()
    }

    /// The same for a report about notifications, by their ids in order, made at an instant: what fails again is reported
    /// again.
    pub fn of_report<'a>(
        channel: &str,
        recipient: &str,
        about: impl IntoIterator<Item = &'a str>,
        at: Instant,
    ) -> Self {
        let mut hash = Parts::of(channel, recipient);
        hash.add(&at.timestamp_millis().to_le_bytes());
        about.into_iter().for_each(|id| hash.add(id.as_bytes()));
        hash.id()
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

/// What an id is made of, each part with its length: no two lists of parts are the same bytes.
struct Parts(Sha256);

impl Parts {
    fn of(channel: &str, recipient: &str) -> Self {
        let mut parts = Self(Sha256::new());
        parts.add(channel.as_bytes());
        parts.add(recipient.as_bytes());
        parts
    }

    fn add(&mut self, bytes: &[u8]) {
        self.0.update((bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
    }

    fn id(self) -> NotificationId {
        let digest = self.0.finalize();
        NotificationId(digest[..16].iter().map(|byte| format!("{byte:02x}")).collect())
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
