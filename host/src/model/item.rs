//! What is scanned: shares, stacks, records.

use std::{fmt, sync::Arc};

use super::{Record, Share, Stack, Word};

/// Names one scanned thing for ever: `share:<uri>`, `stack:<uri>`, `record:<source>:<id>`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct ItemKey(Word);

impl ItemKey {
    /// The key of the share with this `shareUri`.
    pub fn share(uri: &str) -> Self {
        Self(format!("share:{uri}").into())
    }

    /// The key of the stack with this `stackUri`.
    pub fn stack(uri: &str) -> Self {
        Self(format!("stack:{uri}").into())
    }

    /// The key of a record of one of the operator's own sources.
    pub fn record(source: &str, id: &str) -> Self {
        Self(format!("record:{source}:{id}").into())
    }

    /// A key as it was written to the store, or by a person.
    pub fn from_stored(key: String) -> Self {
        Self(key.into())
    }

    /// Whether it is this item's key.
    pub fn is_of(&self, item: &Item) -> bool {
        match item {
            Item::Share(share) => self.share_uri() == Some(&share.uri),
            Item::Stack(_) | Item::Record(_) => *self == item.key(),
        }
    }

    /// The `shareUri`, if it is a share's key.
    pub fn share_uri(&self) -> Option<&str> {
        self.0.strip_prefix("share:")
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

/// One thing that was scanned.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// A share of data.all.
    Share(Arc<Share>),
    /// A stack of data.all.
    Stack(Arc<Stack>),
    /// A row of the operator's own query.
    Record(Arc<Record>),
}

impl Item {
    /// The share, if it is one.
    pub fn share(&self) -> Option<&Arc<Share>> {
        match self {
            Self::Share(share) => Some(share),
            Self::Stack(_) | Self::Record(_) => None,
        }
    }

    /// The stack, if it is one.
    pub fn stack(&self) -> Option<&Arc<Stack>> {
        match self {
            Self::Stack(stack) => Some(stack),
            Self::Share(_) | Self::Record(_) => None,
        }
    }

    /// The record, if it is one.
    pub fn record(&self) -> Option<&Arc<Record>> {
        match self {
            Self::Record(record) => Some(record),
            Self::Share(_) | Self::Stack(_) => None,
        }
    }

    /// Its key.
    pub fn key(&self) -> ItemKey {
        match self {
            Self::Share(share) => share.key(),
            Self::Stack(stack) => stack.key(),
            Self::Record(record) => record.key(),
        }
    }
}

/// Something wrong with a row or a reference. It is listed and counted; it never stops other rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The item it was noticed at, where there is one.
    pub item: Option<ItemKey>,
    /// What is wrong and what would mend it, one sentence.
    pub text: String,
}
