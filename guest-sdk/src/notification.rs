//! One message for one recipient, as a channel sees it.

use chrono::{DateTime, Utc};

use crate::{Severity, bindings::channel::nudged::plugin::notifications as wire, time};

/// One message for one recipient, with one or more reminders in it.
///
/// Inside the daemon every method asks the host; in native tests it is plain data, made with
/// [`testing::NotificationBuilder`](crate::testing::NotificationBuilder). **All texts come from databases
/// and people: escape them for where they are put.**
#[derive(Debug)]
pub struct Notification<'a, P> {
    /// The channel's parameters, which fit the schema in the manifest.
    pub parameters: P,
    backing: Backing<'a>,
}

#[derive(Debug)]
enum Backing<'a> {
    Host(&'a wire::Notification),
    #[cfg(not(target_arch = "wasm32"))]
    Plain(Box<crate::testing::PlainNotification>),
}

macro_rules! texts {
    ($($(#[$doc:meta])* $field:ident;)*) => {
        $($(#[$doc])* pub fn $field(&self) -> String {
            match &self.backing {
                Backing::Host(host) => host.$field(),
                #[cfg(not(target_arch = "wasm32"))]
                Backing::Plain(plain) => plain.$field.clone(),
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
        /// The recipient's address on this channel.
        address;
        /// A subject line or headline: one line of plain text.
        subject;
        /// Why this person gets the message, a sentence.
        preamble;
        /// The whole message as plain text, always fit to be sent.
        text;
    }

    /// How many more reminders the message stands for, less urgent than these, that are not shown; the text says so.
    pub fn more(&self) -> u32 {
        match &self.backing {
            Backing::Host(host) => host.more(),
            #[cfg(not(target_arch = "wasm32"))]
            Backing::Plain(plain) => plain.more,
        }
    }

    /// What is reminded of, worst first; at least one.
    pub fn reminders(&self) -> impl ExactSizeIterator<Item = Reminder<'_>> {
        let count = match &self.backing {
            Backing::Host(host) => host.len() as usize,
            #[cfg(not(target_arch = "wasm32"))]
            Backing::Plain(plain) => plain.reminders.len(),
        };
        (0..count).map(|index| Reminder { backing: &self.backing, index: index as u32 })
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl<P> Notification<'static, P> {
    pub(crate) fn of_plain(plain: crate::testing::PlainNotification, parameters: P) -> Self {
        Self { parameters, backing: Backing::Plain(Box::new(plain)) }
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
            Backing::Plain(plain) => plain.reminders[$reminder.index as usize].$field.clone(),
        }
    };
}

impl Reminder<'_> {
    /// What is reminded of: `share:<uri>`, `stack:<uri>`, `record:<source>:<id>`.
    pub fn item(&self) -> String {
        read!(self, item, String::from)
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
