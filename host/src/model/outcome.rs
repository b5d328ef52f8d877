//! What became of an attempt to deliver, and how plugins fail.

use std::time::Duration;

/// A channel's answer for one notification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Accepted by the other side, with its answer.
    Delivered(String),
    /// A failure that may pass.
    Retry {
        /// Why.
        detail: String,
        /// Least wait that the other side named.
        after: Option<Duration>,
    },
    /// A failure that may pass and says nothing about the notification: the other side could not be reached, or would not
    /// let anybody in.
    Unreachable(String),
    /// Refused for good.
    Rejected(String),
}

/// What came of one call of a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// What became of the notification.
    pub outcome: Outcome,
    /// What the channel kept, to find the message again.
    pub receipt: Option<String>,
}

/// What a plugin did wrong. Never an outcome: it is the host's word about the plugin.
#[derive(Debug, Clone, thiserror::Error)]
#[error("plugin {plugin} ({digest}): {kind}: {detail}")]
pub struct Fault {
    /// The plugin's name.
    pub plugin: String,
    /// First 12 hex digits of the SHA-256 of the component.
    pub digest: String,
    /// Which kind of fault.
    pub kind: FaultKind,
    /// The trap, panic or error text.
    pub detail: String,
}

/// Kinds of plugin faults; the `Display` is the label in logs and metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum FaultKind {
    /// A trap: panic, unreachable, out-of-bounds access, bad getter index.
    #[error("trap")]
    Trap,
    /// Ran past its wall limit.
    #[error("timeout")]
    Timeout,
    /// Used up its fuel.
    #[error("fuel")]
    Fuel,
    /// Asked for more memory than its limit.
    #[error("memory")]
    Memory,
    /// The plugin returned an error of its own.
    #[error("error")]
    Error,
    /// The answer breaks the contract (too many findings, unknown item, invalid reason).
    #[error("contract")]
    Contract,
    /// Asked the host for something it may not have.
    #[error("denied")]
    Denied,
    /// Failed in any of these ways after the other side had taken a request: to send again would tell people twice, and a
    /// guest that fails every time would do so without end.
    #[error("after-answer")]
    AfterAnswer,
    /// It was not called: it is in quarantine, or has used up its hour's time.
    #[error("paused")]
    Paused,
    /// No such plugin is loaded.
    #[error("missing")]
    Missing,
}

impl FaultKind {
    /// What a plugin that is loaded can bring about.
    pub const OF_PLUGINS: [Self; 8] = [
        Self::Trap,
        Self::Timeout,
        Self::Fuel,
        Self::Memory,
        Self::Error,
        Self::Contract,
        Self::Denied,
        Self::AfterAnswer,
    ];
}
