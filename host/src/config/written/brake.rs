//! The section `brake`.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    config::{problem::Complaint, report::Place},
    policy,
};

/// When sending pauses, because there is suddenly so much to tell that it must be a mistake.
#[derive(Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Brake {
    /// Without it, nothing is ever held.
    active: bool,
    /// How many times as many findings as in the last scans are too many.
    #[schemars(range(min = 1, max = 1_000_000))]
    factor: f64,
    /// How many findings are too many in a reminder's first scan.
    #[schemars(range(min = 1, max = 1_000_000_000))]
    first_run: u64,
    /// So few findings are never too many.
    #[schemars(range(min = 0, max = 1_000_000_000))]
    least: u64,
}

impl Default for Brake {
    fn default() -> Self {
        let policy::Brake { factor, first_run, least } = policy::Brake::default();
        Self { active: true, factor, first_run, least }
    }
}

impl Brake {
    pub(super) fn meaning(self, at: &Place<'_>) -> policy::Brake {
        let Self { active, factor, first_run, least } = self;
        if active {
            return policy::Brake { factor, first_run, least };
        }
        for at in ["factor", "first_run", "least"].map(|key| at.key(key)).iter().filter(|at| at.written()) {
            at.error(Complaint::new("means nothing with \"active\": false", "remove one of the two"));
        }
        policy::Brake { factor, first_run: u64::MAX, least: u64::MAX }
    }
}
