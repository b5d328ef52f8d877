//! Plain data in place of the host, for native tests of plugins.
//!
//! | in place of | there is |
//! |---|---|
//! | shares, stacks, records | [`ShareBuilder`], [`StackBuilder`], [`RecordBuilder`] |
//! | the scan | [`context`], with [`Context::with_attribute`] and [`Context::with_today`] |
//! | the configuration | [`parameters`], from JSON as in the daemon |
//! | notifications, with wordings and what is kept | [`NotificationBuilder`], [`PlainReminder`] |
//! | the relay, the network with secrets, the inbox, the log | [`MailHost`], [`HttpHost`], [`InboxHost`], [`LogHost`] |
//! | the host that admits the plugin | [`described`], [`schema()`] |
//!
//! ```
//! use nudged_sdk::{Context, Finding, Manifest, NoParameters, Share, ShareStrategy, text};
//! use nudged_sdk::testing::{ShareBuilder, at, context, described};
//!
//! struct Ending;
//!
//! impl ShareStrategy for Ending {
//!     type Parameters = NoParameters;
//!
//!     fn manifest() -> Manifest {
//!         nudged_sdk::manifest!().expires_within_days(7)
//!     }
//!
//!     fn evaluate(share: &Share<'_>, context: &Context) -> Option<Finding> {
//!         let until = text::until(context.today, share.expiry_day()?);
//!         let next = context.on_expiry(share).unwrap_or("notify");
//!         Some(Finding::new("ending", "Access ends", format!("Access ends {until}, then: {next}.")))
//!     }
//! }
//!
//! nudged_sdk::share_strategy!(Ending);
//!
//! # fn main() {
//! let now = at("2026-04-24T23:30:00Z");
//! let context = context(now, NoParameters).with_today("2026-04-25".parse().unwrap()).with_attribute("on-expiry", "revoke");
//! let share = ShareBuilder::new("s1").expires_on("2026-04-26".parse().unwrap()).build();
//! assert_eq!(Ending::evaluate(&share, &context).unwrap().text, "Access ends tomorrow, then: revoke.");
//! assert_eq!(described::<Ending>()["reads"]["expires-within-days"], 7);
//! # }
//! ```

mod http;
mod inbox;
mod log;
mod mail;
mod notification;
mod record;
mod share;
mod stack;

pub(crate) use http::hand_to_http_host;
pub use http::{HttpHost, PlainResponse};
pub use inbox::InboxHost;
pub(crate) use inbox::hand_to_inbox_host;
pub use log::LogHost;
pub(crate) use log::hand_to_log_host;
pub use mail::MailHost;
pub(crate) use mail::hand_to_mail_host;
pub use notification::{NotificationBuilder, PlainNotification, PlainReminder};
pub use record::{PlainRecord, RecordBuilder};
pub use share::{PlainShare, PlainShareItem, ShareBuilder};
pub use stack::{PlainStack, StackBuilder};

use chrono::{DateTime, NaiveDate, Utc};

use crate::{Context, Parameters, export::Plugin};

/// The context of a scan at this instant, with UTC as the source's zone.
pub fn context<P>(now: DateTime<Utc>, parameters: P) -> Context<P> {
    Context::new(now, now.date_naive(), parameters)
}

/// Reads an instant such as `2026-05-12T09:00:00Z`.
///
/// # Panics
/// If the text is no RFC 3339 instant.
pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap_or_else(|error| panic!("\"{text}\" is no RFC 3339 instant: {error}"))
}

/// Reads a day such as `2026-04-30`.
///
/// # Panics
/// If the text is no such day.
pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap_or_else(|error| panic!("\"{text}\" is no day: {error}"))
}

/// Parameters read from JSON as they are inside the daemon.
///
/// # Panics
/// If the JSON does not fit the type.
pub fn parameters<P: Parameters>(json: &str) -> P {
    P::read(json).unwrap_or_else(|error| panic!("{error}"))
}

/// The JSON Schema of parameters.
///
/// # Panics
/// If it is not JSON.
pub fn schema<P: Parameters>() -> serde_json::Value {
    json("schema", &P::schema())
}

/// The manifest of a plugin, which one of the export macros has made of the type, as the host reads it.
///
/// # Panics
/// If it is not JSON.
pub fn described<P: Plugin>() -> serde_json::Value {
    json("manifest", &P::describe())
}

fn json(what: &str, text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("the {what} is no JSON: {error}\n{text}"))
}
