//! Shares as a source delivers them.

use chrono::NaiveDate;

use super::{Instant, ItemKey};

/// One share of data.all with what reminders need of its dataset and environment.
///
/// Text columns that are NULL in the database are empty strings here, unless the field is an `Option`.
/// Columns are named as in `dataall`'s tables: see the WIT interface `shares` for which is which.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)] // each field is the column of the same name
pub struct Share {
    pub uri: String,
    pub status: String,
    /// When the share entered its present status. For a submitted one, or one whose extension is submitted: the oldest
    /// notification of that since the last decision, else `updated`, else `created`.
    pub since: Instant,
    pub owner: String,
    pub group: String,
    /// `principalName`, or `principalId` where there is no name.
    pub principal: String,
    pub principal_type: String,
    pub purpose: String,
    pub expiry_day: Option<NaiveDate>,
    /// The end of `expiry_day` in the source's zone.
    pub expires: Option<Instant>,
    /// `submittedForExtension`, as it stands: the extension is only asked for if the status says so too.
    pub extension_asked: bool,
    pub extension_reason: String,
    /// `requestedExpiryDate`: the last day of access if the extension is approved.
    pub requested_expiry_day: Option<NaiveDate>,
    pub reject_purpose: String,
    pub non_expirable: bool,
    pub dataset_uri: String,
    pub dataset_label: String,
    pub confidentiality: String,
    /// The dataset's `expirySetting`: `Monthly` or `Quarterly`.
    pub expiry_setting: String,
    /// The dataset's `expiryMinDuration`, in periods of its setting.
    pub expiry_min: Option<u32>,
    /// The dataset's `expiryMaxDuration`, in periods of its setting.
    pub expiry_max: Option<u32>,
    /// The dataset's `SamlAdminGroupName`.
    pub producers: Option<String>,
    /// The dataset's `stewards`.
    pub stewards: Option<String>,
    pub environment_uri: String,
    pub environment_label: String,
    /// The environment's `SamlGroupName`.
    pub environment_admins: Option<String>,
    /// Empty unless a due strategy's manifest reads the field `items`.
    pub items: Vec<ShareItem>,
}

impl Share {
    /// This share's key.
    pub fn key(&self) -> ItemKey {
        ItemKey::share(&self.uri)
    }

    /// Whether an extension was asked for and is not decided yet.
    pub fn is_extension_asked(&self) -> bool {
        self.status == "Submitted_For_Extension" || (self.status == "Processed" && self.extension_asked)
    }
}

/// One table, folder or bucket that a share asks for or gives.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[allow(missing_docs)] // each field is the column of the same name
pub struct ShareItem {
    /// `shareItemUri`
    pub uri: String,
    pub name: String,
    pub kind: String,
    pub status: String,
    pub health: String,
    pub health_message: String,
    /// `updated`, else `created`: when data.all last touched it.
    pub touched: Option<Instant>,
    /// `lastVerificationTime`
    pub verified: Option<Instant>,
}

impl ShareItem {
    /// Item statuses in which the principal has access, whatever the share's own status.
    pub const LIVE: [&'static str; 5] =
        ["Share_Succeeded", "PendingExtension", "Revoke_Approved", "Revoke_In_Progress", "Revoke_Failed"];

    /// Whether the principal has access to it.
    pub fn is_live(&self) -> bool {
        Self::LIVE.contains(&self.status.as_str())
    }
}
