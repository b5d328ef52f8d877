//! What a guest sees of the host during one call: the implementation of the WIT imports.
//!
//! A getter with an index out of range traps, as the WIT says: the error names the index.

use std::sync::{Arc, OnceLock};

use wasmtime::{
    Result, bail,
    component::{HasSelf, Linker, Resource, ResourceTable},
};

use super::bindings::{
    channel::{
        self,
        nudged::plugin::{mail, notifications},
    },
    share_strategy::{
        self,
        nudged::plugin::{log, shares, types},
    },
};
use crate::{
    model::{Instant, Notification, Outcome, Reminder, Share, ShareItem},
    net::{Mail, Mailer, header_is_free},
    plugin::{limits::Budget, words::tidy},
};

/// The state of one call.
pub(super) struct Guest {
    pub(super) table: ResourceTable,
    pub(super) budget: Budget,
    pub(super) log: GuestLog,
    /// Set for a channel with a relay: the only mail it can send is to the notification's recipient.
    pub(super) mail: Option<MailWay>,
    /// What the guest was refused, if it was: the call's fault is then `denied`.
    pub(super) denied: Option<String>,
}

/// The way out for mail in one call: one mail to the notification's recipient.
pub(super) struct MailWay {
    pub(super) mailer: Arc<dyn Mailer>,
    pub(super) notification: Arc<Notification>,
    /// What came of the mail, once it was sent: it holds whatever the guest does afterwards.
    pub(super) outcome: Arc<OnceLock<Outcome>>,
}

/// Largest mail that a guest may hand over, text and HTML together. Clients cut mails off at a fraction of this.
const MAIL_BYTES: usize = 4 << 20;

/// What a line of log costs beside its text, so that empty lines are bounded too.
const LINE_BYTES: usize = 64;

/// Lets both worlds' imports find the call's state.
pub(super) fn link_share_strategy(linker: &mut Linker<Guest>) -> Result<()> {
    share_strategy::ShareStrategy::add_to_linker::<_, HasSelf<Guest>>(linker, |guest| guest)
}

/// See [`link_share_strategy`].
pub(super) fn link_channel(linker: &mut Linker<Guest>) -> Result<()> {
    channel::Channel::add_to_linker::<_, HasSelf<Guest>>(linker, |guest| guest)
}

/// Writes a guest's log under the plugin's name, up to a number of bytes a call.
pub(super) struct GuestLog {
    plugin: String,
    left: usize,
    last_error: Option<String>,
}

impl GuestLog {
    pub(super) fn new(plugin: &str, bytes: usize) -> Self {
        Self { plugin: plugin.to_owned(), left: bytes, last_error: None }
    }

    /// The last line at level error: the SDK writes a panic's text there before the trap.
    pub(super) fn last_error(&self) -> Option<&str> {
        self.last_error.as_deref()
    }

    fn write(&mut self, level: log::Level, message: &str) {
        let plugin = self.plugin.as_str();
        if matches!(level, log::Level::Error) {
            self.last_error = Some(message.chars().take(1000).collect());
        }
        let cost = message.len() + LINE_BYTES;
        if cost > self.left {
            if self.left > 0 {
                tracing::warn!(plugin, "the plugin logs too much: the rest of this call's log is dropped");
            }
            self.left = 0;
            return;
        }
        self.left -= cost;
        // Debug formatting escapes control characters: a guest cannot forge log lines.
        match level {
            log::Level::Error => tracing::error!(plugin, ?message),
            log::Level::Warn => tracing::warn!(plugin, ?message),
            log::Level::Info => tracing::info!(plugin, ?message),
            log::Level::Debug => tracing::debug!(plugin, ?message),
            log::Level::Trace => tracing::trace!(plugin, ?message),
        }
    }
}

impl types::Host for Guest {}

impl log::Host for Guest {
    fn log(&mut self, level: log::Level, message: String) -> Result<()> {
        self.log.write(level, &message);
        Ok(())
    }
}

/// The shares of one call.
#[allow(unreachable_pub)] // the generated bindings export it again
pub struct ShareBatch(pub(super) Arc<[Arc<Share>]>);

impl Guest {
    fn share(&self, batch: &Resource<ShareBatch>, index: u32) -> Result<&Share> {
        let shares = &self.table.get(batch)?.0;
        match shares.get(index as usize) {
            Some(share) => Ok(share),
            None => bail!("share {index} was asked for, but the batch holds {}", shares.len()),
        }
    }

    fn item(&self, batch: &Resource<ShareBatch>, index: u32, item: u32) -> Result<&ShareItem> {
        let share = self.share(batch, index)?;
        match share.items.get(item as usize) {
            Some(item) => Ok(item),
            None => bail!("item {item} of share {} was asked for, but it has {}", share.uri, share.items.len()),
        }
    }

    fn reminder(&self, message: &Resource<Message>, index: u32) -> Result<&Reminder> {
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

/// Milliseconds since 1970, as the WIT counts.
pub(super) fn millis(instant: Instant) -> i64 {
    instant.timestamp_millis()
}

/// Days since 1970-01-01, as the WIT counts.
pub(super) fn epoch_day(day: chrono::NaiveDate) -> i32 {
    day.to_epoch_days()
}

impl shares::Host for Guest {}

/// Getters that read one field of a share.
macro_rules! share_getters {
    ($($getter:ident -> $type:ty = |$share:ident| $value:expr;)*) => {
        $(fn $getter(&mut self, batch: Resource<ShareBatch>, index: u32) -> Result<$type> {
            let $share = self.share(&batch, index)?;
            Ok($value)
        })*
    };
}

/// Getters that read one field of a share's item.
macro_rules! item_getters {
    ($($getter:ident = $field:ident;)*) => {
        $(fn $getter(&mut self, batch: Resource<ShareBatch>, index: u32, item: u32) -> Result<String> {
            Ok(self.item(&batch, index, item)?.$field.clone())
        })*
    };
}

impl shares::HostShareBatch for Guest {
    fn len(&mut self, batch: Resource<ShareBatch>) -> Result<u32> {
        Ok(u32::try_from(self.table.get(&batch)?.0.len())?)
    }

    share_getters! {
        uri -> String = |share| share.uri.clone();
        status -> String = |share| share.status.clone();
        since -> i64 = |share| millis(share.since);
        owner -> String = |share| share.owner.clone();
        requesters -> String = |share| share.group.clone();
        principal -> String = |share| share.principal.clone();
        purpose -> String = |share| share.purpose.clone();
        expiry_day -> Option<i32> = |share| share.expiry_day.map(epoch_day);
        expires -> Option<i64> = |share| share.expires.map(millis);
        extension_asked -> bool = |share| share.extension_asked;
        extension_reason -> String = |share| share.extension_reason.clone();
        non_expirable -> bool = |share| share.non_expirable;
        dataset_uri -> String = |share| share.dataset_uri.clone();
        dataset_label -> String = |share| share.dataset_label.clone();
        confidentiality -> String = |share| share.confidentiality.clone();
        producers -> String = |share| share.producers.clone().unwrap_or_default();
        stewards -> String = |share| share.stewards.clone().unwrap_or_default();
        environment_label -> String = |share| share.environment_label.clone();
        item_count -> u32 = |share| u32::try_from(share.items.len())?;
    }

    item_getters! {
        item_name = name;
        item_type = kind;
        item_status = status;
        item_health = health;
        item_health_message = health_message;
    }

    fn drop(&mut self, batch: Resource<ShareBatch>) -> Result<()> {
        self.table.delete(batch)?;
        Ok(())
    }
}

/// The notification of one call, with the channel's parameters.
#[allow(unreachable_pub)] // the generated bindings export it again
pub struct Message {
    pub(super) notification: Arc<Notification>,
    pub(super) parameters: String,
}

impl notifications::Host for Guest {}

/// Getters that read one field of a reminder.
macro_rules! reminder_getters {
    ($($getter:ident -> $type:ty = |$reminder:ident| $value:expr;)*) => {
        $(fn $getter(&mut self, message: Resource<Message>, index: u32) -> Result<$type> {
            let $reminder = self.reminder(&message, index)?;
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
        address = |notification| notification.recipient.clone();
        subject = |notification| notification.subject.clone();
        preamble = |notification| notification.preamble.clone();
        text = |notification| notification.text.clone();
    }

    fn parameters(&mut self, message: Resource<Message>) -> Result<String> {
        Ok(self.table.get(&message)?.parameters.clone())
    }

    fn len(&mut self, message: Resource<Message>) -> Result<u32> {
        Ok(u32::try_from(self.notification(&message)?.reminders.len())?)
    }

    reminder_getters! {
        item -> String = |reminder| reminder.item.clone();
        title -> String = |reminder| reminder.title.clone();
        sentence -> String = |reminder| reminder.sentence.clone();
        severity -> String = |reminder| reminder.severity.to_string();
        facts -> Vec<(String, String)> = |reminder| reminder.facts.clone();
        link -> Option<String> = |reminder| reminder.link.clone();
        ordinal -> u32 = |reminder| reminder.ordinal;
        first_sent -> Option<i64> = |reminder| reminder.first_sent.map(millis);
        history -> String = |reminder| reminder.history.clone();
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
        };
        let outcome = way.mailer.send(&mail).await;
        // Empty until now: a second mail is refused above.
        let _ = way.outcome.set(outcome.clone());
        Ok(outcome_to_guest(outcome))
    }
}

impl Guest {
    fn deny<T>(&mut self, what: &str) -> Result<T> {
        self.denied = Some(what.to_owned());
        bail!("asked for {what}")
    }
}

fn outcome_to_guest(outcome: Outcome) -> types::Outcome {
    match outcome {
        Outcome::Delivered(detail) => types::Outcome::Delivered(detail),
        Outcome::Rejected(detail) => types::Outcome::Rejected(detail),
        Outcome::Retry { detail, after } => {
            let after = after.map(|wait| u32::try_from(wait.as_secs()).unwrap_or(u32::MAX));
            types::Outcome::Retry(types::Retry { detail, after })
        }
    }
}

/// The guest's answer as ours, its words fit to be recorded.
pub(super) fn outcome_from_guest(outcome: types::Outcome) -> Outcome {
    match outcome {
        types::Outcome::Delivered(detail) => Outcome::Delivered(tidy(&detail)),
        types::Outcome::Rejected(detail) => Outcome::Rejected(tidy(&detail)),
        types::Outcome::Retry(retry) => Outcome::Retry {
            detail: tidy(&retry.detail),
            after: retry.after.map(|seconds| std::time::Duration::from_secs(u64::from(seconds))),
        },
    }
}
