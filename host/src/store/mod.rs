//! nudged's own memory: the outbox of notifications that are not finished, the ledger of what was sent to
//! whom, attempts, and runs. SQLite or PostgreSQL; both pass the same suite.
//!
//! # Life of an outbox row
//! `queued` → `leased` (until an instant, by a holder, with a fencing number) → `delivered` | `cancelled` | `queued`
//! again (not before an instant) | `rejected` | `dead`. A lease is one conditional UPDATE. Finishing with a
//! stale fencing number is refused, so that a daemon that was paused past its lease changes nothing.
//! A delivered or cancelled row leaves the outbox (ledger and attempts tell of it); rejected and dead rows stay for an
//! operator to look at, who puts them back, drops them, or leaves them to be pruned.
//!
//! # Guarantees
//! * A notification and its ledger entries are written in one transaction, before anything is sent.
//! * A ledger entry (occurrence, recipient, channel, sequence) exists once: whoever decides the same thing a
//!   second time finds it taken.

mod action;
mod brake;
mod connect;
mod contents;
mod custody;
mod enqueue;
mod finish;
mod given;
mod history;
mod lease;
mod listing;
mod occurrence;
mod peek;
mod prune;
mod recall;
mod rows;
mod run;
mod sql;

pub use sql::SqlStore;

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use serde::{Deserialize, Serialize};

use crate::{
    model::{History, Instant, ItemKey, Notice, Notification, NotificationId, Occurrence, OpenOccurrence, Recipient},
    policy::Level,
};

/// The store failed; nothing of the operation happened.
#[derive(Debug, thiserror::Error)]
#[error("store: {what}")]
pub struct StoreError {
    /// What was being done, without any credentials.
    pub what: String,
    /// The driver's error.
    #[source]
    pub cause: Option<sqlx::Error>,
}

/// Histories of one occurrence, by (channel, recipient).
pub type Histories = HashMap<Occurrence, HashMap<(String, Recipient), History>>;

/// What a notification says about one occurrence: one row of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerEntry {
    /// What was reminded of.
    pub occurrence: Occurrence,
    /// [`History::sequence`] + 1 at the time of the decision.
    pub sequence: u32,
    /// The scheduled fire time that this notice belongs to.
    pub slot: Instant,
    /// What kind of notice it is.
    pub notice: Notice,
}

/// A notification with its ledger entries, to be written in one transaction.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Enqueue {
    /// What to send.
    pub notification: Notification,
    /// One entry for each reminder in it.
    pub entries: Vec<LedgerEntry>,
    /// The scan's `now`.
    pub decided: Instant,
    /// The wall clock: the age of the notification counts from here, and it is due at once.
    pub created: Instant,
}

/// A notification that this process may deliver until the lease ends.
#[derive(Debug, Clone, PartialEq)]
pub struct Lease {
    /// What to send.
    pub notification: Notification,
    /// Attempts before this one.
    pub attempts: u32,
    /// When it was enqueued.
    pub created: Instant,
    /// When its scan wrote it, however often an operator has queued it again.
    pub scanned: Instant,
    /// Leases before this one that ran out without an outcome: the attempt may have taken the daemon down with it.
    pub lost: u32,
    /// The fencing number: finishing must name it.
    pub fence: i64,
}

/// How one attempt ended, for the record.
#[derive(Debug, Clone, PartialEq)]
pub struct Attempt {
    /// When it began.
    pub started: Instant,
    /// How long it took.
    pub took: Duration,
    /// The channel's or the host's words.
    pub detail: String,
    /// `name@digest` of the plugin that made it, where one was found.
    pub plugin: Option<String>,
    /// What the channel kept, to find the message again.
    pub receipt: Option<String>,
}

/// An attempt that has ended, to be recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct Ended {
    /// Whose.
    pub lease: Lease,
    /// What is recorded of it.
    pub attempt: Attempt,
    /// Where it leaves the notification.
    pub disposal: Disposal,
}

/// Which notifications a lease is asked for: channels do not wait for each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane<'a> {
    /// Those of one channel.
    Channel(&'a str),
    /// Those of channels that are none of these: they were configured once.
    Others(&'a [String]),
}

/// One entry of the ledger in a notification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contained {
    /// What is reminded of.
    pub occurrence: Occurrence,
    /// What kind of notice it is.
    pub notice: Notice,
}

/// Where an attempt leaves the notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disposal {
    /// Accepted by the other side.
    Delivered,
    /// To be tried again.
    Requeue {
        /// Not before this.
        not_before: Instant,
    },
    /// Refused for good.
    Rejected,
    /// Given up.
    Dead,
    /// Not sent, because none of it holds any more.
    Cancelled,
}

/// Whether a lease could be finished.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finish {
    /// Recorded.
    Done,
    /// The lease had ended and somebody else has taken it: nothing was recorded.
    Stale,
}

/// The answer to claiming a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    /// The caller runs it.
    Taken,
    /// Somebody else is running it, and has until then.
    Held {
        /// The end of that claim.
        until: Instant,
    },
    /// It came to its end before.
    Finished,
}

/// Something that nudged is about to do to the source by itself, with all that is needed to come to the end of it after a
/// crash.
#[derive(Debug, Clone, PartialEq)]
pub struct Action {
    /// What it is about.
    pub occurrence: Occurrence,
    /// What is to be done, as JSON: the pipeline's own words.
    pub intent: String,
}

/// A reminder whose sending is paused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Braked {
    /// The reminder.
    pub reminder: String,
    /// Findings of the scan that was too much.
    pub findings: u64,
    /// When that was.
    pub at: Instant,
}

/// An occurrence as the store remembers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remembered {
    /// Which, and since when it is known.
    pub open: OpenOccurrence,
    /// When it was over; `None` while it lasts.
    pub closed: Option<Instant>,
}

/// One row of the ledger, read back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// What was reminded of.
    pub occurrence: Occurrence,
    /// The channel's name.
    pub channel: String,
    /// The address on that channel.
    pub recipient: Recipient,
    /// Which entry about this occurrence it is for them.
    pub sequence: u32,
    /// The scheduled fire time that it belongs to.
    pub slot: Instant,
    /// When it was decided.
    pub decided: Instant,
    /// What kind of notice it is.
    pub notice: Notice,
    /// What became of it.
    pub fate: Fate,
    /// The notification that it is in.
    pub notification: NotificationId,
}

/// What became of a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It waits to be delivered, or is being delivered.
    Queued,
    /// The other side took it.
    Delivered,
    /// Refused for good.
    Rejected,
    /// Given up.
    Dead,
    /// Not sent, because it did not hold any more when it was to be sent.
    Cancelled,
}

impl Fate {
    /// The word that the store keeps.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Delivered => "delivered",
            Self::Rejected => "rejected",
            Self::Dead => "dead",
            Self::Cancelled => "cancelled",
        }
    }
}

/// How many notifications are where.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Depth {
    /// Waiting, whether due or not.
    pub queued: u64,
    /// Being delivered.
    pub leased: u64,
    /// Refused for good, for an operator to look at.
    pub rejected: u64,
    /// Given up, for an operator to look at.
    pub dead: u64,
}

/// Notifications that are not finished: what delivery needs of the store.
#[async_trait::async_trait]
pub trait Outbox: Send + Sync {
    /// Takes up to `limit` notifications of the lane that are due at `now`, or whose lease has ended, until `until`.
    async fn lease(
        &self,
        holder: &str,
        lane: Lane<'_>,
        now: Instant,
        until: Instant,
        limit: u32,
    ) -> Result<Vec<Lease>, StoreError>;

    /// Ends leases: records the attempts, moves the outbox rows and their ledger entries, all in one transaction. Says of
    /// each whether it was still held.
    async fn finish(&self, ended: &[Ended]) -> Result<Vec<Finish>, StoreError>;

    /// Gives leases back without an attempt, each not to be taken before its instant; one that is not held any more is
    /// left alone.
    async fn defer(&self, leases: &[(&Lease, Instant)]) -> Result<(), StoreError>;

    /// What the ledger says is in these notifications.
    async fn contents(&self, ids: &[NotificationId]) -> Result<HashMap<NotificationId, Vec<Contained>>, StoreError>;

    /// Takes out of a leased notification what does not hold any more: those entries of the ledger are cancelled, and
    /// `left` is what is still to be sent.
    async fn amend(&self, lease: &Lease, gone: &[Occurrence], left: &Notification) -> Result<Finish, StoreError>;

    /// The earliest instant at which something of the lane becomes due: a queued row's `not_before` or a lease's end.
    async fn next_due(&self, lane: Lane<'_>) -> Result<Option<Instant>, StoreError>;
}

/// What an operator does about notifications that wait, and what keeps the store from growing for ever.
#[async_trait::async_trait]
pub trait Custody: Send + Sync {
    /// Notifications of the outbox, those that wait longest first.
    async fn list(&self, filter: &Filter) -> Result<Vec<Kept>, StoreError>;

    /// One notification: what is in the outbox and all that was recorded of it. `None` if nothing is known of it.
    async fn show(&self, id: &NotificationId) -> Result<Option<Dossier>, StoreError>;

    /// Queues rejected and dead notifications again, due at `now`, with their attempts and their age counted anew, and
    /// their ledger entries with them. Answers with those that were queued.
    async fn retry(&self, ids: &[NotificationId], now: Instant) -> Result<Vec<NotificationId>, StoreError>;

    /// Takes notifications that are not being sent out of the outbox for good; the ledger says `cancelled` of what was
    /// queued. A lease that has ended at `now` does not hold anything up. Answers with those that were taken out.
    async fn discard(&self, ids: &[NotificationId], now: Instant) -> Result<Vec<NotificationId>, StoreError>;

    /// Rejected and dead notifications that no operator was told of.
    async fn unreported(&self, limit: u32) -> Result<Vec<Kept>, StoreError>;

    /// Records that an operator is told of these, and writes the notifications that tell them, in one transaction. These
    /// belong to nothing in the ledger, and nobody is told if they fail. Nothing is written if an operator was told of all
    /// of these meanwhile.
    async fn report(&self, ids: &[NotificationId], telling: &[Notification], now: Instant) -> Result<(), StoreError>;

    /// Forgets what ended before an instant: attempts, ledger entries, runs, closed occurrences with what was done about
    /// them, and rejected and dead notifications. Whatever belongs to an occurrence that is not known to be over, or to a
    /// notification in the outbox, stays, and so does the last run of every reminder. An occurrence goes with all its
    /// entries at once. Removes about `limit` rows of each kind at most; says how many it removed in all: nothing is left
    /// to be removed when that is 0.
    async fn prune(&self, before: Instant, limit: u32) -> Result<u64, StoreError>;
}

/// Which notifications are listed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// In these states; empty means all.
    pub states: Vec<OutboxState>,
    /// For this channel.
    pub channel: Option<String>,
    /// For this recipient.
    pub recipient: Option<Recipient>,
    /// At most so many; `None` means all.
    pub limit: Option<u32>,
}

/// Where a row of the outbox is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OutboxState {
    /// Waiting.
    Queued,
    /// Being delivered.
    Leased,
    /// Refused for good.
    Rejected,
    /// Given up.
    Dead,
}

impl OutboxState {
    /// The word that the store keeps and the command line knows.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Leased => "leased",
            Self::Rejected => "rejected",
            Self::Dead => "dead",
        }
    }
}

/// One notification in the outbox.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    /// Which.
    pub id: NotificationId,
    /// The channel's name.
    pub channel: String,
    /// The recipient's address on it.
    pub recipient: Recipient,
    /// The subject line; empty if the stored body cannot be read.
    pub subject: String,
    /// Where it is.
    pub state: OutboxState,
    /// Attempts so far.
    pub attempts: u32,
    /// When it was enqueued.
    pub created: Instant,
    /// When it is tried next, or its lease ends.
    pub due: Option<Instant>,
    /// What the last attempt said.
    pub detail: Option<String>,
}

/// All that is known of one notification.
#[derive(Debug, Clone, PartialEq)]
pub struct Dossier {
    /// What is in the outbox; `None` once it was delivered, cancelled or dropped.
    pub kept: Option<(Kept, Option<Notification>)>,
    /// Its entries in the ledger.
    pub told: Vec<Told>,
    /// Its attempts, oldest first, each with its outcome.
    pub attempts: Vec<(String, Attempt)>,
}

/// Who runs which reminder for which fire time.
#[async_trait::async_trait]
pub trait Runs: Send + Sync {
    /// Claims the run of a reminder for a fire time until an instant. The same holder may claim again; a claim whose
    /// time is over, because its holder died, may be taken by anybody.
    async fn claim_run(
        &self,
        reminder: &str,
        fire_time: Instant,
        holder: &str,
        now: Instant,
        until: Instant,
    ) -> Result<Claim, StoreError>;

    /// Records that a claimed run came to its end.
    async fn finish_run(&self, reminder: &str, fire_time: Instant) -> Result<(), StoreError>;

    /// The latest fire time whose run came to its end.
    async fn last_run(&self, reminder: &str) -> Result<Option<Instant>, StoreError>;

    /// Plans a run outside the schedule, for whoever is there at that time.
    async fn plan_run(&self, reminder: &str, at: Instant) -> Result<(), StoreError>;

    /// Runs that were planned or begun for a time up to `now`, whose end nobody has recorded and that nobody is at work on.
    async fn planned_runs(&self, now: Instant) -> Result<Vec<(String, Instant)>, StoreError>;
}

/// What scans need of the store.
#[async_trait::async_trait]
pub trait Store: Runs {
    /// How many notifications are where.
    async fn depth(&self) -> Result<Depth, StoreError>;

    /// When the oldest notification was enqueued that waits or is being delivered.
    async fn oldest_unsent(&self) -> Result<Option<Instant>, StoreError> {
        Ok(None)
    }

    /// What the ledger knows about these occurrences; those it has never seen are absent. Slots later than `now`, left
    /// by a clock that was wrong or by a scan as if it were later, do not count as told.
    async fn history(&self, occurrences: &[Occurrence], now: Instant) -> Result<Histories, StoreError>;

    /// Every entry of the ledger about these occurrences, in the order in which they were decided.
    async fn told(&self, occurrences: &[Occurrence]) -> Result<Vec<Told>, StoreError>;

    /// Every occurrence of an item that was ever seen, with any reminder, oldest first.
    async fn occurrences(&self, item: &ItemKey) -> Result<Vec<Remembered>, StoreError>;

    /// Writes notifications with their ledger entries, all in one transaction. Answers with the ids that were
    /// *not* written because another run had taken one of their ledger entries.
    async fn enqueue(&self, batch: &[Enqueue]) -> Result<Vec<NotificationId>, StoreError>;

    /// The occurrences of these reminders that lasted at the last scan.
    async fn open_occurrences(&self, reminders: &[&str]) -> Result<Vec<OpenOccurrence>, StoreError>;

    /// Remembers occurrences that are new, or that are back.
    async fn open(&self, new: &[OpenOccurrence]) -> Result<(), StoreError>;

    /// Records that occurrences are over.
    async fn close(&self, over: &[Occurrence], now: Instant) -> Result<(), StoreError>;

    /// What is usual for a reminder.
    async fn level(&self, reminder: &str) -> Result<Level, StoreError>;

    /// Records a scan that the brake let pass; a brake that was released is over with it.
    async fn record_scan(&self, reminder: &str, at: Instant, findings: u64) -> Result<(), StoreError>;

    /// Pauses a reminder's sending.
    async fn brake(&self, braked: &Braked) -> Result<(), StoreError>;

    /// The reminders whose sending is paused.
    async fn braked(&self) -> Result<Vec<Braked>, StoreError>;

    /// Lets a paused reminder send again; false if it is not paused.
    async fn release(&self, reminder: &str) -> Result<bool, StoreError>;

    /// When the first reminder about the occurrence was delivered to each (channel, recipient).
    async fn first_deliveries(
        &self,
        occurrence: &Occurrence,
    ) -> Result<HashMap<(String, Recipient), Instant>, StoreError>;

    /// Which of these occurrences nudged has acted on, or begun to.
    async fn acted(&self, occurrences: &[Occurrence]) -> Result<HashSet<Occurrence>, StoreError>;

    /// Writes an action down before anything is done; false if it was there already.
    async fn begin_action(&self, action: &Action, now: Instant) -> Result<bool, StoreError>;

    /// Actions of these reminders that were begun and not ended.
    async fn begun_actions(&self, reminders: &[&str]) -> Result<Vec<Action>, StoreError>;

    /// Records that an action is done and everybody is told.
    async fn end_action(&self, occurrence: &Occurrence) -> Result<(), StoreError>;

    /// Forgets an action that was refused, so that it may be tried again.
    async fn drop_action(&self, occurrence: &Occurrence) -> Result<(), StoreError>;
}
