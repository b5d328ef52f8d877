//! A channel that does otherwise than its case says.

use nudged_sdk::{Channel, Manifest, NoParameters, Notification, Outcome};

struct CarriesAWrongCase;

impl Channel for CarriesAWrongCase {
    type Parameters = NoParameters;

    fn manifest() -> Manifest {
        Manifest::new("carries-a-wrong-case", "1.0.0")
    }

    fn send(_: &Notification<'_, NoParameters>) -> Outcome {
        Outcome::Delivered("ok".to_owned())
    }
}

const CASES: &str = r#"[
    { "name": "is delivered", "expect": { "outcome": "delivered" } },
    { "name": "is refused", "expect": { "outcome": "rejected" } }
]"#;

nudged_sdk::channel!(CarriesAWrongCase, cases = CASES);
