//! Makes ten million findings for each share.

use nudged_sdk::{Context, Error, Finding, Manifest, NoParameters, Share, ShareStrategy};

struct TenMillionFindings;

impl ShareStrategy for TenMillionFindings {
    type Parameters = NoParameters;

    fn manifest() -> Manifest {
        Manifest::share_strategy("ten-million-findings", "1.0.0")
    }

    fn evaluate(_: &Share<'_>, _: &Context<NoParameters>) -> Result<Vec<Finding>, Error> {
        let finding = |number| Finding::new(format!("many-{number}"), "A finding", "One of many.");
        Ok((0..10_000_000).map(finding).collect())
    }
}

nudged_sdk::share_strategy!(TenMillionFindings);
