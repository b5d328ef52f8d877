//! The HTML of a mail, read as a browser reads it: whatever is in labels and links stays text.

use std::sync::{Arc, Mutex, PoisonError};

use html5gum::{Token, Tokenizer};
use nudged::{
    model::{Notification, Outcome},
    net::{Mail, Mailer},
    plugin::{Channel, Ways},
};
use nudged_tests::{PluginsFolder, notification, plugin};
use proptest::{
    prelude::{ProptestConfig, prop},
    strategy::{Strategy, ValueTree},
    test_runner::TestRunner,
};

use super::texts::{HOSTILE, LINKS, texts};

/// The elements that the channel `email` writes.
const ELEMENTS: &[&str] =
    &["html", "head", "meta", "title", "style", "body", "div", "table", "tr", "td", "th", "h1", "h2", "p", "span", "a"];

/// Takes every mail.
#[derive(Default)]
struct Letterbox(Mutex<Option<Mail>>);

#[async_trait::async_trait]
impl Mailer for Letterbox {
    async fn send(&self, mail: &Mail) -> Outcome {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(mail.clone());
        Outcome::Delivered("250 taken".to_owned())
    }
}

async fn email() -> Arc<dyn Channel> {
    PluginsFolder::default().admit(&plugin("email")).await.expect("admitted").channel().expect("a channel")
}

/// The mail that the channel makes of it.
async fn mailed(email: &dyn Channel, notification: Notification) -> Mail {
    let letterbox = Arc::new(Letterbox::default());
    let ways = Ways { mailer: Some(letterbox.clone()), ..Ways::default() };
    email.send(Arc::new(notification), ways).await.expect("it is sent");
    let mail = letterbox.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    mail.expect("a mail")
}

/// A notification with this text wherever there is one, and this link.
fn saying(text: &str, link: &str) -> Notification {
    let mut notification = notification("pam@x.test");
    let reminder = &mut notification.reminders[0];
    (reminder.title, reminder.sentence) = (text.to_owned(), text.to_owned());
    (reminder.history, reminder.link) = (text.to_owned(), Some(link.to_owned()));
    reminder.facts = vec![(text.to_owned(), text.to_owned())];
    (notification.subject, notification.preamble) = (text.to_owned(), text.to_owned());
    notification.text = format!("{text}\n");
    notification
}

/// Reads the page, fails if it does more than show texts and lead to web pages, and hands the texts out.
fn shown(page: &str) -> String {
    let mut text = String::new();
    for token in Tokenizer::new(page) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => {
                let name = String::from_utf8_lossy(&tag.name).into_owned();
                assert!(ELEMENTS.contains(&name.as_str()), "<{name}> in {page}");
                for (key, value) in &tag.attributes {
                    let (key, value) = (String::from_utf8_lossy(key), String::from_utf8_lossy(value));
                    assert!(!key.starts_with("on") && !matches!(&*key, "src" | "srcset" | "action"), "{key} in {page}");
                    assert!(key != "href" || is_web_page(&value), "{value:?} in {page}");
                    assert!(!value.contains("url("), "{value:?} in {page}");
                }
            }
            Token::String(string) => text.push_str(&String::from_utf8_lossy(&string)),
            Token::Comment(_) => panic!("a comment in {page}"),
            Token::Error(error) => panic!("{error:?} in {page}"),
            Token::EndTag(_) | Token::Doctype(_) => {}
        }
    }
    text
}

/// As a browser takes it, which drops tabs and line breaks in an address and blanks before it.
fn is_web_page(link: &str) -> bool {
    url::Url::parse(link).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

/// Letters and digits of a text, which escaping and cleaning leave alone.
fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_alphanumeric()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_in_a_label_is_shown_and_not_obeyed() {
    let email = email().await;
    for text in HOSTILE {
        let mail = mailed(&*email, saying(text, "https://x.test/s1")).await;
        let shown = shown(mail.html.as_deref().expect("HTML"));
        let times = letters(&shown).matches(&letters(text)).count();
        // As title, heading, preamble, preview, headline, sentence, fact's name and value, and history.
        assert_eq!(times, 9, "{text:?}: {shown}");
        let hidden =
            |c: char| c.is_control() && c != '\n' || matches!(c, '\u{200b}' | '\u{202e}' | '\u{2066}' | '\u{e0041}');
        for part in [&mail.subject, &mail.text, &shown] {
            assert!(!part.contains(hidden), "{text:?}: {part:?}");
        }
        assert!(!mail.subject.contains('\n'), "{text:?}: {:?}", mail.subject);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_in_a_link_leads_to_the_web_or_nowhere() {
    let email = email().await;
    for link in LINKS {
        let mut notification = saying("Sales", link);
        let reminder = notification.reminders[0].clone();
        notification.reminders.extend(vec![reminder; 20]); // the later ones are brief
        shown(mailed(&*email, notification).await.html.as_deref().expect("HTML"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_text_at_all_leaves_its_place() {
    let email = email().await;
    let mut runner = TestRunner::new(ProptestConfig::default());
    let links = prop::sample::select(LINKS).prop_flat_map(|link| texts().prop_map(move |text| format!("{link}{text}")));
    for _ in 0..150 {
        let (text, link) = (texts(), &links).new_tree(&mut runner).expect("a value").current();
        let mail = mailed(&*email, saying(&text, &link)).await;
        shown(mail.html.as_deref().expect("HTML"));
    }
}
