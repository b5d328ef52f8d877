//! Panics, with a text.

use nudged_sdk::{Context, Error, Finding, Manifest, NoParameters, Share, ShareStrategy};

struct Panics;

impl ShareStrategy for Panics {
    type Parameters = NoParameters;

    fn manifest() -> Manifest {
        Manifest::share_strategy("panics", "1.0.0")
    }

    fn evaluate(share: &Share<'_>, _: &Context<NoParameters>) -> Result<Vec<Finding>, Error> {
        panic!("cannot make sense of {}", share.owner());
    }
}

nudged_sdk::share_strategy!(Panics);
