//! Writes a text of a gigabyte.

use nudged_sdk::{Context, Finding, Manifest, NoParameters, Share, ShareStrategy};

struct HugeString;

impl ShareStrategy for HugeString {
    type Parameters = NoParameters;

    fn manifest() -> Manifest {
        Manifest::new("huge-string", "1.0.0")
    }

    fn evaluate(share: &Share<'_>, _: &Context) -> Option<Finding> {
        let mut text = share.uri();
        while text.len() < 1 << 30 {
            text += &text.clone();
        }
        Some(Finding::new("huge", "A gigabyte", text))
    }
}

nudged_sdk::share_strategy!(HugeString);
