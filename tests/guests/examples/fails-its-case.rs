//! Finds what `echo` finds, under its name, but expects something else of itself.

use nudged_sdk::{Context, Finding, Manifest, NoParameters, Share, ShareStrategy};

struct FailsItsCase;

impl ShareStrategy for FailsItsCase {
    type Parameters = NoParameters;

    fn manifest() -> Manifest {
        Manifest::new("echo", "3.0.0")
    }

    fn evaluate(_: &Share<'_>, _: &Context) -> Option<Finding> {
        Some(Finding::new("echo", "Echo", "A share."))
    }
}

const CASES: &str = r#"[{
    "name": "is loud", "now": "2026-06-04T09:00:00Z", "items": [{ "uri": "s1" }],
    "expect": [{ "item": 0, "reason": "echo", "severity": "critical" }]
}]"#;

nudged_sdk::share_strategy!(FailsItsCase, cases = CASES);
