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
//!         Manifest::share_strategy("orphans", "1.0.0").licence("Apache-2.0").statuses(["Processed"])
//!     }
//!
//!     fn evaluate(share: &Share<'_>, context: &Context<NoParameters>) -> Result<Vec<Finding>, Error> {
//!         if !share.owner().is_empty() {
//!             return Ok(vec![]);
//!         }
//!         let waiting = text::days(share.age(context.now));
//!         let text = format!("The share of {} has had no owner for {waiting}.", share.dataset_label());
//!         let finding = Finding::new("no-owner", "Share without an owner", text).since(share.since());
//!         Ok(vec![finding.roles([role::PRODUCERS])])
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
//! Strategies over CloudFormation stacks ([`StackStrategy`]) and over the rows of an operator's own query
//! ([`RecordStrategy`]) look the same. So do channels:
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
//! may do is in the modules [`log`], [`mail`], [`http`] and [`inbox`].
#![deny(missing_docs)]

#[doc(hidden)]
pub mod bindings;
pub mod calendar;
mod channel;
pub mod clean;
mod error;
#[doc(hidden)]
pub mod export;
mod finding;
pub mod http;
pub mod inbox;
mod json;
pub mod log;
pub mod mail;
mod manifest;
mod notification;
mod pairs;
mod parameters;
mod record;
mod share;
mod stack;
mod strategy;
#[cfg(not(target_arch = "wasm32"))]
pub mod testing;
pub mod text;
mod time;

pub use channel::{Channel, Outcome};
pub use error::Error;
pub use finding::{Finding, Severity, role};
pub use manifest::Manifest;
pub use notification::{Notification, Reminder};
pub use pairs::Pairs;
pub use parameters::{FromParameters, NoParameters};
pub use record::Record;
pub use share::{Share, ShareItem};
pub use stack::Stack;
pub use strategy::{Context, RecordStrategy, ShareStrategy, StackStrategy};

pub use chrono;

/// Makes the crate a plugin: exports a type that implements [`ShareStrategy`].
/// With `cases = …`, a `&'static str`, it carries cases that the host tries before it serves; the interface `self-test`
/// of the WIT says what they look like. They are best kept in a file:
/// `nudged_sdk::share_strategy!(Orphans, cases = include_str!("cases.json"))`.
#[macro_export]
macro_rules! share_strategy {
    ($strategy:ty $(, cases = $cases:expr)?) => {
        $crate::__export!(share_strategy, export_share_strategy, ShareStrategyExport, ShareStrategy, $strategy);
        $($crate::__carry!($cases);)?
    };
}

/// Makes the crate a plugin: exports a type that implements [`StackStrategy`].
/// With `cases = …` it carries cases of its own: see [`share_strategy!`].
#[macro_export]
macro_rules! stack_strategy {
    ($strategy:ty $(, cases = $cases:expr)?) => {
        $crate::__export!(stack_strategy, export_stack_strategy, StackStrategyExport, StackStrategy, $strategy);
        $($crate::__carry!($cases);)?
    };
}

/// Makes the crate a plugin: exports a type that implements [`RecordStrategy`].
/// With `cases = …` it carries cases of its own: see [`share_strategy!`].
#[macro_export]
macro_rules! record_strategy {
    ($strategy:ty $(, cases = $cases:expr)?) => {
        $crate::__export!(record_strategy, export_record_strategy, RecordStrategyExport, RecordStrategy, $strategy);
        $($crate::__carry!($cases);)?
    };
}

/// Makes the crate a plugin: exports a type that implements [`Channel`].
/// With `cases = …` it carries cases of its own: see [`share_strategy!`].
#[macro_export]
macro_rules! channel {
    ($channel:ty $(, cases = $cases:expr)?) => {
        $crate::__export!(channel, export_channel, ChannelExport, Channel, $channel);
        $($crate::__carry!($cases);)?
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

/// Exports the cases that a plugin carries; one without them exports nothing more.
#[doc(hidden)]
#[macro_export]
macro_rules! __carry {
    ($cases:expr) => {
        const _: () = {
            #[cfg(target_arch = "wasm32")]
            struct Cases;
            #[cfg(target_arch = "wasm32")]
            impl $crate::bindings::self_tested::exports::nudged::plugin::self_test::Guest for Cases {
                fn cases() -> ::std::string::String {
                    let cases: &'static str = $cases;
                    cases.into()
                }
            }
            #[cfg(target_arch = "wasm32")]
    $crate::bindings::self_tested::export_self_tested!(Cases with_types_in $crate::bindings::self_tested);
            #[cfg(not(target_arch = "wasm32"))]
            const _: &str = $cases;
        };
    };
}
