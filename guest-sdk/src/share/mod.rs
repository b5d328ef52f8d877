//! One share, as a strategy sees it.

mod item;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::{bindings::share_strategy::nudged::plugin::shares::ShareBatch, calendar::Terms, time};

pub use item::ShareItem;

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
            Backing::Host { batch, index } => batch.$field(*index),
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
        /// What kind of principal that is: `Group`, `ConsumptionRole`, `ConsumptionUser` or `RedshiftRole`.
        principal_type;
        /// Why access is asked for.
        purpose;
        /// Why an extension is asked for.
        extension_reason;
        /// Why the share or, in status `Extension_Rejected`, its extension was rejected.
        reject_purpose;
        /// The dataset's id.
        dataset_uri;
        /// The dataset's name for people.
        dataset_label;
        /// The dataset's confidentiality.
        confidentiality;
        /// In what periods access to the dataset is asked for: `Monthly` or `Quarterly`.
        expiry_setting;
        /// The team that owns the dataset.
        producers;
        /// The team that approves for the dataset.
        stewards;
        /// The id of the environment that the share is for.
        environment_uri;
        /// The name of that environment.
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

    /// The flag `submittedForExtension`, as it stands. See [`Share::extension_pending`] for what it means.
    pub fn extension_asked(&self) -> bool {
        read!(self, extension_asked)
    }

    /// Whether an extension was asked for and is not decided yet: the status says so, or the share is `Processed` and
    /// the flag does.
    pub fn extension_pending(&self) -> bool {
        match self.status().as_str() {
            "Submitted_For_Extension" => true,
            "Processed" => self.extension_asked(),
            _ => false,
        }
    }

    /// The last day of access if the extension is approved.
    pub fn requested_expiry_day(&self) -> Option<NaiveDate> {
        read!(self, requested_expiry_day, |day: Option<i32>| day.map(time::day))
    }

    /// Fewest periods that can be asked for.
    pub fn expiry_min_duration(&self) -> Option<u32> {
        read!(self, expiry_min_duration)
    }

    /// Most periods that can be asked for.
    pub fn expiry_max_duration(&self) -> Option<u32> {
        read!(self, expiry_max_duration)
    }

    /// How long access to the dataset can be asked for; `None` where data.all sets no expiry.
    pub fn terms(&self) -> Option<Terms> {
        Terms::of(&self.expiry_setting(), self.expiry_min_duration(), self.expiry_max_duration())
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
