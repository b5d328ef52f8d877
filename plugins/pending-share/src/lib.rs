//! Share requests that wait for an answer.

use nudged_sdk::{
    Context, Error, Finding, Manifest, Severity, Share, ShareStrategy,
    chrono::{DateTime, TimeDelta, Utc},
    role, text,
};
use serde::Deserialize;

/// Names of items shown before "and 3 more".
const ITEMS_SHOWN: usize = 5;
/// Characters of a purpose shown; people paste whole documents.
const PURPOSE_SHOWN: usize = 300;

struct PendingShare;

/// When waiting gets worse, in days of 24 hours.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Parameters {
    warn_after_days: u32,
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
        Manifest::strategy("pending-share", env!("CARGO_PKG_VERSION"))
            .licence(env!("CARGO_PKG_LICENSE"))
            .statuses(["Submitted"])
            .fields(["items"])
            .parameters(include_str!("parameters.json"))
    }

    fn evaluate(share: &Share<'_>, context: &Context<Parameters>) -> Result<Vec<Finding>, Error> {
        if share.status() != "Submitted" {
            return Ok(vec![]);
        }
        let request = Request::read(share);
        let age = share.age(context.now);
        let finding = Finding::new("pending", request.since, request.sentence(age))
            .roles([role::PRODUCERS, role::STEWARDS])
            .severity(context.parameters.severity(age));
        Ok(vec![request.facts(finding, share)])
    }
}

nudged_sdk::share_strategy!(PendingShare);

impl Parameters {
    fn severity(&self, age: TimeDelta) -> Severity {
        let reached = |days: u32| age >= TimeDelta::days(i64::from(days));
        if reached(self.critical_after_days) {
            Severity::Critical
        } else if reached(self.warn_after_days) {
            Severity::Warning
        } else {
            Severity::Info
        }
    }
}

/// What a message says of a request, read once.
struct Request {
    owner: String,
    team: String,
    dataset: String,
    since: DateTime<Utc>,
}

impl Request {
    fn read(share: &Share<'_>) -> Self {
        Self { owner: share.owner(), team: share.requesters(), since: share.since(), dataset: share.dataset_label() }
    }

    fn sentence(&self, age: TimeDelta) -> String {
        let owner = known(&self.owner).unwrap_or("Somebody");
        let dataset = known(&self.dataset).unwrap_or("a dataset");
        let team = known(&self.team).map(|team| format!(" for the team {team}")).unwrap_or_default();
        format!("{owner} asks for access to {dataset}{team} and has waited {} for an answer.", text::days(age))
    }

    fn facts(self, finding: Finding, share: &Share<'_>) -> Finding {
        finding
            .fact("Requester", self.owner)
            .fact("Team", self.team)
            .fact("Principal", share.principal())
            .fact("Purpose", text::shortened(share.purpose().trim(), PURPOSE_SHOWN))
            .fact("Requested items", text::listing(share.items().map(|item| item.name()), ITEMS_SHOWN))
            .fact("Waiting since", text::instant(self.since))
    }
}

fn known(value: &str) -> Option<&str> {
    let value = value.trim();
    (!value.is_empty()).then_some(value)
}

#[cfg(test)]
mod tests;
