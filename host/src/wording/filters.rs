//! What templates can do with values, beside what minijinja brings along.
//!
//! | filter | example | makes |
//! |---|---|---|
//! | `date` | `{{ reminder.deadline \| date("Europe/London") }}` | `12 May 2026` |
//! | `datetime` | `{{ reminder.since \| datetime }}` | `12 May 2026, 09:30 UTC` |
//! | `url` | `<a href="{{ reminder.link \| url }}">` | the link if it is http or https, else `#` |

use chrono_tz::Tz;
use minijinja::{Environment, Error, ErrorKind, Value};

use super::view::is_web_page;
use crate::model::Instant;

pub(super) fn add(environment: &mut Environment<'_>) {
    environment.add_filter("date", |at: Value, zone: Option<&str>| written(&at, zone, "%-d %B %Y"));
    environment.add_filter("datetime", |at: Value, zone: Option<&str>| written(&at, zone, "%-d %B %Y, %H:%M %Z"));
    environment
        .add_filter("url", |link: Value| link.as_str().filter(|link| is_web_page(link)).unwrap_or("#").to_owned());
}

/// An instant on the clocks of a zone, UTC without one; nothing where there is none.
fn written(at: &Value, zone: Option<&str>, format: &str) -> Result<String, Error> {
    if at.is_none() {
        return Ok(String::new());
    }
    let wrong = |what: String| Error::new(ErrorKind::InvalidOperation, what);
    let instant = at.as_str().and_then(|text| text.parse::<Instant>().ok());
    let instant = instant.ok_or_else(|| wrong(format!("{at} is no instant such as 2026-05-12T09:30:00Z")))?;
    let zone: Tz = zone.unwrap_or("UTC").parse().map_err(|error| wrong(format!("{error}")))?;
    Ok(instant.with_timezone(&zone).format(format).to_string())
}
