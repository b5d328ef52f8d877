//! Channels in each language, with a real server on the other side.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use nudged::{
    authoring::Language,
    clock::SystemClock,
    config::{Grant, Limits, Secret},
    model::{Fault, FaultKind, Kind, Notification, Outcome, Sent},
    net::GrantedHttp,
    plugin::{Grants, Ways},
};
use nudged_tests::{Recorder, Reply, Way, notification};
use serde_json::{Value, json};

use super::{admitted, extension, in_each_language, memory};

in_each_language! {
    a_notification_is_posted_to_a_secret_place: super::posts;
    what_may_pass_is_tried_again: super::tries_again;
    an_exception_is_told_with_its_place: super::raises;
}

/// The ways of a channel whose secret `hook` leads to the recorder.
fn ways(recorder: &Recorder) -> Ways {
    let grant = Grant {
        http: vec![recorder.url().parse().expect("a host")],
        networks: vec!["127.0.0.1/32".parse().expect("a network")],
        ..Grant::default()
    };
    let secrets = BTreeMap::from([("hook".to_owned(), Secret::new(format!("{}/t0k3n-t0k3n", recorder.url())))]);
    let http = GrantedHttp::new(&grant, secrets, None, Arc::new(SystemClock)).expect("a sender");
    let parameters = json!({ "url": "hook" });
    Ways { http: Some(Arc::new(http)), grants: Grants::new(&grant), parameters, ..Ways::default() }
}

/// Under the limits that README.md names.
async fn send(language: Language, recorder: &Recorder, notification: Notification) -> Option<Result<Sent, Fault>> {
    let limits = Limits { memory: memory(language), ..Limits::default() };
    let channel = admitted(language, Kind::Channel, limits).await?.channel().expect("a channel");
    Some(channel.send(Arc::new(notification), ways(recorder)).await)
}

async fn outcome(language: Language, recorder: &Recorder) -> Option<Outcome> {
    let sent = send(language, recorder, notification("pam@x.test")).await?;
    Some(sent.expect("an outcome").outcome)
}

async fn posts(language: Language) {
    let recorder = Recorder::start().await;
    recorder.next(Reply::says(202, "queued\r\n  as \u{1b}7 – müde 😀"));
    let mut notice = notification("pam@x.test");
    notice.text = "Größe: 5 € 😀\n".to_owned();
    let id = notice.id.to_string();
    let Some(sent) = send(language, &recorder, notice).await else { return };
    let delivered = Outcome::Delivered("202: queued as 7 – müde 😀".to_owned());
    assert_eq!(sent.expect("an outcome").outcome, delivered);
    let [heard] = recorder.requests().try_into().expect("one request");
    assert_eq!((heard.method.as_str(), heard.path.as_str()), ("POST", "/t0k3n-t0k3n"));
    assert_eq!(heard.field("content-type"), Some("application/json"));
    let body: Value = serde_json::from_slice(&heard.body).expect("JSON");
    let expected =
        json!({ "id": id, "to": "pam@x.test", "subject": "A request is waiting", "text": "Größe: 5 € 😀\n" });
    assert_eq!(body, expected);
}

async fn tries_again(language: Language) {
    let recorder = Recorder::start().await;
    recorder.next(Reply::says(503, "").with("retry-after", "7"));
    let Some(busy) = outcome(language, &recorder).await else { return };
    assert_eq!(busy, Outcome::Retry { detail: "503".to_owned(), after: Some(Duration::from_secs(7)) });
    recorder.next(Reply::goes(Way::HangUp));
    let gone = outcome(language, &recorder).await;
    assert!(matches!(&gone, Some(Outcome::Unreachable(detail)) if detail.starts_with("answer: ")), "{gone:?}");
    recorder.next(Reply::says(410, "gone"));
    assert_eq!(outcome(language, &recorder).await, Some(Outcome::Rejected("410: gone".to_owned())));
}

async fn raises(language: Language) {
    let recorder = Recorder::start().await;
    let notice = Notification { subject: "raise".to_owned(), ..notification("pam@x.test") };
    let id = notice.id.to_string();
    let Some(sent) = send(language, &recorder, notice).await else { return };
    let fault = sent.expect_err("a fault");
    assert_eq!(fault.kind, FaultKind::Trap);
    let error = if language == Language::Python { "ValueError" } else { "RangeError" };
    assert!(fault.detail.starts_with(&format!("{error}: out of luck ")), "{}", fault.detail);
    for part in ["at misbehave (", &format!("channel.{}:", extension(language)), &format!("notification {id}")] {
        assert!(fault.detail.contains(part), "no {part:?} in {}", fault.detail);
    }
    assert_eq!(recorder.requests(), []);
}
