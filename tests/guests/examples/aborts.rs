//! Ends with `unreachable` and no text.

use nudged_sdk::{Context, Finding, Manifest, NoParameters, Share, ShareStrategy};

struct Aborts;

impl ShareStrategy for Aborts {
    type Parameters = NoParameters;

    fn manifest() -> Manifest {
        Manifest::new("aborts", "1.0.0")
    }

    fn evaluate(_: &Share<'_>, _: &Context) -> Option<Finding> {
        std::process::abort()
    }
}

nudged_sdk::share_strategy!(Aborts);
