//! Asks for ever more memory and touches it.

use nudged_sdk::{Context, Finding, Manifest, NoParameters, Share, ShareStrategy};

struct MemoryBomb;

impl ShareStrategy for MemoryBomb {
    type Parameters = NoParameters;

    fn manifest() -> Manifest {
        Manifest::new("memory-bomb", "1.0.0")
    }

    fn evaluate(share: &Share<'_>, _: &Context) -> Option<Finding> {
        let mut hoard = Vec::new();
        loop {
            hoard.push(vec![share.uri().len() as u8; 1 << 20]);
            std::hint::black_box(&hoard);
        }
    }
}

nudged_sdk::share_strategy!(MemoryBomb);
