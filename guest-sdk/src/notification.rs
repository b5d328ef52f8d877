//! One message for one recipient, as a channel sees it.

#[cfg(not(target_arch = "wasm32"))]
use std::cell::RefCell;

use chrono::{DateTime, Utc};

use crate::{NoParameters, Severity, bindings::channel::nudged::plugin::notifications as wire, time};

/// One message for one recipient, with one or more reminders in it.
///
/// Inside the daemon every method asks the host; in native tests it is plain data, made with
/// [`testing::NotificationBuilder`](crate::testing::NotificationBuilder). **All texts come from databases
/// and people: escape them for where they are put.**
#[derive(Debug)]
pub struct Notification<'a, P = NoParameters> {
    /// The channel's parameters, which fit the schema in the manifest.
    pub parameters: P,
    backing: Backing<'a>,
}

#[derive(Debug)]
enum Backing<'a> {
    Host(&'a wire::Notification),
    #[cfg(not(target_arch = "wasm32"))]
    /// The data, and what the channel keeps.
    Plain(Box<crate::testing::PlainNotification>, RefCell<Option<String>>),
}

macro_rules! texts {
    ($($(#[$doc:meta])* $field:ident;)*) => {
        $($(#[$doc])* pub fn $field(&self) -> String {
            match &self.backing {
                Backing::Host(host) => host.$field(),
                #[cfg(not(target_arch = "wasm32"))]
                Backing::Plain(plain, _) => plain.$field.clone(),
            }
        })*
    };
}

impl<'a, P> Notification<'a, P> {
    pub(crate) fn of_host(host: &'a wire::Notification, parameters: P) -> Self {
        Self { parameters, backing: Backing::Host(host) }
    }

    texts! {
        /// The stable id: a repeated attempt has the same, so that the other side can drop duplicates.
        id;
        /// The channel's name in the configuration.
        channel;
        /// The recipient's address on this channel.
        address;
        /// A subject line or headline: one line of plain text.
        subject;
        /// Why this person gets the message, a sentence.
        preamble;
        /// The whole message as plain text, always fit to be sent.
        text;
    }

    /// When it was decided. A repeated attempt has the same.
    pub fn decided(&self) -> DateTime<Utc> {
        match &self.backing {
            Backing::Host(host) => time::instant(host.decided()),
            #[cfg(not(target_arch = "wasm32"))]
            Backing::Plain(plain, _) => plain.decided,
        }
    }

    /// Where the recipient says that they want no more of these, https or mailto. `None` where nobody may refuse, or
    /// where the operator names no such place.
    pub fn unsubscribe(&self) -> Option<String> {
        match &self.backing {
            Backing::Host(host) => host.unsubscribe(),
            #[cfg(not(target_arch = "wasm32"))]
            Backing::Plain(plain, _) => plain.unsubscribe.clone(),
        }
    }

    /// What the operator's template for a part of the message makes of it: `subject`, `text`, `html`, or whatever
    /// parts the channel documents. `None` if there is no such template or if it failed: the channel's own holds.
    ///
    /// ```
    /// use nudged_sdk::{NoParameters, testing::NotificationBuilder};
    ///
    /// let notification = NotificationBuilder::new().wording("subject", "Please answer").build(NoParameters);
    /// let subject = notification.wording("subject").unwrap_or_else(|| notification.subject());
    /// assert_eq!(subject, "Please answer");
    /// ```
    pub fn wording(&self, part: &str) -> Option<String> {
        match &self.backing {
            Backing::Host(host) => host.wording(part),
            #[cfg(not(target_arch = "wasm32"))]
            Backing::Plain(plain, _) => {
                plain.wordings.iter().find(|(name, _)| name == part).map(|(_, text)| text.clone())
            }
        }
    }

    /// Keeps a text of the channel's own, such as the name that the other side gave to the message, at most 1,000
    /// bytes: once the notification is delivered, [`Reminder::thread`] gives it back to those that tell of the same
    /// again. In native tests [`kept`](Self::kept) shows it.
    pub fn keep(&self, receipt: &str) {
        match &self.backing {
            Backing::Host(host) => host.keep(receipt),
            #[cfg(not(target_arch = "wasm32"))]
            Backing::Plain(_, kept) => {
                kept.replace(Some(receipt.to_owned()));
            }
        }
    }

    /// How many more reminders the message stands for, less urgent than these, that are not shown; the text says so.
    pub fn more(&self) -> u32 {
        match &self.backing {
            Backing::Host(host) => host.more(),
            #[cfg(not(target_arch = "wasm32"))]
            Backing::Plain(plain, _) => plain.more,
        }
    }

    /// What is reminded of, worst first; at least one.
    pub fn reminders(&self) -> impl ExactSizeIterator<Item = Reminder<'_>> {
        let count = match &self.backing {
            Backing::Host(host) => host.len() as usize,
            #[cfg(not(target_arch = "wasm32"))]
            Backing::Plain(plain, _) => plain.reminders.len(),
        };
        (0..count).map(|index| Reminder { backing: &self.backing, index: index as u32 })
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl<P> Notification<'static, P> {
    pub(crate) fn of_plain(plain: crate::testing::PlainNotification, parameters: P) -> Self {
        Self { parameters, backing: Backing::Plain(Box::new(plain), RefCell::default()) }
    }

    /// What the channel has kept of it, for native tests.
    pub fn kept(&self) -> Option<String> {
        match &self.backing {
            Backing::Host(_) => None,
            Backing::Plain(_, kept) => kept.borrow().clone(),
        }
    }
}

/// One finding as the recipient is told of it.
#[derive(Debug)]
pub struct Reminder<'a> {
    backing: &'a Backing<'a>,
    index: u32,
}

macro_rules! read {
    ($reminder:expr, $field:ident, $convert:expr) => {
        match $reminder.backing {
            Backing::Host(host) => $convert(host.$field($reminder.index)),
            #[cfg(not(target_arch = "wasm32"))]
            Backing::Plain(plain, _) => plain.reminders[$reminder.index as usize].$field.clone(),
        }
    };
}

impl Reminder<'_> {
    /// What is reminded of: `share:<uri>`, `stack:<uri>`, `record:<source>:<id>`.
    pub fn item(&self) -> String {
        read!(self, item, String::from)
    }

    /// The reminder's name in the configuration.
    pub fn reminder(&self) -> String {
        read!(self, reminder, String::from)
    }

    /// `reminder`, `escalation`, `closing` ("this is over") or `action` ("this was done").
    pub fn notice(&self) -> String {
        read!(self, notice, String::from)
    }

    /// The finding's reason code.
    pub fn reason(&self) -> String {
        read!(self, reason, String::from)
    }

    /// The episode: when the item entered the state that is told of.
    pub fn since(&self) -> DateTime<Utc> {
        read!(self, since, time::instant)
    }

    /// After this instant acting is too late.
    pub fn deadline(&self) -> Option<DateTime<Utc>> {
        read!(self, deadline, |at: Option<i64>| at.map(time::instant))
    }

    /// What data.all's pages know the item by: `<shareUri>|<datasetUri>` for a share.
    pub fn target(&self) -> Option<String> {
        read!(self, target, Option::from)
    }

    /// What the channel kept when it told this recipient of the same for the first time: see
    /// [`Notification::keep`].
    pub fn thread(&self) -> Option<String> {
        read!(self, thread, Option::from)
    }

    /// A headline: the dataset's name and what is wrong.
    pub fn title(&self) -> String {
        read!(self, title, String::from)
    }

    /// The strategy's sentence.
    pub fn sentence(&self) -> String {
        read!(self, sentence, String::from)
    }

    /// How bad it is.
    pub fn severity(&self) -> Severity {
        read!(self, severity, |word: String| Severity::from_word(&word))
    }

    /// Facts to show, name and value, in order.
    pub fn facts(&self) -> Vec<(String, String)> {
        read!(self, facts, Vec::from)
    }

    /// Where to act.
    pub fn link(&self) -> Option<String> {
        read!(self, link, Option::from)
    }

    /// 1 for the first time that this recipient is told, 2 for the second …
    pub fn ordinal(&self) -> u32 {
        read!(self, ordinal, u32::from)
    }

    /// When this recipient was told first, unless this is the first time.
    pub fn first_sent(&self) -> Option<DateTime<Utc>> {
        read!(self, first_sent, |at: Option<i64>| at.map(time::instant))
    }

    /// "reminder 3, first sent on 12 May 2026", or empty the first time.
    pub fn history(&self) -> String {
        read!(self, history, String::from)
    }
}
