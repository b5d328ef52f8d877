//! What was found and told before.

use serde::Serialize;

use crate::{
    model::{Instant, ItemKey, NotificationId},
    store::{Store, StoreError, Told},
};

/// One line of the history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "lowercase")]
pub enum Past {
    /// A finding was there for the first time.
    Opened {
        /// When it was seen.
        at: Instant,
        /// The reminder that found it.
        reminder: String,
        /// The finding's reason code.
        reason: String,
        /// When the item entered its state.
        episode: Instant,
    },
    /// It was gone at the next scan.
    Closed {
        /// When that was noticed.
        at: Instant,
        /// The reminder that had found it.
        reminder: String,
        /// The finding's reason code.
        reason: String,
        /// When the item had entered its state.
        episode: Instant,
    },
    /// Somebody was told of it.
    Notice {
        /// When that was decided.
        at: Instant,
        /// The reminder.
        reminder: String,
        /// The finding's reason code.
        reason: String,
        /// `reminder`, `escalation`, `closing` or `action`.
        notice: &'static str,
        /// Which it was for this recipient.
        sequence: u32,
        /// The address.
        recipient: String,
        /// The channel.
        channel: String,
        /// `queued`, `delivered`, `rejected`, `dead` or `cancelled`.
        state: &'static str,
        /// The notification that it was in.
        notification: NotificationId,
    },
}

impl Past {
    /// When it was.
    pub fn at(&self) -> Instant {
        match self {
            Self::Opened { at, .. } | Self::Closed { at, .. } | Self::Notice { at, .. } => *at,
        }
    }
}

/// The item's history, oldest first.
pub(super) async fn past(store: &dyn Store, item: &ItemKey) -> Result<Vec<Past>, StoreError> {
    let occurrences = store.occurrences(item).await?;
    let keys: Vec<_> = occurrences.iter().map(|one| one.open.occurrence.clone()).collect();
    let mut past = Vec::new();
    for one in occurrences {
        let (occurrence, at) = (one.open.occurrence, one.open.opened);
        let (reminder, reason, episode) = (occurrence.reminder, occurrence.reason, occurrence.episode);
        past.push(Past::Opened { at, reminder: reminder.to_string(), reason: reason.to_string(), episode });
        past.extend(one.closed.map(|at| Past::Closed {
            at,
            reminder: reminder.into(),
            reason: reason.into(),
            episode,
        }));
    }
    past.extend(store.told(&keys).await?.into_iter().map(notice));
    past.sort_by_key(Past::at);
    Ok(past)
}

fn notice(told: Told) -> Past {
    Past::Notice {
        at: told.decided,
        reminder: told.occurrence.reminder.into(),
        reason: told.occurrence.reason.into(),
        notice: told.notice.as_str(),
        sequence: told.sequence,
        recipient: told.recipient,
        channel: told.channel,
        state: told.fate.as_str(),
        notification: told.notification,
    }
}
