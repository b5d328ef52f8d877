//! Finds what `echo` finds, under its name, but expects something else of itself.

use nudged_sdk::{Context, Error, Finding, Manifest, NoParameters, Share, ShareStrategy};

struct FailsItsCase;

impl ShareStrategy for FailsItsCase {
    type Parameters = NoParameters;

    fn manifest() -> Manifest {
        Manifest::share_strategy("echo", "3.0.0")
    }

    fn evaluate(_: &Share<'_>, _: &Context<NoParameters>) -> Result<Vec<Finding>, Error> {
        Ok(vec![Finding::new("echo", "Echo", "A share.")])
    }
}

const CASES: &str = r#"[{
    "name": "is loud", "now": "2026-06-04T09:00:00Z", "items": [{ "uri": "s1" }],
    "expect": [{ "item": 0, "reason": "echo", "severity": "critical" }]
}]"#;

nudged_sdk::share_strategy!(FailsItsCase, cases = CASES);
