//! What is told of deadlines.

use nudged_sdk::testing::{RecordBuilder, at, context, described, parameters};

use super::*;

const NOW: &str = "2026-04-24T09:00:00Z";

fn found_with(record: RecordBuilder, json: &str) -> Option<Finding> {
    DueRecord::evaluate(&record.build(), &context(at(NOW), parameters(json)))
}

fn found(record: RecordBuilder) -> Option<Finding> {
    found_with(record, r#"{ "deadline_column": "ends", "title_column": "title" }"#)
}

fn lease(ends: &str) -> RecordBuilder {
    RecordBuilder::new("contracts", "c1").column("title", "Lease").column("ends", ends)
}

#[test]
fn a_record_that_is_due_soon_is_found() {
    let finding = found(lease("2026-04-30")).expect("a finding");
    assert_eq!((finding.reason.as_str(), finding.title.as_str()), ("due", "Lease is due"));
    assert_eq!(finding.text, "Lease is due in 6 days, on 30 April 2026.");
    assert_eq!(finding.deadline, Some(at("2026-05-01T00:00:00Z")), "a date ends with its day");
    assert_eq!((finding.since, finding.severity), (finding.deadline, Severity::Warning));
    assert_eq!(finding.roles, ["owners"]);
    let facts: Vec<_> = finding.facts.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(facts, [("Record", "c1"), ("Source", "contracts"), ("Due", "30 April 2026")]);
}

#[test]
fn a_deadline_turns_from_due_to_overdue_the_instant_it_has_come() {
    let cases = [
        ("2026-05-24", Some(("due", Severity::Info))),
        ("2026-05-25", None),
        ("2026-05-02", Some(("due", Severity::Info))),
        ("2026-05-01", Some(("due", Severity::Warning))),
        ("2026-04-27", Some(("due", Severity::Warning))),
        ("2026-04-26", Some(("due", Severity::Critical))),
        ("2026-04-24", Some(("due", Severity::Critical))),
        ("2026-04-24T09:00:01Z", Some(("due", Severity::Critical))),
        (NOW, Some(("overdue", Severity::Critical))),
        ("2026-04-23", Some(("overdue", Severity::Critical))),
        ("2019-01-01", Some(("overdue", Severity::Critical))),
    ];
    for (ends, expected) in cases {
        let finding = found(lease(ends));
        let seen = finding.as_ref().map(|finding| (finding.reason.as_str(), finding.severity));
        assert_eq!(seen, expected, "{ends}");
    }
}

#[test]
fn what_is_overdue_says_for_how_long() {
    let finding = found(lease("2026-04-21")).expect("a finding");
    assert_eq!(finding.title, "Lease is overdue");
    assert_eq!(finding.text, "Lease was due 3 days ago, on 21 April 2026.");
    assert_eq!(found(lease("2026-04-24T08:00:00Z")).expect("a finding").text, "Lease was due today.");
}

#[test]
fn null_and_what_is_no_date_are_left_alone() {
    assert!(found(RecordBuilder::new("contracts", "c1").column("title", "Lease")).is_none());
    assert!(found(lease("soon")).is_none());
}

#[test]
fn columns_roles_and_horizon_are_the_operators() {
    let json =
        r#"{ "deadline_column": "ends", "text_column": "note", "horizon_days": 2, "roles": ["buyers", "fallback"] }"#;
    assert!(found_with(lease("2026-04-30"), json).is_none(), "beyond the horizon");
    let finding = found_with(lease("2026-04-25").column("note", " Ask Pam. "), json).expect("a finding");
    assert_eq!(finding.roles, ["buyers", "fallback"]);
    assert_eq!(
        (finding.title.as_str(), finding.text.as_str()),
        ("Record c1 is due", "Record c1 is due tomorrow. Ask Pam.")
    );
    let long = found_with(lease("2026-04-25").column("note", &"x".repeat(5_000)), json).expect("a finding");
    assert!(long.text.len() < 600, "{} bytes", long.text.len());
}

#[test]
fn the_schema_knows_every_parameter_with_its_default() {
    let manifest = described::<DueRecord>();
    assert_eq!(manifest["kind"], "record-strategy");
    let schema = &manifest["parameters"];
    assert_eq!(schema["required"].to_string(), r#"["deadline_column"]"#);
    let defaults: Parameters = parameters(r#"{ "deadline_column": "ends" }"#);
    assert_eq!(schema["properties"]["horizon_days"]["default"], defaults.horizon_days);
    assert_eq!(schema["properties"]["roles"]["default"].to_string(), r#"["owners"]"#);
    assert_eq!(defaults.roles, ["owners"]);
    assert_eq!(schema["properties"].as_object().map(|properties| properties.len()), Some(5));
}
