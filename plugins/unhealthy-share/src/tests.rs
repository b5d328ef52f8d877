//! What both sides are told of access that does not work.

use nudged_sdk::{
    Severity,
    testing::{PlainShareItem, ShareBuilder, at, context, described},
};

use super::*;

fn found(share: ShareBuilder) -> Option<Finding> {
    let context = context(at("2026-04-24T09:00:00Z"), NoParameters);
    UnhealthyShare::evaluate(&share.build(), &context)
}

fn item(name: &str, health: &str) -> PlainShareItem {
    PlainShareItem {
        name: name.to_owned(),
        status: "Share_Succeeded".to_owned(),
        health: health.to_owned(),
        ..PlainShareItem::default()
    }
}

fn share(items: Vec<PlainShareItem>) -> ShareBuilder {
    ShareBuilder::new("s1").status("Processed").with(|share| share.items = items)
}

#[test]
fn what_is_wrong_and_when_it_was_seen_is_told_for_each_item() {
    let sick = PlainShareItem {
        health_message: " missing grants \n".to_owned(),
        verified: Some(at("2026-04-20T03:00:00Z")),
        ..item("orders", "Unhealthy")
    };
    let share = share(vec![sick, item("prices", "Healthy"), item("customers", "Unhealthy")]);
    let finding = found(share).expect("a finding");
    assert_eq!((finding.reason.as_str(), finding.since), ("unhealthy", None), "nobody knows since when");
    assert_eq!((finding.severity, finding.deadline), (Severity::Warning, None));
    assert_eq!(finding.roles, ["requesters", "producers"]);
    assert_eq!(finding.title, "Unhealthy share of Sales");
    assert_eq!(
        finding.text,
        "Access to 2 items of Sales is not healthy for the team requesters: orders and customers. \
         Re-apply the share in data.all to mend it."
    );
    let facts: Vec<_> = finding.facts.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(
        facts,
        [
            ("Requester", "rita@x.test"),
            ("Team", "requesters"),
            ("Principal", "analytics"),
            ("Environment", "Analytics"),
            ("orders", "missing grants (checked 20 April 2026, 03:00 UTC)"),
            ("customers", "no message"),
        ]
    );
}

#[test]
fn other_states_of_health_are_no_complaint() {
    for health in ["Healthy", "PendingVerify", "PendingReApply", ""] {
        assert!(found(share(vec![item("orders", health)])).is_none(), "{health}");
    }
    assert!(found(share(vec![])).is_none());
}

#[test]
fn long_lists_and_messages_are_capped() {
    let endless = |name: &str| PlainShareItem { health_message: "x".repeat(5_000), ..item(name, "Unhealthy") };
    let finding = found(share(["a", "b", "c", "d", "e", "f", "g"].map(endless).to_vec())).expect("a finding");
    assert!(finding.text.contains(": a, b, c, d, e and 2 more. "), "{}", finding.text);
    let complaints: Vec<_> = finding.facts.iter().filter(|fact| fact.0.len() == 1).collect();
    assert_eq!(complaints.len(), ITEMS_SHOWN);
    assert!(complaints.iter().all(|(_, text)| text.chars().count() == MESSAGE_SHOWN + 1));
}

#[test]
fn only_shares_with_unhealthy_items_are_read() {
    let manifest = described::<UnhealthyShare>();
    assert_eq!(manifest["reads"]["item-health"].to_string(), r#"["Unhealthy"]"#);
    assert_eq!(manifest["reads"]["fields"].to_string(), r#"["items"]"#);
}
