//! Shares whose items could not be shared, or not be revoked.

use nudged_sdk::{Context, Finding, Manifest, NoParameters, Severity, Share, ShareItem, ShareStrategy, role, text};

/// Names of items shown before "and 3 more".
const ITEMS_SHOWN: usize = 10;

const SHARE_FAILED: &str = "Share_Failed";
const REVOKE_FAILED: &str = "Revoke_Failed";

struct FailedShare;

impl ShareStrategy<Vec<Finding>> for FailedShare {
    type Parameters = NoParameters;

    fn manifest() -> Manifest {
        nudged_sdk::manifest!().item_statuses(&[SHARE_FAILED, REVOKE_FAILED]).fields(&["items"])
    }

    fn evaluate(share: &Share<'_>, _: &Context) -> Vec<Finding> {
        let failed = |status: &str| share.items().filter(|item| item.status() == status).collect::<Vec<_>>();
        let not_shared = failed(SHARE_FAILED);
        let not_revoked = failed(REVOKE_FAILED);
        let found = [
            (!not_shared.is_empty()).then(|| share_failed(share, &not_shared)),
            (!not_revoked.is_empty()).then(|| revoke_failed(share, &not_revoked)),
        ];
        found.into_iter().flatten().collect()
    }
}

nudged_sdk::share_strategy!(FailedShare, cases = include_str!("cases.json"));

fn share_failed(share: &Share<'_>, items: &[ShareItem<'_>]) -> Finding {
    let (dataset, team, count) = (text::dataset(share), text::for_team(share), text::count(items.len(), "item"));
    let sentence = format!(
        "{count} of {dataset} could not be shared{team}: {}. Remove what is not needed any more and submit the share \
         again, or ask the administrators of data.all why it failed.",
        names(items)
    );
    finding("share-failed", format!("Sharing of {dataset} failed"), sentence, share, items)
}

fn revoke_failed(share: &Share<'_>, items: &[ShareItem<'_>]) -> Finding {
    let (dataset, team, count) = (text::dataset(share), text::for_team(share), text::count(items.len(), "item"));
    let sentence = format!(
        "Access to {count} of {dataset} could not be revoked{team} and goes on: {}. Revoke again, or ask the \
         administrators of data.all why it failed.",
        names(items)
    );
    finding("revoke-failed", format!("Revoking of {dataset} failed"), sentence, share, items)
        .severity(Severity::Critical)
}

fn finding(reason: &str, title: String, sentence: String, share: &Share<'_>, items: &[ShareItem<'_>]) -> Finding {
    let newest = items.iter().filter_map(ShareItem::touched).max();
    Finding::new(reason, title, sentence)
        .since(newest)
        .roles([role::REQUESTER, role::PRODUCERS])
        .facts_of(share)
        .fact("Failed items", names(items))
        .fact("Failed at", newest.map(text::instant).unwrap_or_default())
}

fn names(items: &[ShareItem<'_>]) -> String {
    text::listing(items.iter().map(ShareItem::name), ITEMS_SHOWN)
}

#[cfg(test)]
mod tests;
