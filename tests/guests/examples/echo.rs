//! Well behaved: one finding for each share, whatever its status.

use nudged_sdk::{Context, Error, Finding, Manifest, NoParameters, Share, ShareStrategy, role};

struct Echo;

impl ShareStrategy for Echo {
    type Parameters = NoParameters;

    fn manifest() -> Manifest {
        Manifest::share_strategy("echo", "1.0.0")
    }

    fn evaluate(share: &Share<'_>, _: &Context<NoParameters>) -> Result<Vec<Finding>, Error> {
        let text = format!("Share {} is {}.", share.uri(), share.status());
        Ok(vec![Finding::new("echo", "Echo", text).since(share.since()).roles([role::PRODUCERS])])
    }
}

nudged_sdk::share_strategy!(Echo);
