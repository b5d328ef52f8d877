//! Answers with an error of many lines and a million characters.

use nudged_sdk::{Context, Error, Finding, Manifest, NoParameters, Share, ShareStrategy};

struct LongError;

impl ShareStrategy for LongError {
    type Parameters = NoParameters;

    fn manifest() -> Manifest {
        Manifest::share_strategy("long-error", "1.0.0")
    }

    fn evaluate(_: &Share<'_>, _: &Context<NoParameters>) -> Result<Vec<Finding>, Error> {
        Err(Error::new("a first line\nFORGED\u{1b}[31m ".repeat(50_000)))
    }
}

nudged_sdk::share_strategy!(LongError);
