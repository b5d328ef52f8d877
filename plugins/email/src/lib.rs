//! Reminders by e-mail: the host's plain text, and the same as HTML.
//!
//! The operator's templates may word three parts, each for itself: `subject`, `text` and `html`.

use nudged_sdk::{Channel, Manifest, NoParameters, Notification, Outcome, clean, mail};

mod html;
mod style;
mod unsubscribe;

/// Characters of a subject or title shown.
const HEADLINE: usize = 200;
/// Characters of a sentence, fact or address shown.
const TEXT: usize = 2_000;

struct Email;

impl Channel for Email {
    type Parameters = NoParameters;

    fn manifest() -> Manifest {
        nudged_sdk::manifest!().asks(&["mail"])
    }

    fn send(notification: &Notification<'_>) -> Outcome {
        let unsubscribe = unsubscribe::place(notification);
        let subject = subject(notification);
        let html = worded(notification, "html");
        let html = html.unwrap_or_else(|| html::page(&subject, notification, unsubscribe.as_deref()));
        let message = mail::Message::new(subject, text(notification, unsubscribe.as_deref()))
            .html(html)
            // RFC 3834: keeps holiday notices and other robots from answering.
            .header("Auto-Submitted", "auto-generated");
        mail::send(match unsubscribe {
            Some(place) => message.header("List-Unsubscribe", format!("<{place}>")),
            None => message,
        })
    }
}

/// What the operator's template makes of a part, unless that is nothing.
fn worded<P>(notification: &Notification<'_, P>, part: &str) -> Option<String> {
    notification.wording(part).filter(|text| !text.trim().is_empty())
}

/// The operator's, where it is one line.
fn subject<P>(notification: &Notification<'_, P>) -> String {
    let worded = worded(notification, "subject").filter(|subject| !subject.trim().contains(['\n', '\r']));
    clean::line(worded.unwrap_or_else(|| notification.subject()).trim(), HEADLINE)
}

/// The operator's own text says itself how to get no more; the host's does not.
fn text<P>(notification: &Notification<'_, P>, unsubscribe: Option<&str>) -> String {
    if let Some(text) = worded(notification, "text") {
        return clean::lines(text.trim_end()) + "\n";
    }
    let text = clean::lines(&notification.text());
    match unsubscribe {
        Some(place) => format!("{}\n\nTo get no more reminders like these: {place}\n", text.trim_end()),
        None => text,
    }
}

nudged_sdk::channel!(Email);

#[cfg(test)]
mod tests;
