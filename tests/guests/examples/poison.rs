//! Well behaved, but for one share that it cannot stand.

use nudged_sdk::{Context, Finding, Manifest, NoParameters, Share, ShareStrategy, role};

struct Poison;

impl ShareStrategy for Poison {
    type Parameters = NoParameters;

    fn manifest() -> Manifest {
        Manifest::new("poison", "1.0.0")
    }

    fn evaluate(share: &Share<'_>, _: &Context) -> Option<Finding> {
        assert_ne!(share.uri(), "poison", "this share is indigestible");
        Some(Finding::new("seen", "Seen", "Another share.").since(share.since()).roles([role::PRODUCERS]))
    }
}

nudged_sdk::share_strategy!(Poison);
