//! One share, as a strategy sees it.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::{bindings::share_strategy::nudged::plugin::shares::ShareBatch, time};

/// One share of data.all with what reminders need of its dataset and environment.
///
/// Inside the daemon every method asks the host, so that only what a strategy looks at crosses the border:
/// test the cheap things first, and keep what is needed twice. In native tests it is plain data, made with
/// [`testing::ShareBuilder`](crate::testing::ShareBuilder). Texts are empty where the database has nothing.
#[derive(Debug)]
pub struct Share<'a>(Backing<'a>);

#[derive(Debug)]
enum Backing<'a> {
    Host {
        batch: &'a ShareBatch,
        index: u32,
    },
    #[cfg(not(target_arch = "wasm32"))]
    Plain(Box<crate::testing::PlainShare>),
}

/// Asks the host's getter or reads the plain field of the same name.
macro_rules! read {
    ($share:expr, $field:ident) => {
        match &$share.0 {
            Backing::Host { batch, index } => batch.$field(*index).into(),
            #[cfg(not(target_arch = "wasm32"))]
            Backing::Plain(plain) => plain.$field.clone(),
        }
    };
    ($share:expr, $field:ident, $convert:expr) => {
        match &$share.0 {
            Backing::Host { batch, index } => $convert(batch.$field(*index)),
            #[cfg(not(target_arch = "wasm32"))]
            Backing::Plain(plain) => plain.$field,
        }
    };
}

macro_rules! texts {
    ($($(#[$doc:meta])* $field:ident;)*) => {
        $($(#[$doc])* pub fn $field(&self) -> String { read!(self, $field) })*
    };
}

impl<'a> Share<'a> {
    pub(crate) fn of_host(batch: &'a ShareBatch, index: u32) -> Self {
        Self(Backing::Host { batch, index })
    }

    texts! {
        /// The share's id.
        uri;
        /// The status as data.all spells it: `Submitted`, `Processed` …
        status;
        /// Who opened the request, normally an e-mail address.
        owner;
        /// The team that asked.
        requesters;
        /// Who gets access: the principal's name or, where it has none, its id.
        principal;
        /// Why access is asked for.
        purpose;
        /// Why an extension is asked for.
        extension_reason;
        /// The dataset's id.
        dataset_uri;
        /// The dataset's name for people.
        dataset_label;
        /// The dataset's confidentiality.
        confidentiality;
        /// The team that owns the dataset.
        producers;
        /// The team that approves for the dataset.
        stewards;
        /// The name of the environment that the share is for.
        environment_label;
    }

    /// When the share entered its present status, as well as the database tells: the natural `since` of a
    /// finding about that status.
    pub fn since(&self) -> DateTime<Utc> {
        read!(self, since, time::instant)
    }

    /// How long the share has been in its present status; never negative.
    pub fn age(&self, now: DateTime<Utc>) -> TimeDelta {
        (now - self.since()).max(TimeDelta::zero())
    }

    /// The last day of access.
    pub fn expiry_day(&self) -> Option<NaiveDate> {
        read!(self, expiry_day, |day: Option<i32>| day.map(time::day))
    }

    /// When the last day of access has ended in the source's zone.
    pub fn expires(&self) -> Option<DateTime<Utc>> {
        read!(self, expires, |at: Option<i64>| at.map(time::instant))
    }

    /// Whether an extension was asked for.
    pub fn extension_asked(&self) -> bool {
        read!(self, extension_asked)
    }

    /// Whether the share never expires.
    pub fn non_expirable(&self) -> bool {
        read!(self, non_expirable)
    }

    /// What is shared. Empty unless the manifest reads the field `items`.
    pub fn items(&self) -> impl ExactSizeIterator<Item = ShareItem<'_>> {
        let count = match &self.0 {
            Backing::Host { batch, index } => batch.item_count(*index),
            #[cfg(not(target_arch = "wasm32"))]
            Backing::Plain(plain) => plain.items.len() as u32,
        };
        // u32 has no exact size as a range on every machine that Rust knows.
        (0..count as usize).map(|item| ShareItem { share: self, item: item as u32 })
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl From<crate::testing::PlainShare> for Share<'static> {
    fn from(plain: crate::testing::PlainShare) -> Self {
        Self(Backing::Plain(Box::new(plain)))
    }
}

/// A table, folder or bucket of a share.
#[derive(Debug)]
pub struct ShareItem<'a> {
    share: &'a Share<'a>,
    item: u32,
}

macro_rules! item_texts {
    ($($(#[$doc:meta])* $name:ident, $getter:ident;)*) => {
        $($(#[$doc])* pub fn $name(&self) -> String {
            match &self.share.0 {
                Backing::Host { batch, index } => batch.$getter(*index, self.item),
                #[cfg(not(target_arch = "wasm32"))]
                Backing::Plain(plain) => plain.items[self.item as usize].$name.clone(),
            }
        })*
    };
}

impl ShareItem<'_> {
    item_texts! {
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
}
