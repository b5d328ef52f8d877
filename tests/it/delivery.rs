//! Notices through the component `email` into a real SMTP server.

use std::{fs, path::Path, time::Duration};

use mailparse::{MailHeaderMap, ParsedMail, parse_mail};
use nudged::{
    config::MailTransport,
    model::{Notification, Reminder},
};
use nudged_tests::{Database, Office, Plan, at, notice, smtp, smtp_address, smtp_folder};

/// The address of the sink, as a transport.
fn sink() -> MailTransport {
    smtp(&format!("smtp://{}", smtp_address()))
}

async fn office(database: &Database) -> Office {
    Plan::email(sink()).open(&database.url(), at("2026-05-04T09:00:00Z")).await
}

/// The mails that the sink took for a recipient: its envelope's lines, and the mail as it went over the wire.
fn mails_to(recipient: &str) -> Vec<String> {
    let folder = smtp_folder();
    let files = fs::read_dir(Path::new(&folder)).expect("the sink's folder");
    let texts = files.map(|file| fs::read(file.expect("an entry").path()).expect("a mail"));
    let texts = texts.map(|bytes| String::from_utf8(bytes).expect("ASCII"));
    texts.filter(|text| text.contains(&format!("X-Rcpt-Args: <{recipient}>"))).collect()
}

fn only_mail_to(recipient: &str) -> String {
    let mut mails = mails_to(recipient);
    assert_eq!(mails.len(), 1, "{mails:?}");
    mails.remove(0)
}

fn field(mail: &ParsedMail<'_>, name: &str) -> String {
    let values = mail.headers.get_all_values(name);
    assert_eq!(values.len(), 1, "{name}: {values:?}");
    values.into_iter().next().unwrap_or_default()
}

/// The text and the HTML of a mail, decoded; both have to be quoted-printable.
fn bodies(mail: &ParsedMail<'_>) -> (String, String) {
    assert_eq!(mail.ctype.mimetype, "multipart/alternative");
    let kinds: Vec<_> = mail.subparts.iter().map(|part| part.ctype.mimetype.as_str()).collect();
    assert_eq!(kinds, ["text/plain", "text/html"]);
    let body = |part: &ParsedMail<'_>| {
        assert_eq!(field(part, "Content-Transfer-Encoding"), "quoted-printable");
        part.get_body().expect("a body").replace("\r\n", "\n")
    };
    (body(&mail.subparts[0]), body(&mail.subparts[1]))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_becomes_a_mail_with_text_and_html() {
    let database = Database::fresh_sqlite();
    let office = office(&database).await;
    let subject = "[ACTION REQUIRED] Übersicht „Verträge“ — eine Freigabe wartet auf eine Entscheidung von Ihnen";
    let text =
        "Café ☕ waits.\n\n.hidden\n= equals, and a line longer than seventy-six characters, which has to be folded\n";
    let sent = Notification { subject: subject.into(), text: text.into(), ..notice("whole@x.test") };
    let id = sent.id.clone();
    office.put([sent]).await;

    let delivery = office.deliver_one().await;

    assert_eq!(delivery.outcome, "delivered", "{delivery:?}");
    assert!(delivery.detail.starts_with("250 "), "the relay's answer is kept: {delivery:?}");
    let raw = only_mail_to("whole@x.test");
    assert!(raw.contains("X-Mail-Args: <nudged@nudged.test>"), "{raw}");
    let mail = parse_mail(raw.as_bytes()).expect("a mail");
    assert_eq!(field(&mail, "From"), "nudged <nudged@nudged.test>");
    assert_eq!(field(&mail, "To"), "whole@x.test");
    assert_eq!(field(&mail, "Subject"), subject);
    assert!(raw.contains("Subject: ") && !raw.contains("Verträge"), "non-ASCII words are encoded (RFC 2047)");
    assert_eq!(field(&mail, "Message-ID"), format!("<{id}@nudged.test>"));
    assert_eq!(field(&mail, "Auto-Submitted"), "auto-generated");
    assert_eq!(field(&mail, "MIME-Version"), "1.0");
    mailparse::dateparse(&field(&mail, "Date")).expect("a date");
    let (plain, html) = bodies(&mail);
    assert_eq!(plain.trim_end(), text.trim_end());
    for part in ["rita@x.test asks for access to Sales.", "href=\"https://dataall.x.test/shares/s1\"", "Dataset"] {
        assert!(html.contains(part), "{part} is missing in {html}");
    }
}

const HOSTILE: [&str; 7] = [
    "<script>alert(1)</script>",
    "a\r\nBcc: eve@x.test",
    "a\rBcc: eve@x.test\rb",
    "a\nRCPT TO:<eve@x.test>\nb",
    "nul\0nul",
    "a\r\n.\r\nMAIL FROM:<eve@x.test>\r\nRCPT TO:<eve@x.test>\r\nDATA\r\nhello\r\n.\r\n",
    "\" onmouseover=\"alert(1)\" x='</a>&lt;\u{202e}\u{85}\u{2028}",
];

/// A notice in which every text is this one.
fn filled_with(hostile: &str, recipient: &str) -> Notification {
    let text = || hostile.to_owned();
    let reminder = Reminder {
        title: text(),
        sentence: text(),
        facts: vec![(text(), text())],
        link: Some(format!("https://x.test/{hostile}")),
        history: text(),
        ..notice(recipient).reminders.remove(0)
    };
    Notification { subject: text(), preamble: text(), text: text(), reminders: vec![reminder], ..notice(recipient) }
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_texts_make_one_mail_to_one_recipient_and_nothing_else() {
    let database = Database::fresh_sqlite();
    let office = office(&database).await;
    let recipient = |n: usize| format!("hostile{n}@x.test");
    office.put(HOSTILE.iter().enumerate().map(|(n, text)| filled_with(text, &recipient(n)))).await;

    let deliveries = office.deliver().await;

    assert!(deliveries.iter().all(|delivery| delivery.outcome == "delivered"), "{deliveries:?}");
    assert_eq!(deliveries.len(), HOSTILE.len());
    for (n, hostile) in HOSTILE.iter().enumerate() {
        let raw = only_mail_to(&recipient(n));
        assert_eq!(raw.matches("X-Rcpt-Args:").count(), 1, "{hostile:?}: {raw}");
        let strange = raw.chars().find(|c| !c.is_ascii() || (c.is_control() && !"\r\n\t".contains(*c)));
        assert_eq!(strange, None, "{hostile:?}: {raw:?}");
        assert!(!raw.replace("\r\n", "\n").contains('\r'), "{hostile:?} brings a bare CR: {raw:?}");
        let mail = parse_mail(raw.as_bytes()).expect("a mail");
        assert_eq!(field(&mail, "To"), recipient(n), "{hostile:?}");
        assert_eq!(mail.headers.get_first_value("Bcc"), None, "{hostile:?}");
        assert!(!field(&mail, "Subject").contains(char::is_control), "{hostile:?}");
        let (_, html) = bodies(&mail);
        for harm in ["<script", " onmouseover=\"", "x='</a>", "\r", "\0"] {
            assert!(!html.contains(harm), "{hostile:?}: {harm:?} in {html}");
        }
    }
    assert_eq!(mails_to("eve@x.test"), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retried_mail_has_the_same_message_id_and_counts_its_attempts() {
    let database = Database::fresh_sqlite();
    let relay = nudged_tests::Relay::start().await;
    let office = Plan::email(smtp(&relay.url())).open(&database.url(), at("2026-05-04T09:00:00Z")).await;
    office.put([notice("pam@x.test")]).await;

    relay.on(nudged_tests::Stage::Dot, nudged_tests::Act::HangUp); // the mail is taken, but nudged cannot know
    let first = office.deliver_one().await;
    assert_eq!((first.outcome, first.attempts), ("retry", 1), "{first:?}");
    assert_eq!(office.deliver().await, [], "a retry waits for its time");
    relay.release();
    office.clock.advance(chrono::TimeDelta::from_std(Duration::from_secs(60)).expect("a minute"));
    let second = office.deliver_one().await;

    assert_eq!((second.outcome, second.attempts), ("delivered", 2), "{second:?}");
    let ids: Vec<_> = relay.taken().iter().map(|taken| taken.field("Message-ID")).collect();
    assert_eq!(ids, [format!("<{}@nudged.test>", notice("pam@x.test").id), ids[0].clone()]);
    assert_eq!(database.number("SELECT COUNT(*) FROM attempt").await, 2);
}
