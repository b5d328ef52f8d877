//! Items as a source delivers them.

use std::fmt;

use chrono::NaiveDate;

use super::Instant;

/// Names one scanned thing for ever: `share:<uri>`, later `stack:<uri>` and `record:<source>:<id>`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ItemKey(String);

impl ItemKey {
    /// The key of the share with this `shareUri`.
    pub fn share(uri: &str) -> Self {
        Self(format!("share:{uri}"))
    }

    /// A key as it was written to the store.
    pub fn from_stored(key: String) -> Self {
        Self(key)
    }

    /// The whole key.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ItemKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One share of data.all with what reminders need of its dataset and environment.
///
/// Text columns that are NULL in the database are empty strings here, unless the field is an `Option`.
/// Columns are named as in `dataall`'s tables: see the WIT interface `shares` for which is which.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)] // each field is the column of the same name
pub struct Share {
    pub uri: String,
    pub status: String,
    /// When the share entered its present status. For a submitted one: its oldest
    /// `SHARE_OBJECT_SUBMITTED` notification, else `updated`, else `created`.
    pub since: Instant,
    pub owner: String,
    pub group: String,
    pub principal: String,
    pub purpose: String,
    pub expiry_day: Option<NaiveDate>,
    /// The end of `expiry_day` in the source's zone.
    pub expires: Option<Instant>,
    pub extension_asked: bool,
    pub extension_reason: String,
    pub non_expirable: bool,
    pub dataset_uri: String,
    pub dataset_label: String,
    pub confidentiality: String,
    /// The dataset's `SamlAdminGroupName`.
    pub producers: Option<String>,
    /// The dataset's `stewards`.
    pub stewards: Option<String>,
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
}

/// One table, folder or bucket that a share asks for or gives.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[allow(missing_docs)] // each field is the column of the same name
pub struct ShareItem {
    pub name: String,
    pub kind: String,
    pub status: String,
    pub health: String,
    pub health_message: String,
}

/// Something wrong with a row or a reference. It is listed and counted; it never stops other rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The item it was noticed at, where there is one.
    pub item: Option<ItemKey>,
    /// What is wrong and what would mend it, one sentence.
    pub text: String,
}
