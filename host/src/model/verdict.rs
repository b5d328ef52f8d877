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
    /// `ladder`: a further step before the deadline was reached.
    Step,
    /// The audience was told `max` times, and this recipient is who the cadence escalates to.
    Escalated,
    /// The closing notice: what was told of is over.
    Resolved,
    /// Younger than the cadence's `after`.
    TooYoung,
    /// `ladder`: the first step before the deadline is not reached.
    TooEarly,
    /// This run's notice was sent already, or the cadence's `every` or next step has not come.
    NotDue,
    /// A notice about this is still in the outbox.
    InFlight,
    /// The recipient's quiet hours; judged afresh when they end.
    QuietHours,
    /// The sanity brake holds everything of this reminder until `nudged release`.
    Brake,
    /// The directory could not be asked who is in the group; asked again soon.
    DirectoryFailed,
    /// Nobody with an address on this channel was found, and there is no fallback.
    NoRecipient,
    /// `single`: told once, and that was it. An escalation or a closing notice: the same.
    AlreadyTold,
    /// `repeating`: told `max` times.
    MaxReached,
    /// `ladder`: the deadline is over, and with it the last step.
    DeadlinePassed,
    /// The recipient's or group's preferences mute this reminder.
    Muted,
    /// The recipient's or group's preferences name other channels for this reminder.
    OtherChannel,
}

impl Code {
    /// Every code, in the order of the documentation.
    pub const ALL: [Self; 18] = [
        Self::First,
        Self::Repeat,
        Self::Step,
        Self::Escalated,
        Self::Resolved,
        Self::TooYoung,
        Self::TooEarly,
        Self::NotDue,
        Self::InFlight,
        Self::QuietHours,
        Self::Brake,
        Self::DirectoryFailed,
        Self::NoRecipient,
        Self::AlreadyTold,
        Self::MaxReached,
        Self::DeadlinePassed,
        Self::Muted,
        Self::OtherChannel,
    ];

    /// The stable code.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Repeat => "repeat",
            Self::Step => "step",
            Self::Escalated => "escalated",
            Self::Resolved => "resolved",
            Self::TooYoung => "too-young",
            Self::TooEarly => "too-early",
            Self::NotDue => "not-due",
            Self::InFlight => "in-flight",
            Self::QuietHours => "quiet-hours",
            Self::Brake => "brake",
            Self::DirectoryFailed => "directory-failed",
            Self::NoRecipient => "no-recipient",
            Self::AlreadyTold => "already-told",
            Self::MaxReached => "max-reached",
            Self::DeadlinePassed => "deadline-passed",
            Self::Muted => "muted",
            Self::OtherChannel => "other-channel",
        }
    }

    /// What it means, for people who do not know the codes.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::First => "the first notice",
            Self::Repeat => "a further notice that the cadence asks for",
            Self::Step => "a further step before the deadline was reached",
            Self::Escalated => "those who should act were told as often as agreed, so that this one is told too, once",
            Self::Resolved => "what was told of is over",
            Self::TooYoung => "it has not lasted long enough to be told",
            Self::TooEarly => "the first step before the deadline is not reached",
            Self::NotDue => "this scheduled run has told it already, or the wait since the last notice is not over",
            Self::InFlight => "a notice about it is still in the outbox",
            Self::QuietHours => "the recipient's quiet hours: judged afresh when they end",
            Self::Brake => "far more was found than usual: held until `nudged release`",
            Self::DirectoryFailed => "the directory could not be asked who is in the group",
            Self::NoRecipient => "nobody with an address on the channel was found, and there is no fallback",
            Self::AlreadyTold => "told once, and that was it",
            Self::MaxReached => "told as often as agreed",
            Self::DeadlinePassed => "the deadline is over, and with it the last step",
            Self::Muted => "preferences mute this reminder",
            Self::OtherChannel => "preferences name other channels for this reminder",
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
