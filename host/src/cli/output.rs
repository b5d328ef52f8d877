//! Results on stdout, as the contract says.

use std::io::{self, BufWriter, Write};

use serde_json::{Value, json};

use super::Format;
use crate::{
    model::{Decision, Instant, Problem, Verdict, is_deceptive},
    pipeline::{ActionReport, Delivery, Report},
};

/// Writes a line to stdout.
pub(super) fn line(text: &str) {
    write_line(&mut io::stdout().lock(), text);
}

/// Writes a line to stderr: what is to be known beside the result.
pub(super) fn remark(text: &str) {
    write_line(&mut io::stderr().lock(), text);
}

/// Control characters that came out of a database, and those that reorder text, must not reach a terminal. A reader that has gone away
/// (`nudged scan | head`) ends the output, not the work.
fn write_line(out: &mut impl Write, text: &str) {
    let _ = writeln!(out, "{}", text.replace(|c: char| c.is_control() || is_deceptive(c), "\u{fffd}"));
}

/// A whole report.
pub(super) fn report(report: &Report, format: Format) {
    let mut out = BufWriter::new(io::stdout().lock());
    let mut line = |text: String| write_line(&mut out, &text);
    match format {
        Format::Json => {
            report.verdicts.iter().for_each(|verdict| line(verdict_json(&verdict).to_string()));
            report.actions.iter().for_each(|action| line(action_json(action).to_string()));
            report.problems.iter().for_each(|problem| line(problem_json(problem).to_string()));
            line(summary_json(report).to_string());
        }
        Format::Text => {
            report.verdicts.iter().for_each(|verdict| line(verdict_text(&verdict)));
            report.actions.iter().for_each(|action| line(action_text(action)));
            report.problems.iter().for_each(|problem| line(problem_text(problem)));
            line(summary_text(report));
        }
    }
}

/// An ended attempt, in one piece.
pub(super) fn delivery(delivery: &Delivery, format: Format) {
    let mut out = BufWriter::new(io::stdout().lock());
    let mut line = |text: String| write_line(&mut out, &text);
    let Delivery { notification, outcome, attempts, detail } = delivery;
    match format {
        Format::Json => {
            let (id, channel, to) = (notification.id.as_str(), &notification.channel, &notification.recipient);
            let object = json!({
                "notification": id, "channel": channel, "to": to, "outcome": outcome, "attempts": attempts, "detail": detail,
            });
            line(object.to_string());
        }
        Format::Text => {
            line(format!(
                "{outcome:<9} {} ({}): {}",
                notification.recipient, notification.channel, notification.subject
            ));
            for reminder in &notification.reminders {
                line(format!("          {}: {}", reminder.item, reminder.sentence));
            }
            line(format!("          {detail}"));
        }
    }
}

fn verdict_json(verdict: &Verdict) -> Value {
    let hold_until = match verdict.decision {
        Decision::Hold(until) => until.map(rfc3339),
        _ => None,
    };
    json!({
        "verdict": verdict.decision.word(),
        "code": verdict.code.as_str(),
        "reminder": verdict.reminder,
        "strategy": verdict.strategy,
        "item": verdict.item.as_str(),
        "reason": verdict.reason,
        "roles": verdict.roles,
        "groups": verdict.groups,
        "recipient": verdict.recipient,
        "channel": verdict.channel,
        "ordinal": verdict.ordinal,
        "first_sent": verdict.first_sent.map(rfc3339),
        "hold_until": hold_until,
        "deadline": verdict.deadline.map(rfc3339),
        "notification": verdict.notification.as_ref().map(|id| id.as_str()),
    })
}

fn action_json(action: &ActionReport) -> Value {
    json!({
        "action": action.action.as_str(),
        "item": action.item.as_str(),
        "code": action.code,
        "applied": action.applied,
        "reminder": action.reminder,
        "detail": action.detail,
    })
}

fn action_text(action: &ActionReport) -> String {
    let detail = if action.detail.is_empty() { String::new() } else { format!(": {}", action.detail) };
    format!("{:<6} {:<10} {} {}{detail}", action.action.as_str(), action.code, action.reminder, action.item)
}

pub(super) fn problem_json(problem: &Problem) -> Value {
    json!({ "problem": problem.text, "item": problem.item.as_ref().map(|item| item.as_str()) })
}

fn summary_json(report: &Report) -> Value {
    json!({ "summary": {
        "scanned": report.scanned,
        "findings": report.findings,
        "send": report.count("send"),
        "hold": report.count("hold"),
        "drop": report.count("drop"),
        "problems": report.problems.len(),
        "notifications": report.notifications,
        "millis": u64::try_from(report.took.as_millis()).unwrap_or(u64::MAX),
    } })
}

fn verdict_text(verdict: &Verdict) -> String {
    let until = match verdict.decision {
        Decision::Hold(Some(until)) => format!(", until {}", rfc3339(until)),
        _ => String::new(),
    };
    let whom = match (&verdict.recipient, &verdict.channel) {
        (Some(recipient), Some(channel)) => format!(" -> {recipient} ({channel}), no. {}", verdict.ordinal),
        _ => format!(" -> {}", verdict.groups.join(", ")),
    };
    format!(
        "{:<4} {:<12} {} {}{whom}{until}",
        verdict.decision.word(),
        verdict.code.as_str(),
        verdict.reminder,
        verdict.item
    )
}

pub(super) fn problem_text(problem: &Problem) -> String {
    match &problem.item {
        Some(item) => format!("problem at {item}: {}", problem.text),
        None => format!("problem: {}", problem.text),
    }
}

fn summary_text(report: &Report) -> String {
    format!(
        "{} items scanned, {} findings: {} to send in {} notifications, {} held, {} dropped, {} problems ({} ms)",
        report.scanned,
        report.findings,
        report.count("send"),
        report.notifications,
        report.count("hold"),
        report.count("drop"),
        report.problems.len(),
        report.took.as_millis()
    )
}

/// `2026-05-04T09:00:00Z`
pub(super) fn rfc3339(instant: Instant) -> String {
    instant.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}
