//! The next version of `echo`: the same name, another reason and text.

use nudged_sdk::{Context, Error, Finding, Manifest, NoParameters, Share, ShareStrategy, role};

struct Echo;

impl ShareStrategy for Echo {
    type Parameters = NoParameters;

    fn manifest() -> Manifest {
        Manifest::share_strategy("echo", "2.0.0")
    }

    fn evaluate(share: &Share<'_>, _: &Context<NoParameters>) -> Result<Vec<Finding>, Error> {
        let text = format!("Version 2 has seen share {}.", share.uri());
        Ok(vec![Finding::new("echo-again", "Echo", text).since(share.since()).roles([role::PRODUCERS])])
    }
}

nudged_sdk::share_strategy!(Echo);
