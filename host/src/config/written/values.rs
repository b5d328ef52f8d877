//! Single values: from what was written to what it means, or a complaint.

use std::{net::IpAddr, time::Duration};

use chrono::NaiveTime;
use chrono_tz::{TZ_VARIANTS, Tz};
use lettre::{Address, message::Mailbox};
use url::Url;

use crate::{
    config::{meaning::Rate, problem::Complaint, suggest::nearest},
    model::{Span, is_name},
    policy::{QuietHours, Schedule, Wait},
};

/// A name that can stand in a file name, a metric's label and a Message-ID: `[a-z][a-z0-9-]*`.
pub(super) fn name(text: &str) -> Result<String, Complaint> {
    let fail = || {
        let fix = "write lower-case letters, digits and `-`, a letter first, at most 64, such as `pending-share`";
        Complaint::new(format!("{text:?} is not a name"), fix)
    };
    is_name(text).then(|| text.to_owned()).ok_or_else(fail)
}

/// A length of time.
pub(super) fn span(text: &str) -> Result<Span, Complaint> {
    text.parse().map_err(|_| {
        let fix = "write a number and a unit, such as \"30s\", \"15m\", \"12h\", \"2d\" or \"1w\"";
        Complaint::new(format!("{text:?} is not a length of time"), fix)
    })
}

/// A length of time that is used as a limit or as a wait.
pub(super) fn limit(text: &str) -> Result<Duration, Complaint> {
    match span(text)?.as_exact() {
        Duration::ZERO => Err(Complaint::new(format!("{text:?} is no time at all"), "write at least \"1s\"")),
        length => Ok(length),
    }
}

/// So many in so much time, such as `30/min`.
pub(super) fn rate(text: &str) -> Result<Rate, Complaint> {
    let units = [("s", 1), ("min", 60), ("h", 3600)];
    let read = text.split_once('/').and_then(|(count, unit)| {
        let count = count.trim().parse().ok().filter(|count| *count > 0)?;
        let (_, seconds) = units.into_iter().find(|(name, _)| *name == unit.trim())?;
        Some(Rate { count, per: Duration::from_secs(seconds) })
    });
    read.ok_or_else(|| {
        Complaint::new(format!("{text:?} is not a rate"), "write one such as \"1/s\", \"30/min\" or \"100/h\"")
    })
}

/// A length of time, or a number of working days.
pub(super) fn wait(text: &str) -> Result<Wait, Complaint> {
    text.parse().map_err(|_| {
        let fix = "write one such as \"12h\", \"2d\", \"1w\" or \"3 working days\"";
        Complaint::new(format!("{text:?} is not a length of time"), fix)
    })
}

/// A time of day.
pub(super) fn time(text: &str) -> Result<NaiveTime, Complaint> {
    let fail = |_| Complaint::new(format!("{text:?} is not a time of day"), "write one such as \"09:00\"");
    NaiveTime::parse_from_str(text, "%H:%M").map_err(fail)
}

/// A part of every day.
pub(super) fn quiet_hours(text: &str) -> Result<QuietHours, Complaint> {
    text.parse().map_err(|_| {
        let fix = "write the first minute and the first one after, such as \"22:00-07:00\"";
        Complaint::new(format!("{text:?} is not a part of the day"), fix)
    })
}

/// A limit as people write it.
pub(super) fn shown(limit: Duration) -> String {
    Span::seconds(u32::try_from(limit.as_secs()).unwrap_or(u32::MAX)).to_string()
}

/// An IANA time zone.
pub(super) fn zone(text: &str) -> Result<Tz, Complaint> {
    text.parse().map_err(|_| {
        let fix = match nearest(text, TZ_VARIANTS.iter().map(|zone| zone.name())) {
            Some(zone) => format!("did you mean `{zone}`?"),
            None => "write an IANA name such as \"Europe/London\" or \"UTC\"".to_owned(),
        };
        Complaint::new(format!("{text:?} is not a time zone"), fix)
    })
}

/// A cron expression on the clocks of `zone`.
pub(super) fn schedule(text: &str, zone: Tz) -> Result<Schedule, Complaint> {
    Schedule::parse(text, zone).map_err(|error| {
        let fix = "write five fields such as \"0 9 * * 1\", which is Mondays at 09:00";
        Complaint::new(error.to_string().trim_end_matches('.'), fix)
    })
}

/// Runs so many days before the end of each month.
pub(super) fn month_end(days_before: &[u32], at: NaiveTime, zone: Tz) -> Result<Schedule, Complaint> {
    Schedule::month_end(days_before, at, zone).map_err(|error| {
        let fix = "write days before the last day of the month, such as [1,3,7]";
        Complaint::new(error.to_string().trim_end_matches('.'), fix)
    })
}

/// The name of a column of the operator's query.
pub(super) fn column(text: &str) -> Result<String, Complaint> {
    let fail = || Complaint::new("is empty", "write the name of a column of the query");
    if text.trim().is_empty() { Err(fail()) } else { Ok(text.to_owned()) }
}

/// Whether a text is the address of a web page.
pub(super) fn is_web_page(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}

/// Where recipients say that they want no more: a page or a mailbox, `{recipient}` where their address goes.
pub(super) fn unsubscribe(text: &str) -> Result<String, Complaint> {
    let fix = "write one such as \"https://example.com/stop?who={recipient}\" or \"mailto:stop@example.com\"";
    let filled = text.replace("{recipient}", "recipient");
    if filled.contains(['{', '}']) {
        return Err(Complaint::new(format!("{text:?} has a place to fill that is not `{{recipient}}`"), fix));
    }
    // What `Url` passes over, or writes in another way, would be sent as it stands.
    let plain =
        filled.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'<' | b'>' | b'"' | b',' | b'\\'));
    let url = Url::parse(&filled).ok().filter(|_| plain);
    match url.as_ref().map(|url| (url.scheme(), url)) {
        Some(("https", url)) if url.username().is_empty() && url.password().is_none() => Ok(text.to_owned()),
        Some(("mailto", url)) if url.path().parse::<Address>().is_ok() => Ok(text.to_owned()),
        _ => Err(Complaint::new(format!("{text:?} is neither an https page nor a mailbox"), fix)),
    }
}

/// An e-mail address without a name.
pub(super) fn mail_address(text: &str) -> Result<String, Complaint> {
    text.parse::<Address>().map(|_| text.to_owned()).map_err(|_| {
        Complaint::new(format!("{text:?} is not an e-mail address"), "write one such as \"pam@example.com\"")
    })
}

/// A mailbox: an address, with or without a name.
pub(super) fn mailbox(text: &str) -> Result<String, Complaint> {
    text.parse::<Mailbox>().map(|_| text.to_owned()).map_err(|_| {
        let fix = "write one such as \"nudged@example.com\" or \"nudged <nudged@example.com>\"";
        Complaint::new(format!("{text:?} is not a mailbox"), fix)
    })
}

/// An address on any other channel.
pub(super) fn address(text: &str) -> Result<String, Complaint> {
    let fail = || Complaint::new("is empty", "write the address that the channel's plugin expects");
    if text.trim().is_empty() { Err(fail()) } else { Ok(text.to_owned()) }
}

/// Whether the host of a URL is this machine, by its name or address alone.
pub(super) fn is_this_machine(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.to_canonical().is_loopback())
}
