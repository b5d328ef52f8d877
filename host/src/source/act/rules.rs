//! When an order may be carried out: pure rules over what was read.

use super::{
    Order, Refusal,
    look::{Piece, Standing},
};
use crate::model::ShareItem;

/// Share statuses from which data.all's `RevokeItems` leads to `Revoked`.
const REVOKABLE_SHARES: [&str; 5] = ["Draft", "Submitted", "Rejected", "Processed", "Extension_Rejected"];

/// Item statuses from which data.all's `RevokeItems` leads to `Revoke_Approved`, without those that are there already.
pub(super) const REVOKABLE_ITEMS: [&str; 2] = ["Share_Succeeded", "Revoke_Failed"];

const REVOKING_ITEMS: [&str; 2] = ["Revoke_Approved", "Revoke_In_Progress"];

/// The items to revoke.
pub(super) fn revokable<'s>(order: &Order, seen: &'s Standing) -> Result<Vec<&'s Piece>, Refusal> {
    as_ordered(order, seen)?;
    if extension_pending(seen) {
        return Err(Refusal::ExtensionPending);
    }
    if !REVOKABLE_SHARES.contains(&seen.status.as_str()) {
        return Err(Refusal::NotRevokable);
    }
    let items: Vec<_> = with_status(seen, &REVOKABLE_ITEMS).collect();
    if items.is_empty() {
        let under_way = with_status(seen, &REVOKING_ITEMS).next().is_some();
        return Err(if under_way { Refusal::UnderWay } else { Refusal::NothingShared });
    }
    if items.iter().any(|item| item.health == "PendingReApply") {
        return Err(Refusal::ReapplyPending);
    }
    surroundings(seen)?;
    Ok(items)
}

/// The items that still work, of a share that may be marked as expired.
pub(super) fn markable<'s>(order: &Order, seen: &'s Standing) -> Result<Vec<&'s Piece>, Refusal> {
    as_ordered(order, seen)?;
    let live: Vec<_> = with_status(seen, &ShareItem::LIVE).collect();
    if live.is_empty() { Err(Refusal::NothingShared) } else { Ok(live) }
}

fn as_ordered(order: &Order, seen: &Standing) -> Result<(), Refusal> {
    let same = seen.status == order.seen_status
        && seen.dataset_uri == order.dataset_uri
        && seen.expiry_day == Some(order.expiry_day)
        && !seen.non_expirable;
    if same { Ok(()) } else { Err(Refusal::StateChanged) }
}

/// `RevokeItems` is no transition from an extension's states. A processed share with the flag is one that an extension
/// was asked for, too.
fn extension_pending(seen: &Standing) -> bool {
    seen.status == "Submitted_For_Extension"
        || (seen.status == "Processed" && seen.extension_asked)
        || with_status(seen, &["PendingExtension"]).next().is_some()
}

/// data.all's worker looks for these after the share has become `Revoked`, and leaves it there if they are missing.
fn surroundings(seen: &Standing) -> Result<(), Refusal> {
    if !seen.environments_present {
        return Err(Refusal::EnvironmentGone);
    }
    if !seen.teams_present {
        return Err(Refusal::TeamLeft);
    }
    if seen.locked { Err(Refusal::Locked) } else { Ok(()) }
}

fn with_status<'s>(seen: &'s Standing, statuses: &'s [&str]) -> impl Iterator<Item = &'s Piece> {
    seen.items.iter().filter(|item| statuses.contains(&item.status.as_str()))
}
