//! When a share entered its state: the best that the tables tell.

use nudged_tests::Dataall;
use serde_json::json;

use crate::source::{add_notice, add_share, all, at, on_both};

on_both! {
    crate::source::world:
    a_pending_share_counts_from_its_oldest_submission,
    a_share_submitted_again_after_a_decision_is_a_new_episode,
    other_statuses_count_from_the_last_update,
    a_pending_extension_counts_from_its_oldest_submission_since_the_last_decision,
    the_notices_of_one_status_tell_nothing_about_the_other,
}

async fn a_pending_share_counts_from_its_oldest_submission(dataall: Dataall) {
    add_share(&dataall, json!({})).await;
    for day in ["2026-03-09 09:00:00", "2026-03-02T09:00:00.123456", "2026-03-02 09:00:01", "2026-03-16T09:00:00"] {
        add_notice(&dataall, "SHARE_OBJECT_SUBMITTED", "s1|d1", day).await;
    }
    // Neither another dataset's notice nor another kind of notice counts.
    add_notice(&dataall, "SHARE_OBJECT_SUBMITTED", "s1|d2", "2026-01-01 09:00:00").await;
    add_notice(&dataall, "SHARE_OBJECT_EXTENDED", "s1|d1", "2026-01-01 09:00:00").await;
    assert_eq!(all(&dataall).await.0[0].since, at("2026-03-02T09:00:00.123Z"));
}

async fn a_share_submitted_again_after_a_decision_is_a_new_episode(dataall: Dataall) {
    let submitted = "SHARE_OBJECT_SUBMITTED";
    for (uri, decision) in [("rejected", "SHARE_OBJECT_REJECTED"), ("widened", "SHARE_OBJECT_APPROVED")] {
        add_share(&dataall, json!({ "shareUri": uri })).await;
        let target = format!("{uri}|d1");
        add_notice(&dataall, submitted, &target, "2026-01-05 09:00:00").await;
        add_notice(&dataall, decision, &target, "2026-01-10 09:00:00").await;
        add_notice(&dataall, decision, &target, "2026-02-10T09:00:00").await;
        add_notice(&dataall, submitted, &target, "2026-02-10 08:00:00").await;
        add_notice(&dataall, submitted, &target, "2026-02-20 09:00:00").await;
        add_notice(&dataall, submitted, &target, "2026-02-27 09:00:00").await;
    }
    // Submitted again, but the notice of that is missing: the last update tells.
    add_share(&dataall, json!({ "shareUri": "silent" })).await;
    add_notice(&dataall, submitted, "silent|d1", "2026-01-05 09:00:00").await;
    add_notice(&dataall, "SHARE_OBJECT_REJECTED", "silent|d1", "2026-01-10 09:00:00").await;
    let (shares, _) = all(&dataall).await;
    let since: Vec<_> = shares.iter().map(|share| (share.uri.as_str(), share.since)).collect();
    let again = at("2026-02-20T09:00:00Z");
    assert_eq!(since, [("rejected", again), ("silent", at("2026-03-05T08:00:00Z")), ("widened", again)]);
}

async fn other_statuses_count_from_the_last_update(dataall: Dataall) {
    add_share(&dataall, json!({ "shareUri": "a", "status": "Processed" })).await;
    add_share(&dataall, json!({ "shareUri": "b", "status": "Processed", "updated": null })).await;
    add_notice(&dataall, "SHARE_OBJECT_SUBMITTED", "a|d1", "2026-01-01 09:00:00").await;
    let (shares, _) = all(&dataall).await;
    let since: Vec<_> = shares.iter().map(|share| share.since).collect();
    assert_eq!(since, [at("2026-03-05T08:00:00Z"), at("2026-03-01T08:00:00Z")]);
}

/// data.all keeps reminding of the end of an access with the type of an approved extension.
async fn a_pending_extension_counts_from_its_oldest_submission_since_the_last_decision(dataall: Dataall) {
    let (asked, granted, refused) =
        ("SHARE_OBJECT_EXTENSION_SUBMITTED", "SHARE_OBJECT_EXTENDED", "SHARE_OBJECT_EXTENSION_REJECTED");
    for uri in ["first", "granted", "refused", "silent"] {
        add_share(&dataall, json!({ "shareUri": uri, "status": "Submitted_For_Extension" })).await;
        add_notice(&dataall, "SHARE_OBJECT_SUBMITTED", &format!("{uri}|d1"), "2025-11-01 09:00:00").await;
        add_notice(&dataall, "SHARE_OBJECT_APPROVED", &format!("{uri}|d1"), "2026-04-30 09:00:00").await;
    }
    for (uri, kind, day) in [
        ("first", granted, "2026-01-31T09:00:00"),
        ("first", asked, "2026-02-02 09:00:00"),
        ("first", asked, "2026-02-09 09:00:00"),
        ("granted", asked, "2026-01-02 09:00:00"),
        ("granted", granted, "2026-01-10 09:00:00"),
        ("granted", asked, "2026-02-20 09:00:00"),
        ("refused", asked, "2026-01-02 09:00:00"),
        ("refused", refused, "2026-01-10T09:00:00"),
        ("refused", asked, "2026-01-10 10:00:00"),
        ("silent", asked, "2026-01-02 09:00:00"),
        ("silent", granted, "2026-01-10 09:00:00"),
    ] {
        add_notice(&dataall, kind, &format!("{uri}|d1"), day).await;
    }
    let (shares, _) = all(&dataall).await;
    let since: Vec<_> = shares.iter().map(|share| (share.uri.as_str(), share.since)).collect();
    let expected = [
        ("first", at("2026-02-02T09:00:00Z")),
        ("granted", at("2026-02-20T09:00:00Z")),
        ("refused", at("2026-01-10T10:00:00Z")),
        ("silent", at("2026-03-05T08:00:00Z")),
    ];
    assert_eq!(since, expected);
}

async fn the_notices_of_one_status_tell_nothing_about_the_other(dataall: Dataall) {
    add_share(&dataall, json!({ "shareUri": "a" })).await;
    add_share(&dataall, json!({ "shareUri": "b", "status": "Submitted_For_Extension" })).await;
    add_notice(&dataall, "SHARE_OBJECT_EXTENSION_SUBMITTED", "a|d1", "2026-02-01 09:00:00").await;
    add_notice(&dataall, "SHARE_OBJECT_EXTENSION_REJECTED", "a|d1", "2026-02-20 09:00:00").await;
    add_notice(&dataall, "SHARE_OBJECT_SUBMITTED", "a|d1", "2026-02-10 09:00:00").await;
    add_notice(&dataall, "SHARE_OBJECT_SUBMITTED", "b|d1", "2026-02-01 09:00:00").await;
    let since: Vec<_> = all(&dataall).await.0.iter().map(|share| share.since).collect();
    assert_eq!(since, [at("2026-02-10T09:00:00Z"), at("2026-03-05T08:00:00Z")]);
}
