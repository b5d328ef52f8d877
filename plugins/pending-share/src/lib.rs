//! Share requests that wait for an answer.

use nudged_sdk::{
    Context, Finding, Manifest, Severity, Share, ShareStrategy,
    chrono::{DateTime, TimeDelta, Utc},
    role, text,
};
use serde::Deserialize;

/// Names of items shown before "and 3 more".
const ITEMS_SHOWN: usize = 5;

/// The strategy.
pub struct PendingShare;

/// When waiting gets worse, in days of 24 hours.
#[derive(Debug, Clone, Deserialize, nudged_sdk::Parameters)]
#[serde(default, deny_unknown_fields)]
pub struct Parameters {
    /// A request that has waited this many days is a warning.
    #[parameter(maximum = 36_525)]
    warn_after_days: u32,
    /// A request that has waited this many days is critical.
    #[parameter(maximum = 36_525)]
    critical_after_days: u32,
}

impl Default for Parameters {
    fn default() -> Self {
        Self { warn_after_days: 7, critical_after_days: 30 }
    }
}

impl ShareStrategy for PendingShare {
    type Parameters = Parameters;

    fn manifest() -> Manifest {
        nudged_sdk::manifest!().statuses(&["Submitted"]).fields(&["items"])
    }

    fn evaluate(share: &Share<'_>, context: &Context<Parameters>) -> Option<Finding> {
        if share.status() != "Submitted" {
            return None;
        }
        let since = share.since();
        let age = share.age(context.now);
        let finding = Finding::new("pending", title(share), sentence(share, age))
            .since(since)
            .roles([role::PRODUCERS, role::STEWARDS])
            .severity(context.parameters.severity(age));
        Some(with_facts(finding, share, since))
    }
}

nudged_sdk::share_strategy!(PendingShare, cases = include_str!("cases.json"));

impl Parameters {
    fn severity(&self, age: TimeDelta) -> Severity {
        Severity::aged(age.num_days(), self.warn_after_days.into(), self.critical_after_days.into())
    }
}

fn title(share: &Share<'_>) -> String {
    format!("Pending share request for {}", text::dataset(share))
}

fn sentence(share: &Share<'_>, age: TimeDelta) -> String {
    let owner = text::known(share.owner(), "Somebody");
    let (dataset, team) = (text::dataset(share), text::for_team(share));
    format!(
        "{owner} asks for access to {dataset}{team} and has waited {} for an answer. \
         Until somebody gives it, there is no access.",
        text::days(age)
    )
}

fn with_facts(finding: Finding, share: &Share<'_>, since: DateTime<Utc>) -> Finding {
    finding
        .facts_of(share)
        .fact("Requested items", text::listing(share.items().map(|item| item.name()), ITEMS_SHOWN))
        .fact("Waiting since", text::instant(since))
}

#[cfg(test)]
mod tests;
