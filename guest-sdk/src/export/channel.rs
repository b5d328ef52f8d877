//! A channel behind the world `channel`.

use std::marker::PhantomData;

use crate::{
    Channel, FromParameters, Notification,
    bindings::channel::exports::nudged::plugin::{
        delivery::{self, Outcome},
        plugin,
    },
    export::panics,
};

/// Exports the channel `C`.
#[derive(Debug)]
pub struct ChannelExport<C>(PhantomData<C>);

impl<C: Channel> plugin::Guest for ChannelExport<C> {
    fn describe() -> String {
        panics::report_to_log();
        C::manifest().to_json()
    }
}

impl<C: Channel> delivery::Guest for ChannelExport<C> {
    fn send(notification: &delivery::Notification) -> Outcome {
        panics::report_to_log();
        panics::working_on(format!("notification {}", notification.id()));
        // No outcome says "the plugin is broken", and must not: a trap is the host's to judge.
        let parameters = C::Parameters::from_parameters(&notification.parameters());
        let parameters = parameters.unwrap_or_else(|error| panic!("{error}"));
        C::send(&Notification::of_host(notification, parameters)).into()
    }
}
