//! Answers with 20,000 findings for each share.

use nudged_sdk::{Context, Finding, Manifest, NoParameters, Share, ShareStrategy};

struct ManyFindings;

impl ShareStrategy<Vec<Finding>> for ManyFindings {
    type Parameters = NoParameters;

    fn manifest() -> Manifest {
        Manifest::new("many-findings", "1.0.0")
    }

    fn evaluate(share: &Share<'_>, _: &Context) -> Vec<Finding> {
        let finding = |number| Finding::new(format!("many-{number}"), "A finding", "One of many.").since(share.since());
        (0..20_000).map(finding).collect()
    }
}

nudged_sdk::share_strategy!(ManyFindings);
