//! A channel that sends two mails for one notification.

use nudged_sdk::{Channel, Manifest, NoParameters, Notification, Outcome, mail};

struct MailsTwice;

impl Channel for MailsTwice {
    type Parameters = NoParameters;

    fn manifest() -> Manifest {
        Manifest::new("mails-twice", "1.0.0").asks(&["mail"])
    }

    fn send(notification: &Notification<'_, NoParameters>) -> Outcome {
        let message = mail::Message::new(notification.subject(), notification.text());
        mail::send(message.clone());
        mail::send(message)
    }
}

nudged_sdk::channel!(MailsTwice);
