//! Calls that go well, and calls beside each other.

use std::{sync::Arc, time::Duration};

use futures_util::future::{join_all, try_join_all};
use nudged::{
    model::{FaultKind, Finding, Item, ItemKey, Outcome, Severity},
    plugin::Ways,
};
use nudged_tests::{PluginsFolder, batch, context, notification, plugin, share};
use serde_json::json;

use super::relay::HeldRelay;

async fn pending(shares: Vec<nudged::model::Share>, parameters: serde_json::Value) -> Vec<Finding> {
    let folder = PluginsFolder::default();
    let strategy = folder.admit(&plugin("pending-share")).await.expect("admitted").strategy().expect("a strategy");
    let context = nudged::plugin::Context { parameters, ..context() };
    strategy
        .evaluate(shares.into_iter().map(|share| Item::Share(Arc::new(share))).collect(), &context)
        .await
        .expect("an answer")
}

#[tokio::test]
async fn a_finding_comes_through_webassembly_whole() {
    let found = pending(vec![share("s1")], json!({})).await;
    let facts = [
        ("Requester", "rita@x.test"),
        ("Team", "requesters"),
        ("Principal", "analytics"),
        ("Purpose", "Forecasts"),
        ("Environment", "Analytics"),
        ("Requested items", "orders and customers"),
        ("Waiting since", "12 May 2026, 08:30 UTC"),
    ];
    let text = "rita@x.test asks for access to Sales for the team requesters and has waited 23 days for an answer. Until somebody gives it, there is no access.";
    let expected = Finding {
        item: ItemKey::share("s1"),
        reason: "pending".to_owned(),
        since: Some(share("s1").since),
        roles: vec!["producers".to_owned(), "stewards".to_owned()],
        severity: Severity::Warning,
        title: "Pending share request for Sales".to_owned(),
        text: text.to_owned(),
        deadline: None,
        action: None,
        attributes: facts.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
    };
    assert_eq!(found, [expected]);
}

#[tokio::test]
async fn findings_are_about_the_shares_that_have_them() {
    let mut shares: Vec<_> = (0..256).map(|number| share(&format!("s{number}"))).collect();
    shares.iter_mut().step_by(2).for_each(|share| share.status = "Processed".to_owned());
    shares[255].dataset_label = "日本 \u{1f469}\u{200d}\u{1f4bb}".to_owned();
    let found = pending(shares, json!({})).await;
    let items: Vec<_> = found.iter().map(|finding| finding.item.to_string()).collect();
    let odd: Vec<_> = (1..256).step_by(2).map(|number| format!("share:s{number}")).collect();
    assert_eq!(items, odd);
    assert_eq!(found[127].title, "Pending share request for 日本 \u{1f469}\u{200d}\u{1f4bb}");
}

#[tokio::test]
async fn parameters_reach_the_strategy_and_unfit_ones_are_its_error() {
    let severity = |parameters| async { pending(vec![share("s1")], parameters).await[0].severity };
    assert_eq!(severity(json!({ "warn_after_days": 24 })).await, Severity::Info);
    assert_eq!(severity(json!({ "critical_after_days": 23 })).await, Severity::Critical);

    let admission = PluginsFolder::default().admit(&plugin("pending-share")).await.expect("admitted");
    let context = nudged::plugin::Context { parameters: json!({ "warn": 1 }), ..context() };
    let fault = admission.strategy().expect("a strategy").evaluate(batch(["s1"]), &context).await.expect_err("unfit");
    assert_eq!(fault.kind, FaultKind::Error);
    assert!(fault.detail.starts_with("parameters fit the manifest's schema but not"), "{fault}");
}

#[tokio::test]
async fn an_empty_batch_has_no_findings() {
    assert_eq!(pending(vec![], json!({})).await, []);
}

/// On a runtime of one thread: the spinning call lets others in, or the other would come second.
#[tokio::test]
async fn a_spinning_plugin_does_not_keep_another_from_answering() {
    let folder = PluginsFolder::with_guests(&["spin", "echo"]).strategy_wall(Duration::from_secs(1));
    let registry = folder.serving().await;
    let (spin, echo) = (registry.strategy("spin").expect("serves"), registry.strategy("echo").expect("serves"));
    let context = context();
    let mut spinning = spin.evaluate(batch(["s1"]), &context);
    for round in 0..3 {
        let found = tokio::select! {
            biased;
            ended = &mut spinning => panic!("the spinning call ended in round {round}: {ended:?}"),
            found = echo.evaluate(batch(["s1"]), &context) => found.expect("an answer"),
        };
        assert_eq!(found[0].reason, "echo");
    }
    let fault = spinning.await.expect_err("never answers");
    assert_eq!(
        (fault.kind, fault.detail.as_str()),
        (FaultKind::Timeout, "ran for more than 1s (plugins.limits.strategy_wall) while reading share:s1")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_beyond_the_plugins_last_place_wait_and_succeed() {
    let admission = PluginsFolder::default().admit(&plugin("email")).await.expect("admitted");
    let (channel, relay) = (admission.channel().expect("a channel"), Arc::new(HeldRelay::new()));
    let ways = Ways { parameters: json!({}), mailer: Some(Arc::clone(&relay) as _), ..Ways::default() };
    let calls = (0..200).map(|number| {
        let (channel, ways) = (Arc::clone(&channel), ways.clone());
        let notification = Arc::new(notification(&format!("pam-{number}@x.test")));
        tokio::spawn(async move { channel.send(notification, ways).await })
    });
    let calls: Vec<_> = calls.collect();
    relay.holds(16).await;
    assert_eq!(relay.count(), 16, "the others wait for one of the plugin's places");
    relay.let_go();
    for (number, ended) in join_all(calls).await.into_iter().enumerate() {
        let outcome = ended.expect("no panic").expect("no fault");
        assert_eq!(outcome.outcome, Outcome::Delivered(format!("250 pam-{number}@x.test")));
    }
}

/// A call's memory is its own: what one leaves behind, the next does not find.
#[tokio::test]
async fn calls_of_one_plugin_do_not_mix() {
    let registry = PluginsFolder::with_guests(&["echo"]).serving().await;
    let echo = registry.strategy("echo").expect("serves");
    let context = context();
    let uris: Vec<_> = (0..100).map(|number| format!("s{number}")).collect();
    let calls = uris.iter().map(|uri| echo.evaluate(batch([uri.as_str()]), &context));
    for (uri, found) in uris.iter().zip(try_join_all(calls).await.expect("answers")) {
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].text, format!("Share {uri} is Submitted."));
    }
}
