//! The operator's templates, as `nudged check` sees them.

use std::fs;

use nudged_tests::Home;
use serde_json::json;

/// A home whose channel `email` has these templates.
async fn with_templates(files: &[(&str, &str)]) -> Home {
    let mut home = Home::new("smtp://127.0.0.1:9").await;
    home.configure(|config| {
        config["channels"]["email"]["templates"] = json!("words");
        config["channels"]["email"]["unsubscribe"] = json!("https://x.test/stop?who={recipient}");
    });
    fs::create_dir(home.path("words")).expect("a folder");
    for (name, source) in files {
        fs::write(home.path("words").join(name), source).expect("a template");
    }
    home
}

fn assert_line(stdout: &str, begin: &str, part: &str) {
    let fits = |line: &str| line.starts_with(begin) && line.contains(part);
    assert!(stdout.lines().any(fits), "{begin:?} … {part:?} is missing in {stdout}");
}

#[tokio::test]
async fn a_check_names_the_parts_that_are_worded() {
    let home = with_templates(&[
        ("subject.txt", "{{ notification.subject }}!"),
        ("text.txt", "{{ notification.text }}{% include '_foot.txt' %}"),
        ("_foot.txt", "{% if unsubscribe %}No more: {{ unsubscribe }}{% endif %}"),
    ]);
    let checked = home.await.well(&["check"]).await;
    assert_line(&checked, "ok    channels.email.templates: ", "word: subject, text");
}

#[tokio::test]
async fn a_check_names_every_template_that_fails_with_its_line() {
    let home = with_templates(&[
        ("subject.txt", "{{ notification.subjekt }}"),
        ("text.txt", "Hello,\n{% if %}"),
        ("html.html", "<p>{{ notification.preamble }}</p>"),
    ]);
    let done = home.await.nudged(&["check"]).await;
    assert_eq!(done.code, Some(1), "{done:?}");
    assert_line(&done.stdout, "FAULT channels.email.templates: ", "words/text.txt:2: syntax error");
    assert_line(&done.stdout, "FAULT channels.email.templates: subject.txt:1: ", "undefined value");
    assert!(!done.stdout.contains("html.html"), "{done:?}");
}
