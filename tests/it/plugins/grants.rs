//! What a channel's call is lent: asked for and granted, by the version that is called.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use nudged::{
    clock::SystemClock,
    config::{Grant, Secret},
    model::{Fault, FaultKind, Outcome, Sent},
    net::GrantedHttp,
    plugin::{Channel, Grants, Ways},
};
use nudged_tests::{PluginsFolder, Recorder, guest, notification};
use serde_json::json;

const TOKEN: &str = "t0k3n-t0k3n";

/// The guest that names one host, with the recorder as that host.
async fn channel(recorder: &Recorder) -> Arc<dyn Channel> {
    let port = format!("{:05}", recorder.address().port());
    let mut bytes = guest("asks-for-little");
    let placeholder = b"http://127.0.0.1:00001";
    let at = bytes.windows(placeholder.len()).position(|window| window == placeholder).expect("the host's place");
    bytes[at + placeholder.len() - port.len()..][..port.len()].copy_from_slice(port.as_bytes());
    PluginsFolder::default().admit(&bytes).await.expect("admitted").channel().expect("a channel")
}

/// A grant of both recorders.
fn grant(recorders: [&Recorder; 2]) -> Grant {
    Grant {
        http: recorders.map(|one| one.url().parse().expect("a host")).to_vec(),
        networks: vec!["127.0.0.1/32".parse().expect("a network")],
        ..Grant::default()
    }
}

/// Has the channel post to `url` with this secret of its configuration's three.
async fn post(channel: &dyn Channel, grant: &Grant, url: &str, secret: &str) -> Result<Sent, Fault> {
    let secrets = [("token", TOKEN), ("other", "0th3r-0th3r"), ("hook", "https://x.test")];
    let secrets: BTreeMap<_, _> = secrets.map(|(name, value)| (name.to_owned(), Secret::new(value))).into();
    let http = GrantedHttp::new(grant, secrets, None, Arc::new(SystemClock)).expect("a sender");
    let ways = Ways {
        parameters: json!({ "url": url, "secret": secret }),
        grants: Grants::new(grant),
        http: Some(Arc::new(http)),
        ..Ways::default()
    };
    channel.send(Arc::new(notification("pam@x.test")), ways).await
}

/// What was denied.
fn denied(answer: Result<Sent, Fault>) -> String {
    let fault = answer.expect_err("a fault");
    assert_eq!(fault.kind, FaultKind::Denied, "{fault}");
    assert!(!fault.detail.contains(TOKEN), "{fault}");
    fault.detail
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_is_reached_that_is_granted_and_named_and_no_other() {
    let (named, unnamed) = (Recorder::start().await, Recorder::start().await);
    let channel = channel(&named).await;
    let both = grant([&named, &unnamed]);
    let sent = post(&*channel, &both, &named.url(), "token").await.expect("an outcome");
    assert!(matches!(sent.outcome, Outcome::Delivered(_)), "{sent:?}");
    assert_eq!(named.requests()[0].field("authorization"), Some("Bearer t0k3n-t0k3n"));
    let what = denied(post(&*channel, &both, &unnamed.url(), "token").await);
    let expected = format!("asked for the host \"{}\", which the plugin's manifest does not name", unnamed.url());
    assert_eq!(what, expected);
    let only = grant([&unnamed, &unnamed]);
    let what = denied(post(&*channel, &only, &named.url(), "token").await);
    assert!(what.contains("`plugins.grants` grants it no host"), "nothing is both granted and named: {what}");
    assert_eq!((named.connections(), unnamed.connections()), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_is_filled_in_that_the_channel_has_and_the_manifest_names_and_no_other() {
    let recorder = Recorder::start().await;
    let channel = channel(&recorder).await;
    let grant = grant([&recorder, &recorder]);
    let what = denied(post(&*channel, &grant, &recorder.url(), "other").await);
    assert_eq!(what, "asked for the secret \"other\", which the plugin's manifest does not name");
    let what = denied(post(&*channel, &grant, &recorder.url(), "another-channels").await);
    assert_eq!(what, "asked for the secret \"another-channels\", which the channel does not have");
    let what = denied(post(&*channel, &grant, "secret:hook", "token").await);
    assert_eq!(what, "asked for the secret \"hook\", which the plugin's manifest does not name");
    assert_eq!(recorder.connections(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_is_looked_up_for_a_host_that_is_denied() {
    let recorder = Recorder::start().await;
    let channel = channel(&recorder).await;
    for secret in ["token", "other", "another-channels"] {
        let what = denied(post(&*channel, &grant([&recorder, &recorder]), "https://evil.test/", secret).await);
        let host = "asked for the host \"evil.test\", which `plugins.grants` does not grant to the plugin";
        assert_eq!(what, host, "the host comes first");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_that_is_not_pinned_is_not_called() {
    let recorder = Recorder::start().await;
    let channel = channel(&recorder).await;
    let generation = channel.generation();
    let (_, digest) = generation.split_once('@').expect("name and digest");
    let pinned = |digests: &[&str]| Grant {
        digests: digests.iter().map(|digest| (*digest).to_owned()).collect::<BTreeSet<_>>(),
        ..grant([&recorder, &recorder])
    };
    let what = denied(post(&*channel, &pinned(&["00ff"]), &recorder.url(), "token").await);
    let expected = format!("this version is not one of plugins.grants.asks-for-little.digests: add \"{digest}\"");
    assert_eq!(what, expected);
    assert_eq!(recorder.connections(), 0);
    let sent = post(&*channel, &pinned(&["00ff", digest]), &recorder.url(), "token").await.expect("an outcome");
    assert!(matches!(sent.outcome, Outcome::Delivered(_)), "{sent:?}");
}
