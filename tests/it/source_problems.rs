//! Rows that are bad: they become problems and stop nothing.

use nudged_tests::{Dataall, Database};
use serde_json::json;

use crate::source::{add_dataset, add_share, all, on_both, shown, uris, world};

on_both! {
    crate::source::world:
    dangling_references_are_problems_and_stop_nothing,
    gaps_are_problems_of_shares_that_are_delivered,
}

async fn dangling_references_are_problems_and_stop_nothing(dataall: Dataall) {
    add_share(&dataall, json!({ "shareUri": "a", "datasetUri": "no-such" })).await;
    add_share(&dataall, json!({ "shareUri": "b", "updated": null, "created": null })).await;
    add_share(&dataall, json!({ "shareUri": "c" })).await;
    let (shares, problems) = all(&dataall).await;
    assert_eq!(uris(&shares), ["c"]);
    let problems = shown(&problems);
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(problems[0].starts_with("share:a: its dataset \"no-such\" does not exist"), "{problems:?}");
    assert!(problems[1].starts_with("share:b: since when"), "{problems:?}");
}

async fn gaps_are_problems_of_shares_that_are_delivered(dataall: Dataall) {
    add_dataset(&dataall, json!({ "datasetUri": "d2", "stewards": null, "SamlAdminGroupName": " " })).await;
    add_share(&dataall, json!({ "shareUri": "a", "datasetUri": "d2" })).await;
    add_share(&dataall, json!({ "shareUri": "b", "environmentUri": null })).await;
    add_share(&dataall, json!({ "shareUri": "c", "environmentUri": "no-such", "groupUri": null })).await;
    let (shares, problems) = all(&dataall).await;
    assert_eq!(uris(&shares), ["a", "b", "c"]);
    assert_eq!((&shares[0].producers, &shares[0].stewards), (&None, &None));
    assert_eq!((shares[1].environment_label.as_str(), shares[2].group.as_str()), ("", ""));
    let expected = [
        ("share:a", "SamlAdminGroupName"),
        ("share:a", "stewards"),
        ("share:b", "environmentUri"),
        ("share:c", "no-such"),
        ("share:c", "groupUri"),
    ];
    let problems = shown(&problems);
    assert_eq!(problems.len(), expected.len(), "{problems:?}");
    for (problem, (item, word)) in problems.iter().zip(expected) {
        assert!(problem.starts_with(item) && problem.contains(word), "{problem} must name {word}");
    }
}

#[tokio::test]
async fn unreadable_values_in_sqlite_are_problems_and_stop_nothing() {
    let dataall = world(Database::fresh_sqlite()).await;
    for uri in ["a", "b", "c", "d", "e", "f"] {
        add_share(&dataall, json!({ "shareUri": uri })).await;
    }
    let set = |uri: &str, what: &str| format!("UPDATE share_object SET {what} WHERE \"shareUri\" = '{uri}';");
    let changes = [
        set("a", "updated = 'yesterday'"),
        set("b", "\"expiryDate\" = 20260630"),
        set("c", "\"requestPurpose\" = x'ff00fe'"),
        set("d", "\"submittedForExtension\" = 'perhaps'"),
        set("e", "owner = 5, \"nonExpirable\" = 'true'"),
        "INSERT INTO share_object_item VALUES ('f', 'i', 't', 'u', x'00ff', NULL, 'c', NULL, NULL, 'o', 's', NULL, NULL, NULL, NULL, NULL);"
            .to_owned(),
    ];
    dataall.database.execute(&changes.concat()).await;
    let (shares, problems) = all(&dataall).await;
    assert_eq!(uris(&shares), ["e"]);
    assert_eq!((shares[0].owner.as_str(), shares[0].non_expirable), ("5", true));
    let problems = shown(&problems);
    let words = ["\"yesterday\"", "\"20260630\"", "purpose", "\"perhaps\"", "items"];
    assert_eq!(problems.len(), words.len(), "{problems:?}");
    for (problem, word) in problems.iter().zip(words) {
        assert!(problem.contains(word), "{problem} must name {word}");
    }
}

#[tokio::test]
async fn endless_timestamps_in_postgres_are_problems_and_stop_nothing() {
    let dataall = world(Database::fresh_postgres().await).await;
    add_share(&dataall, json!({ "shareUri": "a", "updated": "infinity" })).await;
    add_share(&dataall, json!({ "shareUri": "b", "expiryDate": "0044-03-15 00:00:00 BC" })).await;
    add_share(&dataall, json!({ "shareUri": "c" })).await;
    let (shares, problems) = all(&dataall).await;
    assert_eq!((uris(&shares), problems.len()), (vec!["c"], 2));
    assert!(problems[0].text.contains("infinity") && problems[1].text.contains("BC"), "{problems:?}");
}
