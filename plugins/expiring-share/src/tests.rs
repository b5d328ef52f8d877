//! What requesters are told before their access ends.

use nudged_sdk::testing::{ShareBuilder, at, context, day, described, parameters};

use super::*;

fn found_at(share: ShareBuilder, now: &str, on_expiry: Option<&str>) -> Option<Finding> {
    let mut context = context(at(now), Parameters::default());
    context.attributes.extend(on_expiry.map(|word| ("on-expiry".to_owned(), word.to_owned())));
    ExpiringShare::evaluate(&share.build(), &context)
}

fn found(share: ShareBuilder) -> Option<Finding> {
    found_at(share, "2026-04-24T09:00:00Z", None)
}

fn live() -> ShareBuilder {
    ShareBuilder::new("s1").status("Processed").expires_on(day("2026-04-30")).item("orders", "Share_Succeeded")
}

#[test]
fn requesters_are_told_when_access_ends_and_what_would_extend_it() {
    let share = live().item("customers", "PendingExtension").item("prices", "Share_Failed").purpose("Forecasts");
    let finding = found(share).expect("a finding");
    assert_eq!((finding.reason.as_str(), finding.roles), ("expiring", vec!["requesters".to_owned()]));
    assert_eq!(finding.since, Some(at("2026-05-01T00:00:00Z")), "the day of expiry is the episode");
    assert_eq!(finding.deadline, finding.since);
    assert_eq!(finding.title, "Access to Sales ends in 6 days, on 30 April 2026");
    assert_eq!(
        finding.text,
        "Access to Sales for the team requesters ends in 6 days, on 30 April 2026. \
         Ask for an extension if it is still needed. An extension of 2 months would last until 31 May 2026."
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
            ("Shared items", "orders and customers"),
            ("Last day of access", "30 April 2026"),
        ]
    );
}

#[test]
fn the_offer_is_what_data_all_would_compute_on_that_day() {
    let offer = |now: &str, setting: &str, most: u32| {
        let share = live().with(|share| {
            share.expiry_setting = setting.to_owned();
            share.expiry_max_duration = Some(most);
        });
        let text = found_at(share, now, None).expect("a finding").text;
        text.split_once("still needed.").expect("says what to do").1.to_owned()
    };
    let monthly = " An extension of 1 month would last until 31 May 2026.";
    assert_eq!(offer("2026-04-27T09:00:00Z", "Monthly", 12), monthly);
    let quarterly = " An extension of 1 quarter would last until 30 June 2026.";
    assert_eq!(offer("2026-04-24T09:00:00Z", "Quarterly", 4), quarterly);
    // One month at most: before the month's last week it would end on the same day.
    let later = " An extension of 1 month would last until 31 May 2026 if it is asked for on 27 April 2026 or later.";
    assert_eq!(offer("2026-04-24T09:00:00Z", "Monthly", 1), later);
    assert_eq!(offer("2026-04-24T09:00:00Z", "", 12), "");
}

#[test]
fn access_counts_whatever_the_shares_own_status() {
    let cases = [
        ("Processed", "Share_Succeeded", true),
        ("Processed", "Revoke_Failed", true),
        ("Extension_Rejected", "Share_Succeeded", true),
        ("Draft", "Share_Succeeded", true),
        ("Submitted", "Revoke_Approved", true),
        ("Revoke_In_Progress", "Revoke_In_Progress", true),
        ("Submitted_For_Extension", "PendingExtension", false),
        ("Processed", "Share_Failed", false),
        ("Processed", "Revoke_Succeeded", false),
        ("Draft", "PendingApproval", false),
    ];
    for (status, item, expected) in cases {
        let share = ShareBuilder::new("s1").status(status).expires_on(day("2026-04-30")).item("orders", item);
        assert_eq!(found(share).is_some(), expected, "{status}, {item}");
    }
}

#[test]
fn an_extension_that_was_asked_for_ends_the_reminders() {
    assert!(found(live().with(|share| share.extension_asked = true)).is_none());
    let old = live().status("Extension_Rejected").with(|share| share.extension_asked = true);
    assert!(found(old).is_some(), "the flag of an extension that was decided means nothing");
}

#[test]
fn only_days_ahead_within_the_horizon_count() {
    for (on, expected) in [("2026-05-25", true), ("2026-05-26", false), ("2026-04-24", true), ("2026-04-23", false)] {
        assert_eq!(found(live().expires_on(day(on))).is_some(), expected, "{on}");
    }
    assert!(found(live().with(|share| share.non_expirable = true)).is_none());
    assert!(found(ShareBuilder::new("s1").status("Processed").item("orders", "Share_Succeeded")).is_none());
}

#[test]
fn it_gets_worse_as_the_day_nears() {
    let cases = [
        ("2026-05-02", Severity::Info),
        ("2026-05-01", Severity::Warning),
        ("2026-04-27", Severity::Warning),
        ("2026-04-26", Severity::Critical),
        ("2026-04-24", Severity::Critical),
    ];
    for (on, severity) in cases {
        assert_eq!(found(live().expires_on(day(on))).expect("a finding").severity, severity, "{on}");
    }
    let today = found(live().expires_on(day("2026-04-24"))).expect("a finding");
    assert!(today.text.starts_with("Access to Sales for the team requesters ends today. "), "{}", today.text);
}

#[test]
fn a_rejected_extension_is_told_with_its_reason() {
    let rejected = |why: &str| {
        let share = live().status("Extension_Rejected").with(|share| share.reject_purpose = why.to_owned());
        found(share).expect("a finding").text
    };
    assert!(rejected("Use the summary").contains(" 2026. An extension was rejected: \"Use the summary\". Ask for"));
    assert!(rejected(" ").contains(" 2026. An extension was rejected. Ask for"));
    let processed = found(live().with(|share| share.reject_purpose = "An old reason".to_owned())).expect("a finding");
    assert!(!processed.text.contains("reject"), "{}", processed.text);
}

#[test]
fn an_open_request_stands_in_the_way_of_an_extension() {
    let text = found(live().status("Submitted")).expect("a finding").text;
    assert!(text.ends_with(" An extension can be asked for as soon as the open request is answered."), "{text}");
}

#[test]
fn what_happens_otherwise_is_what_the_host_says() {
    let cases = [
        (Some("revoke"), "Otherwise it is revoked after that day."),
        (Some("escalate"), "Otherwise it is escalated after that day."),
        (Some("mark"), "Otherwise it is noted as expired after that day."),
        (Some("notify"), "until 31 May 2026."),
        (Some("something newer"), "until 31 May 2026."),
        (None, "until 31 May 2026."),
    ];
    for (on_expiry, end) in cases {
        let text = found_at(live(), "2026-04-24T09:00:00Z", on_expiry).expect("a finding").text;
        assert!(text.ends_with(end), "{on_expiry:?}: {text}");
    }
}

#[test]
fn what_happens_otherwise_may_depend_on_the_confidentiality() {
    let mut context = context(at("2026-04-24T09:00:00Z"), Parameters::default());
    context.attributes = [("on-expiry", "notify"), ("on-expiry.Secret", "revoke")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec();
    for (confidentiality, revoked) in [("Secret", true), ("Official", false), ("", false)] {
        let share = live().with(|share| share.confidentiality = confidentiality.to_owned());
        let finding = ExpiringShare::evaluate(&share.build(), &context).expect("a finding");
        let said = finding.text.ends_with("Otherwise it is revoked after that day.");
        assert_eq!(said, revoked, "{confidentiality}: {}", finding.text);
    }
}

#[test]
fn the_schema_bounds_the_horizon_by_what_the_host_reads() {
    let manifest = described::<ExpiringShare>();
    let horizon = &manifest["parameters"]["properties"]["horizon_days"];
    assert_eq!(
        (&horizon["maximum"], &horizon["default"]),
        (&LONGEST.into(), &Parameters::default().horizon_days.into())
    );
    assert_eq!(manifest["reads"]["expires-within-days"], LONGEST);
    assert_eq!(manifest["reads"]["item-statuses"].as_array().map(Vec::len), Some(ShareItem::LIVE.len()));
    let read: Parameters = parameters(r#"{ "horizon_days": 7 }"#);
    assert_eq!(read.horizon_days, 7);
}
