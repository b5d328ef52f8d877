//! Interfaces `notifications` and `mail`.

use std::{collections::BTreeSet, sync::Arc};

use wasmtime::{Result, bail, component::Resource};

use super::{Guest, millis};
use crate::{
    model::{Notification, NotificationId, Outcome, Reminder},
    net::{Mail, Mailer, header_is_free},
    plugin::{
        bindings::{
            channel::nudged::plugin::{mail, notifications},
            share_strategy::nudged::plugin::types,
        },
        words::tidy,
    },
    telemetry::metrics,
    wording::{self, Templates},
};

/// Largest mail that a guest may hand over, all of it together. Clients cut mails off at a fraction of this.
const MAIL_BYTES: usize = 4 << 20;

/// Most header fields that a guest may add to a mail.
const HEADERS: usize = 32;

/// Longest receipt: names of messages are short, and each one is stored.
const RECEIPT_BYTES: usize = 1000;

/// Most mails that a mail refers to: mail readers need one, and a header field should stay short.
const THREADS: usize = 20;

/// The way out for mail in one call: one mail to the notification's recipient.
pub(in crate::plugin) struct MailWay {
    pub(in crate::plugin) mailer: Arc<dyn Mailer>,
    pub(in crate::plugin) notification: Arc<Notification>,
}

/// The notification of one call, with what the configuration says of the channel.
#[allow(unreachable_pub)] // the generated bindings export it again
pub struct Message {
    pub(in crate::plugin) notification: Arc<Notification>,
    pub(in crate::plugin) parameters: String,
    pub(in crate::plugin) templates: Option<Arc<Templates>>,
    /// Where recipients say that they want no more, with `{recipient}` in it.
    pub(in crate::plugin) unsubscribe: Option<String>,
}

impl Guest {
    fn reminder_at(&self, message: &Resource<Message>, index: u32) -> Result<&Reminder> {
        let reminders = &self.table.get(message)?.notification.reminders;
        match reminders.get(index as usize) {
            Some(reminder) => Ok(reminder),
            None => bail!("reminder {index} was asked for, but the notification has {}", reminders.len()),
        }
    }

    fn notification(&self, message: &Resource<Message>) -> Result<&Notification> {
        Ok(&self.table.get(message)?.notification)
    }
}

impl notifications::Host for Guest {}

/// Getters that read one field of a reminder.
macro_rules! reminder_getters {
    ($($getter:ident -> $type:ty = |$reminder:ident| $value:expr;)*) => {
        $(fn $getter(&mut self, message: Resource<Message>, index: u32) -> Result<$type> {
            let $reminder = self.reminder_at(&message, index)?;
            Ok($value)
        })*
    };
}

/// Getters that read one text of the notification.
macro_rules! notification_getters {
    ($($getter:ident = |$notification:ident| $value:expr;)*) => {
        $(fn $getter(&mut self, message: Resource<Message>) -> Result<String> {
            let $notification = self.notification(&message)?;
            Ok($value)
        })*
    };
}

impl notifications::HostNotification for Guest {
    notification_getters! {
        id = |notification| notification.id.to_string();
        channel = |notification| notification.channel.clone();
        address = |notification| notification.recipient.clone();
        subject = |notification| notification.subject.clone();
        preamble = |notification| notification.preamble.clone();
        text = |notification| notification.text.clone();
    }

    fn decided(&mut self, message: Resource<Message>) -> Result<i64> {
        Ok(millis(self.notification(&message)?.decided))
    }

    fn wording(&mut self, message: Resource<Message>, part: String) -> Result<Option<String>> {
        let Message { notification, templates, .. } = self.table.get(&message)?;
        let worded = templates.as_ref().and_then(|templates| templates.word(&part, notification));
        let Some(Err(why)) = worded else { return Ok(worded.and_then(Result::ok)) };
        let (channel, id) = (&notification.channel, notification.id.as_str());
        tracing::warn!(channel, notification = id, part, why, "a template failed: the channel's own wording is sent");
        metrics::template_failed(channel);
        self.trace.template_failed(&part, &why);
        Ok(None)
    }

    fn unsubscribe(&mut self, message: Resource<Message>) -> Result<Option<String>> {
        let Message { notification, unsubscribe, .. } = self.table.get(&message)?;
        Ok(unsubscribe.as_ref().and_then(|place| wording::unsubscribe(place, notification)))
    }

    fn keep(&mut self, message: Resource<Message>, receipt: String) -> Result<()> {
        self.table.get(&message)?;
        if receipt.len() > RECEIPT_BYTES {
            bail!("a receipt of {} bytes was to be kept, more than {RECEIPT_BYTES}", receipt.len());
        }
        self.trace.keep(receipt);
        Ok(())
    }

    fn parameters(&mut self, message: Resource<Message>) -> Result<String> {
        Ok(self.table.get(&message)?.parameters.clone())
    }

    fn len(&mut self, message: Resource<Message>) -> Result<u32> {
        Ok(u32::try_from(self.notification(&message)?.reminders.len())?)
    }

    fn more(&mut self, message: Resource<Message>) -> Result<u32> {
        Ok(self.notification(&message)?.more)
    }

    reminder_getters! {
        item -> String = |reminder| reminder.item.clone();
        reminder -> String = |reminder| reminder.reminder.clone();
        notice -> String = |reminder| reminder.notice.as_str().to_owned();
        reason -> String = |reminder| reminder.reason.clone();
        since -> i64 = |reminder| millis(reminder.since);
        deadline -> Option<i64> = |reminder| reminder.deadline.map(millis);
        target -> Option<String> = |reminder| reminder.target.clone();
        title -> String = |reminder| reminder.title.clone();
        sentence -> String = |reminder| reminder.sentence.clone();
        severity -> String = |reminder| reminder.severity.to_string();
        facts -> Vec<(String, String)> = |reminder| reminder.facts.clone();
        link -> Option<String> = |reminder| reminder.link.clone();
        ordinal -> u32 = |reminder| reminder.ordinal;
        first_sent -> Option<i64> = |reminder| reminder.first_sent.map(millis);
        history -> String = |reminder| reminder.history.clone();
        thread -> Option<String> = |reminder| reminder.thread.as_ref().and_then(|thread| thread.receipt.clone());
    }

    fn drop(&mut self, message: Resource<Message>) -> Result<()> {
        self.table.delete(message)?;
        Ok(())
    }
}

impl mail::Host for Guest {
    async fn send(&mut self, message: mail::Message) -> Result<types::Outcome> {
        let Some(way) = &self.mail else {
            return self.deny(
                "mail, but the channel has neither `smtp` nor `maildir`, or its manifest does not ask for `mail`",
            );
        };
        if self.trace.mailed.get().is_some() {
            return self.deny("a second mail for one notification");
        }
        if message.headers.len() > HEADERS {
            return self.deny(&format!("{} header fields on one mail, more than {HEADERS}", message.headers.len()));
        }
        let bytes = message.subject.len() + message.text.len() + message.html.as_ref().map_or(0, String::len);
        if bytes > MAIL_BYTES {
            return self.deny(&format!("a mail of {bytes} bytes, more than {MAIL_BYTES}"));
        }
        if let Some((name, _)) = message.headers.iter().find(|(name, value)| !header_is_free(name, value)) {
            let what = format!("the header field {name:?}, which plugins may not set or which is malformed");
            return self.deny(&what);
        }
        let mail = Mail {
            id: way.notification.id.clone(),
            to: way.notification.recipient.clone(),
            subject: message.subject,
            text: message.text,
            html: message.html,
            headers: message.headers,
            threads: threads(&way.notification),
        };
        let outcome = way.mailer.send(&mail).await;
        // Empty until now: a second mail is refused above.
        let _ = self.trace.mailed.set(outcome.clone());
        Ok(outcome_to_guest(outcome))
    }
}

impl Guest {
    pub(super) fn deny<T>(&mut self, what: &str) -> Result<T> {
        self.denied = Some(what.to_owned());
        bail!("asked for {what}")
    }
}

/// The first notifications about what this one tells of, each once, in its order.
fn threads(notification: &Notification) -> Vec<NotificationId> {
    let mut known = BTreeSet::new();
    let threads = notification.reminders.iter().filter_map(|reminder| reminder.thread.as_ref());
    let ids = threads.map(|thread| thread.notification.clone());
    ids.filter(|id| *id != notification.id && known.insert(id.clone())).take(THREADS).collect()
}

pub(super) fn outcome_to_guest(outcome: Outcome) -> types::Outcome {
    match outcome {
        Outcome::Delivered(detail) => types::Outcome::Delivered(detail),
        Outcome::Rejected(detail) => types::Outcome::Rejected(detail),
        Outcome::Unreachable(detail) => types::Outcome::Retry(types::Retry { detail, after: None }),
        Outcome::Retry { detail, after } => {
            let after = after.map(|wait| u32::try_from(wait.as_secs()).unwrap_or(u32::MAX));
            types::Outcome::Retry(types::Retry { detail, after })
        }
    }
}

/// The guest's answer as ours, its words fit to be recorded.
pub(in crate::plugin) fn outcome_from_guest(outcome: types::Outcome) -> Outcome {
    match outcome {
        types::Outcome::Delivered(detail) => Outcome::Delivered(tidy(&detail)),
        types::Outcome::Rejected(detail) => Outcome::Rejected(tidy(&detail)),
        types::Outcome::Retry(retry) => Outcome::Retry {
            detail: tidy(&retry.detail),
            after: retry.after.map(|seconds| std::time::Duration::from_secs(u64::from(seconds))),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Instant, Thread};

    fn notification(threads: impl IntoIterator<Item = Option<&'static str>>) -> Notification {
        let thread = |id: &str| Thread { notification: NotificationId::from_stored(id.to_owned()), receipt: None };
        let reminder = |id: Option<&str>| Reminder { thread: id.map(thread), ..Reminder::default() };
        Notification {
            id: NotificationId::from_stored("own".to_owned()),
            channel: "email".to_owned(),
            recipient: "pam@x.test".to_owned(),
            subject: String::new(),
            preamble: String::new(),
            because: String::new(),
            text: String::new(),
            reminders: threads.into_iter().map(reminder).collect(),
            more: 0,
            decided: Instant::UNIX_EPOCH,
            refusable: true,
        }
    }

    #[test]
    fn a_mail_refers_to_each_thread_once_and_never_to_itself() {
        let ids = threads(&notification([Some("b"), None, Some("a"), Some("b"), Some("own")]));
        assert_eq!(ids.iter().map(NotificationId::as_str).collect::<Vec<_>>(), ["b", "a"]);
    }
}
