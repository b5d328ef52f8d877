//! What people get, and what hostile texts cannot do.

use std::{fs, path::PathBuf};

use nudged_sdk::{
    Severity,
    testing::{MailHost, NotificationBuilder, PlainReminder, at, described},
};

use super::*;

fn sent(notification: NotificationBuilder) -> mail::Message {
    let relay = MailHost::answering(Outcome::Delivered("250 ok".to_owned()));
    assert_eq!(Email::send(&notification.build(NoParameters)), Outcome::Delivered("250 ok".to_owned()));
    relay.sent().pop().expect("one message")
}

fn html(notification: NotificationBuilder) -> String {
    sent(notification).html.expect("an HTML alternative")
}

fn one(change: impl FnOnce(&mut PlainReminder)) -> NotificationBuilder {
    let mut reminder = PlainReminder::default();
    change(&mut reminder);
    NotificationBuilder::new().reminder(reminder)
}

fn fact(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

fn waiting(owner: &str, dataset: &str, days: u32) -> PlainReminder {
    let sentence =
        format!("{owner} asks for access to {dataset} for the team analysts and has waited {days} days for an answer.");
    PlainReminder {
        title: format!("{dataset}: share request is waiting"),
        sentence,
        facts: vec![
            fact("Requester", owner),
            fact("Team", "analysts"),
            fact("Principal", "arn:aws:iam::123456789012:role/analytics-notebooks-production-read-only"),
            fact("Purpose", "Quarterly forecast: we compare orders with last year's and need the customers' regions."),
            fact("Requested items", "orders, order_lines, customers, regions, returns and 3 more"),
            fact("Waiting since", "12 May 2026, 08:30 UTC"),
        ],
        link: Some("https://dataall.example.com/console/shares/s1?tab=items&from=mail".to_owned()),
        ..PlainReminder::default()
    }
}

fn digest() -> NotificationBuilder {
    let third = PlainReminder {
        severity: Severity::Critical,
        ordinal: 3,
        first_sent: Some(at("2026-05-12T09:00:00Z")),
        history: "reminder 3, first sent on 12 May 2026".to_owned(),
        ..waiting("rita@example.com", "Sales Europe", 34)
    };
    let information =
        PlainReminder { severity: Severity::Info, link: None, ..waiting("sam@example.com", "مبيعات", 2) };
    NotificationBuilder::new()
        .reminder(third)
        .reminder(waiting("tom@example.com", "Weather & Climate <raw>", 9))
        .reminder(information)
        .with(|message| {
            message.subject = "3 share requests are waiting for your answer".to_owned();
            message.preamble =
                "You get this because you are in sales-admins, which approves shares of these datasets.".to_owned();
        })
}

#[test]
fn a_digest_looks_like_the_sample() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("samples/digest.html");
    let place = Some("https://example.com/reminders/stop?who=pam%40x%2Etest".to_owned());
    let page = html(digest().with(|message| message.unsubscribe = place)) + "\n";
    if std::env::var_os("NUDGED_BLESS").is_some() {
        fs::write(&path, &page).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == page, "{} differs; look at it after a run with NUDGED_BLESS=1", path.display());
}

#[test]
fn the_manifest_asks_for_mail_and_nothing_else() {
    let manifest = described::<Email>();
    assert_eq!((&manifest["name"], &manifest["kind"]), (&"email".into(), &"channel".into()));
    assert_eq!(manifest["asks"].as_array().map(Vec::len), Some(1));
    assert_eq!(manifest["asks"][0], "mail");
}

#[test]
fn the_answer_of_the_relay_is_the_outcome() {
    for outcome in [
        Outcome::Rejected("550 no such user".to_owned()),
        Outcome::Retry { detail: "451 later".to_owned(), after: None },
    ] {
        let _relay = MailHost::answering(outcome.clone());
        assert_eq!(Email::send(&digest().build(NoParameters)), outcome);
    }
}

#[test]
fn both_alternatives_say_the_same_and_robots_are_told_not_to_answer() {
    let message = sent(one(|_| ()).with(|message| message.text = "Sales\n\nrita asks.\n".to_owned()));
    assert_eq!(message.text, "Sales\n\nrita asks.\n");
    assert_eq!(message.headers, [("Auto-Submitted".to_owned(), "auto-generated".to_owned())]);
    let page = message.html.unwrap();
    for part in ["pam@x.test", "You get this because", "rita@x.test asks for access to Sales.", "Warning", ">Open</a>"]
    {
        assert!(page.contains(part), "{part} is missing in {page}");
    }
}

#[test]
fn markup_in_texts_is_shown_and_never_obeyed() {
    let hostile = r#"<script>alert(1)</script><img src=x onerror=alert(1)>" onload="alert(1) & 'x'"#;
    let page = html(
        one(|reminder| {
            reminder.title = hostile.to_owned();
            reminder.sentence = hostile.to_owned();
            reminder.history = hostile.to_owned();
            reminder.facts = vec![fact(hostile, hostile)];
            reminder.link = Some(format!("https://x.test/{}", hostile.replace(' ', "")));
        })
        .with(|message| {
            message.subject = hostile.to_owned();
            message.preamble = hostile.to_owned();
            message.address = hostile.to_owned();
        }),
    );
    assert!(!page.contains("<script") && !page.contains("<img"), "{page}");
    assert!(!page.contains("\" onload=\"") && !page.contains("\"onload=\""), "{page}");
    assert_eq!(page.matches("&lt;script&gt;").count(), 11, "every text of a reminder and its message is there: {page}");
}

#[test]
fn links_that_do_not_lead_to_the_web_are_only_text() {
    let schemes = [
        "javascript:alert(1)",
        " https://x.test",
        "data:text/html,x",
        "https:x",
        "http://",
        "//x.test",
        "https://x.test/\ny",
        "https://x\u{202e}tset",
    ];
    for link in schemes {
        let page = html(one(|reminder| reminder.link = Some(link.to_owned())));
        assert!(!page.contains("href="), "{link} became a link");
    }
    for link in ["https://x.test/a?b=1&c=2", "HTTP://x.test"] {
        let page = html(one(|reminder| reminder.link = Some(link.to_owned())));
        assert!(page.contains(&format!("href=\"{}\"", link.replace('&', "&amp;"))), "{link} did not");
    }
    let page = html(one(|reminder| reminder.link = Some("javascript:alert(1)".to_owned())));
    assert!(page.contains("javascript:alert(1)</p>"), "the text is still shown");
}

#[test]
fn line_breaks_and_control_characters_stay_out_of_subject_and_page() {
    let text = "Sales\r\nBcc: all@x.test\u{0}\u{1b}[31m\u{85}\u{2028}end";
    let message = sent(one(|reminder| reminder.title = text.to_owned()).with(|message| {
        message.subject = text.to_owned();
        message.text = "one\r\ntwo\u{1b}\u{0}\n".to_owned();
    }));
    assert_eq!(message.subject, "Sales Bcc: all@x.test [31m end");
    assert_eq!(message.text, "one\ntwo\n");
    assert!(!message.html.unwrap().chars().any(|c| c.is_control()), "not even in the page");
}

#[test]
fn text_cannot_be_reordered_or_hidden() {
    let message = sent(
        one(|reminder| {
            reminder.sentence = "annual\u{202e}fdp.exe\u{202c}\u{200b}\u{feff} \u{2066}x\u{2069}".to_owned();
        })
        .with(|message| {
            message.subject = "a\u{200f}b\u{61c}c".to_owned();
            message.text = "x\u{202e}y\n".to_owned();
        }),
    );
    assert_eq!((message.subject.as_str(), message.text.as_str()), ("abc", "xy\n"));
    assert!(message.html.unwrap().contains(">annualfdp.exe x<"));
}

#[test]
fn endless_labels_are_cut() {
    let long = "x".repeat(10_000);
    let page = html(one(|reminder| {
        reminder.title = long.clone();
        reminder.sentence = long.clone();
    }));
    assert!(page.len() < 12_000, "{} bytes", page.len());
    assert!(page.contains(&format!("{}…<", "x".repeat(HEADLINE))));
}

#[test]
fn a_huge_digest_names_everything_and_stays_below_what_clients_cut_off() {
    let template =
        |number| PlainReminder { title: format!("Dataset {number}."), ..waiting("rita@example.com", "Sales", 9) };
    let many = (0..120).fold(NotificationBuilder::new(), |message, number| message.reminder(template(number)));
    let page = html(many);
    assert!((0..120).all(|number| page.contains(&format!("Dataset {number}."))));
    assert!(page.contains("105 more:"));
    assert!(page.len() < 100_000, "{} bytes", page.len());
}

#[test]
fn severity_is_said_in_words_and_not_by_colour_alone() {
    for (severity, word) in
        [(Severity::Info, "Reminder"), (Severity::Warning, "Warning"), (Severity::Critical, "Urgent")]
    {
        assert!(html(one(|reminder| reminder.severity = severity)).contains(&format!(">{word}</span>")));
    }
}

#[test]
fn what_is_not_shown_is_counted() {
    let rendered = |more| html(digest().with(|notification| notification.more = more));
    assert!(rendered(12).contains("… and 12 more, less urgent than these."));
    assert!(!rendered(0).contains("less urgent"));
}

#[test]
fn each_part_that_the_operator_words_takes_the_place_of_the_plugins_own() {
    let plain = sent(digest());
    let subject = sent(digest().wording("subject", "Please answer: Sales\n"));
    assert_eq!(subject.subject, "Please answer: Sales");
    assert_eq!(subject.text, plain.text);
    let text = sent(digest().wording("text", "Sales waits.\u{1b}\n\nAnswer it.\n\n"));
    assert_eq!((text.text.as_str(), &text.html), ("Sales waits.\n\nAnswer it.\n", &plain.html));
    let html = sent(digest().wording("html", "<p>Sales waits.</p>"));
    assert_eq!((html.html.as_deref(), html.subject), (Some("<p>Sales waits.</p>"), plain.subject));
}

#[test]
fn a_wording_that_says_nothing_or_breaks_the_subject_is_passed_over() {
    let plain = sent(digest());
    for part in ["subject", "text", "html"] {
        assert_eq!(sent(digest().wording(part, " \n\t")), plain, "{part}");
    }
    assert_eq!(sent(digest().wording("subject", "Sales\nBcc: eve@x.test")), plain);
}

#[test]
fn who_may_refuse_is_told_how_in_the_header_the_page_and_the_text() {
    let with = |place: &str| {
        let place = Some(place.to_owned());
        sent(digest().with(|notification| notification.unsubscribe = place))
    };
    let message = with("https://x.test/stop?who=pam&why=nudged");
    let field = ("List-Unsubscribe".to_owned(), "<https://x.test/stop?who=pam&why=nudged>".to_owned());
    assert!(message.headers.contains(&field), "{:?}", message.headers);
    assert!(message.text.ends_with("no more reminders like these: https://x.test/stop?who=pam&why=nudged\n"));
    assert!(message.html.is_some_and(|page| page.contains("href=\"https://x.test/stop?who=pam&amp;why=nudged\"")));
    assert_eq!(with("https://x.test/\r\nBcc: eve@x.test"), sent(digest()), "not where it could break the header");
}
