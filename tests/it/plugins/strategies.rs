//! Every shipped strategy through the real engine: what it finds is what its manifest has the host read.

use std::sync::Arc;

use nudged::{
    model::{Finding, Item, Record, Share, ShareItem, Stack},
    plugin::Context,
};
use nudged_tests::{PluginsFolder, context, plugin, share};
use serde_json::{Value, json};

async fn reasons(name: &str, item: Item, parameters: Value) -> Vec<String> {
    let admission = PluginsFolder::default().admit(&plugin(name)).await.expect("admitted");
    let reads = &admission.manifest.reads;
    let context = Context { parameters, ..context() };
    let wanted = match &item {
        Item::Share(share) => reads.wants_share(share, context.today),
        Item::Stack(stack) => reads.wants_stack(stack),
        Item::Record(_) => true,
    };
    assert!(wanted, "{name}: the host would not hand out {}", item.key());
    assert!(item.share().is_none_or(|share| share.items.is_empty() || reads.items()), "{name} needs items");
    let schema = jsonschema::validator_for(&admission.manifest.parameters).expect("a schema");
    assert!(schema.is_valid(&context.parameters), "{name}: {}", context.parameters);
    let found = admission.strategy().expect("a strategy").evaluate([item.clone()].into(), &context).await;
    let found: Vec<Finding> = found.unwrap_or_else(|fault| panic!("{fault}"));
    assert!(found.iter().all(|finding| finding.item == item.key() && !finding.roles.is_empty()), "{found:?}");
    found.into_iter().map(|finding| finding.reason).collect()
}

/// A share in this status with an item in that one; access ended or ends on this day.
fn shared(status: &str, items: &[&str], last: &str) -> Item {
    let day: chrono::NaiveDate = last.parse().expect("a day");
    let item = |status: &&str| ShareItem { status: (*status).to_owned(), ..ShareItem::default() };
    Item::Share(Arc::new(Share {
        status: status.to_owned(),
        expiry_day: Some(day),
        expires: Some((day + chrono::Days::new(1)).and_time(chrono::NaiveTime::MIN).and_utc()),
        items: items.iter().map(item).collect(),
        ..share("s1")
    }))
}

fn unhealthy() -> Item {
    let sick = ShareItem { health: "Unhealthy".to_owned(), ..ShareItem::default() };
    Item::Share(Arc::new(Share { status: "Processed".to_owned(), items: vec![sick], ..share("s1") }))
}

fn failed_stack() -> Item {
    Item::Stack(Arc::new(Stack {
        uri: "k1".to_owned(),
        kind: "environment".to_owned(),
        status: "UPDATE_ROLLBACK_FAILED".to_owned(),
        target_uri: "e1".to_owned(),
        target_label: "Production".to_owned(),
        account: "111111111111".to_owned(),
        region: "eu-west-1".to_owned(),
        error: String::new(),
        producers: None,
        stewards: None,
        environment_label: "Production".to_owned(),
        environment_admins: Some("envadmins".to_owned()),
    }))
}

fn contract(ends: &str) -> Item {
    Item::Record(Arc::new(Record {
        source: "contracts".to_owned(),
        id: "c1".to_owned(),
        columns: vec![("ends \"on\"".to_owned(), ends.to_owned())],
        zone: chrono_tz::Europe::Berlin,
        roles: vec![],
        link: None,
    }))
}

/// It is 4 June 2026.
#[tokio::test]
async fn each_finds_what_it_is_for() {
    let deadline = json!({ "deadline_column": "ends \"on\"" });
    let cases = [
        ("pending-share", Item::Share(Arc::new(share("s1"))), json!({}), vec!["pending"]),
        (
            "pending-extension",
            shared("Submitted_For_Extension", &[], "2026-06-10"),
            json!({}),
            vec!["pending-extension"],
        ),
        ("expiring-share", shared("Processed", &["Share_Succeeded"], "2026-06-10"), json!({}), vec!["expiring"]),
        (
            "expiring-share",
            shared("Processed", &["Share_Succeeded"], "2026-06-10"),
            json!({ "horizon_days": 5 }),
            vec![],
        ),
        ("expired-share", shared("Draft", &["Share_Succeeded"], "2026-06-03"), json!({}), vec!["expired"]),
        (
            "failed-share",
            shared("Processed", &["Revoke_Failed", "Share_Failed"], "2026-06-10"),
            json!({}),
            vec!["share-failed", "revoke-failed"],
        ),
        ("unhealthy-share", unhealthy(), json!({}), vec!["unhealthy"]),
        ("failing-stack", failed_stack(), json!({}), vec!["stack-failed"]),
        ("due-record", contract("2026-06-10"), deadline.clone(), vec!["due"]),
        ("due-record", contract("2026-06-04 11:00:00"), deadline, vec!["overdue"]),
    ];
    for (name, item, parameters, expected) in cases {
        assert_eq!(reasons(name, item, parameters).await, expected, "{name}");
    }
}
