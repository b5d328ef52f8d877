//! Rows whose date has passed.

use nudged_sdk::{Budget, Context, Finding, Manifest, Parameters, Record, RecordStrategy, text};
use serde::Deserialize;

struct Plugin;

/// What a reminder may set.
#[derive(Debug, Deserialize, Parameters)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// The column that holds the date.
    #[parameter(format = "column")]
    column: String,
}

impl RecordStrategy for Plugin {
    type Parameters = Settings;

    fn manifest() -> Manifest {
        nudged_sdk::manifest!().budget(Budget::new().item_bytes(4096).first_call_millis(100))
    }

    fn evaluate(record: &Record<'_>, context: &Context<Settings>) -> Option<Finding> {
        let due = record.day(&context.parameters.column)?;
        if due >= context.today {
            return None;
        }
        let text = format!("It was due on {}.", text::date(due));
        let finding = Finding::new("overdue", format!("{} is overdue", record.id()), text);
        Some(finding.roles(["owner"]))
    }
}

nudged_sdk::record_strategy!(Plugin);

#[cfg(test)]
mod tests {
    use nudged_sdk::testing::{RecordBuilder, at, context};

    use super::*;

    #[test]
    fn a_row_is_overdue_on_the_day_after() {
        let record = RecordBuilder::new("rows", "r1").column("due", "2026-06-03").build();
        let judge = |now: &str| {
            let settings = Settings { column: "due".to_owned() };
            Plugin::evaluate(&record, &context(at(now), settings))
        };
        assert_eq!(judge("2026-06-03T23:59:59Z"), None);
        let finding = judge("2026-06-04T00:00:00Z").expect("a finding");
        assert_eq!(finding.text, "It was due on 3 June 2026.");
    }
}
