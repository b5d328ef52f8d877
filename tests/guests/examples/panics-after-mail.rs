//! A channel that sends its mail and then panics.

use nudged_sdk::{Channel, Manifest, NoParameters, Notification, Outcome, mail};

struct PanicsAfterMail;

impl Channel for PanicsAfterMail {
    type Parameters = NoParameters;

    fn manifest() -> Manifest {
        Manifest::new("panics-after-mail", "1.0.0").asks(&["mail"])
    }

    fn send(notification: &Notification<'_, NoParameters>) -> Outcome {
        let outcome = mail::send(mail::Message::new(notification.subject(), notification.text()));
        panic!("no idea what to make of {outcome:?}");
    }
}

nudged_sdk::channel!(PanicsAfterMail);
