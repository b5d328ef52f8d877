//! Ends with `unreachable` and no text.

use nudged_sdk::{Context, Error, Finding, Manifest, NoParameters, Share, ShareStrategy};

struct Aborts;

impl ShareStrategy for Aborts {
    type Parameters = NoParameters;

    fn manifest() -> Manifest {
        Manifest::share_strategy("aborts", "1.0.0")
    }

    fn evaluate(_: &Share<'_>, _: &Context<NoParameters>) -> Result<Vec<Finding>, Error> {
        std::process::abort()
    }
}

nudged_sdk::share_strategy!(Aborts);
