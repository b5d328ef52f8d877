//! `nudged explain`.

use std::sync::Arc;

use clap::Args;
use serde_json::Value;

use super::{
    End, Failure, Format,
    output::{line, remark, rfc3339},
    simulate::when,
};
use crate::{
    clock::Clock,
    config::Config,
    daemon,
    model::{Instant, ItemKey},
    pipeline::{
        Writing,
        explain::{self, Coming, Doing, Explanation, Finding, Notice, OfReminder, Past},
    },
};

/// The state of a notice that was taken back before it was sent.
const CANCELLED: &str = "cancelled";

/// What it means.
const WHY_CANCELLED: &str = "cancelled, for it was resolved before it was sent, or an operator dropped it";

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// share:<uri>, stack:<uri> or record:<source>:<id>; without any of these, the URI of a share.
    item: String,
    /// Explain as if it were this instant (or the midnight in UTC of this date).
    #[arg(long, value_name = "WHEN", value_parser = when)]
    now: Option<Instant>,
    /// The form of the answer.
    #[arg(long, value_enum, default_value = "text", value_name = "FORM")]
    format: Format,
}

pub(super) async fn explain(config: Config, arguments: Arguments, clock: Arc<dyn Clock>) -> Result<End, Failure> {
    let Arguments { item, now, format } = arguments;
    let now = now.unwrap_or_else(|| clock.now());
    let scanner = daemon::scanner(&config, clock, Writing::DryRun).await?;
    let reminders: Vec<_> = config.reminders.values().collect();
    let explanation = match explain::explain(&scanner, &reminders, &key(&item), now).await? {
        Ok(explanation) => explanation,
        Err(why) => {
            // What is not there is an answer, but not the one that was asked for.
            remark(&format!("nudged: {why}"));
            return Ok(End::No);
        }
    };
    match format {
        Format::Json => line(&serde_json::to_string(&explanation)?),
        Format::Text => text(&explanation),
    }
    Ok(End::Well)
}

fn key(item: &str) -> ItemKey {
    let has_kind = ["share:", "stack:", "record:"].iter().any(|kind| item.starts_with(kind));
    if has_kind { ItemKey::from_stored(item.to_owned()) } else { ItemKey::share(item) }
}

/// Writes at a depth.
fn at(depth: usize, text: &str) {
    line(&format!("{:1$}{text}", "", depth * 2));
}

fn text(explanation: &Explanation) {
    at(0, &format!("{} at {}", explanation.item, rfc3339(explanation.now)));
    explanation.facts.iter().for_each(|(name, value)| fact(name, value));
    explanation.problems.iter().for_each(|problem| at(1, &format!("problem: {problem}")));
    for reminder in &explanation.reminders {
        line("");
        of_reminder(reminder);
    }
    line("");
    at(0, if explanation.history.is_empty() { "history: none" } else { "history" });
    explanation.history.iter().for_each(past);
}

fn fact(name: &str, value: &Value) {
    match value {
        Value::Array(items) => {
            at(1, &format!("{name}:"));
            for item in items.iter().filter_map(Value::as_object) {
                let parts: Vec<_> = item.values().filter_map(Value::as_str).filter(|part| !part.is_empty()).collect();
                at(2, &parts.join(", "));
            }
        }
        Value::String(text) => at(1, &format!("{name}: {text}")),
        Value::Bool(_) => at(1, &format!("{name}: yes")),
        other => at(1, &format!("{name}: {other}")),
    }
}

fn of_reminder(of: &OfReminder) {
    let inactive = if of.active { "" } else { ", NOT ACTIVE: this is what would be if it were" };
    at(0, &format!("reminder {} (strategy {}, {}{inactive})", of.reminder, of.strategy, of.schedule));
    of.unread.iter().for_each(|why| at(1, &format!("does not look at it: {why}")));
    of.paused.iter().for_each(|why| at(1, &format!("paused: {why}")));
    of.problems.iter().for_each(|problem| at(1, &format!("problem: {problem}")));
    of.findings.iter().for_each(finding);
    if !of.closing.is_empty() {
        at(1, "what was found before is over");
        of.closing.iter().for_each(notice);
    }
    if of.findings.is_empty() && of.unread.is_empty() {
        at(1, "finds nothing");
    }
    of.next.iter().for_each(|next| at(1, &format!("as time goes on: {}", coming(next))));
}

fn finding(finding: &Finding) {
    let Finding { reason, severity, title, text, episode, deadline, roles, action, notices } = finding;
    at(1, &format!("found: {title} ({reason}, {severity})"));
    at(2, text);
    at(2, &format!("counts from {}", rfc3339(*episode)));
    deadline.iter().for_each(|deadline| at(2, &format!("too late after {}", rfc3339(*deadline))));
    at(2, &format!("for: {}", roles.join(", ")));
    action.iter().for_each(doing);
    notices.iter().for_each(notice);
}

fn doing(doing: &Doing) {
    let code = doing.code.as_ref().map(|code| format!(" ({code})")).unwrap_or_default();
    at(2, &format!("at expiry: {}{code}: {}", doing.action, doing.detail));
    doing
        .from
        .iter()
        .for_each(|from| at(3, &format!("a last notice has been out for long enough at {}", rfc3339(*from))));
}

fn notice(notice: &Notice) {
    let ways = [notice.roles.join(", "), notice.groups.join(", ")];
    let ways: Vec<_> = ways.into_iter().filter(|way| !way.is_empty()).collect();
    let to = match (&notice.recipient, &notice.channel) {
        (Some(recipient), Some(channel)) => format!("{recipient} by {channel}"),
        (None, Some(channel)) => format!("everybody by {channel}"),
        (_, None) => "everybody".to_owned(),
    };
    at(2, &format!("{to}, as {}", if ways.is_empty() { "one who was told".to_owned() } else { ways.join(" of ") }));
    notice.zone.iter().for_each(|zone| at(3, &format!("on the clocks of {zone}")));
    notice.rules.iter().for_each(|rule| at(3, rule));
    let until = notice.hold_until.map(|until| format!(", until {}", rfc3339(until))).unwrap_or_default();
    at(3, &format!("now: {} ({}){until}: {}", notice.verdict, notice.code, notice.meaning));
    notice.next.iter().for_each(|next| at(3, &format!("next: {}", coming(next))));
    notice.never.iter().for_each(|why| at(3, &format!("no further notice: {why}")));
}

fn coming(next: &Coming) -> String {
    let Coming { at, recipient, channel, code, ordinal } = next;
    let when = at.format("%-d %B %Y %H:%M UTC");
    format!("{when} to {recipient} by {channel} ({code}, no. {ordinal})")
}

fn past(past: &Past) {
    let when = rfc3339(past.at());
    at(
        1,
        &match past {
            Past::Opened { reminder, reason, .. } => format!("{when} {reminder} found it: {reason}"),
            Past::Closed { reminder, reason, .. } => format!("{when} {reminder} found it no more: {reason}"),
            Past::Notice { reminder, notice, sequence, recipient, channel, state, notification, .. } => {
                let state = if *state == CANCELLED { WHY_CANCELLED } else { state };
                format!(
                    "{when} {reminder}: {notice} no. {sequence} to {recipient} by {channel}: {state} ({notification})"
                )
            }
        },
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_uri_is_a_share() {
        for (written, meant) in [
            ("s1", "share:s1"),
            ("share:s1", "share:s1"),
            ("stack:k1", "stack:k1"),
            ("record:contracts:c1", "record:contracts:c1"),
            ("odd:uri", "share:odd:uri"),
        ] {
            assert_eq!(key(written).as_str(), meant);
        }
    }
}
