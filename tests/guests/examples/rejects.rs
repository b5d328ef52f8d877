//! A channel that refuses everything.

use nudged_sdk::{Channel, Manifest, NoParameters, Notification, Outcome};

struct Rejects;

impl Channel for Rejects {
    type Parameters = NoParameters;

    fn manifest() -> Manifest {
        Manifest::new("rejects", "1.0.0")
    }

    fn send(notification: &Notification<'_, NoParameters>) -> Outcome {
        Outcome::Rejected(format!("nobody here is {}", notification.address()))
    }
}

nudged_sdk::channel!(Rejects);
