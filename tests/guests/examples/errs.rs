//! Answers with an error.

use nudged_sdk::{Context, Error, Finding, Manifest, NoParameters, Share, ShareStrategy};

struct Errs;

impl ShareStrategy<Result<Option<Finding>, Error>> for Errs {
    type Parameters = NoParameters;

    fn manifest() -> Manifest {
        Manifest::new("errs", "1.0.0")
    }

    fn evaluate(share: &Share<'_>, _: &Context) -> Result<Option<Finding>, Error> {
        Err(Error::new(format!("no idea what to do with a share that is {}", share.status())))
    }
}

nudged_sdk::share_strategy!(Errs);
