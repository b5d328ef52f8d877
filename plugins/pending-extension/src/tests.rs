//! What reviewers are told of waiting extensions.

use nudged_sdk::testing::{ShareBuilder, at, context, day, described};

use super::*;

const NOW: &str = "2026-04-24T09:00:00Z";

fn found(share: ShareBuilder) -> Option<Finding> {
    PendingExtension::evaluate(&share.build(), &context(at(NOW), NoParameters))
}

fn asked() -> ShareBuilder {
    ShareBuilder::new("s1").status("Submitted_For_Extension").since(at("2026-04-21T08:00:00Z")).with(|share| {
        share.extension_reason = "The project goes on".to_owned();
        share.requested_expiry_day = Some(day("2026-05-31"));
    })
}

fn ending(on: &str) -> Finding {
    found(asked().expires_on(day(on))).expect("a finding")
}

#[test]
fn reviewers_are_told_who_asks_until_when_why_and_what_happens_otherwise() {
    let finding = ending("2026-04-30");
    assert_eq!((finding.reason.as_str(), finding.since), ("pending-extension", Some(at("2026-04-21T08:00:00Z"))));
    assert_eq!(finding.title, "Pending extension of access to Sales");
    assert_eq!(
        finding.text,
        "rita@x.test asks to extend the access to Sales for the team requesters until 31 May 2026 and has waited \
         3 days for an answer. If nobody answers, access ends in 6 days, on 30 April 2026."
    );
    assert_eq!(finding.deadline, Some(at("2026-05-01T00:00:00Z")));
    assert_eq!(finding.roles, ["producers", "stewards"]);
    let facts: Vec<_> = finding.facts.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(
        facts,
        [
            ("Requester", "rita@x.test"),
            ("Team", "requesters"),
            ("Principal", "analytics"),
            ("Environment", "Analytics"),
            ("Reason", "The project goes on"),
            ("Access ends", "30 April 2026"),
            ("Requested until", "31 May 2026"),
            ("Waiting since", "21 April 2026, 08:00 UTC"),
        ]
    );
}

#[test]
fn the_status_or_the_flag_of_a_processed_share_say_that_it_was_asked_for() {
    let cases = [
        ("Submitted_For_Extension", false, true),
        ("Submitted_For_Extension", true, true),
        ("Processed", true, true),
        ("Processed", false, false),
        // What an old extension left behind.
        ("Extension_Rejected", true, false),
        ("Draft", true, false),
        ("Submitted", true, false),
    ];
    for (status, flag, expected) in cases {
        let share = asked().status(status).with(|share| share.extension_asked = flag);
        assert_eq!(found(share).is_some(), expected, "{status}, {flag}");
    }
}

#[test]
fn waiting_gets_worse_as_the_end_of_access_nears() {
    let cases = [
        ("2026-05-09", Severity::Info),
        ("2026-05-08", Severity::Warning),
        ("2026-04-27", Severity::Warning),
        ("2026-04-26", Severity::Critical),
        ("2026-04-24", Severity::Critical),
        ("2026-04-01", Severity::Critical),
    ];
    for (on, severity) in cases {
        assert_eq!(ending(on).severity, severity, "{on}");
    }
    assert_eq!(found(asked()).expect("a finding").severity, Severity::Info, "no end at all");
}

#[test]
fn an_end_that_is_past_is_said_to_be() {
    let finding = ending("2026-04-21");
    assert!(finding.text.ends_with(" The last day of access was 3 days ago, on 21 April 2026."), "{}", finding.text);
    assert!(ending("2026-04-24").text.ends_with("access ends today."), "the day has not ended");
}

#[test]
fn what_can_only_be_rejected_is_said_to_be() {
    for (requested, hopeless) in [("2026-04-23", true), ("2026-04-24", true), ("2026-04-25", false)] {
        let finding =
            found(asked().with(|share| share.requested_expiry_day = Some(day(requested)))).expect("a finding");
        assert_eq!(finding.text.ends_with("it can only be rejected and asked for anew."), hopeless, "{requested}");
    }
}

#[test]
fn a_share_without_an_end_has_no_deadline() {
    let for_ever = asked().expires_on(day("2026-04-30")).with(|share| {
        share.non_expirable = true;
        share.requested_expiry_day = None;
    });
    let finding = found(for_ever).expect("a finding");
    assert_eq!((finding.deadline, finding.severity), (None, Severity::Info));
    assert_eq!(
        finding.text,
        "rita@x.test asks to extend the access to Sales for the team requesters and has waited 3 days for an answer."
    );
}

#[test]
fn only_shares_that_can_have_one_are_read() {
    let manifest = described::<PendingExtension>();
    assert_eq!(manifest["reads"].to_string(), r#"{"extension-asked":true}"#);
    assert_eq!(manifest["parameters"]["additionalProperties"], false);
}
