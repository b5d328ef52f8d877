//! Asks for ever more memory and touches it.

use nudged_sdk::{Context, Error, Finding, Manifest, NoParameters, Share, ShareStrategy};

struct MemoryBomb;

impl ShareStrategy for MemoryBomb {
    type Parameters = NoParameters;

    fn manifest() -> Manifest {
        Manifest::share_strategy("memory-bomb", "1.0.0")
    }

    fn evaluate(share: &Share<'_>, _: &Context<NoParameters>) -> Result<Vec<Finding>, Error> {
        let mut hoard = Vec::new();
        loop {
            hoard.push(vec![share.uri().len() as u8; 1 << 20]);
            std::hint::black_box(&hoard);
        }
    }
}

nudged_sdk::share_strategy!(MemoryBomb);
