//! What nudged writes into data.all when a share's day of expiry has passed.
//!
//! An [`Order`] names a share as a scan saw it. [`Actions::revoke`] does what data.all does when an owner revokes every
//! item that can be revoked; [`Actions::mark`] notes at the dataset that the day has passed and the access has not
//! ended. Both read everything again and write in one transaction: if anything is no longer as the order says, or
//! data.all could not finish what is begun here, nothing is written and the [`Refusal`] says why.
//!
//! What a revoke writes, and why (timestamps are naive and in the source's zone, as all of data.all's are):
//!
//! | table and column | value | reason |
//! |---|---|---|
//! | `share_object_item.status` | `Revoke_Approved`, from `Share_Succeeded` and `Revoke_Failed` | the item transition `RevokeItems`; items in any other state stay as they are |
//! | `share_object_item.updated` | now | data.all sets it with every change; there is no trigger that would |
//! | `share_object.status` | `Revoked` | the share transition `RevokeItems`; data.all's worker goes on from there |
//! | `share_object.updated` | now | as for items |
//! | `task` | see below | tells data.all's worker what to do |
//! | `task."taskUri"` | eight characters of a hash of the order's id | the same order finds it again |
//! | `task."targetUri"` | the share | as data.all |
//! | `task.status` | `pending` | the worker starts no other |
//! | `task.action` | `ecs.share.revoke` | the name of the worker's handler |
//! | `task.payload` | `{"environmentUri": …}`, the share's | as data.all |
//! | `task.created` | now | data.all writes when its process started, by mistake |
//! | `task."lastSeen"` | 1900-01-01 | as data.all, which never changes it |
//! | `task`'s `updated`, `cronexpr`, `response`, `error` | NULL | as data.all; the worker fills in the last two |
//! | `notification` | a row for the dataset's owners, its stewards and the requesting team, each team once | as data.all, which tells both sides in its pages; the type is also how a later request is told from this one |
//! | `notification.type` | `SHARE_OBJECT_REJECTED` | data.all has no other for a revoke |
//! | `notification.target_uri` | `<shareUri>\|<datasetUri>` | data.all's pages find the share by it |
//! | `notification.is_read` | false | it is new |
//!
//! data.all writes no `activity` for a revoke, so there is none. Its e-mail task is left out: nudged tells people itself.
//! The worker is started by a queue outside the database; until something sends it the `taskUri`
//! ([`Acted::Done`] has it), the task waits.
//!
//! A mark is one `activity` row at the dataset, as data.all logs what happens to shares: `label` and `action` are
//! `SHARE_OBJECT:EXPIRED`, `name` is made of the label, `owner` is the actor.

mod dataall;
mod failure;
pub(super) mod id;
mod look;
pub(super) mod open;
mod refusal;
pub(super) mod rights;
mod rules;
pub(super) mod write;

pub use dataall::DataallActions;
pub use refusal::Refusal;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::SourceError;
use crate::model::Instant;

/// Something that can act on expired shares.
#[async_trait::async_trait]
pub trait Actions: Send + Sync {
    /// Revokes the access that the share gives.
    async fn revoke(&self, order: &Order) -> Result<Acted, SourceError>;

    /// Notes at the share's dataset that its day of expiry has passed and that the access still works.
    async fn mark(&self, order: &Order) -> Result<Acted, SourceError>;
}

/// What is to be done about which share, as it was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// The share.
    pub share_uri: String,
    /// Its dataset.
    pub dataset_uri: String,
    /// The share's status when it was decided to act.
    pub seen_status: String,
    /// The day of expiry when it was decided to act.
    pub expiry_day: NaiveDate,
    /// What this is about, the same whenever it is tried again: it makes the new rows' ids.
    pub id: String,
    /// When the rows say that it happened.
    pub now: Instant,
    /// Who the rows say did it.
    pub actor: String,
}

/// What came of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Acted {
    /// It is done.
    Done {
        /// The names of the items: those that are being revoked; of a mark, those that still work.
        items: Vec<String>,
        /// The new row: the `taskUri` that data.all's queue wants, or the `activityUri` of a mark.
        uri: String,
    },
    /// It was done by an earlier attempt, with the same new row.
    AlreadyDone {
        /// As for [`Acted::Done`].
        uri: String,
    },
    /// Nothing was written.
    Refused(Refusal),
}
