//! The next version of `echo`: the same name, another reason and text.

use nudged_sdk::{Context, Finding, Manifest, NoParameters, Share, ShareStrategy, role};

struct Echo;

impl ShareStrategy for Echo {
    type Parameters = NoParameters;

    fn manifest() -> Manifest {
        Manifest::new("echo", "2.0.0")
    }

    fn evaluate(share: &Share<'_>, _: &Context) -> Option<Finding> {
        let text = format!("Version 2 has seen share {}.", share.uri());
        Some(Finding::new("echo-again", "Echo", text).since(share.since()).roles([role::PRODUCERS]))
    }
}

nudged_sdk::share_strategy!(Echo);
