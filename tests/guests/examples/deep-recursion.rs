//! Calls itself until there is no stack left.

use nudged_sdk::{Context, Error, Finding, Manifest, NoParameters, Share, ShareStrategy};

struct DeepRecursion;

impl ShareStrategy<Result<Option<Finding>, Error>> for DeepRecursion {
    type Parameters = NoParameters;

    fn manifest() -> Manifest {
        Manifest::new("deep-recursion", "1.0.0")
    }

    fn evaluate(share: &Share<'_>, _: &Context) -> Result<Option<Finding>, Error> {
        Err(Error::new(down(share.uri().len() as u64).to_string()))
    }
}

/// The frame holds an array, so that the compiler makes no loop of it.
#[allow(unconditional_recursion)] // it is what this guest is for
fn down(depth: u64) -> u64 {
    let frame = std::hint::black_box([depth; 32]);
    down(depth + 1) + frame[depth as usize % 32]
}

nudged_sdk::share_strategy!(DeepRecursion);
