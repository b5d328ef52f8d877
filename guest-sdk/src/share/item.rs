//! One item of a share.

use chrono::{DateTime, Utc};

use super::{Backing, Share};
use crate::time;

/// A table, folder or bucket of a share.
#[derive(Debug)]
pub struct ShareItem<'a> {
    pub(super) share: &'a Share<'a>,
    pub(super) item: u32,
}

/// Asks the host's getter, or reads the plain field.
macro_rules! read {
    ($item:expr, $field:ident, $getter:ident, $convert:expr) => {
        match &$item.share.0 {
            Backing::Host { batch, index } => $convert(batch.$getter(*index, $item.item)),
            #[cfg(not(target_arch = "wasm32"))]
            Backing::Plain(plain) => plain.items[$item.item as usize].$field.clone(),
        }
    };
}

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident, $getter:ident;)*) => {
        $($(#[$doc])* pub fn $name(&self) -> String {
            read!(self, $name, $getter, String::from)
        })*
    };
}

impl ShareItem<'_> {
    /// Statuses in which the principal has access to the item, whatever the share's own status.
    pub const LIVE: [&'static str; 5] =
        ["Share_Succeeded", "PendingExtension", "Revoke_Approved", "Revoke_In_Progress", "Revoke_Failed"];

    texts! {
        /// The item's id within data.all's shares.
        uri, item_uri;
        /// The item's name.
        name, item_name;
        /// `DatasetTable`, `S3Bucket` …
        kind, item_type;
        /// The item's own status: `Share_Succeeded`, `Revoke_Failed` …
        status, item_status;
        /// `Healthy`, `Unhealthy` or `PendingVerify`.
        health, item_health;
        /// What the last health check complained of.
        health_message, item_health_message;
    }

    /// When data.all touched the item last.
    pub fn touched(&self) -> Option<DateTime<Utc>> {
        read!(self, touched, item_touched, |at: Option<i64>| at.map(time::instant))
    }

    /// When its health was looked at last.
    pub fn verified(&self) -> Option<DateTime<Utc>> {
        read!(self, verified, item_verified, |at: Option<i64>| at.map(time::instant))
    }

    /// Whether the principal has access to the item now: see [`ShareItem::LIVE`].
    pub fn is_live(&self) -> bool {
        Self::LIVE.contains(&self.status().as_str())
    }
}
