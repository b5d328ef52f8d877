//! What both sides are told of access that should have ended.

use nudged_sdk::testing::{ShareBuilder, at, context, day, described};

use super::*;

const NOW: &str = "2026-04-24T09:00:00Z";

fn told(share: ShareBuilder, attributes: &[(&str, &str)]) -> Option<Finding> {
    let mut context = context(at(NOW), NoParameters);
    context.attributes = attributes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    ExpiredShare::evaluate(&share.build(), &context)
}

fn found(share: ShareBuilder) -> Option<Finding> {
    told(share, &[])
}

fn expired(status: &str) -> ShareBuilder {
    ShareBuilder::new("s1").status(status).expires_on(day("2026-04-21")).item("orders", "Share_Succeeded")
}

#[test]
fn both_sides_are_told_and_a_revoke_is_proposed() {
    let share = expired("Processed").item("customers", "Revoke_Failed").item("prices", "Revoke_Succeeded");
    let finding = found(share).expect("a finding");
    assert_eq!((finding.reason.as_str(), finding.since), ("expired", Some(at("2026-04-22T00:00:00Z"))));
    assert_eq!((finding.severity, finding.action.as_deref()), (Severity::Critical, Some("revoke")));
    assert_eq!((finding.deadline, finding.roles), (None, vec!["requesters".to_owned(), "producers".to_owned()]));
    assert_eq!(finding.title, "Expired access to Sales goes on");
    assert_eq!(
        finding.text,
        "The last day of access to Sales for the team requesters was 3 days ago, on 21 April 2026, \
         but 2 items are still shared: revoking failed for 1 item. Nothing ends it but revoking it."
    );
    let facts: Vec<_> = finding.facts.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(
        facts,
        [
            ("Requester", "rita@x.test"),
            ("Team", "requesters"),
            ("Principal", "analytics"),
            ("Environment", "Analytics"),
            ("Last day of access", "21 April 2026"),
            ("Status", "Processed"),
            ("Still shared", "orders and customers"),
            ("Not revoked", "customers"),
        ]
    );
}

#[test]
fn what_keeps_the_access_alive_is_named() {
    let cases = [
        ("Processed", "Share_Succeeded", "nobody has revoked it"),
        ("Submitted_For_Extension", "PendingExtension", "its extension is still undecided"),
        ("Extension_Rejected", "Share_Succeeded", "its extension was rejected"),
        ("Draft", "Share_Succeeded", "it is back in Draft"),
        ("Submitted", "Share_Succeeded", "a request for more items is undecided"),
        ("Rejected", "Share_Succeeded", "a request for more items was rejected"),
        ("Share_In_Progress", "Share_Succeeded", "more items are being shared"),
        ("Revoked", "Revoke_Approved", "its revocation has not ended"),
        ("Processed", "Revoke_In_Progress", "its revocation has not ended"),
        ("Processed", "Revoke_Failed", "revoking failed for 1 item"),
        ("Draft", "Revoke_Failed", "it is back in Draft and revoking failed for 1 item"),
    ];
    for (status, item, why) in cases {
        let share = ShareBuilder::new("s1").status(status).expires_on(day("2026-04-21")).item("orders", item);
        let text = found(share).unwrap_or_else(|| panic!("{status}, {item}: no finding")).text;
        assert!(text.contains(&format!(" but 1 item is still shared: {why}. ")), "{status}, {item}: {text}");
    }
    let asked = found(expired("Processed").with(|share| share.extension_asked = true)).expect("a finding");
    assert!(asked.text.contains(": its extension is still undecided. "), "{}", asked.text);
}

#[test]
fn access_that_ended_or_goes_on_by_right_is_left_alone() {
    assert!(found(expired("Processed").expires_on(day("2026-04-24"))).is_none(), "the day has not ended");
    assert!(found(expired("Processed").expires_on(day("2026-04-23"))).is_some());
    assert!(found(expired("Processed").with(|share| share.non_expirable = true)).is_none());
    assert!(found(ShareBuilder::new("s1").status("Processed").item("orders", "Share_Succeeded")).is_none());
    for item in ["Revoke_Succeeded", "Share_Failed", "PendingApproval", "Share_Rejected"] {
        let share = ShareBuilder::new("s1").status("Processed").expires_on(day("2026-04-21")).item("orders", item);
        assert!(found(share).is_none(), "{item}");
    }
}

#[test]
fn what_happens_next_is_what_the_host_says() {
    let nothing = "Nothing ends it but revoking it.";
    let cases: [(&[(&str, &str)], &str); 8] = [
        (
            &[("on-expiry", "revoke"), ("last-notice", "1d")],
            "It will be revoked, at the earliest 1 day after this notice was delivered.",
        ),
        (&[("on-expiry", "revoke")], "It will be revoked."),
        (&[("on-expiry", "escalate")], "This is escalated."),
        (&[("on-expiry", "mark")], "This is noted in the dataset's activities. Nothing ends it but revoking it."),
        (&[("on-expiry", "notify"), ("last-notice", "1d")], nothing),
        (&[("on-expiry", "notify"), ("on-expiry.Official", "revoke")], "It will be revoked."),
        (&[("on-expiry", "notify"), ("on-expiry.Secret", "revoke")], nothing),
        (&[], nothing),
    ];
    for (attributes, end) in cases {
        let text = told(expired("Processed"), attributes).expect("a finding").text;
        assert!(text.ends_with(&format!(" revoked it. {end}")), "{attributes:?}: {text}");
    }
    let waiting = told(expired("Submitted_For_Extension"), &[("on-expiry", "revoke")]).expect("a finding").text;
    assert!(waiting.ends_with("It goes on until somebody approves or rejects the extension."), "{waiting}");
}

#[test]
fn only_expired_shares_with_access_are_read() {
    let manifest = described::<ExpiredShare>();
    let reads = &manifest["reads"];
    assert_eq!(reads["expires-within-days"], 0);
    assert_eq!(reads["fields"].to_string(), r#"["items"]"#);
    assert_eq!(reads["item-statuses"].as_array().map(Vec::len), Some(ShareItem::LIVE.len()));
    assert!(reads["statuses"].is_null(), "whatever their status");
}
