//! Writes a text of a gigabyte.

use nudged_sdk::{Context, Error, Finding, Manifest, NoParameters, Share, ShareStrategy};

struct HugeString;

impl ShareStrategy for HugeString {
    type Parameters = NoParameters;

    fn manifest() -> Manifest {
        Manifest::share_strategy("huge-string", "1.0.0")
    }

    fn evaluate(share: &Share<'_>, _: &Context<NoParameters>) -> Result<Vec<Finding>, Error> {
        let mut text = String::new();
        while text.len() < 1 << 30 {
            text += share.uri().as_str();
        }
        Ok(vec![Finding::new("huge", "A gigabyte", text)])
    }
}

nudged_sdk::share_strategy!(HugeString);
