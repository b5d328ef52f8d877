//! Requests that say nothing of what the data is wanted for.

use nudged_sdk::{Context, Error, Finding, Manifest, Share, ShareStrategy, chrono::TimeDelta, role, text};
use serde::Deserialize;

struct {{ type }};

/// What a reminder may set.
#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Parameters {
    /// Days that a requester has to say it.
    after_days: u32,
}

impl Default for Parameters {
    fn default() -> Self {
        Self { after_days: 2 }
    }
}

impl ShareStrategy for {{ type }} {
    type Parameters = Parameters;

    fn manifest() -> Manifest {
        Manifest::share_strategy(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"))
            .licence(env!("CARGO_PKG_LICENSE"))
            .statuses(["Submitted"])
            .parameters(
                r#"{
                    "type": "object",
                    "properties": {
                        "after_days": {
                            "type": "integer", "minimum": 0, "default": 2,
                            "description": "Days that a requester has to say it."
                        }
                    },
                    "additionalProperties": false
                }"#,
            )
    }

    fn evaluate(share: &Share<'_>, context: &Context<Parameters>) -> Result<Vec<Finding>, Error> {
        let age = share.age(context.now);
        if !share.purpose().trim().is_empty() || age < TimeDelta::days(context.parameters.after_days.into()) {
            return Ok(vec![]);
        }
        let title = format!("Request for {} without a purpose", share.dataset_label());
        let text = format!("The request has waited {} and does not say what the data is for.", text::days(age));
        let finding = Finding::new("no-purpose", title, text).since(share.since());
        Ok(vec![finding.roles([role::REQUESTER]).fact("Team", share.requesters())])
    }
}

nudged_sdk::share_strategy!({{ type }});

#[cfg(test)]
mod tests {
    use nudged_sdk::testing::{ShareBuilder, at, context};

    use super::*;

    fn findings(purpose: &str, now: &str) -> Vec<Finding> {
        let share = ShareBuilder::new("s1").since(at("2026-06-01T09:00:00Z")).purpose(purpose).build();
        {{ type }}::evaluate(&share, &context(at(now), Parameters::default())).expect("judges every share")
    }

    #[test]
    fn a_request_without_a_purpose_is_found_after_two_days() {
        assert_eq!(findings(" ", "2026-06-03T08:59:59Z"), []);
        let found = findings(" ", "2026-06-03T09:00:00Z");
        assert_eq!(found[0].text, "The request has waited 2 days and does not say what the data is for.");
    }

    #[test]
    fn a_request_with_a_purpose_is_left_alone() {
        assert_eq!(findings("Forecasts", "2026-07-01T09:00:00Z"), []);
    }
}
