//! Answers with an error.

use nudged_sdk::{Context, Error, Finding, Manifest, NoParameters, Share, ShareStrategy};

struct Errs;

impl ShareStrategy for Errs {
    type Parameters = NoParameters;

    fn manifest() -> Manifest {
        Manifest::share_strategy("errs", "1.0.0")
    }

    fn evaluate(share: &Share<'_>, _: &Context<NoParameters>) -> Result<Vec<Finding>, Error> {
        Err(Error::new(format!("no idea what to do with a share that is {}", share.status())))
    }
}

nudged_sdk::share_strategy!(Errs);
