//! What a call is about.

use std::sync::Arc;

use crate::{
    model::{Item, NotificationId},
    policy::Patience,
};

/// What the plugin works on during a call.
#[derive(Debug, Clone, Default)]
pub(in crate::plugin) enum About {
    /// Itself: it is asked for its manifest.
    #[default]
    Nothing,
    /// A strategy's batch.
    Items(Arc<[Item]>),
    /// What a channel sends.
    Notification(NotificationId),
}

impl About {
    /// How many faults of such calls are put up with.
    pub(in crate::plugin) fn patience(&self) -> Patience {
        match self {
            Self::Nothing | Self::Items(_) => Patience::STRATEGY,
            Self::Notification(_) => Patience::CHANNEL,
        }
    }

    /// Whether it is about more than one item.
    pub(in crate::plugin) fn several(&self) -> bool {
        matches!(self, Self::Items(items) if items.len() > 1)
    }

    /// The key, within `plugins.limits`, of the time that such a call may take.
    pub(in crate::plugin) fn wall(&self) -> &'static str {
        match self {
            Self::Nothing | Self::Items(_) => "strategy_wall",
            Self::Notification(_) => "channel_wall",
        }
    }
}
