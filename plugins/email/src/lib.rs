//! Reminders by e-mail: the host's plain text, and the same as HTML.

use nudged_sdk::{Channel, Manifest, NoParameters, Notification, Outcome, mail};

mod clean;
mod html;
mod style;

struct Email;

impl Channel for Email {
    type Parameters = NoParameters;

    fn manifest() -> Manifest {
        Manifest::channel("email", env!("CARGO_PKG_VERSION"))
            .licence(env!("CARGO_PKG_LICENSE"))
            .parameters(r#"{ "type": "object", "additionalProperties": false }"#)
            .asks(["mail"])
    }

    fn send(notification: &Notification<'_, NoParameters>) -> Outcome {
        let subject = clean::line(&notification.subject(), clean::HEADLINE);
        let html = html::page(&subject, notification);
        let message = mail::Message::new(subject, clean::lines(&notification.text()))
            .html(html)
            // RFC 3834: keeps holiday notices and other robots from answering.
            .header("Auto-Submitted", "auto-generated");
        mail::send(message)
    }
}

nudged_sdk::channel!(Email);

#[cfg(test)]
mod tests;
