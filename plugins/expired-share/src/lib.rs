//! Access that outlives its last day.

use nudged_sdk::{
    Context, Finding, Manifest, NoParameters, Severity, Share, ShareItem, ShareStrategy, chrono::NaiveDate, role, text,
};

/// Names of items shown before "and 3 more".
const ITEMS_SHOWN: usize = 5;

/// The one thing that the host may do about it.
const REVOKE: &str = "revoke";

struct ExpiredShare;

/// What comes next, as far as it can be told.
enum Fate<'c> {
    /// data.all revokes nothing while an extension waits.
    Undecided,
    /// The host does this.
    Host(&'c str),
    /// Nothing.
    Open,
}

impl<'c> Fate<'c> {
    fn of(share: &Share<'_>, live: &[ShareItem<'_>], context: &'c Context) -> Self {
        if share.extension_pending() || live.iter().any(|item| item.status() == "PendingExtension") {
            return Self::Undecided;
        }
        context.on_expiry(share).map_or(Self::Open, Self::Host)
    }

    /// A reason of its own for what is going to be revoked: whoever was told only that the access goes on is told anew, and
    /// the host's wait for a last notice begins with that.
    fn reason(&self) -> &'static str {
        if matches!(self, Self::Host(REVOKE)) { "to-be-revoked" } else { "expired" }
    }
}

impl ShareStrategy for ExpiredShare {
    type Parameters = NoParameters;

    fn manifest() -> Manifest {
        nudged_sdk::manifest!()
            .expires_within_days(0)
            .item_statuses(&ShareItem::LIVE)
            .fields(&["items"])
            .proposes(&[REVOKE])
    }

    fn evaluate(share: &Share<'_>, context: &Context) -> Option<Finding> {
        let expires = share.expires().filter(|at| *at <= context.now)?;
        let last = share.expiry_day()?;
        let live: Vec<_> = share.items().filter(ShareItem::is_live).collect();
        if live.is_empty() || share.non_expirable() {
            return None;
        }
        let title = format!("Expired access to {} goes on", text::dataset(share));
        let fate = Fate::of(share, &live, context);
        let finding = Finding::new(fate.reason(), title, sentence(share, last, &live, &fate, context))
            .since(expires)
            .roles([role::REQUESTERS, role::PRODUCERS])
            .severity(Severity::Critical)
            .action(REVOKE);
        Some(with_facts(finding, share, last, &live))
    }
}

nudged_sdk::share_strategy!(ExpiredShare, cases = include_str!("cases.json"));

fn sentence(share: &Share<'_>, last: NaiveDate, live: &[ShareItem<'_>], fate: &Fate<'_>, context: &Context) -> String {
    let (dataset, team) = (text::dataset(share), text::for_team(share));
    let (when, still) = (text::until(context.today, last), still_shared(live.len()));
    let status = share.status();
    let why = text::listing(reasons(share, &status, live).into_iter(), usize::MAX);
    format!("The last day of access to {dataset}{team} was {when}, but {still}: {why}. {}", what_is_next(fate, context))
}

fn still_shared(items: usize) -> String {
    format!("{} {} still shared", text::count(items, "item"), if items == 1 { "is" } else { "are" })
}

/// What keeps the access alive.
fn reasons(share: &Share<'_>, status: &str, live: &[ShareItem<'_>]) -> Vec<String> {
    let with_status = |status: &str| live.iter().filter(|item| item.status() == status).count();
    let of_share = if share.extension_pending() { Some("its extension is still undecided") } else { reason(status) };
    let failed = with_status("Revoke_Failed");
    let underway = with_status("Revoke_Approved") + with_status("Revoke_In_Progress") > 0;
    let mut reasons: Vec<_> = of_share.map(str::to_owned).into_iter().collect();
    if failed > 0 {
        reasons.push(format!("revoking failed for {}", text::count(failed, "item")));
    }
    if underway {
        reasons.push("its revocation has not ended".to_owned());
    }
    if reasons.is_empty() {
        reasons.push("nobody has revoked it".to_owned());
    }
    reasons
}

/// What a share's own status says.
fn reason(status: &str) -> Option<&'static str> {
    Some(match status {
        "Extension_Rejected" => "its extension was rejected",
        "Draft" => "it is back in Draft",
        "Submitted" => "a request for more items is undecided",
        "Rejected" => "a request for more items was rejected",
        "Approved" | "Share_In_Progress" => "more items are being shared",
        _ => return None,
    })
}

fn what_is_next(fate: &Fate<'_>, context: &Context) -> String {
    match fate {
        Fate::Undecided => "It goes on until somebody approves or rejects the extension.".to_owned(),
        Fate::Host(REVOKE) => match context.attribute("last-notice") {
            Some(wait) => {
                format!("It will be revoked, at the earliest {} after this notice was delivered.", text::span(wait))
            }
            None => "It will be revoked.".to_owned(),
        },
        Fate::Host("escalate") => "This is escalated.".to_owned(),
        Fate::Host("mark") => "This is noted in the dataset's activities. Nothing ends it but revoking it.".to_owned(),
        Fate::Host(_) | Fate::Open => "Nothing ends it but revoking it.".to_owned(),
    }
}

fn with_facts(finding: Finding, share: &Share<'_>, last: NaiveDate, live: &[ShareItem<'_>]) -> Finding {
    let named = |items: Vec<String>| text::listing(items.into_iter(), ITEMS_SHOWN);
    let failed = live.iter().filter(|item| item.status() == "Revoke_Failed").map(ShareItem::name).collect();
    finding
        .facts_of(share)
        .fact("Last day of access", text::date(last))
        .fact("Status", share.status())
        .fact("Still shared", named(live.iter().map(ShareItem::name).collect()))
        .fact("Not revoked", named(failed))
}

#[cfg(test)]
mod tests;
