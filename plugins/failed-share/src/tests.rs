//! What both sides are told of failures.

use nudged_sdk::testing::{ShareBuilder, at, context, described};

use super::*;

fn found(share: ShareBuilder) -> Vec<Finding> {
    FailedShare::evaluate(&share.build(), &context(at("2026-04-24T09:00:00Z"), NoParameters))
}

fn share() -> ShareBuilder {
    ShareBuilder::new("s1").status("Processed").item("prices", "Share_Succeeded")
}

/// Sets when each item was touched, in their order.
fn touched(share: ShareBuilder, times: &[&str]) -> ShareBuilder {
    share.with(|share| {
        for (item, time) in share.items.iter_mut().zip(times) {
            item.touched = Some(at(time));
        }
    })
}

#[test]
fn a_share_without_failures_is_left_alone() {
    assert_eq!(found(share().item("orders", "PendingApproval").item("customers", "Revoke_Succeeded")), []);
    assert_eq!(found(ShareBuilder::new("s1")), []);
}

#[test]
fn items_that_were_not_shared_are_one_finding_since_the_latest_of_them() {
    let share = share().item("orders", "Share_Failed").item("customers", "Share_Failed").purpose("Forecasts");
    let share = touched(share, &["2026-04-23T00:00:00Z", "2026-04-20T00:00:00Z", "2026-04-21T08:00:00Z"]);
    let findings = found(share);
    let [finding] = &findings[..] else { panic!("one finding, not {findings:?}") };
    assert_eq!((finding.reason.as_str(), finding.since), ("share-failed", Some(at("2026-04-21T08:00:00Z"))));
    assert_eq!((finding.severity, &finding.action), (Severity::Warning, &None));
    assert_eq!(finding.roles, ["requester", "producers"]);
    assert_eq!(finding.title, "Sharing of Sales failed");
    assert_eq!(
        finding.text,
        "2 items of Sales could not be shared for the team requesters: orders and customers. Remove what is not needed \
         any more and submit the share again, or ask the administrators of data.all why it failed."
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
            ("Failed items", "orders and customers"),
            ("Failed at", "21 April 2026, 08:00 UTC"),
        ]
    );
}

#[test]
fn items_that_were_not_revoked_are_another_finding_and_critical() {
    let share = touched(share().item("orders", "Share_Failed").item("customers", "Revoke_Failed"), &[]);
    let findings = found(share);
    let [shared, revoked] = &findings[..] else { panic!("two findings, not {findings:?}") };
    assert_eq!((shared.reason.as_str(), revoked.reason.as_str()), ("share-failed", "revoke-failed"));
    assert_eq!((revoked.severity, revoked.since), (Severity::Critical, None), "the tables do not tell since when");
    assert_eq!(revoked.title, "Revoking of Sales failed");
    assert!(
        revoked.text.starts_with(
            "Access to 1 item of Sales could not be revoked for the team requesters and goes on: customers. Revoke again"
        ),
        "{}",
        revoked.text
    );
}

#[test]
fn long_lists_are_capped() {
    let names: Vec<_> = (0..14).map(|number| format!("t{number}")).collect();
    let share = names.iter().fold(share(), |share, name| share.item(name, "Share_Failed"));
    let text = &found(share)[0].text;
    assert!(text.contains(": t0, t1, t2, t3, t4, t5, t6, t7, t8, t9 and 4 more. "), "{text}");
}

#[test]
fn only_shares_with_failures_are_read() {
    let manifest = described::<FailedShare>();
    assert_eq!(manifest["reads"]["item-statuses"].to_string(), r#"["Share_Failed","Revoke_Failed"]"#);
}
