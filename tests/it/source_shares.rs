//! Shares: which columns they come from, and when they entered their state.

use nudged::{config::SourceConfig, model::Share, source::Want};
use nudged_tests::Dataall;
use serde_json::{Value, json};

use crate::source::{add_dataset, add_share, all, at, object, on_both, scan, scan_with, share_row, shown, today, uris};

on_both! {
    crate::source::world:
    every_column_arrives_where_it_belongs,
    items_come_with_their_share_and_only_when_wanted,
    deleted_shares_and_datasets_are_left_out_silently,
    naive_timestamps_are_read_in_the_zone_of_the_source,
    texts_of_any_kind_pass_through,
    many_shares_come_in_order,
}

async fn every_column_arrives_where_it_belongs(dataall: Dataall) {
    add_share(
        &dataall,
        json!({
            "status": "Processed", "requestPurpose": "Credit", "expiryDate": "2026-06-30T00:00:00",
            "submittedForExtension": true, "extensionReason": "Audit", "nonExpirable": true,
        }),
    )
    .await;
    let (shares, problems) = all(&dataall).await;
    assert_eq!(shown(&problems), [""; 0]);
    let expected = Share {
        uri: "s1".into(),
        status: "Processed".into(),
        since: at("2026-03-05T08:00:00Z"),
        owner: "rita@x.test".into(),
        group: "team".into(),
        principal: "role-team".into(),
        principal_type: "Group".into(),
        purpose: "Credit".into(),
        expiry_day: "2026-06-30".parse().ok(),
        expires: Some(at("2026-07-01T00:00:00Z")),
        extension_asked: true,
        extension_reason: "Audit".into(),
        requested_expiry_day: None,
        reject_purpose: String::new(),
        non_expirable: true,
        dataset_uri: "d1".into(),
        dataset_label: "Sales".into(),
        confidentiality: "Secret".into(),
        expiry_setting: String::new(),
        expiry_min: None,
        expiry_max: None,
        producers: Some("owners".into()),
        stewards: Some("approvers".into()),
        environment_uri: "e1".into(),
        environment_label: "Lab".into(),
        environment_admins: Some("lab-admins".into()),
        items: vec![],
    };
    assert_eq!(shares, [expected]);

    add_share(&dataall, json!({ "shareUri": "s2", "principalName": null })).await;
    let (shares, _) = all(&dataall).await;
    let bare = &shares[1];
    assert_eq!((bare.principal.as_str(), bare.purpose.as_str(), bare.expiry_day, bare.expires), ("p1", "", None, None));
    assert!(!bare.extension_asked && !bare.non_expirable);
}

async fn items_come_with_their_share_and_only_when_wanted(dataall: Dataall) {
    add_share(&dataall, json!({ "shareUri": "s1" })).await;
    add_share(&dataall, json!({ "shareUri": "s2" })).await;
    let item = |id: &str, name: &str, deleted: Value| {
        object(json!({
            "shareItemUri": id, "shareUri": "s1", "itemType": "DatasetTable", "itemUri": id, "itemName": name,
            "created": "2026-03-01 08:00:00", "owner": "o", "status": "Share_Failed", "healthStatus": "Unhealthy",
            "healthMessage": "no \"grant\"\n", "deleted": deleted,
        }))
    };
    let deleted = json!("2026-03-02 08:00:00");
    let items = [item("i1", "zeta", json!(null)), item("i2", "alpha", json!(null)), item("i3", "gone", deleted)];
    dataall.insert("share_object_item", &items).await;
    let (shares, _) = all(&dataall).await;
    assert_eq!(shares[0].items.iter().map(|item| item.name.as_str()).collect::<Vec<_>>(), ["alpha", "zeta"]);
    let zeta = &shares[0].items[1];
    assert_eq!((zeta.kind.as_str(), zeta.status.as_str()), ("DatasetTable", "Share_Failed"));
    assert_eq!((zeta.health.as_str(), zeta.health_message.as_str()), ("Unhealthy", "no \"grant\"\n"));
    assert_eq!(shares[1].items, []);
    assert_eq!(scan(&dataall, Want::everything(today(), false)).await.0[0].items, []);
}

async fn deleted_shares_and_datasets_are_left_out_silently(dataall: Dataall) {
    let deleted = "2026-03-03 08:00:00";
    add_share(&dataall, json!({ "shareUri": "kept" })).await;
    add_share(&dataall, json!({ "shareUri": "gone", "deleted": deleted })).await;
    add_dataset(&dataall, json!({ "datasetUri": "d2", "deleted": deleted })).await;
    add_share(&dataall, json!({ "shareUri": "gone-too", "datasetUri": "d2" })).await;
    let (shares, problems) = all(&dataall).await;
    assert_eq!((uris(&shares), problems), (vec!["kept"], vec![]));
}

async fn naive_timestamps_are_read_in_the_zone_of_the_source(dataall: Dataall) {
    add_share(&dataall, json!({ "expiryDate": "2026-03-29 00:00:00" })).await;
    let config = SourceConfig { timezone: chrono_tz::Europe::Berlin, ..dataall.config() };
    let (shares, _) = scan_with(&config, Want::everything(today(), false)).await;
    assert_eq!(shares[0].since, at("2026-03-05T07:00:00Z"));
    // The clocks went forward on that day: it ended at 22:00 UTC.
    assert_eq!(shares[0].expires, Some(at("2026-03-29T22:00:00Z")));
}

async fn texts_of_any_kind_pass_through(dataall: Dataall) {
    // PostgreSQL has no NUL in texts, SQLite has.
    let nul = if dataall.database.is_postgres() { "" } else { "\0" };
    let odd = format!("<script>'\"; -- \u{202e}\r\n\t{nul} 🦀 \u{1}");
    add_dataset(&dataall, json!({ "datasetUri": "d2", "label": odd })).await;
    add_share(&dataall, json!({ "datasetUri": "d2", "requestPurpose": odd, "groupUri": odd })).await;
    let (shares, _) = all(&dataall).await;
    assert_eq!([&shares[0].dataset_label, &shares[0].purpose, &shares[0].group], [&odd; 3]);
}

async fn many_shares_come_in_order(dataall: Dataall) {
    let rows: Vec<_> = (0..3000).rev().map(|n| share_row(json!({ "shareUri": format!("S{n:05}_a-B") }))).collect();
    dataall.insert("share_object", &rows).await;
    let (shares, problems) = all(&dataall).await;
    assert_eq!((shares.len(), problems.len()), (3000, 0));
    assert!(shares.is_sorted_by(|a, b| a.uri < b.uri));
}
