//! Plain data in place of the host, for native tests of plugins.

mod http;
mod inbox;
mod mail;
mod notification;
mod record;
mod share;
mod stack;

pub(crate) use http::hand_to_http_host;
pub use http::{HttpHost, PlainResponse};
pub use inbox::InboxHost;
pub(crate) use inbox::hand_to_inbox_host;
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
