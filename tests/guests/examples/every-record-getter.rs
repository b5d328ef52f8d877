//! Answers with whatever the host tells of a record.

use nudged_sdk::{Context, Finding, Manifest, NoParameters, Record, RecordStrategy};

struct EveryRecordGetter;

impl RecordStrategy for EveryRecordGetter {
    type Parameters = NoParameters;

    fn manifest() -> Manifest {
        Manifest::new("every-record-getter", "1.0.0")
    }

    fn evaluate(record: &Record<'_>, _: &Context) -> Option<Finding> {
        let finding = Finding::new("told", record.id(), record.source())
            .since(record.instant("ends"))
            .fact("day", format!("{:?}", record.day("ends")))
            .fact("title", format!("{:?}", record.column("title")))
            .fact("missing", format!("{:?} {:?}", record.column("missing"), record.instant("title")))
            .fact("columns", format!("{:?}", record.columns()));
        Some(finding)
    }
}

nudged_sdk::record_strategy!(EveryRecordGetter);
