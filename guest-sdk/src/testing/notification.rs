//! Notifications made of plain data.

use chrono::{DateTime, Utc};

use super::at;
use crate::{Notification, Severity};

/// The data of a notification: a field for each method of [`Notification`], which see.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)]
pub struct PlainNotification {
    pub id: String,
    pub channel: String,
    pub decided: DateTime<Utc>,
    pub address: String,
    pub subject: String,
    pub preamble: String,
    pub text: String,
    pub reminders: Vec<PlainReminder>,
    pub more: u32,
    pub unsubscribe: Option<String>,
    /// What [`Notification::wording`] answers, by part.
    pub wordings: Vec<(String, String)>,
}

/// The data of a reminder: a field for each method of [`Reminder`](crate::Reminder), which see.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)]
pub struct PlainReminder {
    pub item: String,
    pub reminder: String,
    pub notice: String,
    pub reason: String,
    pub since: DateTime<Utc>,
    pub deadline: Option<DateTime<Utc>>,
    pub target: Option<String>,
    pub thread: Option<String>,
    pub title: String,
    pub sentence: String,
    pub severity: Severity,
    pub facts: Vec<(String, String)>,
    pub link: Option<String>,
    pub ordinal: u32,
    pub first_sent: Option<DateTime<Utc>>,
    pub history: String,
}

impl Default for PlainReminder {
    /// The first notice about a share request for the dataset Sales.
    fn default() -> Self {
        Self {
            item: "share:s1".to_owned(),
            reminder: "pending-share".to_owned(),
            notice: "reminder".to_owned(),
            reason: "pending".to_owned(),
            since: at("2026-05-11T08:30:00Z"),
            deadline: None,
            target: Some("s1|d1".to_owned()),
            thread: None,
            title: "Sales: share request is waiting".to_owned(),
            sentence: "rita@x.test asks for access to Sales.".to_owned(),
            severity: Severity::Warning,
            facts: vec![("Requester".to_owned(), "rita@x.test".to_owned())],
            link: Some("https://dataall.x.test/console/shares/s1".to_owned()),
            ordinal: 1,
            first_sent: None,
            history: String::new(),
        }
    }
}

/// Makes a [`Notification`] step by step.
///
/// ```
/// use nudged_sdk::{NoParameters, testing::{NotificationBuilder, PlainReminder}};
///
/// let notification = NotificationBuilder::new()
///     .address("rita@x.test")
///     .reminder(PlainReminder { ordinal: 2, thread: Some("17.1".into()), ..PlainReminder::default() })
///     .wording("subject", "Please answer")
///     .unsubscribe("https://x.test/bye")
///     .build(NoParameters);
/// assert_eq!(notification.wording("subject").as_deref(), Some("Please answer"));
/// assert_eq!(notification.wording("html"), None, "no template");
/// notification.keep("17.1");
/// assert_eq!(notification.kept().as_deref(), Some("17.1"));
/// ```
#[derive(Debug, Clone)]
pub struct NotificationBuilder(PlainNotification);

impl NotificationBuilder {
    /// A message for pam@x.test without reminders, to which at least one is to be added.
    pub fn new() -> Self {
        Self(PlainNotification {
            id: "0123456789abcdef0123456789abcdef".to_owned(),
            channel: "test".to_owned(),
            decided: at("2026-05-12T09:00:00Z"),
            address: "pam@x.test".to_owned(),
            subject: "Share requests are waiting for you".to_owned(),
            preamble: "You get this because you are in the team producers.".to_owned(),
            text: "Share requests are waiting for you.\n".to_owned(),
            reminders: Vec::new(),
            more: 0,
            unsubscribe: None,
            wordings: Vec::new(),
        })
    }

    /// Sets the recipient's address on the channel.
    pub fn address(self, address: &str) -> Self {
        self.with(|notification| notification.address = address.to_owned())
    }

    /// Sets where the recipient says that they want no more of these.
    pub fn unsubscribe(self, place: &str) -> Self {
        self.with(|notification| notification.unsubscribe = Some(place.to_owned()))
    }

    /// Adds a reminder.
    pub fn reminder(self, reminder: PlainReminder) -> Self {
        self.with(|notification| notification.reminders.push(reminder))
    }

    /// Sets what the operator's template makes of a part of the message.
    pub fn wording(self, part: &str, text: &str) -> Self {
        self.with(|notification| notification.wordings.push((part.to_owned(), text.to_owned())))
    }

    /// Changes whatever else is to be changed.
    pub fn with(mut self, change: impl FnOnce(&mut PlainNotification)) -> Self {
        change(&mut self.0);
        self
    }

    /// The notification, for a channel with these parameters.
    pub fn build<P>(self, parameters: P) -> Notification<'static, P> {
        Notification::of_plain(self.0, parameters)
    }
}

impl Default for NotificationBuilder {
    fn default() -> Self {
        Self::new()
    }
}
