//! Well behaved: one finding for each share, whatever its status.

use nudged_sdk::{Context, Finding, Manifest, NoParameters, Share, ShareStrategy, role};

struct Echo;

impl ShareStrategy for Echo {
    type Parameters = NoParameters;

    fn manifest() -> Manifest {
        Manifest::new("echo", "1.0.0")
    }

    fn evaluate(share: &Share<'_>, _: &Context) -> Option<Finding> {
        let text = format!("Share {} is {}.", share.uri(), share.status());
        Some(Finding::new("echo", "Echo", text).since(share.since()).roles([role::PRODUCERS]))
    }
}

nudged_sdk::share_strategy!(Echo);
