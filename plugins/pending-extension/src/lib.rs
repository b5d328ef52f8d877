//! Extensions of access that were asked for and wait for an answer.

use nudged_sdk::{
    Context, Finding, Manifest, NoParameters, Severity, Share, ShareStrategy,
    chrono::{DateTime, NaiveDate, Utc},
    role, text,
};

/// Days before the end of access from which on waiting is a warning, and critical.
const WARNING: i64 = 14;
const CRITICAL: i64 = 2;
/// Characters of a reason shown.
const REASON_SHOWN: usize = 300;

struct PendingExtension;

impl ShareStrategy for PendingExtension {
    type Parameters = NoParameters;

    fn manifest() -> Manifest {
        nudged_sdk::manifest!().extension_asked()
    }

    fn evaluate(share: &Share<'_>, context: &Context) -> Option<Finding> {
        if !share.extension_pending() {
            return None;
        }
        let (since, end) = (share.since(), End::of(share));
        let title = format!("Pending extension of access to {}", text::dataset(share));
        let finding = Finding::new("pending-extension", title, sentence(share, end.as_ref(), context))
            .since(since)
            .deadline(end.as_ref().map(|end| end.at))
            .roles([role::PRODUCERS, role::STEWARDS])
            .severity(severity(end.as_ref(), context))
            .facts_of(share)
            .fact("Reason", text::shortened(share.extension_reason().trim(), REASON_SHOWN))
            .fact("Access ends", end.map(|end| text::date(end.day)).unwrap_or_default())
            .fact("Requested until", share.requested_expiry_day().map(text::date).unwrap_or_default())
            .fact("Waiting since", text::instant(since));
        Some(finding)
    }
}

nudged_sdk::share_strategy!(PendingExtension, cases = include_str!("cases.json"));

/// When access ends if nobody acts.
struct End {
    day: NaiveDate,
    at: DateTime<Utc>,
}

impl End {
    fn of(share: &Share<'_>) -> Option<Self> {
        if share.non_expirable() {
            return None;
        }
        Some(Self { day: share.expiry_day()?, at: share.expires()? })
    }
}

fn severity(end: Option<&End>, context: &Context) -> Severity {
    let days = end.map(|end| (end.day - context.today).num_days());
    days.map_or(Severity::Info, |days| Severity::nearing(days, WARNING, CRITICAL))
}

fn sentence(share: &Share<'_>, end: Option<&End>, context: &Context) -> String {
    let owner = text::known(share.owner(), "Somebody");
    let (dataset, team) = (text::dataset(share), text::for_team(share));
    let requested = share.requested_expiry_day();
    let until = requested.map(|day| format!(" until {}", text::date(day))).unwrap_or_default();
    let waited = text::days(share.age(context.now));
    let mut sentence =
        format!("{owner} asks to extend the access to {dataset}{team}{until} and has waited {waited} for an answer.");
    if let Some(end) = end {
        sentence += &ending(end, context);
    }
    // data.all compares the requested day's midnight with its clock.
    if requested.is_some_and(|day| day <= context.today) {
        sentence += " The day that was asked for has come, so that it can only be rejected and asked for anew.";
    }
    sentence
}

fn ending(end: &End, context: &Context) -> String {
    let when = text::until(context.today, end.day);
    if end.at > context.now {
        format!(" If nobody answers, access ends {when}.")
    } else {
        format!(" The last day of access was {when}.")
    }
}

#[cfg(test)]
mod tests;
