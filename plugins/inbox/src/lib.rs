//! Reminders in data.all's own inbox: one row of its table `notification` for each.
//!
//! # The type
//! data.all finds what a row is about by its target (`<shareUri>|<datasetUri>`); the type is free text of at most 100
//! characters. None of data.all's own types will do, although its users know them: its queries read
//! `SHARE_OBJECT_SUBMITTED` as "this share was submitted", and so does nudged, which counts from the oldest such row.
//! A reminder under that name would be another submission. So the types here are of a family of their own, the kind of
//! notice and the reason: `NUDGED_REMINDER_PENDING`, `NUDGED_CLOSING_UNHEALTHY`. They tell an operator in one query what
//! nudged wrote, and can be told apart for ever.

use nudged_sdk::{Channel, Manifest, NoParameters, Notification, Outcome, Reminder, clean, inbox};

/// Characters of a type that fit into data.all's column.
const KIND: usize = 100;
/// Characters of a message: the list under the bell shows a few lines.
const MESSAGE: usize = 1_000;
/// Characters of the title, so that it leaves room for the sentence.
const TITLE: usize = 200;

/// Reminders with a row of their own: the host takes a hundred rows, and the last one counts the rest.
const SHOWN: usize = 99;

struct Inbox;

impl Channel for Inbox {
    type Parameters = NoParameters;

    fn manifest() -> Manifest {
        nudged_sdk::manifest!().asks(&["inbox"])
    }

    fn send(notification: &Notification<'_>) -> Outcome {
        let shown = notification.reminders().take(SHOWN).map(|reminder| entry(&reminder));
        inbox::post(shown.chain(rest(notification)))
    }
}

fn entry(reminder: &Reminder<'_>) -> inbox::Entry {
    let entry = inbox::Entry::new(kind(&reminder.notice(), &reminder.reason()), message(reminder));
    match reminder.target() {
        Some(target) => entry.target(target),
        None => entry,
    }
}

/// A row for the reminders that the notification stands for and does not show.
fn rest(notification: &Notification<'_>) -> Option<inbox::Entry> {
    let unshown = notification.reminders().len().saturating_sub(SHOWN) as u32;
    let more = notification.more().saturating_add(unshown);
    let message = format!("… and {more} more, less urgent than these.");
    (more > 0).then(|| inbox::Entry::new("NUDGED_MORE", message))
}

/// `NUDGED_<NOTICE>_<REASON>`, of capitals, digits and `_`.
fn kind(notice: &str, reason: &str) -> String {
    let word = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
    format!("nudged_{notice}_{reason}").chars().map(word).take(KIND).collect()
}

/// Title, sentence and history on one line.
fn message(reminder: &Reminder<'_>) -> String {
    let title = clean::line(&reminder.title(), TITLE);
    let sentence = reminder.sentence();
    let history = reminder.history();
    let text = match history.trim() {
        "" => format!("{title}: {sentence}"),
        history => format!("{title} ({history}): {sentence}"),
    };
    // One less for the mark of a text that was cut.
    clean::line(&text, MESSAGE - 1)
}

nudged_sdk::channel!(Inbox);

#[cfg(test)]
mod tests;
