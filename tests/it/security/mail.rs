//! Mails as they leave: one mail, one recipient, no header field that nobody meant, whatever is in texts and ids.

use mailparse::{MailHeaderMap, parse_mail};
use nudged::{
    config::{MailConfig, MailTransport},
    model::{NotificationId, Outcome},
    net::{LettreMailer, Mail, Mailer},
};
use nudged_tests::{Relay, smtp};
use proptest::{
    prelude::ProptestConfig,
    strategy::{Strategy, ValueTree},
    test_runner::TestRunner,
};
use tempfile::TempDir;

use super::texts::{HOSTILE, texts};

const FIELDS: &[&str] = &["Message-ID", "From", "To", "Subject", "MIME-Version", "Date", "Content-Type"];

fn mailer(transport: MailTransport) -> LettreMailer {
    let from = "nudged@nudged.test".to_owned();
    LettreMailer::new(&MailConfig { from, transport, ca_file: None }).expect("a mailer")
}

fn saying(text: &str) -> Mail {
    Mail {
        id: NotificationId::from_stored("n1".to_owned()),
        to: "pam@x.test".to_owned(),
        subject: text.to_owned(),
        text: text.to_owned(),
        html: Some(format!("<p>{text}</p>")),
        headers: Vec::new(),
        threads: Vec::new(),
    }
}

/// Sends it, and reads what arrived.
async fn arrives(text: &str) {
    let relay = Relay::start().await;
    let outcome = mailer(smtp(&relay.url())).send(&saying(text)).await;
    assert!(matches!(outcome, Outcome::Delivered(_)), "{text:?}: {outcome:?}");
    let [taken] = relay.taken().try_into().expect("one mail");
    assert_eq!(taken.to, ["pam@x.test"], "{text:?}");
    let mail = parse_mail(&taken.mail).expect("a mail");
    for header in mail.get_headers() {
        let name = header.get_key();
        assert!(FIELDS.iter().any(|known| name.eq_ignore_ascii_case(known)), "{text:?}: {name}");
        assert_eq!(mail.headers.get_all_values(&name).len(), 1, "{text:?}: {name}");
        assert!(!header.get_value().contains(|c: char| c.is_control()), "{text:?}: {:?}", header.get_value());
    }
    assert_eq!(mail.subparts.len(), 2, "{text:?}");
    let plain = mail.subparts[0].get_body().expect("a body");
    let lines = |text: &str| text.replace("\r\n", "\n").replace('\r', "\n");
    assert_eq!(lines(&plain).trim_end(), lines(text).trim_end(), "the text is the text");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_text_becomes_a_header_field_or_a_command() {
    for text in HOSTILE {
        arrives(text).await;
    }
    arrives(&"long\r\nBcc: eve@evil.test ".repeat(400)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_text_at_all_becomes_one() {
    let mut runner = TestRunner::new(ProptestConfig::default());
    for _ in 0..100 {
        arrives(&texts().new_tree(&mut runner).expect("a value").current()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_one_address_or_none() {
    let relay = Relay::start().await;
    for address in [
        "a\r\nRCPT TO:<eve@evil.test>@x.test",
        "\"a\r\nRCPT TO:<eve@evil.test>\"@x.test",
        "pam@x.test>\r\nRCPT TO:<eve@evil.test",
        "pam@x.test\r\nBcc: eve@evil.test",
        "pam@x.test, eve@evil.test",
        "pam@x.test eve@evil.test",
        "<pam@x.test>",
        "Eve <eve@evil.test>",
        "pam@x.test\0",
        "pam@x.te\nst",
        "@evil.test:pam@x.test",
        "pam@",
        "",
    ] {
        let mail = Mail { to: address.to_owned(), ..saying("Sales") };
        let outcome = mailer(smtp(&relay.url())).send(&mail).await;
        assert!(matches!(outcome, Outcome::Rejected(_)), "{address:?}: {outcome:?}");
    }
    assert!(relay.taken().is_empty() && !relay.heard("MAIL"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_that_is_none_names_no_mail_and_no_file() {
    let folder = TempDir::new().expect("a folder");
    let mailer = mailer(MailTransport::Maildir(folder.path().join("mail")));
    let odd = ["../../escaped", "a/b", "a\r\nBcc: eve@evil.test", "a>b", "", "a b", &"a".repeat(65)];
    for id in odd {
        let id = NotificationId::from_stored(id.to_owned());
        let outcome = mailer.send(&Mail { id: id.clone(), ..saying("Sales") }).await;
        assert_eq!(outcome, Outcome::Rejected("the notification's id is none of nudged's".to_owned()), "{id}");
    }
    assert!(!folder.path().join("mail").exists(), "nothing was written");
    let threads = odd.map(|id| NotificationId::from_stored(id.to_owned())).to_vec();
    mailer.send(&Mail { threads, ..saying("Sales") }).await;
    let mail = std::fs::read_to_string(folder.path().join("mail/new/n1.nudged")).expect("a mail");
    assert!(!mail.contains("References") && !mail.contains("evil"), "{mail}");
}
