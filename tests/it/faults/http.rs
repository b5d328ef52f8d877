//! Faults of webhooks' receivers.

use std::time::Duration;

use nudged::model::Notification;
use nudged_tests::{Authority, Means, Plan, Recorder, Reply, Way, plugin_file};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio_rustls::TlsAcceptor;

use super::{
    expected::{Expected, delivered, rejected, retried},
    table::{Other, Row, run},
};

const KEY: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const TOKEN: &str = "bearer-t0k3n";
const SECRETS: [&str; 3] = [KEY, "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", TOKEN];

/// A receiver with a script.
struct Scripted {
    recorder: Recorder,
    certificate: Option<TlsAcceptor>,
}

#[async_trait::async_trait]
impl Other for Scripted {
    async fn mend(&self) {
        self.certificate.clone().into_iter().for_each(|certificate| self.recorder.show(certificate));
        self.recorder.always(Reply::says(200, "ok"));
        self.recorder.release();
    }

    fn copies(&self, notice: &Notification) -> Vec<String> {
        copies(&self.recorder, notice)
    }
}

/// The id of each request with this notice: the signed one, or both where they differ.
fn copies(recorder: &Recorder, notice: &Notification) -> Vec<String> {
    let of = |request: &nudged_tests::Received| {
        let body: Value = serde_json::from_slice(&request.body).expect("JSON");
        let signed = request.field("webhook-id").unwrap_or_default().to_owned();
        let id = if body["id"] == signed.as_str() { signed } else { format!("{signed} over {}", body["id"]) };
        (body["recipient"] == notice.recipient.as_str()).then_some(id)
    };
    recorder.requests().iter().filter_map(of).collect()
}

/// Nobody listens until it is mended.
struct Absent {
    url: String,
    come: std::sync::Mutex<Option<Recorder>>,
}

#[async_trait::async_trait]
impl Other for Absent {
    async fn mend(&self) {
        let recorder = Recorder::start_at(&self.url).await;
        *self.come.lock().expect("nobody panics") = Some(recorder);
    }

    fn copies(&self, notice: &Notification) -> Vec<String> {
        let come = self.come.lock().expect("nobody panics");
        come.as_ref().map(|recorder| copies(recorder, notice)).unwrap_or_default()
    }
}

/// Nobody, and nothing mends it.
struct Nobody;

#[async_trait::async_trait]
impl Other for Nobody {
    async fn mend(&self) {}

    fn copies(&self, _: &Notification) -> Vec<String> {
        Vec::new()
    }
}

/// A channel that posts, signed, to wherever the recipients' addresses say.
fn row(fault: String, url: &str, other: Box<dyn Other>, expected: Expected) -> Row {
    let means = Means::http(&[url]).secret("key", KEY).secret("token", TOKEN);
    let means = means.parameters(json!({ "keys": ["key"], "authorization": "token" }));
    Row { fault, other, means, to: [format!("{url}/hook"), format!("{url}/witness")], expected }
}

async fn answering(fault: impl Into<String>, reply: Reply, expected: Expected) -> Row {
    let recorder = Recorder::start().await;
    recorder.always(reply);
    let url = recorder.url();
    row(fault.into(), &url, Box::new(Scripted { recorder, certificate: None }), expected)
}

fn plan() -> Plan {
    Plan::default().file(plugin_file("webhook"))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_status() {
    let mut rows = Vec::new();
    for status in [200, 201, 202, 204] {
        let said = if status == 204 { "" } else { "taken" };
        rows.push(answering(format!("{status}"), Reply::says(status, said), delivered("20")).await);
    }
    for status in [301, 302, 303, 307, 308] {
        let away = Reply::says(status, "").with("location", "http://169.254.169.254/latest");
        rows.push(answering(format!("{status}"), away, rejected("which is not followed").copies(1)).await);
    }
    for status in [400, 401, 403, 404, 405, 409, 410, 413, 422, 451] {
        rows.push(
            answering(format!("{status}"), Reply::says(status, "no such hook"), rejected("no such hook").copies(1))
                .await,
        );
    }
    for status in [408, 425, 429, 500, 501, 502, 503, 504, 599] {
        rows.push(answering(format!("{status}"), Reply::says(status, "later"), retried("later").copies(2)).await);
    }
    let echo = format!("your header was Bearer {TOKEN}, your key {KEY}");
    rows.push(
        answering(
            "400, which says the secrets",
            Reply::says(400, echo.as_str()),
            rejected("your header was").copies(1),
        )
        .await,
    );
    rows.push(
        answering("503, which says the secrets", Reply::says(503, echo), retried("your header was").copies(2)).await,
    );
    run("HTTP: statuses", plan(), "webhook", rows, &SECRETS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_wish_for_a_later_time() {
    let mut rows = Vec::new();
    // It is nine o'clock and a millisecond.
    for (wish, expected) in [
        ("120", retried("later").and_rest(120)),
        ("0", retried("later")),
        ("5", retried("later").and_rest(5)),
        ("Mon, 04 May 2026 09:05:00 GMT", retried("later").and_rest(300)),
        ("Monday, 04-May-26 09:05:00 GMT", retried("later").and_rest(300)),
        ("Mon May  4 09:05:00 2026", retried("later").and_rest(300)),
        ("Mon, 04 May 2026 08:00:00 GMT", retried("later")),
        ("Tue, 04 May 2027 09:00:00 GMT", retried("later").and_rest(3600)),
        ("soon", retried("later")),
        ("-60", retried("later")),
        ("1.5", retried("later")),
        ("", retried("later")),
        ("999999", retried("later").and_rest(3600)),
        ("99999999999999999999999999", retried("later").and_rest(3600)),
    ] {
        let reply = Reply::says(503, "later").with("retry-after", wish);
        rows.push(answering(format!("503, `Retry-After: {wish}`"), reply, expected.copies(2)).await);
    }
    let two = |a: &str, b: &str| Reply::says(429, "later").with("retry-after", a).with("retry-after", b);
    rows.push(answering("429, `60` and `120`", two("60", "120"), retried("later").and_rest(60).copies(2)).await);
    rows.push(answering("429, `soon` and `120`", two("soon", "120"), retried("later").copies(2)).await);
    let away = |status| Reply::says(status, "no").with("retry-after", "120");
    rows.push(answering("404, `120`", away(404), rejected("no").copies(1)).await);
    rows.push(answering("200, `120`", away(200), delivered("no")).await);
    run("HTTP: Retry-After", plan(), "webhook", rows, &SECRETS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_and_answers_that_break() {
    let gone = || retried("").and_dead();
    let raw = |text: &str| Reply::says(200, text).by(Way::Babble);
    let ok = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
    let nobody = Recorder::nobody().await;
    let absent = Absent { url: nobody.clone(), come: std::sync::Mutex::new(None) };
    let nowhere = "http://no-such-host.invalid";
    let rows = vec![
        row("refused".to_owned(), &nobody, Box::new(absent), retried("connect: ").and_dead()),
        row("no such name".to_owned(), nowhere, Box::new(Nobody), retried("resolve: ").and_dead().for_ever()),
        answering("closed at once", Reply::goes(Way::HangUpAtOnce), gone()).await,
        answering("closed without an answer", Reply::goes(Way::HangUp), gone().copies(2)).await,
        answering("reset without an answer", Reply::goes(Way::Reset), gone().copies(2)).await,
        answering("reset in the header", Reply::goes(Way::ResetInHeaders), gone().copies(2)).await,
        answering("closed in the header", raw("HTTP/1.1 200 OK\r\nx-tra"), gone().copies(2)).await,
        answering("no HTTP", raw("hello, this is not HTTP\r\n\r\n"), retried("answer: ").and_dead().copies(2)).await,
        answering("a status of two digits", raw("HTTP/1.1 20 OK\r\n\r\n"), retried("answer: ").and_dead().copies(2))
            .await,
        answering("HTTP/2 unasked for", raw("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), gone().copies(2)).await,
        answering("503, half its body", Reply::says(503, "wait for me").by(Way::HalfBody), retried("503").copies(2))
            .await,
        answering("503, endless", Reply::says(503, "x".repeat(4096)).by(Way::Endless), retried("503").copies(2)).await,
        answering(
            "a header without end",
            Reply::says(503, "").with("x-long", &"x".repeat(70_000)),
            retried("503").copies(2),
        )
        .await,
        answering("`100`, then 200", raw(&format!("HTTP/1.1 100 Continue\r\n\r\n{ok}")), delivered("200: ok")).await,
        answering(
            "`100` ten times, then 200",
            raw(&format!("{}{ok}", "HTTP/1.1 100 Continue\r\n\r\n".repeat(10))),
            delivered("200: ok"),
        )
        .await,
        answering(
            "`102`, `103`, then 200",
            raw(&format!("HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n{ok}")),
            delivered("200: ok"),
        )
        .await,
        answering("`100` and no more", raw("HTTP/1.1 100 Continue\r\n\r\n"), gone().copies(2)).await,
        answering(
            "`101`",
            raw("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n"),
            rejected("101").copies(1),
        )
        .await,
        // What was said first counts: who has taken it is not asked again because of what comes after.
        answering("200, reset before its body", Reply::goes(Way::ResetAfterHeaders), delivered("200")).await,
        answering("200, half its body", Reply::goes(Way::HalfBody), delivered("200")).await,
        answering("200, endless", Reply::says(200, "x".repeat(4096)).by(Way::Endless), delivered("200")).await,
    ];
    run("HTTP: breaks", plan(), "webhook", rows, &SECRETS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn receivers_that_say_nothing() {
    let late = || retried("ran for more than 1s (plugins.limits.channel_wall)").copies(2);
    let rows = vec![
        answering("no answer", Reply::says(200, "late").held(), late()).await,
        answering("503, a byte of its body in 0.3 s", Reply::says(503, "slow").by(Way::Drip(300)), late()).await,
    ];
    let plan = plan().channel_wall(Duration::from_secs(1));
    run("HTTP: stalls, under a wall of 1 s", plan, "webhook", rows, &SECRETS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn receivers_whose_tls_is_not_to_be_trusted() {
    let (own, folder) = (Authority::default(), TempDir::new().expect("a folder"));
    let (file, stranger) = (own.file(folder.path()), Authority::default());
    let mut rows = Vec::new();
    for (fault, certificate, expected) in [
        ("trusted by `ca_file`", own.vouch_for("127.0.0.1"), delivered("200")),
        ("expired", own.vouched_once_for("127.0.0.1"), retried("expired").and_dead()),
        ("for another name", own.vouch_for("hooks.test"), retried("not valid for name").and_dead()),
        ("of a stranger", stranger.vouch_for("127.0.0.1"), retried("invalid peer certificate").and_dead()),
    ] {
        let recorder = Recorder::with_tls(certificate).await;
        let (url, certificate) = (recorder.url(), Some(own.vouch_for("127.0.0.1")));
        let other = Box::new(Scripted { recorder, certificate });
        let row = row(fault.to_owned(), &url, other, expected);
        rows.push(Row { means: row.means.trusting(file.clone()), ..row });
    }
    run("HTTP: TLS", plan(), "webhook", rows, &SECRETS).await;
}
