//! Never says what it is.

use nudged_sdk::{Context, Finding, Manifest, NoParameters, Share, ShareStrategy};

struct SpinsInDescribe;

impl ShareStrategy for SpinsInDescribe {
    type Parameters = NoParameters;

    fn manifest() -> Manifest {
        loop {
            // The optimiser must not see through it: a loop without effects may be removed.
            std::hint::black_box(());
        }
    }

    fn evaluate(_: &Share<'_>, _: &Context) -> Option<Finding> {
        None
    }
}

nudged_sdk::share_strategy!(SpinsInDescribe);
