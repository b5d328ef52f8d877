//! Channels with HTTP, the inbox and what else they are lent, through the real plugin host.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use nudged::{
    clock::SystemClock,
    config::{Grant, Secret},
    model::{Fault, FaultKind, Notification, NotificationId, Outcome, Sent, Thread},
    net::{GrantedHttp, Inbox, InboxEntry, Mail, Mailer},
    plugin::{Grants, Ways},
};
use nudged_tests::{PluginsFolder, Recorder, Reply, Way, guest, notification, plugin};
use serde_json::{Value, json};

/// Sends through the guest that does as it is told.
async fn tell(steps: Value, ways: Ways, notification: Notification) -> Result<Sent, Fault> {
    let mut folder = PluginsFolder::default();
    folder.limits.channel_wall = Duration::from_secs(3);
    let channel = folder.admit(&guest("does-as-told")).await.expect("admitted").channel().expect("a channel");
    channel.send(Arc::new(notification), Ways { parameters: json!({ "steps": steps }), ..ways }).await
}

/// The ways of a channel that may reach the recorder.
fn granted(recorder: &Recorder) -> Ways {
    let grant = Grant {
        http: vec![recorder.url().parse().expect("a host")],
        networks: vec!["127.0.0.1/32".parse().expect("a network")],
        ..Grant::default()
    };
    let secrets = BTreeMap::from([("token".to_owned(), Secret::new("t0k3n-t0k3n"))]);
    let http = GrantedHttp::new(&grant, secrets, None, Arc::new(SystemClock)).expect("a sender");
    Ways { http: Some(Arc::new(http)), grants: Grants::new(&grant), ..Ways::default() }
}

fn request(method: &str, url: &str) -> Value {
    json!({ "what": "http", "method": method, "url": url, "body": "hi" })
}

async fn fault(steps: Value, ways: Ways) -> (FaultKind, String) {
    let fault = tell(steps, ways, notification("pam@x.test")).await.expect_err("a fault");
    (fault.kind, fault.detail)
}

fn delivered(detail: &str) -> Outcome {
    Outcome::Delivered(detail.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_sends_with_secrets_that_it_does_not_see() {
    let recorder = Recorder::start().await;
    recorder.next(Reply::says(429, "you said t0k3n-t0k3n").with("x-hint", "later").with("retry-after", "7"));
    let mut step = request("post", &format!("{}/in", recorder.url()));
    step["secret_headers"] = json!([["authorization", "Bearer ", "token"]]);
    step["headers"] = json!([["content-type", "text/plain"]]);
    step["field"] = json!("X-Hint");
    let sent = tell(json!([step]), granted(&recorder), notification("pam@x.test")).await.expect("an outcome");
    assert_eq!(sent.outcome, delivered("429 Some(\"later\") Some(7) you said …"));
    let [heard] = recorder.requests().try_into().expect("one request");
    assert_eq!((heard.method.as_str(), heard.path.as_str(), heard.text().as_str()), ("POST", "/in", "hi"));
    assert_eq!(heard.field("authorization"), Some("Bearer t0k3n-t0k3n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_without_an_answer_is_told_to_the_guest() {
    let recorder = Recorder::start().await;
    recorder.next(Reply::goes(Way::HangUp));
    let step = request("POST", &recorder.url());
    let sent = tell(json!([step]), granted(&recorder), notification("pam@x.test")).await.expect("an outcome");
    assert!(matches!(&sent.outcome, Outcome::Delivered(told) if told.starts_with("answer: ")), "{sent:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_granted_is_denied() {
    let recorder = Recorder::start().await;
    let url = recorder.url();
    let with = |key: &str, value: Value| {
        let mut step = request("POST", &url);
        step[key] = value;
        json!([step])
    };
    let many: Vec<_> = (0..65).map(|n| json!([format!("x-{n}"), "v"])).collect();
    let cases = [
        (
            json!([request("POST", "https://evil.test/")]),
            "the host \"evil.test\", which `plugins.grants` does not grant",
        ),
        (with("secret_headers", json!([["x", "", "other"]])), "the secret \"other\", which the channel does not have"),
        (with("headers", json!([["Host", "evil.test"]])), "the header field \"Host\", which is the host's own"),
        (with("headers", json!([["x", "v".repeat(9000)]])), "a header field of more than 8192 bytes"),
        (with("headers", json!(many)), "more than 64 header fields on one request"),
        (with("zeros", json!((4 << 20) + 1)), "a body of 4194305 bytes, more than 4194304"),
        (with("sign", json!(["token"])), "a signature with the secret token, which is not base64"),
        (json!([request("POST", &format!("{url}/{}", "x".repeat(9000)))]), "a URL of "),
    ];
    for (steps, expected) in cases {
        let (kind, detail) = fault(steps, granted(&recorder)).await;
        assert_eq!(kind, FaultKind::Denied, "{detail}");
        assert!(detail.starts_with("asked for ") && detail.contains(expected), "{detail}");
    }
    assert_eq!(recorder.connections(), 0);
    let (kind, detail) = fault(json!([request("POST", &url)]), Ways::default()).await;
    assert_eq!(kind, FaultKind::Denied);
    assert!(detail.contains("`plugins.grants` grants it no host"), "{detail}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ninth_request_of_a_call_is_denied() {
    let recorder = Recorder::start().await;
    let steps = vec![request("GET", &recorder.url()); 9];
    let (kind, detail) = fault(json!(steps), granted(&recorder)).await;
    assert_eq!((kind, detail.as_str()), (FaultKind::Denied, "asked for more than 8 requests in one call"));
    assert_eq!(recorder.requests().len(), 8);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_that_fails_once_the_other_side_has_taken_it_says_so() {
    let recorder = Recorder::start().await;
    let post = request("POST", &recorder.url());
    for (last, expected) in [("panic", "trap"), ("spin", "timeout")] {
        recorder.next(Reply::says(201, "created"));
        let (kind, detail) = fault(json!([post, { "what": last }]), granted(&recorder)).await;
        assert_eq!(kind, FaultKind::AfterAnswer, "{detail}");
        assert!(
            detail.starts_with(&format!("the other side had taken it (201 to POST), then: {expected}: ")),
            "{detail}"
        );
    }
    recorder.next(Reply::says(201, "created"));
    let (kind, _) = fault(json!([post, request("POST", "https://evil.test/")]), granted(&recorder)).await;
    assert_eq!(kind, FaultKind::AfterAnswer);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_that_fails_when_nothing_was_taken_is_tried_again() {
    let recorder = Recorder::start().await;
    for (method, status) in [("POST", 500), ("POST", 302), ("GET", 200), ("HEAD", 200)] {
        recorder.next(Reply::says(status, ""));
        let steps = json!([request(method, &recorder.url()), { "what": "panic" }]);
        assert_eq!(fault(steps, granted(&recorder)).await.0, FaultKind::Trap, "{method} {status}");
    }
    let taken = json!([request("POST", &recorder.url()), { "what": "retry" }]);
    let sent = tell(taken, granted(&recorder), notification("pam@x.test")).await.expect("an outcome");
    assert!(matches!(sent.outcome, Outcome::Retry { .. }), "a guest that says so knows why: {sent:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_receipt_is_kept_and_a_long_one_is_a_trap() {
    let keep = |text: &str| json!({ "what": "keep", "text": text });
    let sent = tell(json!([keep("first"), keep("last")]), Ways::default(), notification("pam@x.test")).await;
    assert_eq!(sent.expect("an outcome").receipt.as_deref(), Some("last"));
    let sent = tell(json!([keep(&"é".repeat(500))]), Ways::default(), notification("pam@x.test")).await;
    assert_eq!(sent.expect("an outcome").receipt.map(|receipt| receipt.len()), Some(1000));
    let (kind, detail) = fault(json!([keep(&"x".repeat(1001))]), Ways::default()).await;
    assert_eq!(kind, FaultKind::Trap);
    assert!(detail.contains("a receipt of 1001 bytes was to be kept, more than 1000"), "{detail}");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_those_who_may_refuse_are_told_where() {
    let ways = || Ways { unsubscribe: Some("mailto:off@x.test?subject={recipient}".to_owned()), ..Ways::default() };
    let steps = json!([{ "what": "unsubscribe" }, { "what": "wording", "text": "subject" }]);
    let refusable = Notification { refusable: true, ..notification("pam+a@x.test") };
    let sent = tell(steps.clone(), ways(), refusable).await.expect("an outcome");
    assert_eq!(sent.outcome, delivered("Some(\"mailto:off@x.test?subject=pam%2Ba%40x.test\") | None"));
    let sent = tell(steps, ways(), notification("pam+a@x.test")).await.expect("an outcome");
    assert_eq!(sent.outcome, delivered("None | None"));
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_is_denied_to_a_guest_that_does_not_ask_for_it() {
    let mailer = Notes::<Mail>::new(delivered("250 ok"));
    let ways = Ways { mailer: Some(Arc::clone(&mailer) as _), ..Ways::default() };
    let (kind, detail) = fault(json!([{ "what": "mail" }]), ways).await;
    assert_eq!(kind, FaultKind::Denied);
    assert!(detail.ends_with("or its manifest does not ask for `mail`"), "{detail}");
    assert_eq!(mailer.given.lock().expect("notes").len(), 0);
}

/// Notes what it is given and answers with this outcome.
struct Notes<T> {
    outcome: Outcome,
    given: Mutex<Vec<T>>,
}

impl<T> Notes<T> {
    fn new(outcome: Outcome) -> Arc<Self> {
        Arc::new(Self { outcome, given: Mutex::default() })
    }
}

#[async_trait::async_trait]
impl Inbox for Notes<(String, Vec<InboxEntry>)> {
    async fn post(&self, _: &NotificationId, recipient: &str, entries: &[InboxEntry]) -> Outcome {
        self.given.lock().expect("notes").push((recipient.to_owned(), entries.to_vec()));
        self.outcome.clone()
    }
}

#[async_trait::async_trait]
impl Mailer for Notes<Mail> {
    async fn send(&self, mail: &Mail) -> Outcome {
        self.given.lock().expect("notes").push(mail.clone());
        self.outcome.clone()
    }
}

fn rows() -> Value {
    json!({ "what": "inbox", "entries": [{ "kind": "A", "message": "one\u{0}", "target": "s1|d1" }] })
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_posted_stays_posted_whatever_the_guest_does_then() {
    for last in ["panic", "spin", "retry"] {
        let inbox = Notes::new(delivered("1 row"));
        let ways = Ways { inbox: Some(Arc::clone(&inbox) as _), ..Ways::default() };
        let sent = tell(json!([rows(), { "what": last }]), ways, notification("sales")).await.expect("an outcome");
        assert_eq!(sent.outcome, delivered("1 row"), "{last}");
        let entry = InboxEntry { kind: "A".to_owned(), message: "one".to_owned(), target: Some("s1|d1".to_owned()) };
        assert_eq!(*inbox.given.lock().expect("notes"), [("sales".to_owned(), vec![entry])]);
    }
    let busy = Notes::new(Outcome::Retry { detail: "locked".to_owned(), after: None });
    let ways = Ways { inbox: Some(Arc::clone(&busy) as _), ..Ways::default() };
    let (kind, detail) = fault(json!([rows(), rows()]), ways).await;
    assert_eq!(
        (kind, detail.as_str()),
        (FaultKind::Denied, "asked for a second post to the inbox for one notification")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_refers_to_the_first_ones_about_the_same() {
    let mailer = Notes::<Mail>::new(delivered("250 ok"));
    let ways = Ways { mailer: Some(Arc::clone(&mailer) as _), ..Ways::default() };
    let mut notice = notification("pam@x.test");
    let first = NotificationId::from_stored("first".to_owned());
    notice.reminders[0].thread = Some(Thread { notification: first.clone(), receipt: None });
    notice.reminders.push(notice.reminders[0].clone());
    let email = PluginsFolder::default().admit(&plugin("email")).await.expect("admitted").channel().expect("a channel");
    email.send(Arc::new(notice), Ways { parameters: json!({}), ..ways }).await.expect("an outcome");
    assert_eq!(mailer.given.lock().expect("notes")[0].threads, [first]);
}
