//! Write plugins for nudged in Rust: strategies, which say what needs attention, and channels, which tell
//! people.
//!
//! A plugin is a crate of type `cdylib` that implements one trait and calls one macro:
//!
//! ```
//! use nudged_sdk::{Context, Error, Finding, Manifest, NoParameters, Share, ShareStrategy, role, text};
//!
//! struct Orphans;
//!
//! impl ShareStrategy for Orphans {
//!     type Parameters = NoParameters;
//!
//!     fn manifest() -> Manifest {
//!         Manifest::strategy("orphans", "1.0.0").licence("Apache-2.0").statuses(["Processed"])
//!     }
//!
//!     fn evaluate(share: &Share<'_>, context: &Context<NoParameters>) -> Result<Vec<Finding>, Error> {
//!         if !share.owner().is_empty() {
//!             return Ok(vec![]);
//!         }
//!         let waiting = text::days(share.age(context.now));
//!         let text = format!("The share of {} has had no owner for {waiting}.", share.dataset_label());
//!         Ok(vec![Finding::new("no-owner", share.since(), "Share without an owner", text).roles([role::PRODUCERS])])
//!     }
//! }
//!
//! nudged_sdk::share_strategy!(Orphans);
//!
//! // A native test needs no WebAssembly:
//! use nudged_sdk::testing::{ShareBuilder, at, context};
//!
//! let share = ShareBuilder::new("s1").owner("").since(at("2026-05-01T00:00:00Z")).build();
//! let findings = Orphans::evaluate(&share, &context(at("2026-05-24T00:00:00Z"), NoParameters)).unwrap();
//! assert_eq!(findings[0].text, "The share of Sales has had no owner for 23 days.");
//! ```
//!
//! and a channel likewise:
//!
//! ```
//! use nudged_sdk::{Channel, Manifest, NoParameters, Notification, Outcome, mail};
//!
//! struct PlainMail;
//!
//! impl Channel for PlainMail {
//!     type Parameters = NoParameters;
//!
//!     fn manifest() -> Manifest {
//!         Manifest::channel("plain-mail", "1.0.0").licence("Apache-2.0").asks(["mail"])
//!     }
//!
//!     fn send(notification: &Notification<'_, NoParameters>) -> Outcome {
//!         mail::send(mail::Message::new(notification.subject(), notification.text()))
//!     }
//! }
//!
//! nudged_sdk::channel!(PlainMail);
//! ```
//!
//! Built for `wasm32-unknown-unknown` and made a component, it imports nothing but nudged's interfaces. A
//! panic ends the call, and its text, place and item are in the daemon's log. Everything else that a plugin
//! may do is in the modules [`log`] and [`mail`].
#![deny(missing_docs)]

#[doc(hidden)]
pub mod bindings;
mod channel;
mod error;
#[doc(hidden)]
pub mod export;
pub mod log;
pub mod mail;
mod manifest;
mod notification;
mod parameters;
mod share;
mod strategy;
#[cfg(not(target_arch = "wasm32"))]
pub mod testing;
pub mod text;
mod time;

pub use channel::{Channel, Outcome};
pub use error::Error;
pub use manifest::Manifest;
pub use notification::{Notification, Reminder};
pub use parameters::{FromParameters, NoParameters};
pub use share::{Share, ShareItem};
pub use strategy::{Context, Finding, Severity, ShareStrategy, role};

pub use chrono;

/// Makes the crate a plugin: exports a type that implements [`ShareStrategy`].
#[macro_export]
macro_rules! share_strategy {
    ($strategy:ty) => {
        $crate::__export!(share_strategy, export_share_strategy, StrategyExport, ShareStrategy, $strategy);
    };
}

/// Makes the crate a plugin: exports a type that implements [`Channel`].
#[macro_export]
macro_rules! channel {
    ($channel:ty) => {
        $crate::__export!(channel, export_channel, ChannelExport, Channel, $channel);
    };
}

/// Elsewhere than in WebAssembly nothing is exported, so that a plugin can be linked and tested natively;
/// the type is only checked.
#[doc(hidden)]
#[macro_export]
macro_rules! __export {
    ($world:ident, $export:ident, $adapter:ident, $trait:ident, $plugin:ty) => {
        const _: () = {
            #[cfg(target_arch = "wasm32")]
            type Component = $crate::export::$adapter<$plugin>;
            #[cfg(target_arch = "wasm32")]
    $crate::bindings::$world::$export!(Component with_types_in $crate::bindings::$world);
            #[cfg(not(target_arch = "wasm32"))]
            const _: fn() -> $crate::Manifest = <$plugin as $crate::$trait>::manifest;
        };
    };
}
