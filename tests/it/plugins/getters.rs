//! Each world through the real engine: what the host has is what the guest is told, and the answer comes back.

use std::sync::Arc;

use nudged::{
    model::{FaultKind, Finding, Instant, Item, ItemKey, Record, Share, ShareItem, Stack},
    plugin::Context,
};
use nudged_tests::{PluginsFolder, context, share};

async fn told(guest: &str, item: Item) -> Finding {
    let attributes = vec![("on-expiry".to_owned(), "revoke".to_owned())];
    let strategy = PluginsFolder::with_guests(&[guest]).serving().await.strategy(guest).expect("serves");
    let found = strategy.evaluate([item].into(), &Context { attributes, ..context() }).await.expect("an answer");
    let [finding] = &found[..] else { panic!("one finding, not {found:?}") };
    assert_eq!(finding.reason, "told");
    finding.clone()
}

fn at(text: &str) -> Instant {
    text.parse().expect("an instant")
}

fn facts<'a>(facts: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<(String, String)> {
    facts.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// No two texts of it are the same.
fn distinct_share() -> Share {
    Share {
        expiry_day: "2026-07-31".parse().ok(),
        expires: Some(at("2026-08-01T00:00:00Z")),
        extension_asked: true,
        extension_reason: "More time".to_owned(),
        requested_expiry_day: "2026-08-31".parse().ok(),
        reject_purpose: "No need".to_owned(),
        items: vec![ShareItem {
            uri: "i1".to_owned(),
            name: "orders".to_owned(),
            kind: "DatasetTable".to_owned(),
            status: "Share_Succeeded".to_owned(),
            health: "Unhealthy".to_owned(),
            health_message: "Broken".to_owned(),
            touched: Some(at("1970-01-01T00:00:01Z")),
            verified: Some(at("1970-01-01T00:00:02Z")),
        }],
        ..share("s1")
    }
}

#[tokio::test]
async fn a_strategy_over_shares_is_told_every_column() {
    let share = distinct_share();
    let finding = told("every-share-getter", Item::Share(Arc::new(share.clone()))).await;
    assert_eq!((&finding.item, finding.title.as_str()), (&ItemKey::share("s1"), "s1"));
    assert_eq!((finding.since, finding.deadline), (Some(share.since), share.expires));
    assert_eq!(finding.text, r#"[("on-expiry", "revoke")]"#);
    let expected = [
        ("status", "Submitted"),
        ("owner", "rita@x.test"),
        ("requesters", "requesters"),
        ("principal", "analytics"),
        ("principal-type", "Group"),
        ("purpose", "Forecasts"),
        ("expiry-day", "Some(2026-07-31)"),
        ("extension-asked", "true"),
        ("extension-reason", "More time"),
        ("requested-expiry-day", "Some(2026-08-31)"),
        ("reject-purpose", "No need"),
        ("non-expirable", "false"),
        ("dataset-uri", "d1"),
        ("dataset-label", "Sales"),
        ("confidentiality", "Official"),
        ("expiry-setting", "Monthly"),
        ("expiry-min-duration", "Some(1)"),
        ("expiry-max-duration", "Some(12)"),
        ("producers", "producers"),
        ("stewards", "stewards"),
        ("environment-uri", "e1"),
        ("environment-label", "Analytics"),
        ("item", "i1 orders DatasetTable Share_Succeeded Unhealthy Broken [Some(1000), Some(2000)]"),
    ];
    assert_eq!(finding.attributes, facts(expected));
}

fn stack() -> Stack {
    Stack {
        uri: "k1".to_owned(),
        kind: "dataset".to_owned(),
        status: "UPDATE_FAILED".to_owned(),
        target_uri: "d1".to_owned(),
        target_label: "Sales".to_owned(),
        account: "111111111111".to_owned(),
        region: "eu-west-1".to_owned(),
        error: r#"{"error": "quota"}"#.to_owned(),
        producers: Some("producers".to_owned()),
        stewards: None,
        environment_label: "Production".to_owned(),
        environment_admins: Some("envadmins".to_owned()),
    }
}

#[tokio::test]
async fn a_strategy_over_stacks_is_told_every_column() {
    let finding = told("every-stack-getter", Item::Stack(Arc::new(stack()))).await;
    assert_eq!((&finding.item, finding.title.as_str()), (&ItemKey::stack("k1"), "k1"));
    assert_eq!((finding.since, finding.text.as_str()), (None, r#"{"error": "quota"}"#));
    let expected = [
        ("kind", "dataset"),
        ("status", "UPDATE_FAILED"),
        ("target-uri", "d1"),
        ("target-label", "Sales"),
        ("account", "111111111111"),
        ("region", "eu-west-1"),
        ("producers", "producers"),
        ("environment-label", "Production"),
        ("environment-admins", "envadmins"),
    ];
    assert_eq!(finding.attributes, facts(expected));
}

fn record() -> Record {
    Record {
        source: "contracts".to_owned(),
        id: "c1".to_owned(),
        columns: facts([("title", "Lease"), ("ends", "2026-04-30")]),
        zone: chrono_tz::Europe::Berlin,
        roles: vec![],
        link: None,
    }
}

#[tokio::test]
async fn a_strategy_over_records_is_told_columns_and_dates_in_the_sources_zone() {
    let finding = told("every-record-getter", Item::Record(Arc::new(record()))).await;
    assert_eq!(finding.item, ItemKey::record("contracts", "c1"));
    assert_eq!((finding.title.as_str(), finding.text.as_str()), ("c1", "contracts"));
    assert_eq!(finding.since, Some(at("2026-04-30T22:00:00Z")));
    let expected = [
        ("day", "Some(2026-04-30)"),
        ("title", r#"Some("Lease")"#),
        ("missing", "None None"),
        ("columns", r#"[("title", "Lease"), ("ends", "2026-04-30")]"#),
    ];
    assert_eq!(finding.attributes, facts(expected));
}

/// That would be the host's own mistake: it must not pass unnoticed.
#[tokio::test]
async fn an_item_of_another_kind_in_a_batch_is_a_fault_that_names_it() {
    let strategy = PluginsFolder::with_guests(&["every-stack-getter"]).serving().await;
    let strategy = strategy.strategy("every-stack-getter").expect("serves");
    let batch = [Item::Stack(Arc::new(stack())), Item::Record(Arc::new(record()))];
    let fault = strategy.evaluate(batch.into(), &context()).await.expect_err("a fault");
    assert_eq!(fault.kind, FaultKind::Trap);
    assert!(fault.detail.contains("the batch holds record:contracts:c1, which is no stack"), "{fault}");
}
