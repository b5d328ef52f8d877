//! Rows whose date has passed.

use nudged_sdk::{Context, Error, Finding, Manifest, Record, RecordStrategy, text};
use serde::Deserialize;

struct {{ type }};

/// What a reminder may set.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Parameters {
    /// The column that holds the date.
    column: String,
}

impl RecordStrategy for {{ type }} {
    type Parameters = Parameters;

    fn manifest() -> Manifest {
        Manifest::record_strategy(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"))
            .licence(env!("CARGO_PKG_LICENSE"))
            .parameters(
                r#"{
                    "type": "object",
                    "properties": {
                        "column": { "type": "string", "format": "column", "description": "The column that holds the date." }
                    },
                    "required": ["column"],
                    "additionalProperties": false
                }"#,
            )
    }

    fn evaluate(record: &Record<'_>, context: &Context<Parameters>) -> Result<Vec<Finding>, Error> {
        let Some(due) = record.day(&context.parameters.column) else { return Ok(vec![]) };
        if due >= context.today {
            return Ok(vec![]);
        }
        let text = format!("It was due on {}.", text::date(due));
        let finding = Finding::new("overdue", format!("{} is overdue", record.id()), text);
        Ok(vec![finding.roles(["owner"])])
    }
}

nudged_sdk::record_strategy!({{ type }});

#[cfg(test)]
mod tests {
    use nudged_sdk::testing::{RecordBuilder, at, context};

    use super::*;

    #[test]
    fn a_row_is_overdue_on_the_day_after() {
        let record = RecordBuilder::new("rows", "r1").column("due", "2026-06-03").build();
        let judge = |now: &str| {
            let parameters = Parameters { column: "due".to_owned() };
            {{ type }}::evaluate(&record, &context(at(now), parameters)).expect("is judged")
        };
        assert_eq!(judge("2026-06-03T23:59:59Z"), []);
        assert_eq!(judge("2026-06-04T00:00:00Z")[0].text, "It was due on 3 June 2026.");
    }
}
