//! What Slack is told: whatever is in labels and links is a text to it, and mentions nobody.

use std::sync::{Arc, Mutex, PoisonError};

use nudged::{
    config::Grant,
    model::Notification,
    net::{HttpError, HttpRequest, HttpResponse, HttpSender},
    plugin::{Channel, Grants, Ways},
};
use nudged_tests::{PluginsFolder, notification, plugin};
use proptest::{
    prelude::{ProptestConfig, prop},
    strategy::{Strategy, ValueTree},
    test_runner::TestRunner,
};
use serde_json::{Value, json};

use super::texts::{HOSTILE, LINKS, texts};

/// Takes every request.
#[derive(Default)]
struct Slack(Mutex<Option<HttpRequest>>);

#[async_trait::async_trait]
impl HttpSender for Slack {
    async fn send(&self, request: &HttpRequest) -> Result<HttpResponse, HttpError> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(request.clone());
        Ok(HttpResponse { status: 200, headers: Vec::new(), retry_after: None, body: b"ok".to_vec() })
    }
}

async fn channel() -> Arc<dyn Channel> {
    PluginsFolder::default().admit(&plugin("slack")).await.expect("admitted").channel().expect("a channel")
}

async fn posted(channel: &dyn Channel, notification: Notification) -> Value {
    let slack = Arc::new(Slack::default());
    let parameters = json!({ "webhook": "hook" });
    let grant = Grant { http: vec!["hooks.slack.com".parse().expect("a host")], ..Grant::default() };
    let grants = Grants::new(&grant);
    let ways = Ways { http: Some(slack.clone()), parameters, grants, ..Ways::default() };
    channel.send(Arc::new(notification), ways).await.expect("it is sent");
    let request = slack.0.lock().unwrap_or_else(PoisonError::into_inner).take().expect("a request");
    serde_json::from_slice(&request.body).expect("JSON")
}

fn saying(text: &str, link: &str) -> Notification {
    let mut notification = notification("#sales");
    let reminder = &mut notification.reminders[0];
    (reminder.title, reminder.sentence) = (text.to_owned(), text.to_owned());
    (reminder.history, reminder.link) = (text.to_owned(), Some(link.to_owned()));
    reminder.facts = vec![(text.to_owned(), text.to_owned())];
    (notification.subject, notification.preamble) = (text.to_owned(), text.to_owned());
    notification
}

/// Fails if a text of the message means more than itself to Slack; hands out all of them, as people see them.
fn seen(value: &Value) -> String {
    match value {
        Value::Object(object) => {
            assert!(object.get("type") != Some(&json!("mrkdwn")) || object["verbatim"] == json!(true), "{value}");
            object.iter().map(|(key, value)| if key == "url" { address(value) } else { seen(value) }).collect()
        }
        Value::Array(values) => values.iter().map(seen).collect(),
        Value::String(text) => read(text),
        _ => String::new(),
    }
}

fn address(url: &Value) -> String {
    let url = url.as_str().expect("a text");
    assert!(url.starts_with("http://") || url.starts_with("https://"), "{url}");
    String::new()
}

/// A text as Slack reads it: in `<…>` only links to pages, no entity but the three that it knows.
fn read(text: &str) -> String {
    let mut seen = String::new();
    let mut rest = text;
    while let Some((before, tail)) = rest.split_once('<') {
        let (inside, after) = tail.split_once('>').unwrap_or_else(|| panic!("an open bracket in {text:?}"));
        let (link, words) = inside.split_once('|').unwrap_or_else(|| panic!("no link in {text:?}"));
        assert!(url::Url::parse(link).is_ok_and(|url| matches!(url.scheme(), "http" | "https")), "{text:?}");
        assert!(!words.contains('<') && !words.contains('\n'), "{text:?}");
        seen += &format!("{before}{words}");
        rest = after;
    }
    seen += rest;
    for (at, _) in seen.match_indices('&') {
        assert!(["&amp;", "&lt;", "&gt;"].iter().any(|known| seen[at..].starts_with(known)), "{text:?}");
    }
    assert!(!seen.contains(|c: char| c.is_control() && c != '\n'), "{text:?}");
    seen.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_alphanumeric()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_mentioned_and_no_link_lies() {
    let channel = channel().await;
    for text in HOSTILE {
        let message = posted(&*channel, saying(text, "https://x.test/s1")).await;
        let shown = seen(&message);
        // As summary, headline, preamble, title, sentence, fact's name and value, and history.
        assert_eq!(letters(&shown).matches(&letters(text)).count(), 8, "{text:?}: {message}");
    }
    for link in LINKS {
        seen(&posted(&*channel, saying("Sales", link)).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_text_at_all_is_obeyed() {
    let channel = channel().await;
    let mut runner = TestRunner::new(ProptestConfig::default());
    let links = prop::sample::select(LINKS).prop_flat_map(|link| texts().prop_map(move |text| format!("{link}{text}")));
    for _ in 0..150 {
        let (text, link) = (texts(), &links).new_tree(&mut runner).expect("a value").current();
        seen(&posted(&*channel, saying(&text, &link)).await);
    }
}
