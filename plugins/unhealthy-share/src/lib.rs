//! Shares whose access does not work as it should.

use nudged_sdk::{Context, Finding, Manifest, NoParameters, Share, ShareItem, ShareStrategy, role, text};

/// Items shown, with what is wrong with them.
const ITEMS_SHOWN: usize = 5;
/// Characters of a health message shown: it may list every missing permission.
const MESSAGE_SHOWN: usize = 300;

const UNHEALTHY: &str = "Unhealthy";

struct UnhealthyShare;

impl ShareStrategy for UnhealthyShare {
    type Parameters = NoParameters;

    fn manifest() -> Manifest {
        nudged_sdk::manifest!().item_health(&[UNHEALTHY]).fields(&["items"])
    }

    fn evaluate(share: &Share<'_>, _: &Context) -> Option<Finding> {
        let ill: Vec<_> = share.items().filter(|item| item.health() == UNHEALTHY).collect();
        if ill.is_empty() {
            return None;
        }
        let title = format!("Unhealthy share of {}", text::dataset(share));
        // No `since`: the tables tell when an item was looked at last, not since when it is unhealthy.
        let finding = Finding::new("unhealthy", title, sentence(share, &ill))
            .roles([role::REQUESTERS, role::PRODUCERS])
            .facts_of(share);
        Some(ill.iter().take(ITEMS_SHOWN).fold(finding, |finding, item| finding.fact(item.name(), complaint(item))))
    }
}

nudged_sdk::share_strategy!(UnhealthyShare, cases = include_str!("cases.json"));

fn sentence(share: &Share<'_>, ill: &[ShareItem<'_>]) -> String {
    let (dataset, team) = (text::dataset(share), text::for_team(share));
    let items = text::count(ill.len(), "item");
    let names = text::listing(ill.iter().map(ShareItem::name), ITEMS_SHOWN);
    format!("Access to {items} of {dataset} is not healthy{team}: {names}. Re-apply the share in data.all to mend it.")
}

/// What the check complained of, and when.
fn complaint(item: &ShareItem<'_>) -> String {
    let message = text::known(item.health_message(), "no message");
    let message = text::shortened(message.trim(), MESSAGE_SHOWN);
    match item.verified() {
        Some(at) => format!("{message} (checked {})", text::instant(at)),
        None => message,
    }
}

#[cfg(test)]
mod tests;
