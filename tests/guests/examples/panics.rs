//! Panics, with a text.

use nudged_sdk::{Context, Finding, Manifest, NoParameters, Share, ShareStrategy};

struct Panics;

impl ShareStrategy for Panics {
    type Parameters = NoParameters;

    fn manifest() -> Manifest {
        Manifest::new("panics", "1.0.0")
    }

    fn evaluate(share: &Share<'_>, _: &Context) -> Option<Finding> {
        panic!("cannot make sense of {}", share.owner());
    }
}

nudged_sdk::share_strategy!(Panics);
