//! Access that is about to end, with nobody having asked to extend it.

use nudged_sdk::{
    Context, Finding, Manifest, Severity, Share, ShareItem, ShareStrategy,
    calendar::{Extension, Terms},
    chrono::NaiveDate,
    role, text,
};
use serde::Deserialize;

/// Longest horizon, half a year: it bounds what the host reads, and what may be configured.
const LONGEST: u32 = 186;
/// Days before the end from which on it is a warning, and critical.
const WARNING: i64 = 7;
const CRITICAL: i64 = 2;
/// Names of items shown before "and 3 more".
const ITEMS_SHOWN: usize = 5;
/// Characters of a reason shown.
const REASON_SHOWN: usize = 300;
/// Statuses in which data.all takes a request for an extension.
const EXTENSIBLE: [&str; 3] = ["Processed", "Extension_Rejected", "Draft"];

struct ExpiringShare;

/// How far ahead to look.
#[derive(Debug, Clone, Deserialize, nudged_sdk::Parameters)]
#[serde(default, deny_unknown_fields)]
struct Parameters {
    /// Access that ends within this many days is found.
    #[parameter(maximum = LONGEST)]
    horizon_days: u32,
}

impl Default for Parameters {
    fn default() -> Self {
        Self { horizon_days: 31 }
    }
}

impl ShareStrategy for ExpiringShare {
    type Parameters = Parameters;

    fn manifest() -> Manifest {
        nudged_sdk::manifest!().expires_within_days(LONGEST).item_statuses(&ShareItem::LIVE).fields(&["items"])
    }

    fn evaluate(share: &Share<'_>, context: &Context<Parameters>) -> Option<Finding> {
        let expires = share.expires().filter(|at| *at > context.now)?;
        let last = share.expiry_day()?;
        let days = (last - context.today).num_days();
        let near = days <= i64::from(context.parameters.horizon_days);
        if !near || share.non_expirable() || share.extension_pending() || !share.items().any(|item| item.is_live()) {
            return None;
        }
        let title = format!("Access to {} ends {}", text::dataset(share), text::until(context.today, last));
        let finding = Finding::new("expiring", title, sentence(share, last, context))
            .since(expires)
            .deadline(expires)
            .roles([role::REQUESTERS])
            .severity(Severity::nearing(days, WARNING, CRITICAL));
        Some(with_facts(finding, share, last))
    }
}

nudged_sdk::share_strategy!(ExpiringShare, cases = include_str!("cases.json"));

fn sentence(share: &Share<'_>, last: NaiveDate, context: &Context<Parameters>) -> String {
    let (dataset, team) = (text::dataset(share), text::for_team(share));
    let status = share.status();
    let mut sentence = format!("Access to {dataset}{team} ends {}.", text::until(context.today, last));
    if status == "Extension_Rejected" {
        sentence += &rejected(share);
    }
    sentence += &what_to_do(share, &status, last, context.today);
    sentence + otherwise(context.on_expiry(share))
}

fn rejected(share: &Share<'_>) -> String {
    let why = share.reject_purpose();
    match why.trim() {
        "" => " An extension was rejected.".to_owned(),
        why => format!(" An extension was rejected: \"{}\".", text::shortened(why, REASON_SHOWN)),
    }
}

fn what_to_do(share: &Share<'_>, status: &str, last: NaiveDate, today: NaiveDate) -> String {
    if !EXTENSIBLE.contains(&status) {
        return " An extension can be asked for as soon as the open request is answered.".to_owned();
    }
    let terms = share.terms();
    let extension = terms.and_then(|terms| Some((terms, terms.extension(today, last)?)));
    let known = extension.map(|(terms, extension)| offer(terms, extension, today)).unwrap_or_default();
    format!(" Ask for an extension if it is still needed.{known}")
}

fn offer(terms: Terms, Extension { from, periods, until }: Extension, today: NaiveDate) -> String {
    let (length, until) = (terms.length(periods), text::date(until));
    if from == today {
        format!(" An extension of {length} would last until {until}.")
    } else {
        let from = text::date(from);
        format!(" An extension of {length} would last until {until} if it is asked for on {from} or later.")
    }
}

/// What happens if nobody acts.
fn otherwise(on_expiry: Option<&str>) -> &'static str {
    match on_expiry {
        Some("revoke") => " Otherwise it is revoked after that day.",
        Some("escalate") => " Otherwise it is escalated after that day.",
        Some("mark") => " Otherwise it is noted as expired after that day.",
        _ => "",
    }
}

fn with_facts(finding: Finding, share: &Share<'_>, last: NaiveDate) -> Finding {
    let items: Vec<_> = share.items().filter(ShareItem::is_live).map(|item| item.name()).collect();
    finding
        .facts_of(share)
        .fact("Shared items", text::listing(items.into_iter(), ITEMS_SHOWN))
        .fact("Last day of access", text::date(last))
}

#[cfg(test)]
mod tests;
