//! Never answers.

use nudged_sdk::{Context, Finding, Manifest, NoParameters, Share, ShareStrategy};

struct Spin;

impl ShareStrategy for Spin {
    type Parameters = NoParameters;

    fn manifest() -> Manifest {
        Manifest::new("spin", "1.0.0")
    }

    fn evaluate(share: &Share<'_>, _: &Context) -> Option<Finding> {
        let since = share.since();
        loop {
            // The optimiser must not see through it: a loop without effects may be removed.
            std::hint::black_box(since);
        }
    }
}

nudged_sdk::share_strategy!(Spin);
