//! Answers with 20,000 findings for each share.

use nudged_sdk::{Context, Error, Finding, Manifest, NoParameters, Share, ShareStrategy};

struct ManyFindings;

impl ShareStrategy for ManyFindings {
    type Parameters = NoParameters;

    fn manifest() -> Manifest {
        Manifest::share_strategy("many-findings", "1.0.0")
    }

    fn evaluate(share: &Share<'_>, _: &Context<NoParameters>) -> Result<Vec<Finding>, Error> {
        let finding = |number| Finding::new(format!("many-{number}"), "A finding", "One of many.").since(share.since());
        Ok((0..20_000).map(finding).collect())
    }
}

nudged_sdk::share_strategy!(ManyFindings);
