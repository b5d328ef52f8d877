//! A plugin that wants more of the host than its share, or secrets that it does not have.

use std::{collections::BTreeMap, sync::Arc};

use nudged::{
    clock::SystemClock,
    config::{Grant, Secret},
    model::{Fault, FaultKind, Outcome, Sent},
    net::GrantedHttp,
    plugin::{Grants, Ways},
};
use nudged_tests::{PluginsFolder, Recorder, guest, notification};
use serde_json::{Value, json};

use super::leaks::assert_clean;

const TOKEN: &str = "cnry-t0k3n/+w\"&1-abcdefgh";

async fn told(recorder: &Recorder, steps: Value) -> Result<Sent, Fault> {
    let folder = PluginsFolder::default();
    let channel = folder.admit(&guest("does-as-told")).await.expect("admitted").channel().expect("a channel");
    let grant = Grant {
        http: vec![recorder.url().parse().expect("a host")],
        networks: vec!["127.0.0.1/32".parse().expect("a network")],
        ..Grant::default()
    };
    let secrets = BTreeMap::from([("token".to_owned(), Secret::new(TOKEN))]);
    let http = GrantedHttp::new(&grant, secrets, None, Arc::new(SystemClock)).expect("a sender");
    let grants = Grants::new(&grant);
    let parameters = json!({ "steps": steps });
    let ways = Ways { parameters, grants, http: Some(Arc::new(http)), ..Ways::default() };
    channel.send(Arc::new(notification("pam@x.test")), ways).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_host_would_have_to_remember_for_a_guest_is_bounded() {
    let recorder = Recorder::start().await;
    let url = recorder.url();
    let long = "x".repeat(9000);
    let step = |key: &str, value: Value| {
        let mut step = json!({ "what": "http", "method": "POST", "url": url });
        step[key] = value;
        json!([step])
    };
    let cases = [
        (json!([{ "what": "hoard", "zeros": 9, "url": url }]), "more than 8 requests at hand"),
        (step("method", json!("X".repeat(33))), "a method of 33 bytes, more than 32"),
        (step("secret_headers", json!([["x", "", long]])), "a header field of more than 8192 bytes"),
        (step("sign", json!([long])), "names of secrets of more than 8192 bytes"),
        (step("headers", json!([["range", "bytes=0-3"]])), "the header field \"range\", which is the host's own"),
    ];
    for (steps, expected) in cases {
        let fault = told(&recorder, steps).await.expect_err(expected);
        assert_eq!(fault.kind, FaultKind::Denied, "{expected}: {fault}");
        assert!(fault.detail.contains(expected), "{}", fault.detail);
    }
    assert_eq!(recorder.requests(), []);
    let eight = json!([{ "what": "hoard", "zeros": 8, "url": url }]);
    assert!(told(&recorder, eight).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_that_were_made_and_dropped_are_not_at_hand() {
    let recorder = Recorder::start().await;
    let step = json!({ "what": "http", "method": "POST", "url": recorder.url() });
    let sent = told(&recorder, Value::Array(vec![step; 8])).await.expect("eight requests");
    assert!(matches!(&sent.outcome, Outcome::Delivered(_)), "{sent:?}");
    assert_eq!(recorder.requests().len(), 8);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reference_to_a_secret_is_only_a_text_wherever_none_is_filled_in() {
    let recorder = Recorder::start().await;
    let steps = json!([{
        "what": "http", "method": "POST", "url": format!("{}/secret:token?a=secret:token", recorder.url()),
        "headers": [["x-a", "secret:token"], ["x-b", "{secret:token}"]], "body": "secret:token ${secret:token}",
    }]);
    told(&recorder, steps).await.expect("a delivery");
    let [heard] = recorder.requests().try_into().expect("one request");
    assert_clean("the request", format!("{heard:?}").as_bytes(), &[TOKEN]);
    assert_eq!((heard.field("x-a"), heard.text().as_str()), (Some("secret:token"), "secret:token ${secret:token}"));
}
