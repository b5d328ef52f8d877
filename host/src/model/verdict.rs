//! What deciding comes to.

use std::fmt;

use super::{Instant, ItemKey, NotificationId, Recipient, Role};

/// Send, hold or drop; always with a reason code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Goes into a notification of this run.
    Send,
    /// Not now; judged again later, at the latest at the instant if one is known.
    Hold(Option<Instant>),
    /// Not in this occurrence any more.
    Drop,
}

impl Decision {
    /// `send`, `hold` or `drop`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Send => "send",
            Self::Hold(_) => "hold",
            Self::Drop => "drop",
        }
    }
}

/// Why a verdict is what it is. The `Display` is the stable code that scripts may match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Code {
    /// First notice of this occurrence to this recipient.
    First,
    /// A further notice that the cadence asks for.
    Repeat,
    /// Younger than the cadence's `after`.
    TooYoung,
    /// This run's notice was sent already, or the cadence's `every` has not passed.
    NotDue,
    /// A notice about this is still in the outbox.
    InFlight,
    /// `single`: told once, and that was it.
    AlreadyTold,
    /// `repeating`: told `max` times.
    MaxReached,
    /// Nobody with an address on this channel was found, and there is no fallback.
    NoRecipient,
}

impl Code {
    /// Every code, in the order of the documentation.
    pub const ALL: [Self; 8] = [
        Self::First,
        Self::Repeat,
        Self::TooYoung,
        Self::NotDue,
        Self::InFlight,
        Self::NoRecipient,
        Self::AlreadyTold,
        Self::MaxReached,
    ];

    /// The stable code.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Repeat => "repeat",
            Self::TooYoung => "too-young",
            Self::NotDue => "not-due",
            Self::InFlight => "in-flight",
            Self::AlreadyTold => "already-told",
            Self::MaxReached => "max-reached",
            Self::NoRecipient => "no-recipient",
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One decision about one occurrence and, where it came that far, one recipient on one channel.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// What is to be done.
    pub decision: Decision,
    /// Why.
    pub code: Code,
    /// The reminder's name.
    pub reminder: String,
    /// The strategy that found it.
    pub strategy: String,
    /// What it is about.
    pub item: ItemKey,
    /// The finding's reason code.
    pub reason: String,
    /// The finding's roles that lead to the recipient.
    pub roles: Vec<Role>,
    /// The groups that the roles stand for.
    pub groups: Vec<String>,
    /// Who; `None` where the decision holds for the whole occurrence.
    pub recipient: Option<Recipient>,
    /// The channel's name; `None` as above.
    pub channel: Option<String>,
    /// Which notice to this recipient this is (or would be): 1, 2, …
    pub ordinal: u32,
    /// When this recipient was told first.
    pub first_sent: Option<Instant>,
    /// The finding's deadline.
    pub deadline: Option<Instant>,
    /// The notification it went into, when sent.
    pub notification: Option<NotificationId>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readme_explains_every_code() {
        let readme = include_str!("../../../README.md");
        for code in Code::ALL {
            assert!(readme.contains(&format!("| `{code}` | ")), "{code} is not in the README's table");
        }
    }
}
