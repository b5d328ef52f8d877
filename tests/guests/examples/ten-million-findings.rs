//! Makes ten million findings for each share.

use nudged_sdk::{Context, Finding, Manifest, NoParameters, Share, ShareStrategy};

struct TenMillionFindings;

impl ShareStrategy<Vec<Finding>> for TenMillionFindings {
    type Parameters = NoParameters;

    fn manifest() -> Manifest {
        Manifest::new("ten-million-findings", "1.0.0")
    }

    fn evaluate(_: &Share<'_>, _: &Context) -> Vec<Finding> {
        let finding = |number| Finding::new(format!("many-{number}"), "A finding", "One of many.");
        (0..10_000_000).map(finding).collect()
    }
}

nudged_sdk::share_strategy!(TenMillionFindings);
