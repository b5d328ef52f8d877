//! What reviewers are told of waiting requests.

use nudged_sdk::testing::{ShareBuilder, at, context, described, parameters};

use super::*;

const NOW: &str = "2026-06-04T09:00:00Z";

fn found(share: ShareBuilder, parameters: Parameters) -> Option<Finding> {
    PendingShare::evaluate(&share.build(), &context(at(NOW), parameters))
}

fn finding(share: ShareBuilder) -> Finding {
    found(share, Parameters::default()).expect("a finding")
}

fn waiting_since(since: &str) -> ShareBuilder {
    ShareBuilder::new("s1").since(at(since))
}

#[test]
fn a_submitted_share_is_found_and_told_to_those_who_can_answer() {
    let finding = finding(waiting_since("2026-05-12T08:30:00Z").purpose("Forecasts").items(["orders", "customers"]));
    assert_eq!(finding.reason, "pending");
    assert_eq!(finding.title, "Pending share request for Sales");
    assert_eq!(finding.since, Some(at("2026-05-12T08:30:00Z")));
    assert_eq!(finding.roles, ["producers", "stewards"]);
    assert_eq!(
        finding.text,
        "rita@x.test asks for access to Sales for the team requesters and has waited 23 days for an answer. Until somebody gives it, there is no access."
    );
    let facts: Vec<_> = finding.facts.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(
        facts,
        [
            ("Requester", "rita@x.test"),
            ("Team", "requesters"),
            ("Principal", "analytics"),
            ("Purpose", "Forecasts"),
            ("Environment", "Analytics"),
            ("Requested items", "orders and customers"),
            ("Waiting since", "12 May 2026, 08:30 UTC"),
        ]
    );
}

#[test]
fn shares_in_other_states_are_left_alone() {
    for status in ["Draft", "Approved", "Processed", "Submitted_For_Extension", ""] {
        assert_eq!(found(ShareBuilder::new("s1").status(status), Parameters::default()), None, "{status}");
    }
}

#[test]
fn waiting_gets_worse_with_age_exactly_at_the_configured_days() {
    let severity = |since: &str| finding(waiting_since(since)).severity;
    assert_eq!(severity("2026-06-03T09:00:00Z"), Severity::Info);
    assert_eq!(severity("2026-05-28T09:00:01Z"), Severity::Info);
    assert_eq!(severity("2026-05-28T09:00:00Z"), Severity::Warning);
    assert_eq!(severity("2026-05-05T09:00:01Z"), Severity::Warning);
    assert_eq!(severity("2026-05-05T09:00:00Z"), Severity::Critical);
    let eager = Parameters { warn_after_days: 0, critical_after_days: 2 };
    let severity = found(waiting_since(NOW), eager).map(|finding| finding.severity);
    assert_eq!(severity, Some(Severity::Warning));
}

#[test]
fn the_sentence_is_well_formed_at_every_age() {
    let ending = |since: &str| finding(waiting_since(since)).text;
    assert!(
        ending("2026-06-04T08:00:00Z")
            .ends_with("has waited less than a day for an answer. Until somebody gives it, there is no access.")
    );
    assert!(
        ending("2026-06-03T08:00:00Z")
            .ends_with("has waited 1 day for an answer. Until somebody gives it, there is no access.")
    );
    // The database's clock is ahead of ours.
    assert!(
        ending("2026-06-04T10:00:00Z")
            .ends_with("has waited less than a day for an answer. Until somebody gives it, there is no access.")
    );
}

#[test]
fn missing_columns_leave_no_holes_in_the_message() {
    let bare = waiting_since("2026-06-01T09:00:00Z").with(|share| {
        share.owner.clear();
        share.requesters.clear();
        share.principal.clear();
        share.environment_label.clear();
        share.dataset_label = " ".to_owned();
    });
    let finding = finding(bare);
    assert_eq!(
        finding.text,
        "Somebody asks for access to a dataset and has waited 3 days for an answer. Until somebody gives it, there is no access."
    );
    assert_eq!(finding.facts, [("Waiting since".to_owned(), "1 June 2026, 09:00 UTC".to_owned())]);
}

#[test]
fn long_lists_and_purposes_are_capped() {
    let names = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let finding = finding(waiting_since(NOW).purpose(&"x".repeat(5_000)).items(names));
    let fact = |name: &str| finding.facts.iter().find(|fact| fact.0 == name).map(|fact| fact.1.clone());
    assert_eq!(fact("Requested items").as_deref(), Some("a, b, c, d, e and 3 more"));
    assert_eq!(fact("Purpose").map(|purpose| purpose.chars().count()), Some(301));
}

#[test]
fn the_schema_knows_every_parameter_with_its_default() {
    let manifest = described::<PendingShare>();
    assert_eq!((&manifest["name"], &manifest["kind"]), (&"pending-share".into(), &"share-strategy".into()));
    let Parameters { warn_after_days, critical_after_days } = Parameters::default();
    let properties = manifest["parameters"]["properties"].as_object().expect("an object");
    let defaults: Vec<_> = properties.iter().map(|(name, property)| (name.as_str(), &property["default"])).collect();
    let expected = [("warn_after_days", warn_after_days.into()), ("critical_after_days", critical_after_days.into())];
    assert_eq!(defaults.len(), expected.len());
    for (name, value) in &expected {
        assert!(defaults.contains(&(*name, value)), "{name} is {value}");
    }
}

#[test]
fn parameters_are_read_from_the_configuration() {
    let read: Parameters = parameters(r#"{ "critical_after_days": 3 }"#);
    assert_eq!((read.warn_after_days, read.critical_after_days), (7, 3));
}
