//! Notifications of a channel's case as they are written: keys are the getters of the WIT.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::reading::from_value;
use crate::model::{Instant, Notice, Notification, NotificationId, Reminder, Severity, Thread};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Written {
    #[serde(default = "id")]
    id: String,
    #[serde(default = "channel")]
    channel: String,
    #[serde(default = "decided")]
    decided: Instant,
    #[serde(default = "address")]
    address: String,
    subject: Option<String>,
    #[serde(default)]
    preamble: String,
    text: Option<String>,
    #[serde(default)]
    more: u32,
    unsubscribe: Option<String>,
    #[serde(default = "one")]
    reminders: Vec<WrittenReminder>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct WrittenReminder {
    item: Option<String>,
    reminder: Option<String>,
    notice: Notice,
    reason: Option<String>,
    since: Option<Instant>,
    deadline: Option<Instant>,
    target: Option<String>,
    title: Option<String>,
    sentence: Option<String>,
    severity: Severity,
    facts: Map<String, Value>,
    link: Option<String>,
    ordinal: Option<u32>,
    first_sent: Option<Instant>,
    history: String,
    thread: Option<String>,
}

fn id() -> String {
    "notification-1".to_owned()
}

fn channel() -> String {
    "channel".to_owned()
}

/// 2026-01-05T09:00:00Z, a Monday.
fn decided() -> Instant {
    Instant::from_timestamp(1_767_603_600, 0).unwrap_or_default()
}

fn address() -> String {
    "recipient@example.com".to_owned()
}

fn one() -> Vec<WrittenReminder> {
    vec![WrittenReminder::default()]
}

/// Reads a notification, and where its recipient says that they want no more.
///
/// # Errors
/// What is wrong with it.
pub(super) fn read(value: Value) -> Result<(Notification, Option<String>), String> {
    let written: Written = from_value(value)?;
    if written.reminders.is_empty() {
        return Err("reminders: there is always one at least; leave the key out to have one".to_owned());
    }
    let decided = written.decided;
    let numbered = written.reminders.into_iter().enumerate();
    let reminders: Vec<_> =
        numbered.map(|(index, reminder)| reminder.reminder(index + 1, decided)).collect::<Result<_, _>>()?;
    let subject = written.subject.unwrap_or_else(|| reminders[0].title.clone());
    let text = written.text.unwrap_or_else(|| text(&reminders));
    let notification = Notification {
        id: NotificationId::from_stored(written.id),
        channel: written.channel,
        recipient: written.address,
        subject,
        preamble: written.preamble,
        because: String::new(),
        text,
        reminders,
        more: written.more,
        decided,
        refusable: written.unsubscribe.is_some(),
    };
    Ok((notification, written.unsubscribe))
}

/// A sentence a line.
fn text(reminders: &[Reminder]) -> String {
    reminders.iter().map(|reminder| format!("{}\n", reminder.sentence)).collect()
}

impl WrittenReminder {
    fn reminder(self, number: usize, decided: Instant) -> Result<Reminder, String> {
        let fact = |(name, value): (String, Value)| match value {
            Value::String(text) => Ok((name, text)),
            other => Err(format!("reminders[{}].facts.{name}: is {other}, not a text", number - 1)),
        };
        let thread = self.thread.map(|receipt| Thread {
            notification: NotificationId::from_stored(format!("first-of-{number}")),
            receipt: Some(receipt),
        });
        Ok(Reminder {
            item: self.item.unwrap_or_else(|| format!("share:share-{number}")),
            reminder: self.reminder.unwrap_or_else(|| "reminder".to_owned()),
            notice: self.notice,
            reason: self.reason.unwrap_or_else(|| "reason".to_owned()),
            since: self.since.unwrap_or(decided),
            deadline: self.deadline,
            target: self.target,
            title: self.title.unwrap_or_else(|| format!("Title {number}")),
            sentence: self.sentence.unwrap_or_else(|| format!("Sentence {number}.")),
            severity: self.severity,
            facts: self.facts.into_iter().map(fact).collect::<Result<_, _>>()?,
            link: self.link,
            ordinal: self.ordinal.unwrap_or(1),
            first_sent: self.first_sent,
            history: self.history,
            thread,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_left_out_has_a_default() {
        let (notification, unsubscribe) = read(json!({})).expect("sound");
        assert_eq!((notification.subject.as_str(), notification.text.as_str()), ("Title 1", "Sentence 1.\n"));
        assert_eq!((notification.decided.to_rfc3339().as_str(), unsubscribe), ("2026-01-05T09:00:00+00:00", None));
        let (notification, _) = read(json!({ "reminders": [{}, { "thread": "t1" }] })).expect("sound");
        let items: Vec<_> = notification.reminders.iter().map(|reminder| reminder.item.as_str()).collect();
        assert_eq!(items, ["share:share-1", "share:share-2"]);
        let receipts = notification.reminders.iter().map(|reminder| reminder.thread.as_ref()?.receipt.as_deref());
        assert_eq!(receipts.collect::<Vec<_>>(), [None, Some("t1")]);
    }

    #[test]
    fn what_makes_no_sense_is_named() {
        let wrong = |value: Value| read(value).expect_err("is wrong");
        assert!(wrong(json!({ "reminders": [] })).starts_with("reminders: "));
        let fact = wrong(json!({ "reminders": [{ "facts": { "Days": 3 } }] }));
        assert_eq!(fact, "reminders[0].facts.Days: is 3, not a text");
        let severity = wrong(json!({ "reminders": [{ "severity": "bad" }] }));
        assert!(severity.starts_with("reminders[0].severity: unknown variant `bad`"), "{severity}");
    }
}
