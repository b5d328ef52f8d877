//! A strategy whose manifest says that it is a channel.

use nudged_sdk::{Context, Error, Finding, Manifest, NoParameters, Share, ShareStrategy};

struct WrongKind;

impl ShareStrategy for WrongKind {
    type Parameters = NoParameters;

    fn manifest() -> Manifest {
        Manifest::channel("wrong-kind", "1.0.0")
    }

    fn evaluate(_: &Share<'_>, _: &Context<NoParameters>) -> Result<Vec<Finding>, Error> {
        Ok(vec![])
    }
}

nudged_sdk::share_strategy!(WrongKind);
