//! Channels behind their world.

use crate::{
    Channel, Notification, Parameters,
    bindings::channel::exports::nudged::plugin::delivery::{self, Outcome},
    export::panics,
};

/// The manifest.
pub fn describe<C: Channel>() -> String {
    panics::report_to_log();
    C::manifest().to_json("channel", &C::Parameters::schema())
}

/// What became of a notification.
///
/// # Panics
/// If the parameters do not fit the channel's type: no outcome says "the plugin is broken", and must not, since a trap is
/// the host's to judge.
pub fn send<C: Channel>(notification: &delivery::Notification) -> Outcome {
    panics::report_to_log();
    panics::working_on(format!("notification {}", notification.id()));
    let parameters = C::Parameters::read(&notification.parameters());
    let parameters = parameters.unwrap_or_else(|error| panic!("{error}"));
    C::send(&Notification::of_host(notification, parameters)).into()
}
