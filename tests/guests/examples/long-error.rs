//! Answers with an error of many lines and a million characters.

use nudged_sdk::{Context, Error, Finding, Manifest, NoParameters, Share, ShareStrategy};

struct LongError;

impl ShareStrategy<Result<Option<Finding>, Error>> for LongError {
    type Parameters = NoParameters;

    fn manifest() -> Manifest {
        Manifest::new("long-error", "1.0.0")
    }

    fn evaluate(_: &Share<'_>, _: &Context) -> Result<Option<Finding>, Error> {
        Err(Error::new("a first line\nFORGED\u{1b}[31m ".repeat(50_000)))
    }
}

nudged_sdk::share_strategy!(LongError);
