//! What is posted. Its fields are a contract with other people's programs: they may grow, and never change.

use nudged_sdk::{Notification, Reminder, text};
use serde::Serialize;

/// The body in the format `json`, and `data` in the format `cloudevents`.
#[derive(Serialize)]
pub(crate) struct Message {
    /// The same for a repeated attempt.
    id: String,
    /// The channel's name in the configuration.
    channel: String,
    /// When it was decided, RFC 3339.
    decided: String,
    recipient: String,
    subject: String,
    preamble: String,
    text: String,
    /// Worst first.
    reminders: Vec<Told>,
    /// How many more it stands for that are not shown.
    more: u32,
}

/// One reminder. What is not known is `null`.
#[derive(Serialize)]
struct Told {
    item: String,
    reminder: String,
    notice: String,
    reason: String,
    since: String,
    deadline: Option<String>,
    severity: &'static str,
    title: String,
    sentence: String,
    facts: Vec<Fact>,
    link: Option<String>,
    ordinal: u32,
    first_sent: Option<String>,
}

/// A list, not an object: the order matters and names may repeat.
#[derive(Serialize)]
struct Fact {
    name: String,
    value: String,
}

/// A CloudEvents 1.0 envelope in structured mode.
#[derive(Serialize)]
pub(crate) struct Event {
    specversion: &'static str,
    /// Unique together with the source: the notification's.
    id: String,
    source: String,
    #[serde(rename = "type")]
    kind: &'static str,
    time: String,
    datacontenttype: &'static str,
    data: Message,
}

impl Message {
    pub(crate) fn of<P>(notification: &Notification<'_, P>) -> Self {
        Self {
            id: notification.id(),
            channel: notification.channel(),
            decided: text::timestamp(notification.decided()),
            recipient: notification.address(),
            subject: notification.subject(),
            preamble: notification.preamble(),
            text: notification.text(),
            reminders: notification.reminders().map(|reminder| told(&reminder)).collect(),
            more: notification.more(),
        }
    }
}

fn told(reminder: &Reminder<'_>) -> Told {
    Told {
        item: reminder.item(),
        reminder: reminder.reminder(),
        notice: reminder.notice(),
        reason: reminder.reason(),
        since: text::timestamp(reminder.since()),
        deadline: reminder.deadline().map(text::timestamp),
        severity: reminder.severity().as_str(),
        title: reminder.title(),
        sentence: reminder.sentence(),
        facts: reminder.facts().into_iter().map(|(name, value)| Fact { name, value }).collect(),
        link: reminder.link(),
        ordinal: reminder.ordinal(),
        first_sent: reminder.first_sent().map(text::timestamp),
    }
}

impl Event {
    pub(crate) fn of(message: Message) -> Self {
        Self {
            specversion: "1.0",
            id: message.id.clone(),
            source: format!("/nudged/channels/{}", message.channel),
            kind: "io.nudged.notification.v1",
            time: message.decided.clone(),
            datacontenttype: "application/json",
            data: message,
        }
    }
}
