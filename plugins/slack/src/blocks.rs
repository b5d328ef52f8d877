//! The message in Slack's Block Kit: a headline, why one gets it, and a section for each reminder.

use nudged_sdk::{Notification, Reminder, Severity, text::known};
use serde::Serialize;

use crate::escape;

/// Slack's limits of a message and its parts, in blocks, fields and characters.
const BLOCKS: usize = 50;
const HEADER: usize = 150;
const FIELDS: usize = 10;
const URL: usize = 3_000;
/// Slack refuses blocks whose texts come to more than some 13,000 characters together, and does not document where.
const ALL_TEXT: usize = 12_000;

/// Our own, which keep a section below Slack's 3,000 characters and a field below its 2,000.
const LINE: usize = 300;
const LINK: usize = 1_000;
const SENTENCE: usize = 1_200;

/// A block.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum Block {
    Header {
        text: Text,
    },
    Context {
        elements: [Text; 1],
    },
    Section {
        text: Text,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        fields: Vec<Text>,
        #[serde(skip_serializing_if = "Option::is_none")]
        accessory: Option<Button>,
    },
}

/// A text object.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum Text {
    PlainText {
        text: String,
        emoji: bool,
    },
    /// Verbatim: Slack makes neither links nor mentions of what looks like one.
    Mrkdwn {
        text: String,
        verbatim: bool,
    },
}

/// A button that opens a page.
#[derive(Serialize)]
pub(crate) struct Button {
    #[serde(rename = "type")]
    kind: &'static str,
    text: Text,
    url: String,
    action_id: &'static str,
}

fn plain(text: String) -> Text {
    Text::PlainText { text, emoji: false }
}

fn mrkdwn(text: String) -> Text {
    Text::Mrkdwn { text, verbatim: true }
}

/// As many reminders as Slack takes, worst first; the rest are counted.
pub(crate) fn of<P>(notification: &Notification<'_, P>) -> Vec<Block> {
    let headline = escape::plain(&known(notification.subject(), "Reminders"), HEADER);
    let mut blocks = vec![Block::Header { text: plain(headline) }];
    blocks.extend(context(escape::mrkdwn(&notification.preamble(), SENTENCE)));
    let (mut shown, mut length) = (0, 0);
    for reminder in notification.reminders() {
        let more = of_one(&reminder);
        length += more.iter().map(Block::length).sum::<usize>();
        // One block is left for the count of the rest.
        if length > ALL_TEXT || blocks.len() + more.len() >= BLOCKS {
            break;
        }
        blocks.extend(more);
        shown += 1;
    }
    let rest = notification.reminders().len() - shown + notification.more() as usize;
    if rest > 0 {
        blocks.extend(context(format!("… and {rest} more, less urgent than these.")));
    }
    blocks
}

fn of_one(reminder: &Reminder<'_>) -> Vec<Block> {
    let link = reminder.link();
    let mut blocks = vec![Block::Section {
        text: mrkdwn(headline(reminder, link.as_deref())),
        fields: reminder.facts().iter().take(FIELDS).map(|(name, value)| field(name, value)).collect(),
        accessory: link.and_then(button),
    }];
    blocks.extend(context(escape::mrkdwn(&reminder.history(), LINE)));
    blocks
}

/// Severity in a word and a colour, the title as the link, the sentence.
fn headline(reminder: &Reminder<'_>, link: Option<&str>) -> String {
    let mark = match reminder.severity() {
        Severity::Critical => "🔴 Urgent",
        Severity::Info => "🔵 Reminder",
        _ => "🟠 Warning",
    };
    let title = known(escape::mrkdwn(&reminder.title(), LINE), "Reminder");
    let title = match link.and_then(|link| escape::link(link, LINK)) {
        Some(link) => format!("<{link}|{title}>"),
        None => title,
    };
    format!("{mark} · *{title}*\n{}", escape::mrkdwn(&reminder.sentence(), SENTENCE))
}

fn field(name: &str, value: &str) -> Text {
    let [name, value] = [name, value].map(|text| known(escape::mrkdwn(text, LINE), "–"));
    mrkdwn(format!("*{name}*\n{value}"))
}

/// In a button the address is no part of a text: nothing in it needs an escape.
fn button(link: String) -> Option<Button> {
    let link = nudged_sdk::clean::web_link(&link).filter(|link| link.chars().count() <= URL)?.to_owned();
    Some(Button { kind: "button", text: plain("Open".to_owned()), url: link, action_id: "open" })
}

/// Slack takes no empty ones.
fn context(text: String) -> Option<Block> {
    (!text.is_empty()).then(|| Block::Context { elements: [mrkdwn(text)] })
}

impl Block {
    /// Characters of all its texts.
    fn length(&self) -> usize {
        match self {
            Self::Header { text } | Self::Context { elements: [text] } => text.length(),
            Self::Section { text, fields, accessory } => {
                let url = accessory.as_ref().map_or(0, |button| button.url.chars().count());
                text.length() + fields.iter().map(Text::length).sum::<usize>() + url
            }
        }
    }
}

impl Text {
    fn length(&self) -> usize {
        let (Self::PlainText { text, .. } | Self::Mrkdwn { text, .. }) = self;
        text.chars().count()
    }
}
