//! What Slack is asked for, and what its answers come to.

use std::time::Duration;

use nudged_sdk::{
    Severity,
    http::Failure,
    testing::{HttpHost, NotificationBuilder, PlainReminder, PlainResponse, described, parameters},
};
use serde_json::{Value, json};

use super::*;

const BOT: &str = r#"{ "token": "bot" }"#;
const WEBHOOK: &str = r#"{ "webhook": "hook" }"#;

/// What came of it, the bodies that were posted, and what was kept.
struct Course {
    outcome: Outcome,
    requests: Vec<Request>,
    kept: Option<String>,
}

fn course(json: &str, builder: NotificationBuilder, answers: Vec<PlainResponse>) -> Course {
    let network = HttpHost::answering(answers.into_iter().map(Ok));
    let notification = builder.with(|all| all.address = "C0SALES".to_owned()).build(parameters(json));
    let outcome = Slack::send(&notification);
    Course { outcome, requests: network.sent(), kept: notification.kept() }
}

fn posted(request: &Request) -> Value {
    serde_json::from_slice(&request.body).expect("JSON")
}

fn ok() -> PlainResponse {
    PlainResponse::new(200, r#"{"ok":true,"channel":"C0SALES","ts":"1700.5","message":{"text":"x","blocks":[1]}}"#)
}

fn failed(error: &str) -> PlainResponse {
    PlainResponse::new(200, format!(r#"{{"ok":false,"error":"{error}"}}"#))
}

fn reminder(change: impl FnOnce(&mut PlainReminder)) -> PlainReminder {
    let mut reminder = PlainReminder::default();
    change(&mut reminder);
    reminder
}

fn one(change: impl FnOnce(&mut PlainReminder)) -> NotificationBuilder {
    NotificationBuilder::new().reminder(reminder(change))
}

/// The blocks of a message that Slack takes at once.
fn blocks(builder: NotificationBuilder) -> Vec<Value> {
    let course = course(WEBHOOK, builder, vec![PlainResponse::new(200, "ok")]);
    posted(&course.requests[0])["blocks"].as_array().expect("blocks").clone()
}

#[test]
fn a_bot_posts_to_the_recipients_channel() {
    let course = course(BOT, one(|_| ()), vec![ok()]);
    assert_eq!(course.outcome, Outcome::Delivered("posted as 1700.5".to_owned()));
    let [request] = &course.requests[..] else { panic!("one request") };
    assert_eq!(request.url, "https://slack.com/api/chat.postMessage");
    let bearer = request.headers.iter().find(|header| header.name == "authorization").expect("authorization");
    assert_eq!((bearer.value.as_str(), bearer.secret.as_deref()), ("Bearer ", Some("bot")));
    let body = posted(request);
    assert_eq!((&body["channel"], &body["unfurl_links"]), (&"C0SALES".into(), &false.into()));
    assert_eq!(body["text"], "Share requests are waiting for you");
    assert_eq!(body["metadata"]["event_payload"]["id"], "0123456789abcdef0123456789abcdef");
    assert_eq!(body.get("thread_ts"), None);
}

#[test]
fn a_webhook_posts_to_the_url_that_is_a_secret() {
    let course = course(WEBHOOK, one(|_| ()), vec![PlainResponse::new(200, "ok")]);
    assert_eq!((course.outcome, course.kept), (Outcome::Delivered("200: ok".to_owned()), None));
    assert_eq!(course.requests[0].url, "secret:hook");
    let body = posted(&course.requests[0]);
    assert_eq!((body.get("channel"), body.get("metadata")), (None, None));
}

#[test]
fn the_api_may_be_elsewhere() {
    let course = course(r#"{ "token": "bot", "api": "http://127.0.0.1:9/api/" }"#, one(|_| ()), vec![ok()]);
    assert_eq!(course.requests[0].url, "http://127.0.0.1:9/api/chat.postMessage");
}

#[test]
fn a_reminder_is_a_section_with_link_facts_button_and_history() {
    let blocks = blocks(one(|reminder| {
        reminder.severity = Severity::Critical;
        reminder.history = "reminder 3, first sent on 12 May 2026".to_owned();
    }));
    let kinds: Vec<_> = blocks.iter().map(|block| block["type"].as_str().expect("a type")).collect();
    assert_eq!(kinds, ["header", "context", "section", "context"]);
    let expected = json!({
        "type": "section",
        "text": {
            "type": "mrkdwn",
            "verbatim": true,
            "text": "🔴 Urgent · *<https://dataall.x.test/console/shares/s1|Sales: share request is waiting>*\nrita@x.test asks for access to Sales.",
        },
        "fields": [{ "type": "mrkdwn", "verbatim": true, "text": "*Requester*\nrita@x.test" }],
        "accessory": {
            "type": "button",
            "text": { "type": "plain_text", "emoji": false, "text": "Open" },
            "url": "https://dataall.x.test/console/shares/s1",
            "action_id": "open",
        },
    });
    assert_eq!(blocks[2], expected);
    assert_eq!(blocks[3]["elements"][0]["text"], "reminder 3, first sent on 12 May 2026");
}

#[test]
fn nothing_from_the_data_pings_links_or_formats() {
    let hostile = "<!channel> <@U1> <https://evil.test|Sales> *b* ~s~ `c`";
    let course = course(
        BOT,
        one(|reminder| {
            reminder.title = hostile.to_owned();
            reminder.sentence = hostile.to_owned();
            reminder.history = hostile.to_owned();
            reminder.facts = vec![(hostile.to_owned(), hostile.to_owned())];
            reminder.link = Some("https://x.test/>|<!here>".to_owned());
        })
        .with(|all| {
            all.subject = hostile.to_owned();
            all.preamble = hostile.to_owned();
        }),
        vec![ok()],
    );
    let body = posted(&course.requests[0]);
    let own_link = "<https://x.test/%3E%7C%3C!here%3E|";
    let texts = body["blocks"].to_string().replace(own_link, "").replace("https://x.test/>|<!here>", "");
    assert!(!texts.contains("<!") && !texts.contains("<@") && !texts.contains("<https"), "{texts}");
    assert!(!body["text"].to_string().contains('<'), "{body}");
    assert!(!texts.contains("*b*") || texts.contains("plain_text"), "{texts}");
    assert!(!texts.contains('`') || texts.matches('`').count() == 2, "only the headline, which is plain text: {texts}");
}

#[test]
fn only_web_pages_become_links() {
    let blocks = blocks(one(|reminder| reminder.link = Some("javascript:alert(1)".to_owned())));
    assert_eq!(blocks[2].get("accessory"), None);
    assert!(!blocks[2].to_string().contains("javascript"), "{}", blocks[2]);
}

#[test]
fn a_huge_digest_stays_within_slacks_limits_and_counts_the_rest() {
    let long = |number: usize| {
        reminder(|reminder| {
            reminder.title = format!("{number} {}", "<&>".repeat(500));
            reminder.sentence = "é&".repeat(5_000);
            reminder.facts = (0..30).map(|fact| (format!("F{fact}"), "<".repeat(5_000))).collect();
        })
    };
    let short = |_| reminder(|reminder| reminder.history = "reminder 2".to_owned());
    for all in [(0..80).map(long).collect::<Vec<_>>(), (0..80).map(short).collect()] {
        let digest = all.into_iter().fold(NotificationBuilder::new(), NotificationBuilder::reminder);
        let blocks = blocks(digest.with(|all| (all.more, all.subject) = (5, "&".repeat(400))));
        assert!(blocks.len() <= 50, "{}", blocks.len());
        assert!(blocks[0]["text"]["text"].as_str().expect("a text").chars().count() <= 150);
        let sections: Vec<_> = blocks.iter().filter(|block| block["type"] == "section").collect();
        assert!(!sections.is_empty());
        for section in &sections {
            assert!(section["text"]["text"].as_str().expect("a text").chars().count() <= 3_000);
            let fields = section["fields"].as_array().expect("fields");
            assert!(fields.len() <= 10);
            assert!(fields.iter().all(|field| field["text"].as_str().expect("a text").chars().count() <= 2_000));
        }
        let rest = format!("… and {} more, less urgent than these.", 80 - sections.len() + 5);
        assert_eq!(blocks[blocks.len() - 1]["elements"][0]["text"], rest);
    }
}

#[test]
fn empty_texts_make_no_empty_parts() {
    let blocks = blocks(
        one(|reminder| {
            reminder.title = String::new();
            reminder.facts = vec![(String::new(), String::new())];
        })
        .with(|all| (all.subject, all.preamble) = (String::new(), String::new())),
    );
    assert_eq!(blocks[0]["text"]["text"], "Reminders");
    assert_eq!(blocks[1]["fields"][0]["text"], "*–*\n–");
}

#[test]
fn reminders_of_one_thread_go_there_and_keep_its_first_message() {
    let threaded = |thread: &str| reminder(|reminder| reminder.thread = Some(thread.to_owned()));
    let two = |one, other| NotificationBuilder::new().reminder(threaded(one)).reminder(threaded(other));
    let same = course(BOT, two("1600.1", "1600.1"), vec![ok()]);
    assert_eq!(posted(&same.requests[0])["thread_ts"], "1600.1");
    assert_eq!(same.kept.as_deref(), Some("1600.1"), "not the answer's own name");
    let mixed = course(BOT, two("1600.1", "1600.2"), vec![ok()]);
    assert_eq!(posted(&mixed.requests[0]).get("thread_ts"), None);
    assert_eq!(mixed.kept.as_deref(), Some("1700.5"));
}

#[test]
fn without_its_thread_a_message_starts_a_new_one() {
    let threaded = || one(|reminder| reminder.thread = Some("1600.1".to_owned()));
    let course = course(BOT, threaded(), vec![failed("thread_not_found"), ok()]);
    assert_eq!(course.outcome, Outcome::Delivered("posted as 1700.5".to_owned()));
    assert_eq!(posted(&course.requests[1]).get("thread_ts"), None);
    assert_eq!(course.kept.as_deref(), Some("1700.5"));
}

#[test]
fn what_slack_does_not_understand_is_sent_as_plain_text() {
    let text = || one(|_| ()).with(|all| all.text = "Sales <!here>\n\nwaits.\n".to_owned());
    for (json, answers) in [
        (BOT, vec![failed("invalid_blocks"), ok()]),
        (WEBHOOK, vec![PlainResponse::new(400, "invalid_blocks"), PlainResponse::new(200, "ok")]),
    ] {
        let course = course(json, text(), answers);
        assert!(matches!(course.outcome, Outcome::Delivered(_)), "{:?}", course.outcome);
        let plain = posted(&course.requests[1]);
        assert_eq!(plain["text"], "Sales &lt;!here&gt;\n\nwaits.");
        assert_eq!((plain.get("blocks"), plain.get("metadata")), (None, None));
    }
    let course = course(BOT, text(), vec![failed("invalid_blocks"), failed("msg_too_long")]);
    assert_eq!(course.outcome, Outcome::Rejected("msg_too_long".to_owned()));
}

#[test]
fn errors_of_methods_wait_unless_they_are_about_recipient_or_message() {
    let came_of = |error: &str| course(BOT, one(|_| ()), vec![failed(error)]).outcome;
    for error in ["channel_not_found", "is_archived", "user_disabled", "thread_not_found"] {
        assert_eq!(came_of(error), Outcome::Rejected(error.to_owned()));
    }
    let passing = ["ratelimited", "service_unavailable", "internal_error", "fatal_error", "request_timeout"];
    let operators = ["invalid_auth", "token_revoked", "missing_scope", "not_in_channel", "something_new"];
    for error in passing.into_iter().chain(operators) {
        assert_eq!(came_of(error), Outcome::Retry { detail: error.to_owned(), after: None });
    }
}

#[test]
fn answers_of_webhooks_wait_if_a_new_webhook_would_mend_them() {
    let came_of = |status, text: &str| course(WEBHOOK, one(|_| ()), vec![PlainResponse::new(status, text)]).outcome;
    for (status, text) in [(404, "channel_not_found"), (410, "channel_is_archived"), (403, "unheard_of")] {
        assert_eq!(came_of(status, text), Outcome::Rejected(format!("{status}: {text}")));
    }
    for (status, text) in
        [(404, "no_service"), (403, "invalid_token"), (403, "action_prohibited"), (500, "rollup_error")]
    {
        assert_eq!(came_of(status, text), Outcome::Retry { detail: format!("{status}: {text}"), after: None });
    }
}

#[test]
fn limits_of_requests_are_respected_and_strange_answers_tried_again() {
    let busy = || PlainResponse { retry_after: Some(30), ..PlainResponse::new(429, "") };
    for json in [BOT, WEBHOOK] {
        let after = Some(Duration::from_secs(30));
        let outcome = course(json, one(|_| ()), vec![busy()]).outcome;
        assert_eq!(outcome, Outcome::Retry { detail: "429".to_owned(), after });
    }
    let page = course(BOT, one(|_| ()), vec![PlainResponse::new(200, "<html>Sign in</html>")]).outcome;
    assert!(matches!(&page, Outcome::Retry { detail, .. } if detail.contains("<html>")), "{page:?}");
    let moved = course(BOT, one(|_| ()), vec![PlainResponse::new(302, "")]).outcome;
    assert_eq!(moved, Outcome::Rejected("302".to_owned()));
}

#[test]
fn a_failure_of_the_network_is_tried_again() {
    let failure = Failure { kind: "connect".to_owned(), detail: "refused".to_owned() };
    let _network = HttpHost::answering([Err(failure)]);
    let outcome = Slack::send(&one(|_| ()).build(parameters(BOT)));
    assert_eq!(outcome, Outcome::Retry { detail: "connect: refused".to_owned(), after: None });
}

#[test]
fn the_manifest_asks_for_http_and_one_way_to_slack() {
    let manifest = described::<Slack>();
    assert_eq!(manifest["asks"], json!(["http"]));
    assert_eq!(manifest["parameters"]["oneOf"].as_array().map(Vec::len), Some(2));
    assert_eq!(manifest["parameters"]["properties"]["api"]["format"], "uri");
}
