//! Answers with a reason code that is none.

use nudged_sdk::{Context, Finding, Manifest, NoParameters, Share, ShareStrategy};

struct BadReason;

impl ShareStrategy for BadReason {
    type Parameters = NoParameters;

    fn manifest() -> Manifest {
        Manifest::new("bad-reason", "1.0.0")
    }

    fn evaluate(share: &Share<'_>, _: &Context) -> Option<Finding> {
        Some(
            Finding::new("Not A Reason!", "A finding", "The reason code has capitals and blanks.").since(share.since()),
        )
    }
}

nudged_sdk::share_strategy!(BadReason);
