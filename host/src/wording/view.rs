//! What a template sees: `notification`, with the fields of the channel `webhook`'s JSON, and `unsubscribe`.

use chrono::SecondsFormat;
use serde::Serialize;
use url::Url;

use crate::model::{Instant, Notification, Reminder};

/// The names at the top of a template.
#[derive(Serialize)]
pub(super) struct View<'a> {
    notification: Message<'a>,
    /// Where the recipient says that they want no more; none where nobody may.
    unsubscribe: Option<String>,
}

#[derive(Serialize)]
struct Message<'a> {
    id: &'a str,
    channel: &'a str,
    /// Instants are RFC 3339, in UTC: the filters `date` and `datetime` make them readable.
    decided: String,
    recipient: &'a str,
    subject: &'a str,
    preamble: &'a str,
    text: &'a str,
    reminders: Vec<Told<'a>>,
    more: u32,
}

#[derive(Serialize)]
struct Told<'a> {
    item: &'a str,
    reminder: &'a str,
    notice: &'static str,
    reason: &'a str,
    since: String,
    deadline: Option<String>,
    severity: &'static str,
    title: &'a str,
    sentence: &'a str,
    facts: Vec<Fact<'a>>,
    /// Only http and https: safe in an `href`.
    link: Option<&'a str>,
    ordinal: u32,
    first_sent: Option<String>,
    history: &'a str,
}

#[derive(Serialize)]
struct Fact<'a> {
    name: &'a str,
    value: &'a str,
}

impl<'a> View<'a> {
    pub(super) fn of(notification: &'a Notification, unsubscribe: Option<String>) -> Self {
        let notification = Message {
            id: notification.id.as_str(),
            channel: &notification.channel,
            decided: instant(notification.decided),
            recipient: &notification.recipient,
            subject: &notification.subject,
            preamble: &notification.preamble,
            text: &notification.text,
            reminders: notification.reminders.iter().map(told).collect(),
            more: notification.more,
        };
        Self { notification, unsubscribe }
    }
}

fn told(reminder: &Reminder) -> Told<'_> {
    Told {
        item: &reminder.item,
        reminder: &reminder.reminder,
        notice: reminder.notice.as_str(),
        reason: &reminder.reason,
        since: instant(reminder.since),
        deadline: reminder.deadline.map(instant),
        severity: reminder.severity.as_str(),
        title: &reminder.title,
        sentence: &reminder.sentence,
        facts: reminder.facts.iter().map(|(name, value)| Fact { name, value }).collect(),
        link: reminder.link.as_deref().filter(|link| is_web_page(link)),
        ordinal: reminder.ordinal,
        first_sent: reminder.first_sent.map(instant),
        history: &reminder.history,
    }
}

fn instant(at: Instant) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// Whether a link leads to the web. Parsing passes over line breaks and blanks that others stumble on.
pub(super) fn is_web_page(link: &str) -> bool {
    let sound = !link.chars().any(|c| c.is_whitespace() || c.is_control());
    sound && Url::parse(link).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}
