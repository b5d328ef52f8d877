//! A channel that panics, with a text.

use nudged_sdk::{Channel, Manifest, NoParameters, Notification, Outcome};

struct PanicsChannel;

impl Channel for PanicsChannel {
    type Parameters = NoParameters;

    fn manifest() -> Manifest {
        Manifest::new("panics-channel", "1.0.0")
    }

    fn send(notification: &Notification<'_, NoParameters>) -> Outcome {
        panic!("cannot reach {}", notification.address());
    }
}

nudged_sdk::channel!(PanicsChannel);
