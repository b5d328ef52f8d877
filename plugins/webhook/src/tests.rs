//! What the other side gets, and what its answers come to.

use std::time::Duration;

use nudged_sdk::{
    Severity,
    http::{Failure, Header},
    testing::{HttpHost, NotificationBuilder, PlainReminder, PlainResponse, at, described, parameters},
};
use serde_json::{Value, json};

use super::*;

const URL: &str = r#"{ "url": "https://x.test/hook" }"#;

fn notification(json: &str) -> Notification<'static, Parameters> {
    let reminder = PlainReminder {
        severity: Severity::Critical,
        deadline: Some(at("2026-05-30T22:00:00Z")),
        ordinal: 3,
        first_sent: Some(at("2026-05-10T09:00:00.250Z")),
        ..PlainReminder::default()
    };
    NotificationBuilder::new().reminder(reminder).with(|notification| notification.more = 2).build(parameters(json))
}

fn sent(json: &str) -> Request {
    let network = HttpHost::answering([Ok(PlainResponse::new(200, "ok"))]);
    assert_eq!(Webhook::send(&notification(json)), Outcome::Delivered("200: ok".to_owned()));
    network.sent().pop().expect("a request")
}

fn body(request: &Request) -> Value {
    serde_json::from_slice(&request.body).expect("JSON")
}

fn came_of(answer: Result<PlainResponse, Failure>) -> Outcome {
    let _network = HttpHost::answering([answer]);
    Webhook::send(&notification(URL))
}

fn message() -> Value {
    json!({
        "id": "0123456789abcdef0123456789abcdef",
        "channel": "test",
        "decided": "2026-05-12T09:00:00Z",
        "recipient": "pam@x.test",
        "subject": "Share requests are waiting for you",
        "preamble": "You get this because you are in the team producers.",
        "text": "Share requests are waiting for you.\n",
        "reminders": [{
            "item": "share:s1",
            "reminder": "pending-share",
            "notice": "reminder",
            "reason": "pending",
            "since": "2026-05-11T08:30:00Z",
            "deadline": "2026-05-30T22:00:00Z",
            "severity": "critical",
            "title": "Sales: share request is waiting",
            "sentence": "rita@x.test asks for access to Sales.",
            "facts": [{ "name": "Requester", "value": "rita@x.test" }],
            "link": "https://dataall.x.test/console/shares/s1",
            "ordinal": 3,
            "first_sent": "2026-05-10T09:00:00.250Z",
        }],
        "more": 2,
    })
}

#[test]
fn the_message_is_posted_as_json() {
    let request = sent(URL);
    assert_eq!((request.method.as_str(), request.url.as_str()), ("POST", "https://x.test/hook"));
    let content = Header { name: "content-type".to_owned(), value: "application/json".to_owned(), secret: None };
    assert_eq!(request.headers, [content]);
    assert_eq!(request.signed_with, [""; 0]);
    assert_eq!(body(&request), message());
}

#[test]
fn a_cloud_event_holds_the_same_message() {
    let request = sent(r#"{ "url": "https://x.test/hook", "format": "cloudevents" }"#);
    let expected = json!({
        "specversion": "1.0",
        "id": "0123456789abcdef0123456789abcdef",
        "source": "/nudged/channels/test",
        "type": "io.nudged.notification.v1",
        "time": "2026-05-12T09:00:00Z",
        "datacontenttype": "application/json",
        "data": message(),
    });
    assert_eq!(body(&request), expected);
    assert_eq!(request.headers.len(), 1);
    assert_eq!(request.headers[0].value, "application/cloudevents+json");
}

#[test]
fn a_repeated_attempt_has_the_same_bytes() {
    assert_eq!(sent(URL), sent(URL));
}

#[test]
fn keys_and_authorization_go_by_name() {
    let request = sent(
        r#"{ "url": "https://x.test", "keys": ["new", "old"], "authorization": "token", "headers": { "x-env": "prod" } }"#,
    );
    assert_eq!(request.signed_with, ["new", "old"]);
    let plain = Header { name: "x-env".to_owned(), value: "prod".to_owned(), secret: None };
    let secret = Some("token".to_owned());
    let bearer = Header { name: "authorization".to_owned(), value: "Bearer ".to_owned(), secret };
    assert_eq!(request.headers[..2], [plain, bearer]);
}

#[test]
fn without_a_url_the_address_is_one_or_the_notice_is_rejected() {
    let to = |address: &str| {
        let network = HttpHost::answering([Ok(PlainResponse::new(200, ""))]);
        let builder = NotificationBuilder::new().reminder(PlainReminder::default());
        let outcome = Webhook::send(&builder.with(|all| all.address = address.to_owned()).build(parameters("{}")));
        (outcome, network.sent().pop().map(|request| request.url))
    };
    let there = "https://y.test/hook";
    assert_eq!(to(there), (Outcome::Delivered("200".to_owned()), Some(there.to_owned())));
    for nowhere in ["pam@x.test", "file:///etc/passwd", "#sales", "https://"] {
        assert!(matches!(to(nowhere), (Outcome::Rejected(_), None)), "{nowhere}");
    }
}

#[test]
fn answers_come_to_what_they_mean() {
    let busy = PlainResponse { retry_after: Some(30), ..PlainResponse::new(429, "") };
    let after = Some(Duration::from_secs(30));
    assert_eq!(came_of(Ok(busy)), Outcome::Retry { detail: "429".to_owned(), after });
    let gone = came_of(Ok(PlainResponse::new(410, "this hook\nis gone")));
    assert_eq!(gone, Outcome::Rejected("410: this hook is gone".to_owned()));
    let failure = Failure { kind: "timeout".to_owned(), detail: "no answer within 10s".to_owned() };
    let retry = Outcome::Retry { detail: "timeout: no answer within 10s".to_owned(), after: None };
    assert_eq!(came_of(Err(failure)), retry);
}

#[test]
fn a_redirect_is_refused_and_says_where_it_leads() {
    let headers = vec![("Location".to_owned(), "https://y.test/\r\nhook".to_owned())];
    let moved = came_of(Ok(PlainResponse { headers, ..PlainResponse::new(308, "") }));
    let why = "308: redirects to https://y.test/ hook, which is not followed: write that URL";
    assert_eq!(moved, Outcome::Rejected(why.to_owned()));
}

#[test]
fn the_manifest_says_what_may_be_written() {
    let manifest = described::<Webhook>();
    assert_eq!(manifest["asks"], json!(["http"]));
    let properties = &manifest["parameters"]["properties"];
    assert_eq!(properties["url"]["format"], "uri");
    for name in ["url", "format", "keys", "headers", "authorization"] {
        assert!(properties[name].is_object(), "{name}");
    }
}
