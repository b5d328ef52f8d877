//! Interfaces `notifications` and `mail`.

use std::sync::{Arc, OnceLock};

use wasmtime::{Result, bail, component::Resource};

use super::{Guest, millis};
use crate::{
    model::{Notification, Outcome, Reminder},
    net::{Mail, Mailer, header_is_free},
    plugin::{
        bindings::{
            channel::nudged::plugin::{mail, notifications},
            share_strategy::nudged::plugin::types,
        },
        words::tidy,
    },
};

/// Largest mail that a guest may hand over, text and HTML together. Clients cut mails off at a fraction of this.
const MAIL_BYTES: usize = 4 << 20;

/// The way out for mail in one call: one mail to the notification's recipient.
pub(in crate::plugin) struct MailWay {
    pub(in crate::plugin) mailer: Arc<dyn Mailer>,
    pub(in crate::plugin) notification: Arc<Notification>,
    /// What came of the mail, once it was sent: it holds whatever the guest does afterwards.
    pub(in crate::plugin) outcome: Arc<OnceLock<Outcome>>,
}

/// The notification of one call, with the channel's parameters.
#[allow(unreachable_pub)] // the generated bindings export it again
pub struct Message {
    pub(in crate::plugin) notification: Arc<Notification>,
    pub(in crate::plugin) parameters: String,
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

    fn wording(&mut self, _message: Resource<Message>, _part: String) -> Result<Option<String>> {
        Ok(None)
    }

    fn unsubscribe(&mut self, _message: Resource<Message>) -> Result<Option<String>> {
        Ok(None)
    }

    fn keep(&mut self, _message: Resource<Message>, _receipt: String) -> Result<()> {
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
            return self.deny("mail, but the channel has neither `smtp` nor `maildir` in the configuration");
        };
        if way.outcome.get().is_some() {
            return self.deny("a second mail for one notification");
        }
        let bytes = message.text.len() + message.html.as_ref().map_or(0, String::len);
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
            threads: Vec::new(),
        };
        let outcome = way.mailer.send(&mail).await;
        // Empty until now: a second mail is refused above.
        let _ = way.outcome.set(outcome.clone());
        Ok(outcome_to_guest(outcome))
    }
}

impl Guest {
    pub(super) fn deny<T>(&mut self, what: &str) -> Result<T> {
        self.denied = Some(what.to_owned());
        bail!("asked for {what}")
    }
}

fn outcome_to_guest(outcome: Outcome) -> types::Outcome {
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
