//! The strategy pending-share without WebAssembly: the plugin's own source, compiled into this program.

use std::sync::Arc;

use nudged::{
    model::{Fault, FaultKind, Finding, Item, ItemKey, Manifest, Severity, Share},
    plugin::{Context, Strategy},
};
use nudged_bench_pending_share::{Parameters, PendingShare};
use nudged_sdk::{
    Parameters as _, ShareStrategy,
    testing::{PlainShare, PlainShareItem, context as sdk_context},
};

/// What the plugin's source is given in place of the host's getters.
type Lent = nudged_sdk::Share<'static>;

/// The strategy behind the trait that the host knows it by, like the component.
pub(super) struct Native {
    /// The component's.
    pub(super) manifest: Manifest,
}

#[async_trait::async_trait]
impl Strategy for Native {
    fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    async fn evaluate(&self, items: Arc<[Item]>, context: &Context) -> Result<Vec<Finding>, Fault> {
        judge(&lend(&items), context)
    }
}

/// The shares as the source takes them, with no more in them than it reads.
pub(super) fn lend(items: &[Item]) -> Vec<Lent> {
    items.iter().filter_map(Item::share).map(|share| plain(share).into()).collect()
}

/// What the source finds in them.
///
/// # Errors
/// If the parameters do not fit.
pub(super) fn judge(shares: &[Lent], context: &Context) -> Result<Vec<Finding>, Fault> {
    let parameters = Parameters::read(&context.parameters.to_string()).map_err(misfit)?;
    let context = sdk_context(context.now, parameters).with_today(context.today);
    let found = shares.iter().filter_map(|share| Some(finding(share, PendingShare::evaluate(share, &context)?)));
    Ok(found.collect())
}

fn misfit(detail: String) -> Fault {
    Fault { plugin: "pending-share".to_owned(), digest: "native".to_owned(), kind: FaultKind::Error, detail }
}

fn plain(share: &Share) -> PlainShare {
    PlainShare {
        uri: share.uri.clone(),
        status: share.status.clone(),
        since: share.since,
        owner: share.owner.clone(),
        requesters: share.group.clone(),
        principal: share.principal.clone(),
        purpose: share.purpose.clone(),
        dataset_label: share.dataset_label.clone(),
        environment_label: share.environment_label.clone(),
        items: share
            .items
            .iter()
            .map(|item| PlainShareItem { name: item.name.clone(), ..Default::default() })
            .collect(),
        ..PlainShare::default()
    }
}

fn finding(share: &Lent, found: nudged_sdk::Finding) -> Finding {
    Finding {
        item: ItemKey::share(&share.uri()),
        reason: found.reason,
        since: found.since,
        roles: found.roles,
        severity: Severity::from_registry(found.severity.as_str()),
        title: found.title,
        text: found.text,
        deadline: found.deadline,
        action: found.action,
        attributes: found.facts,
    }
}
