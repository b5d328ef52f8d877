//! What strategies read is what the statement asks for: within one strategy everything narrows, several are united.

use nudged::source::Want;
use nudged_tests::Dataall;
use serde_json::{Value, json};

use crate::source::{add_notice, add_share, all, at, object, on_both, scan, shares_of, uris};

on_both! {
    crate::source::world:
    only_the_wanted_statuses_are_read,
    of_no_strategy_nothing_is_read,
    days_of_expiry_are_whole_days,
    an_expiry_date_in_any_form_is_compared_as_a_day,
    states_and_health_of_items_narrow,
    within_a_strategy_everything_narrows_and_strategies_are_united,
    items_are_loaded_for_those_who_read_them,
}

async fn add_item(dataall: &Dataall, share: &str, changes: Value) {
    let mut row = object(json!({
        "shareUri": share, "itemType": "DatasetTable", "itemUri": "t", "itemName": "orders",
        "created": "2026-03-01 08:00:00", "owner": "o", "status": "Share_Succeeded",
    }));
    row.extend(object(changes));
    let id = format!("{share}-{}", row["status"]);
    row.insert("shareItemUri".to_owned(), json!(id));
    dataall.insert("share_object_item", &[row]).await;
}

/// The shares that strategies which read this are given.
async fn found<const N: usize>(dataall: &Dataall, reads: [Value; N]) -> Vec<String> {
    let (shares, problems) = scan(dataall, shares_of(reads)).await;
    assert_eq!(problems, []);
    shares.into_iter().map(|share| share.uri).collect()
}

async fn only_the_wanted_statuses_are_read(dataall: Dataall) {
    for status in ["Draft", "Processed", "Submitted", "Submitted_For_Extension"] {
        add_share(&dataall, json!({ "shareUri": status, "status": status })).await;
    }
    add_notice(&dataall, "SHARE_OBJECT_SUBMITTED", "Submitted|d1", "2026-01-01 09:00:00").await;
    let (shares, _) = scan(&dataall, shares_of([json!({ "statuses": ["Submitted", "Processed"] })])).await;
    assert_eq!(uris(&shares), ["Processed", "Submitted"]);
    assert_eq!(shares[1].since, at("2026-01-01T09:00:00Z"));
    assert_eq!(found(&dataall, [json!({ "statuses": ["Draft"] })]).await, ["Draft"]);
    assert_eq!(found(&dataall, [json!({ "statuses": ["'; DROP TABLE dataset; --"] })]).await, [""; 0]);
    assert_eq!(all(&dataall).await.0.len(), 4);
}

async fn of_no_strategy_nothing_is_read(dataall: Dataall) {
    add_share(&dataall, json!({ "datasetUri": "no-such" })).await;
    let nothing = Want { shares: Vec::new(), ..shares_of([]) };
    assert_eq!(scan(&dataall, nothing).await, (vec![], vec![]));
}

async fn days_of_expiry_are_whole_days(dataall: Dataall) {
    for (uri, day) in [
        ("never", Value::Null),
        ("past", json!("2025-12-31 00:00:00")),
        ("today", json!("2026-05-04 00:00:00")),
        ("7-days", json!("2026-05-11 23:59:59")),
        ("8-days", json!("2026-05-12 00:00:00")),
    ] {
        add_share(&dataall, json!({ "shareUri": uri, "expiryDate": day })).await;
    }
    assert_eq!(found(&dataall, [json!({ "expires-within-days": 0 })]).await, ["past", "today"]);
    assert_eq!(found(&dataall, [json!({ "expires-within-days": 7 })]).await, ["7-days", "past", "today"]);
    let ever = [json!({ "expires-within-days": u32::MAX })];
    assert_eq!(found(&dataall, ever).await, ["7-days", "8-days", "past", "today"]);
}

async fn an_expiry_date_in_any_form_is_compared_as_a_day(dataall: Dataall) {
    let forms = ["2026-05-11T00:00:00", "2026-05-11T12:30:00.123456", "2026-05-11"];
    for (place, day) in forms.iter().enumerate() {
        add_share(&dataall, json!({ "shareUri": format!("s{place}"), "expiryDate": day })).await;
    }
    assert_eq!(found(&dataall, [json!({ "expires-within-days": 7 })]).await, ["s0", "s1", "s2"]);
    assert_eq!(found(&dataall, [json!({ "expires-within-days": 6 })]).await, [""; 0]);
}

async fn states_and_health_of_items_narrow(dataall: Dataall) {
    for uri in ["bare", "fine", "failed", "gone", "ill"] {
        add_share(&dataall, json!({ "shareUri": uri, "status": "Processed" })).await;
    }
    add_item(&dataall, "fine", json!({ "healthStatus": "Healthy" })).await;
    add_item(&dataall, "failed", json!({ "status": "Share_Failed" })).await;
    add_item(&dataall, "failed", json!({ "status": "Revoke_Failed" })).await;
    add_item(&dataall, "failed", json!({})).await;
    add_item(&dataall, "gone", json!({ "status": "Share_Failed", "deleted": "2026-03-02 08:00:00" })).await;
    add_item(&dataall, "ill", json!({ "healthStatus": "Unhealthy" })).await;
    let failed = json!({ "item-statuses": ["Share_Failed", "Revoke_Failed"] });
    assert_eq!(found(&dataall, [failed.clone()]).await, ["failed"]);
    assert_eq!(found(&dataall, [json!({ "item-health": ["Unhealthy"] })]).await, ["ill"]);
    let both = json!({ "item-health": ["Unhealthy"], "item-statuses": ["Share_Failed"] });
    assert_eq!(found(&dataall, [both]).await, [""; 0]);
    assert_eq!(
        found(&dataall, [failed, json!({ "item-health": ["Unhealthy", "Healthy"] })]).await,
        ["failed", "fine", "ill"]
    );
}

async fn within_a_strategy_everything_narrows_and_strategies_are_united(dataall: Dataall) {
    let near = "2026-05-06 00:00:00";
    for (uri, status, expires) in [
        ("a", "Processed", json!(near)),
        ("b", "Processed", json!(null)),
        ("c", "Draft", json!(near)),
        ("d", "Submitted", json!(null)),
    ] {
        add_share(&dataall, json!({ "shareUri": uri, "status": status, "expiryDate": expires })).await;
    }
    add_item(&dataall, "a", json!({})).await;
    add_item(&dataall, "c", json!({ "status": "PendingApproval" })).await;
    let live = json!({
        "statuses": ["Processed", "Draft"], "expires-within-days": 2, "item-statuses": ["Share_Succeeded"],
    });
    assert_eq!(found(&dataall, [live.clone()]).await, ["a"]);
    let pending = json!({ "statuses": ["Submitted"] });
    assert_eq!(found(&dataall, [live.clone(), pending]).await, ["a", "d"]);
    assert_eq!(found(&dataall, [live, json!({})]).await, ["a", "b", "c", "d"]);
}

async fn items_are_loaded_for_those_who_read_them(dataall: Dataall) {
    add_share(&dataall, json!({ "shareUri": "a", "status": "Processed" })).await;
    add_share(&dataall, json!({ "shareUri": "b", "status": "Submitted" })).await;
    add_item(&dataall, "a", json!({})).await;
    add_item(&dataall, "a", json!({ "status": "Share_Failed" })).await;
    add_item(&dataall, "b", json!({})).await;
    let failed = json!({ "item-statuses": ["Share_Failed"], "fields": ["items"] });
    let (shares, _) = scan(&dataall, shares_of([failed, json!({ "statuses": ["Submitted"] })])).await;
    let items: Vec<_> = shares.iter().map(|share| (share.uri.as_str(), share.items.len())).collect();
    assert_eq!(items, [("a", 2), ("b", 0)]);
}
