//! Write plugins for nudged in Rust: strategies, which say what needs attention, and channels, which tell people.
//!
//! A plugin is a crate of type `cdylib` that implements one trait and calls one macro. `nudged plugin new` makes such a
//! crate, with this one copied into it; `nudged plugin build`, `test` and `check` do the rest. All of it:
//!
//! ```
//! use nudged_sdk::{Context, Finding, Manifest, NoParameters, Share, ShareStrategy, role, text};
//!
//! struct Orphans;
//!
//! impl ShareStrategy for Orphans {
//!     type Parameters = NoParameters;
//!
//!     fn manifest() -> Manifest {
//!         nudged_sdk::manifest!().statuses(&["Processed"])
//!     }
//!
//!     fn evaluate(share: &Share<'_>, context: &Context) -> Option<Finding> {
//!         if !share.owner().is_empty() {
//!             return None;
//!         }
//!         let waiting = text::days(share.age(context.now));
//!         let text = format!("The share of {} has had no owner for {waiting}.", share.dataset_label());
//!         let finding = Finding::new("no-owner", "Share without an owner", text);
//!         Some(finding.since(share.since()).roles([role::PRODUCERS]))
//!     }
//! }
//!
//! nudged_sdk::share_strategy!(Orphans);
//!
//! // A native test needs no WebAssembly:
//! use nudged_sdk::testing::{ShareBuilder, at, context};
//!
//! let share = ShareBuilder::new("s1").owner("").since(at("2026-05-01T00:00:00Z")).build();
//! let finding = Orphans::evaluate(&share, &context(at("2026-05-24T00:00:00Z"), NoParameters)).unwrap();
//! assert_eq!(finding.text, "The share of Sales has had no owner for 23 days.");
//! ```
//!
//! # The crate
//!
//! ```toml
//! [package]
//! name = "orphans"         # what the configuration calls the plugin: [a-z][a-z0-9-]*
//! version = "1.0.0"
//! edition = "2024"
//! license = "Apache-2.0"
//!
//! [lib]
//! crate-type = ["cdylib"]
//!
//! [dependencies]
//! nudged-sdk = { path = "vendor/nudged-sdk" }
//! serde = { version = "1", default-features = false, features = ["derive"] }   # with parameters
//!
//! [profile.release]
//! opt-level = "s"
//! lto = true
//! codegen-units = 1
//! panic = "abort"
//! strip = true
//! ```
//!
//! Built for `wasm32-unknown-unknown` and made a component, which `nudged plugin build` does, it imports nothing but nudged's
//! interfaces, and has some 45 KB. It builds from Rust 1.85 on, as far as the language and the standard library that it uses
//! tell; what it is tested with is 1.95.
//!
//! # What a strategy is given, and what it answers
//!
//! | trait and macro | an item is | narrowed by the manifest's |
//! |---|---|---|
//! | [`ShareStrategy`], [`share_strategy!`] | a [`Share`] of a dataset | `statuses`, `expires_within_days`, `item_statuses`, `item_health` |
//! | [`StackStrategy`], [`stack_strategy!`] | a CloudFormation [`Stack`] | `statuses`, `kinds` |
//! | [`RecordStrategy`], [`record_strategy!`] | a [`Record`], a row of the operator's own query | the query |
//!
//! `evaluate` is asked for one item at a time and looks at nothing but the item and the [`Context`], which holds the
//! scan's only clock reading, `now`, and its calendar day, `today`. It answers with a [`Finding`] where somebody should act:
//! a *reason* that names the complaint for the program, a *title* and a *text* for people, *since* when, and whom it concerns
//! by [`role`]. Who is told, how often and where is the operator's configuration. As long as reason and `since` stay the same
//! it is the same case, which is reminded of and escalated; when the finding is gone, the case is over.
//!
//! More than one finding, or an error for what must not happen, is told by naming another [`Answer`]:
//! `impl ShareStrategy<Vec<Finding>> for …`, or `impl ShareStrategy<Result<Option<Finding>, Error>> for …`, in which `?` works
//! on any error of the standard library, chrono or serde. The daemon's log says which item it was.
//!
//! Wording that most strategies need is in [`text`]: lengths of time, dates, lists, shortened texts. [`calendar`] knows on
//! which days data.all lets access end.
//!
//! # Parameters
//!
//! What operators may configure is a struct. Its JSON Schema, with which the daemon checks the configuration, is derived:
//!
//! ```
//! use nudged_sdk::{Context, Finding, Manifest, Severity, Stack, StackStrategy, role};
//!
//! #[derive(serde::Deserialize, nudged_sdk::Parameters)]
//! #[serde(default, deny_unknown_fields)]
//! struct Parameters {
//!     /// Regions whose failures are critical.
//!     #[parameter(max_items = 20, items(pattern = "^[a-z0-9-]+$"), example = ["eu-west-1"])]
//!     critical_regions: Vec<String>,
//! }
//!
//! impl Default for Parameters {
//!     fn default() -> Self {
//!         Self { critical_regions: vec!["eu-west-1".into()] }
//!     }
//! }
//!
//! struct Failures;
//!
//! impl StackStrategy for Failures {
//!     type Parameters = Parameters;
//!
//!     fn manifest() -> Manifest {
//!         nudged_sdk::manifest!().statuses(&["UPDATE_FAILED"])
//!     }
//!
//!     fn evaluate(stack: &Stack<'_>, context: &Context<Parameters>) -> Option<Finding> {
//!         let critical = context.parameters.critical_regions.contains(&stack.region());
//!         let text = format!("The stack of {} in {} failed.", stack.target_label(), stack.region());
//!         let severity = if critical { Severity::Critical } else { Severity::Warning };
//!         Some(Finding::new("failed", "A stack failed", text).severity(severity).roles([role::ENVIRONMENT_ADMINS]))
//!     }
//! }
//!
//! nudged_sdk::stack_strategy!(Failures);
//!
//! let manifest = nudged_sdk::testing::described::<Failures>();
//! assert_eq!(manifest["parameters"]["properties"]["critical_regions"]["default"][0], "eu-west-1");
//! ```
//!
//! See [`Parameters`] for what is understood.
//!
//! # Channels
//!
//! A channel hands one message for one person to the outside world, through what the host lends it: [`mail`], [`http`] or
//! [`inbox`]. It names what it uses in the manifest's `asks`, and the operator grants it. The [`Outcome`] says whether it
//! arrived, is to be tried again, or is refused for good.
//!
//! ```
//! use nudged_sdk::{Channel, Manifest, NoParameters, Notification, Outcome, http::Request};
//!
//! struct Chat;
//!
//! impl Channel for Chat {
//!     type Parameters = NoParameters;
//!
//!     fn manifest() -> Manifest {
//!         nudged_sdk::manifest!().asks(&["http"])
//!     }
//!
//!     fn send(notification: &Notification<'_>) -> Outcome {
//!         // The URL is a secret, which the host fills in: the plugin never sees it.
//!         Request::post("secret:hook").json(&[notification.subject(), notification.text()]).send().into()
//!     }
//! }
//!
//! nudged_sdk::channel!(Chat);
//!
//! use nudged_sdk::testing::{HttpHost, NotificationBuilder, PlainResponse};
//!
//! let network = HttpHost::answering([Ok(PlainResponse::new(503, "busy"))]);
//! let outcome = Chat::send(&NotificationBuilder::new().build(NoParameters));
//! assert_eq!(outcome, Outcome::Retry { detail: "503: busy".into(), after: None });
//! assert_eq!(network.sent()[0].url, "secret:hook");
//! ```
//!
//! All texts come from databases and people: [`clean`] them, and escape them for where they are put.
//!
//! # Testing
//!
//! Natively, with `cargo test`: [`testing`] makes items and notifications of plain data and stands in for the host. In the
//! component that is shipped, `nudged plugin test` tries cases, which are JSON; a plugin can carry them, so that the daemon
//! tries them before it serves: `share_strategy!(Orphans, cases = include_str!("../cases/orphans.json"))`.
//!
//! # When something goes wrong
//!
//! A panic ends the call. Its text and place, and the item that was worked on, are in the daemon's log, as is all that is
//! written to [`log`]. Every call begins with a fresh memory and has a limited time; nothing is kept from one to the next.
#![deny(missing_docs)]

mod answer;
#[doc(hidden)]
pub mod bindings;
mod budget;
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
mod macros;
pub mod mail;
mod manifest;
mod notification;
mod pairs;
mod parameters;
mod record;
#[doc(hidden)]
pub mod schema;
mod share;
mod stack;
mod strategy;
#[cfg(not(target_arch = "wasm32"))]
pub mod testing;
pub mod text;
mod time;

pub use answer::Answer;
pub use budget::Budget;
pub use channel::{Channel, Outcome};
pub use error::Error;
pub use finding::{Finding, Severity, role};
pub use manifest::Manifest;
pub use notification::{Notification, Reminder};
pub use pairs::Pairs;
pub use parameters::{NoParameters, Parameters};
pub use record::Record;
pub use share::{Share, ShareItem};
pub use stack::Stack;
pub use strategy::{Context, RecordStrategy, ShareStrategy, StackStrategy};

pub use chrono;
pub use nudged_sdk_derive::Parameters;

// What the derive macro writes names this crate, which has parameters of its own to test with.
#[cfg(test)]
extern crate self as nudged_sdk;
