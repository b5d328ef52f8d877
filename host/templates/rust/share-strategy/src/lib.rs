//! Requests that say nothing of what the data is wanted for.

use nudged_sdk::{Budget, Context, Finding, Manifest, Parameters, Share, ShareStrategy, chrono::TimeDelta, role, text};
use serde::Deserialize;

struct Plugin;

/// What a reminder may set.
#[derive(Debug, Deserialize, Parameters)]
#[serde(default, deny_unknown_fields)]
struct Settings {
    /// Days that a requester has to say it.
    after_days: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self { after_days: 2 }
    }
}

impl ShareStrategy for Plugin {
    type Parameters = Settings;

    fn manifest() -> Manifest {
        let budget = Budget::new().item_bytes(4096).first_call_millis(100);
        nudged_sdk::manifest!().statuses(&["Submitted"]).budget(budget)
    }

    fn evaluate(share: &Share<'_>, context: &Context<Settings>) -> Option<Finding> {
        let age = share.age(context.now);
        if !share.purpose().trim().is_empty() || age < TimeDelta::days(context.parameters.after_days.into()) {
            return None;
        }
        let title = format!("Request for {} without a purpose", share.dataset_label());
        let text = format!("The request has waited {} and does not say what the data is for.", text::days(age));
        let finding = Finding::new("no-purpose", title, text).since(share.since());
        Some(finding.roles([role::REQUESTER]).fact("Team", share.requesters()))
    }
}

nudged_sdk::share_strategy!(Plugin);

#[cfg(test)]
mod tests {
    use nudged_sdk::testing::{ShareBuilder, at, context};

    use super::*;

    fn found(purpose: &str, now: &str) -> Option<Finding> {
        let share = ShareBuilder::new("s1").since(at("2026-06-01T09:00:00Z")).purpose(purpose).build();
        Plugin::evaluate(&share, &context(at(now), Settings::default()))
    }

    #[test]
    fn a_request_without_a_purpose_is_found_after_two_days() {
        assert_eq!(found(" ", "2026-06-03T08:59:59Z"), None);
        let found = found(" ", "2026-06-03T09:00:00Z").expect("a finding");
        assert_eq!(found.text, "The request has waited 2 days and does not say what the data is for.");
    }

    #[test]
    fn a_request_with_a_purpose_is_left_alone() {
        assert_eq!(found("Forecasts", "2026-07-01T09:00:00Z"), None);
    }
}
