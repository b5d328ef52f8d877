//! The HTML alternative: one column of tables, which every mail client lays out alike.
//!
//! `html!` escapes whatever is spliced in, in texts and attributes.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use nudged_sdk::{Notification, Reminder, clean};

use crate::{HEADLINE, TEXT, style};

/// Reminders shown in full; the rest are a list. Some clients cut a message off at 100 KB, and one in full
/// takes 3 KB.
const IN_FULL: usize = 15;

/// The whole page; `unsubscribe` is where the recipient says that they want no more.
pub(crate) fn page<P>(subject: &str, notification: &Notification<'_, P>, unsubscribe: Option<&str>) -> String {
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="supported-color-schemes" content="light dark";
                title { (subject) }
                style { (PreEscaped(style::SHEET)) }
            }
            body class="page" style=(style::PAGE) {
                (preview(notification))
                table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" class="page" style=(style::PAGE) {
                    tr { td class="margin" align="center" style=(style::MARGIN) {
                        table role="presentation" cellpadding="0" cellspacing="0" border="0" style=(style::COLUMN) {
                            tr { td style=(style::CELL) { (head(subject, notification)) } }
                            (reminders(notification))
                            tr { td style=(style::CELL) { (foot(notification, unsubscribe)) } }
                        }
                    } }
                }
            }
        }
    };
    markup.into_string()
}

/// What lists of messages show beside the subject.
fn preview<P>(notification: &Notification<'_, P>) -> Markup {
    let first = notification.reminders().next().map(|reminder| reminder.sentence()).unwrap_or_default();
    html! { div style=(style::HIDDEN) { (clean::line(&first, HEADLINE)) } }
}

fn head<P>(subject: &str, notification: &Notification<'_, P>) -> Markup {
    html! {
        h1 class="strong" style=(style::HEADING) { (subject) }
        p class="plain" style=(style::PREAMBLE) { (clean::line(&notification.preamble(), TEXT)) }
    }
}

fn reminders<P>(notification: &Notification<'_, P>) -> Markup {
    let rest = notification.reminders().len().saturating_sub(IN_FULL);
    html! {
        @for reminder in notification.reminders().take(IN_FULL) {
            tr { td style=(style::GAP) { (card(&reminder)) } }
        }
        @if rest > 0 {
            tr { td style=(style::CELL) {
                p class="strong" style=(style::REST) { (rest) " more:" }
                @for reminder in notification.reminders().skip(IN_FULL) { (brief(&reminder)) }
            } }
        }
        @if notification.more() > 0 {
            tr { td style=(style::CELL) {
                p class="plain" style=(style::REST) { "… and " (notification.more()) " more, less urgent than these." }
            } }
        }
    }
}

fn card(reminder: &Reminder<'_>) -> Markup {
    let mark = style::mark(reminder.severity());
    let history = clean::line(&reminder.history(), TEXT);
    html! {
        table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" class="card" style={ (style::CARD) (mark.colour) } {
            tr { td class="inner" style=(style::INNER) {
                span style={ (style::BADGE) (mark.colour) } { (mark.word) }
                h2 class="strong" style=(style::TITLE) { (clean::line(&reminder.title(), HEADLINE)) }
                p class="plain" style=(style::SENTENCE) { (clean::line(&reminder.sentence(), TEXT)) }
                (facts(&reminder.facts()))
                (action(reminder.link()))
                @if !history.is_empty() { p class="faint" style=(style::HISTORY) { (history) } }
            } }
        }
    }
}

/// Names and values; a value may be in any script, and so in either direction.
fn facts(facts: &[(String, String)]) -> Markup {
    html! {
        @if !facts.is_empty() {
            table cellpadding="0" cellspacing="0" border="0" style=(style::FACTS) {
                @for (name, value) in facts {
                    tr {
                        th scope="row" align="left" valign="top" class="faint line" style=(style::NAME) {
                            (clean::line(name, HEADLINE))
                        }
                        td valign="top" class="strong line" dir="auto" style=(style::VALUE) {
                            (clean::line(value, TEXT))
                        }
                    }
                }
            }
        }
    }
}

/// A button where the link leads to the web, else its text.
fn action(link: Option<String>) -> Markup {
    let Some(link) = link else { return html! {} };
    html! {
        div style=(style::ACTION) {
            @match clean::web_link(&link) {
                Some(address) => a href=(address) style=(style::BUTTON) { "Open" },
                None => p class="plain" style=(style::BRIEF) { (clean::line(&link, TEXT)) },
            }
        }
    }
}

/// A line for each reminder that does not fit: severity, and the title as the link.
fn brief(reminder: &Reminder<'_>) -> Markup {
    let title = clean::line(&reminder.title(), HEADLINE);
    let link = reminder.link();
    html! {
        p class="plain" style=(style::BRIEF) {
            (style::mark(reminder.severity()).word) ": "
            @match link.as_deref().and_then(clean::web_link) {
                Some(address) => a class="link" href=(address) style=(style::LINK) { (title) },
                None => (title),
            }
        }
    }
}

fn foot<P>(notification: &Notification<'_, P>, unsubscribe: Option<&str>) -> Markup {
    let address = clean::line(&notification.address(), TEXT);
    html! {
        p class="faint" style=(style::FOOT) {
            "Sent to " (address) " by nudged, which reminds people of what waits for them on the data platform. "
            "Reminders of an item end when it needs no more attention."
            @if let Some(place) = unsubscribe {
                " " a class="link" href=(place) style=(style::LINK) { "Get no more reminders like these" } "."
            }
        }
    }
}
