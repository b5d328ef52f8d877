//! HTTP for channels, against a server that records and misbehaves: what is let out, what comes back, and how it fails.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use base64::{Engine, prelude::BASE64_STANDARD};
use nudged::{
    clock::SystemClock,
    config::{Grant, Secret},
    model::NotificationId,
    net::{GrantedHttp, HttpError, HttpField, HttpRequest, HttpResponse, HttpSender},
};
use nudged_tests::{Authority, HandClock, Recorder, Reply, Way, at};
use standardwebhooks::Webhook;
use tempfile::TempDir;

const TOKEN: &str = "t0k3n/with+signs=";
const KEY: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const OLD_KEY: &str = "b2xkIGtleSBvZiB0aGUgcmVjZWl2ZXI=";

fn grant(hosts: &[&str], networks: &[&str]) -> Grant {
    Grant {
        http: hosts.iter().map(|host| host.parse().expect("a host")).collect(),
        networks: networks.iter().map(|network| network.parse().expect("a network")).collect(),
        ..Grant::default()
    }
}

/// The recorder is granted, and `localhost` on its port.
fn sender(recorder: &Recorder, secrets: &[(&str, &str)], ca_file: Option<&Path>) -> GrantedHttp {
    let url = recorder.url();
    let grant = grant(&[&url, &url.replace("127.0.0.1", "localhost")], &["127.0.0.0/8"]);
    let secrets = secrets.iter().map(|(name, value)| ((*name).to_owned(), Secret::new(*value))).collect();
    GrantedHttp::new(&grant, secrets, ca_file, Arc::new(SystemClock)).expect("a sender")
}

fn post(url: impl Into<String>) -> HttpRequest {
    HttpRequest {
        id: NotificationId::from_stored("n1".to_owned()),
        method: "POST".to_owned(),
        url: url.into(),
        headers: Vec::new(),
        body: b"{}".to_vec(),
        signed_with: Vec::new(),
        bounds: Arc::default(),
    }
}

fn field(name: &str, value: &str, secret: Option<&str>) -> HttpField {
    HttpField { name: name.to_owned(), value: value.to_owned(), secret: secret.map(str::to_owned) }
}

fn denied(answer: Result<HttpResponse, HttpError>) -> String {
    match answer {
        Err(HttpError::Denied(what)) => what,
        other => panic!("not denied: {other:?}"),
    }
}

fn failed(answer: Result<HttpResponse, HttpError>) -> (&'static str, String) {
    match answer {
        Err(HttpError::Failed { kind, detail }) => (kind, detail),
        other => panic!("not failed: {other:?}"),
    }
}

#[tokio::test]
async fn a_request_arrives_as_it_was_made_and_the_answer_comes_back() {
    let recorder = Recorder::start().await;
    recorder.next(Reply::says(503, "busy").with("Retry-After", "30").with("X-Trace", "a").with("x-trace", "b"));
    let request = HttpRequest {
        headers: vec![
            field("content-type", "application/json", None),
            field("X-Two", "1", None),
            field("x-two", "2", None),
        ],
        body: "{\"é\":1}".into(),
        ..post(format!("{}/in?a=b#c", recorder.url()))
    };
    let answer = sender(&recorder, &[], None).send(&request).await.expect("an answer");
    assert_eq!((answer.status, answer.body.as_slice()), (503, &b"busy"[..]));
    assert_eq!(answer.retry_after.map(|wait| wait.as_secs()), Some(30));
    let traces: Vec<_> = answer.headers.iter().filter(|(name, _)| name == "x-trace").map(|(_, value)| value).collect();
    assert_eq!(traces, ["a", "b"]);
    let [heard] = recorder.requests().try_into().expect("one request");
    assert_eq!((heard.method.as_str(), heard.path.as_str(), heard.text().as_str()), ("POST", "/in?a=b", "{\"é\":1}"));
    assert_eq!(heard.field("content-type"), Some("application/json"));
    assert_eq!(heard.headers.iter().filter(|(name, _)| name == "x-two").count(), 2);
    assert!(heard.field("user-agent").is_some_and(|agent| agent.starts_with("nudged/")));
    assert_eq!((heard.field("accept-encoding"), heard.field("webhook-id")), (None, None));
}

#[tokio::test]
async fn a_redirect_is_an_answer() {
    let recorder = Recorder::start().await;
    let sender = sender(&recorder, &[], None);
    for status in [301, 302, 303, 307, 308] {
        recorder.next(Reply::says(status, "").with("location", "http://169.254.169.254/latest"));
        let answer = sender.send(&post(recorder.url())).await.expect("an answer");
        assert_eq!(answer.status, status);
    }
    assert_eq!(recorder.requests().len(), 5);
}

#[tokio::test]
async fn nothing_leaves_for_what_is_not_granted() {
    let recorder = Recorder::start().await;
    let (url, port) = (recorder.url(), recorder.address().port());
    let closed =
        GrantedHttp::new(&grant(&[&url], &[]), BTreeMap::new(), None, Arc::new(SystemClock)).expect("a sender");
    let what = denied(closed.send(&post(&url)).await);
    assert!(what.contains("which is loopback"), "{what}");
    let named = grant(&[&format!("http://localhost:{port}")], &[]);
    let named = GrantedHttp::new(&named, BTreeMap::new(), None, Arc::new(SystemClock)).expect("a sender");
    let (kind, detail) = failed(named.send(&post(format!("http://localhost:{port}/"))).await);
    assert_eq!(kind, "resolve", "{detail}");
    assert!(detail.contains("localhost is at ") && detail.contains("which is loopback"), "{detail}");
    let open = sender(&recorder, &[("token", TOKEN)], None);
    for (request, expected) in [
        (post(format!("http://127.0.0.2:{port}/")), "the host \"http://127.0.0.2"),
        (post(format!("http://user@127.0.0.1:{port}/")), "a user or a password"),
        (post("secret:none"), "the secret \"none\", which the channel does not have"),
        (HttpRequest { method: "CONNECT".into(), ..post(&url) }, "the method \"CONNECT\""),
        (HttpRequest { method: "PO ST".into(), ..post(&url) }, "the method \"PO ST\""),
        (HttpRequest { headers: vec![field("Host", "evil.test", None)], ..post(&url) }, "the host's own"),
        (HttpRequest { headers: vec![field("x-a", "a\r\nb: c", None)], ..post(&url) }, "control characters"),
        (HttpRequest { headers: vec![field("x-a", "", Some("none"))], ..post(&url) }, "the secret \"none\""),
        (HttpRequest { body: vec![0; (4 << 20) + 1], ..post(&url) }, "a body of 4194305 bytes"),
        (HttpRequest { signed_with: vec!["token".into()], ..post(&url) }, "a signature with the secret token"),
    ] {
        let what = denied(open.send(&request).await);
        assert!(what.contains(expected) && !what.contains(TOKEN), "{what}");
    }
    assert_eq!(recorder.connections(), 0);
    let largest = HttpRequest { body: vec![b'x'; 4 << 20], ..post(&url) };
    assert_eq!(open.send(&largest).await.expect("an answer").status, 200);
    assert_eq!(recorder.requests()[0].body.len(), 4 << 20);
}

#[tokio::test]
async fn each_way_to_fail_has_its_word() {
    let recorder = Recorder::start().await;
    let sender = sender(&recorder, &[], None);
    for (reply, expected) in [
        (Reply::goes(Way::HangUpAtOnce), &["send", "answer"][..]),
        (Reply::goes(Way::HangUp), &["answer"]),
        (Reply::goes(Way::Reset), &["send"]),
        (Reply::says(200, "hello, this is not HTTP\r\n\r\n").by(Way::Babble), &["answer"]),
    ] {
        let what = format!("{reply:?}").chars().take(200).collect::<String>();
        recorder.next(reply);
        let (kind, detail) = failed(sender.send(&post(recorder.url())).await);
        assert!(expected.contains(&kind), "{what}: {kind}: {detail}");
        assert!(!detail.is_empty() && !detail.contains("http://"), "{detail}");
    }
    let many = (0..200).fold(Reply::says(200, ""), |reply, n| reply.with(&format!("x-{n}"), "v"));
    recorder.next(many);
    assert_eq!(failed(sender.send(&post(recorder.url())).await).0, "answer");
}

#[tokio::test]
async fn what_an_answer_says_first_counts_whatever_becomes_of_the_rest() {
    let recorder = Recorder::start().await;
    let sender = sender(&recorder, &[], None);
    for (reply, longest) in [
        (Reply::goes(Way::ResetAfterHeaders), 0),
        (Reply::goes(Way::HalfBody), 100),
        (Reply::says(200, vec![b'x'; 1 << 20]), 1 << 20),
        (Reply::says(200, vec![b'x'; (1 << 20) + 1]), 1 << 20),
        (Reply::says(200, "x".repeat(4096)).by(Way::Endless), 1 << 20),
        (Reply::says(200, "").with("x-long", &"x".repeat(70_000)), 0),
    ] {
        let what = format!("{reply:?}").chars().take(200).collect::<String>();
        recorder.next(reply);
        let answer = sender.send(&post(recorder.url())).await.unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(answer.status, 200, "{what}");
        assert!(answer.body.len() <= longest, "{what}: {}", answer.body.len());
        assert!(answer.headers.iter().all(|(name, _)| name != "x-long"), "{what}");
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_cannot_be_connected_to() {
    let url = Recorder::nobody().await;
    let sender = GrantedHttp::new(&grant(&[&url], &["127.0.0.1/32"]), BTreeMap::new(), None, Arc::new(SystemClock));
    let (kind, detail) = failed(sender.expect("a sender").send(&post(&url)).await);
    assert_eq!(kind, "connect", "{detail}");
    assert!(detail.contains("refused") && !detail.contains(&url), "{detail}");
}

#[tokio::test]
async fn secrets_go_out_and_never_come_back() {
    let recorder = Recorder::start().await;
    let url = format!("{}/services/T0AAAAAA/s3cr3t-path?key=s3cr3t-key", recorder.url());
    let sender = sender(&recorder, &[("url", &url), ("token", TOKEN)], None);
    let echo = format!(
        "no {TOKEN}, {}, t0k3n%2Fwith%2Bsigns%3D, /services/T0AAAAAA/s3cr3t-path, s3cr3t-key",
        BASE64_STANDARD.encode(format!("user:{TOKEN}"))
    );
    recorder.always(Reply::says(400, echo.as_str()).with("x-echo", &echo).with("location", &url));
    let headers = vec![field("authorization", "Bearer ", Some("token")), field("x-raw", "", Some("token"))];
    let answer = sender.send(&HttpRequest { headers, ..post("secret:url") }).await.expect("an answer");
    let [heard] = recorder.requests().try_into().expect("one request");
    assert_eq!(heard.path, "/services/T0AAAAAA/s3cr3t-path?key=s3cr3t-key");
    assert_eq!((heard.field("authorization"), heard.field("x-raw")), (Some("Bearer t0k3n/with+signs="), Some(TOKEN)));
    let shown = format!("{} {:?}", String::from_utf8_lossy(&answer.body), answer.headers);
    for part in ["t0k3n", "signs", "s3cr3t", &BASE64_STANDARD.encode(TOKEN)[4..16]] {
        assert!(!shown.contains(part), "{part} in {shown}");
    }
    assert!(shown.contains("no …, "), "{shown}");
}

#[tokio::test]
async fn a_secret_url_is_held_against_the_grants_and_never_quoted() {
    let recorder = Recorder::start().await;
    let gone = Recorder::nobody().await;
    let secrets =
        [("away", "https://evil.test/s3cr3t-path"), ("none", "s3cr3t-path"), ("gone", &format!("{gone}/s3cr3t-path"))];
    let sender = sender(&recorder, &secrets, None);
    for (name, expected) in [
        ("away", "the host in the secret away, which `plugins.grants` does not grant to the plugin"),
        ("none", "the URL in the secret none, which is no URL"),
        ("gone", "the host in the secret gone, which `plugins.grants` does not grant to the plugin"),
    ] {
        assert_eq!(denied(sender.send(&post(format!("secret:{name}"))).await), expected);
    }
    let secrets = BTreeMap::from([("gone".to_owned(), Secret::new(format!("{gone}/s3cr3t-path")))]);
    let granted = GrantedHttp::new(&grant(&[&gone], &["127.0.0.1/32"]), secrets, None, Arc::new(SystemClock));
    let (kind, detail) = failed(granted.expect("a sender").send(&post("secret:gone")).await);
    assert_eq!(kind, "connect");
    assert!(!detail.contains("s3cr3t"), "{detail}");
}

#[tokio::test]
async fn a_signed_request_is_one_that_the_published_library_believes() {
    let recorder = Recorder::start().await;
    let sender = sender(&recorder, &[("new", KEY), ("old", OLD_KEY)], None);
    let signed_with = vec!["new".to_owned(), "old".to_owned()];
    let body = "{\"text\":\"é\"}".as_bytes().to_vec();
    sender.send(&HttpRequest { signed_with, body, ..post(recorder.url()) }).await.expect("an answer");
    let [heard] = recorder.requests().try_into().expect("one request");
    let headers: http::HeaderMap = heard
        .headers
        .iter()
        .map(|(name, value)| (name.parse::<http::HeaderName>().expect("a name"), value.parse().expect("a value")))
        .collect();
    assert_eq!(heard.field("webhook-id"), Some("n1"));
    for key in [KEY, OLD_KEY] {
        Webhook::new(key).expect("a key").verify(&heard.body, &headers).expect("the signature holds");
    }
    Webhook::new("AAAA").expect("a key").verify(&heard.body, &headers).expect_err("another key");
    Webhook::new(KEY).expect("a key").verify(b"{}", &headers).expect_err("another body");
}

#[tokio::test]
async fn a_date_is_counted_from_now() {
    let recorder = Recorder::start().await;
    recorder.next(Reply::says(429, "").with("retry-after", "Mon, 04 May 2026 09:01:30 GMT"));
    let clock = Arc::new(HandClock::new(at("2026-05-04T09:00:00Z")));
    let grant = grant(&[&recorder.url()], &["127.0.0.1/32"]);
    let sender = GrantedHttp::new(&grant, BTreeMap::new(), None, clock).expect("a sender");
    let answer = sender.send(&post(recorder.url())).await.expect("an answer");
    assert_eq!(answer.retry_after.map(|wait| wait.as_secs()), Some(90));
}

#[tokio::test]
async fn only_certificates_that_somebody_trusted_vouches_for_are_trusted() {
    let (authority, folder) = (Authority::default(), TempDir::new().expect("a folder"));
    let file = authority.file(folder.path());
    let trusted = Recorder::with_tls(authority.vouch_for("127.0.0.1")).await;
    let answer = sender(&trusted, &[], Some(&file)).send(&post(trusted.url())).await.expect("an answer");
    assert_eq!(answer.status, 200);
    let stranger = Recorder::with_tls(authority.vouch_for("127.0.0.1")).await;
    let wrong_name = Recorder::with_tls(authority.vouch_for("other.test")).await;
    let expired = Recorder::with_tls(authority.vouched_once_for("127.0.0.1")).await;
    for (recorder, ca_file, expected) in [
        (&stranger, None, "UnknownIssuer"),
        (&wrong_name, Some(file.as_path()), "not valid for name"),
        (&expired, Some(file.as_path()), "expired"),
    ] {
        let (kind, detail) = failed(sender(recorder, &[], ca_file).send(&post(recorder.url())).await);
        assert_eq!(kind, "tls", "{detail}");
        assert!(detail.contains(expected), "{detail}");
        assert_eq!(recorder.requests(), []);
    }
}

#[tokio::test]
async fn what_is_held_is_answered_when_it_is_released() {
    let recorder = Recorder::start().await;
    recorder.on("/slow", Reply::says(202, "late").held());
    let sender = sender(&recorder, &[], None);
    let slow = post(format!("{}/slow", recorder.url()));
    let (answer, ()) = tokio::join!(sender.send(&slow), async {
        recorder.until_held().await;
        assert_eq!(recorder.requests().len(), 1);
        recorder.release();
    });
    assert_eq!(answer.expect("an answer").status, 202);
}
