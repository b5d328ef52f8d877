//! Faults of Slack, over both of its ways.

use std::{sync::Arc, time::Duration};

use nudged::{
    clock::Clock,
    model::Notification,
    pipeline::{LaneConfig, Wake},
    policy::Rate,
    store::Custody,
};
use nudged_tests::{Database, Means, Plan, Recorder, Reply, RunningClock, Way, at, notice_about, plugin_file};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::{
    expected::{Expected, delivered, rejected, retried},
    table::{Other, Row, run},
};

const TOKEN: &str = "xoxb-1234567890-t0k3n";
const HOOK: &str = "/services/T0AAAAAA/B0AAAAAA/s3cr3t-hook";
const SECRETS: [&str; 2] = [TOKEN, "s3cr3t-hook"];

/// Slack with a script: what it says when it is mended.
struct Scripted(Recorder, &'static str);

#[async_trait::async_trait]
impl Other for Scripted {
    async fn mend(&self) {
        self.0.always(Reply::says(200, self.1));
    }

    /// Messages of a bot say the id; those that were made plain, and webhooks', have no place for it.
    fn copies(&self, notice: &Notification) -> Vec<String> {
        let of = |request: &nudged_tests::Received| {
            let body: Value = serde_json::from_slice(&request.body).expect("JSON");
            let about = body["text"].as_str().is_some_and(|text| text.contains("notice: a share request waits"));
            let id = body["metadata"]["event_payload"]["id"].as_str().unwrap_or(notice.id.as_str()).to_owned();
            about.then_some(id)
        };
        self.0.requests().iter().filter_map(of).collect()
    }
}

/// A bot whose API answers so.
async fn bot(fault: impl Into<String>, reply: Reply, expected: Expected) -> Row {
    let recorder = Recorder::start().await;
    recorder.always(reply);
    let means = Means::http(&[&recorder.url()]).secret("bot", TOKEN);
    let means = means.parameters(json!({ "token": "bot", "api": format!("{}/api", recorder.url()) }));
    let other = Box::new(Scripted(recorder, r#"{"ok":true,"channel":"C0PAM","ts":"1700000000.000100"}"#));
    Row { fault: fault.into(), other, means, to: ["C0PAM", "C0PAM"].map(str::to_owned), expected }
}

/// An incoming webhook that answers so.
async fn hook(fault: impl Into<String>, reply: Reply, expected: Expected) -> Row {
    let recorder = Recorder::start().await;
    recorder.always(reply);
    let url = format!("{}{HOOK}", recorder.url());
    let means = Means::http(&[&recorder.url()]).secret("hook", &url).parameters(json!({ "webhook": "hook" }));
    let other = Box::new(Scripted(recorder, "ok"));
    Row { fault: fault.into(), other, means, to: ["C0PAM", "C0PAM"].map(str::to_owned), expected }
}

fn plan() -> Plan {
    Plan::default().file(plugin_file("slack"))
}

fn error(name: &str) -> Reply {
    Reply::says(200, json!({ "ok": false, "error": name }).to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_error_of_the_web_api() {
    let mut rows = Vec::new();
    for name in ["channel_not_found", "is_archived", "user_not_found", "cannot_dm_bot", "no_text"] {
        rows.push(bot(format!("`{name}`"), error(name), rejected("").copies(1)).await);
    }
    // Without a thread there is none to leave out; the blocks are left out once.
    for name in ["thread_not_found", "message_not_found"] {
        rows.push(bot(format!("`{name}`"), error(name), rejected("not_found").copies(1)).await);
    }
    for name in ["invalid_blocks", "msg_too_long", "metadata_too_large"] {
        rows.push(bot(format!("`{name}`"), error(name), rejected("").copies(2)).await);
    }
    for name in [
        "invalid_auth",
        "not_authed",
        "token_revoked",
        "account_inactive",
        "missing_scope",
        "not_in_channel",
        "ratelimited",
        "internal_error",
        "fatal_error",
        "service_unavailable",
        "an_error_of_the_future",
    ] {
        rows.push(bot(format!("`{name}`"), error(name), retried("").copies(2)).await);
    }
    let told = format!("invalid_auth {TOKEN}");
    rows.push(bot("an error that says the token", error(&told), retried("invalid_auth").copies(2)).await);
    rows.push(bot("`ok: false` alone", Reply::says(200, r#"{"ok":false}"#), retried("without a name").copies(2)).await);
    run("Slack: errors of chat.postMessage", plan(), "slack", rows, &SECRETS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn other_answers_of_the_web_api() {
    let page = "<html><body>Slack is down for maintenance</body></html>";
    let limited = |after: &str| error("ratelimited").status(429).with("retry-after", after);
    let rows = vec![
        bot("`ok: true`", Reply::says(200, r#"{"ok":true,"ts":"17.1"}"#), delivered("posted as 17.1")).await,
        bot("`ok: true` without `ts`", Reply::says(200, r#"{"ok":true}"#), delivered("posted")).await,
        bot("200 with a page", Reply::says(200, page), retried("no answer of Slack's").copies(2)).await,
        bot("200 with nothing", Reply::says(200, ""), retried("no answer of Slack's").copies(2)).await,
        bot(
            "200, half its JSON",
            Reply::says(200, r#"{"ok":true,"ts":"17.1"}"#).by(Way::HalfBody),
            retried("no answer of Slack's").copies(2),
        )
        .await,
        bot("404 with a page", Reply::says(404, page), rejected("404").copies(1)).await,
        bot("503 with a page", Reply::says(503, page), retried("503").copies(2)).await,
        bot("429, `Retry-After: 90`", limited("90"), retried("429").and_rest(90).copies(2)).await,
        bot("429, `Retry-After: 1`", limited("1"), retried("429").copies(2)).await,
        bot("429, `Retry-After: 99999`", limited("99999"), retried("429").and_rest(3600).copies(2)).await,
        bot("hangs up", Reply::goes(Way::HangUp), retried("").and_dead().copies(2)).await,
    ];
    run("Slack: other answers of chat.postMessage", plan(), "slack", rows, &SECRETS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_of_an_incoming_webhook() {
    let mut rows = vec![
        hook("`ok`", Reply::says(200, "ok"), delivered("200: ok")).await,
        hook(
            "429, `Retry-After: 30`",
            Reply::says(429, "rate_limited").with("retry-after", "30"),
            retried("").and_rest(30).copies(2),
        )
        .await,
        hook("500 `rollup_error`", Reply::says(500, "rollup_error"), retried("rollup_error").copies(2)).await,
        hook("400 `invalid_payload`", Reply::says(400, "invalid_payload"), rejected("invalid_payload").copies(2)).await,
        hook("hangs up", Reply::goes(Way::HangUp), retried("").and_dead().copies(2)).await,
        hook("404 that says the URL", Reply::says(404, format!("nothing at {HOOK}")), rejected("nothing at").copies(1))
            .await,
    ];
    for (status, text) in [
        (404, "channel_not_found"),
        (410, "channel_is_archived"),
        (403, "posting_to_general_channel_denied"),
        (400, "user_not_found"),
        (400, "no_text"),
    ] {
        rows.push(hook(format!("{status} `{text}`"), Reply::says(status, text), rejected(text).copies(1)).await);
    }
    for (status, text) in [
        (403, "action_prohibited"),
        (403, "invalid_token"),
        (404, "no_service"),
        (404, "no_team"),
        (404, "team_disabled"),
    ] {
        rows.push(hook(format!("{status} `{text}`"), Reply::says(status, text), retried(text).copies(2)).await);
    }
    run("Slack: incoming webhooks", plan(), "slack", rows, &SECRETS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_gets_a_message_a_second_and_delays_no_other() {
    let (database, recorder) = (Database::fresh_sqlite(), Recorder::start().await);
    recorder.always(Reply::says(200, r#"{"ok":true,"ts":"17.1"}"#));
    let means = Means::http(&[&recorder.url()]).secret("bot", TOKEN);
    let means = means.parameters(json!({ "token": "bot", "api": recorder.url() }));
    let begun = at("2026-05-04T09:00:00Z");
    let mut office = plan().channel_with("slack", "slack", means).open(&database.url(), begun).await;
    let rate = Some(Rate { count: 1, per: Duration::from_secs(1) });
    office.deliverer.lanes.insert("slack".to_owned(), LaneConfig { concurrency: 16, rate, one_destination: false });
    office.deliverer.clock = Arc::new(RunningClock::starting_at(begun)) as Arc<dyn Clock>;
    let busy: Vec<_> = (0..5).map(|n| notice_about(&format!("busy-{n}"), "slack", "C0BUSY")).collect();
    office.put(busy.clone()).await;
    office.put([notice_about("calm", "slack", "C0CALM")]).await;
    let (stop, running) = (CancellationToken::new(), office.deliverer.clone());
    let (soft, hard) = (stop.child_token(), stop.clone());
    let delivering = tokio::spawn(async move { running.run(&Wake::default(), &soft, &hard).await });
    recorder.until("all are told", |heard| heard.requests.len() == 6).await;
    database.until("SELECT COUNT(*) FROM attempt", 6).await;
    stop.cancel();
    delivering.await.expect("no panic");
    let order: Vec<_> = recorder.requests().iter().map(|request| request.text().contains("C0CALM")).collect();
    assert!(order[..3].contains(&true), "the other waits for those of the first: {order:?}");
    let mut started = Vec::new();
    for notice in &busy {
        let known = office.store.show(&notice.id).await.expect("a store").expect("it is known");
        assert_eq!(known.attempts.len(), 1, "to wait for one's turn is no attempt");
        started.push((known.attempts[0].1.started - begun).num_milliseconds());
    }
    started.sort_unstable();
    println!("five messages for one channel began after {started:?} ms");
    for (n, started) in (0..).zip(started) {
        assert!(started >= n * 1000, "the message {n} began after {started} ms");
    }
}
