//! What templates make of notifications, and what they cannot do.

use std::fs;

use super::*;

/// A folder with these files, opened.
fn opened(files: &[(&str, &str)]) -> (Templates, Vec<String>) {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, source) in files {
        fs::write(folder.path().join(name), source).expect("a file");
    }
    let (templates, problems) = Templates::open(folder.path());
    let prefix = format!("{}/", folder.path().display());
    (templates, problems.iter().map(|problem| problem.to_string().replace(&prefix, "")).collect())
}

fn worded(file: &str, source: &str, notification: &Notification) -> Result<String, String> {
    let (templates, problems) = opened(&[(file, source)]);
    assert_eq!(problems, [""; 0]);
    let part = part(file).expect("a part");
    templates.word(part, notification).expect("a template for it")
}

fn made(source: &str) -> Result<String, String> {
    worded("text.txt", source, &sample::notification())
}

#[test]
fn a_template_sees_the_fields_of_the_webhooks_json() {
    let source = "{{ notification.subject }} ({{ notification.more }} more, {{ notification.decided }})
{% for reminder in notification.reminders %}
{{ reminder.ordinal }}. {{ reminder.title }} [{{ reminder.severity }}, {{ reminder.notice }}]
{% for fact in reminder.facts %}
   {{ fact.name }}: {{ fact.value }}
{% endfor %}
{% if reminder.link %}
   {{ reminder.link }}
{% endif %}
{% endfor %}";
    let expected = "2 share requests are waiting for your answer (1 more, 1970-01-01T00:00:00Z)
3. Sales: share request is waiting [critical, reminder]
   Requester: rita@example.com
   https://dataall.example.com/console/shares/s1
1. Weather: share request is waiting [info, reminder]
";
    assert_eq!(made(source).as_deref(), Ok(expected));
}

#[test]
fn instants_are_written_on_the_clocks_of_a_zone() {
    let source = "{{ '2026-05-12T22:30:00Z'|date }}; {{ '2026-05-12T22:30:00Z'|date('Europe/Berlin') }}; \
                  {{ '2026-05-12T22:30:00Z'|datetime('Europe/Berlin') }}; {{ '2026-05-12T22:30:00Z'|datetime }};{{ none|date }}";
    let expected = "12 May 2026; 13 May 2026; 13 May 2026, 00:30 CEST; 12 May 2026, 22:30 UTC;";
    assert_eq!(made(source).as_deref(), Ok(expected));
    for wrong in ["{{ 'soon'|date }}", "{{ '2026-05-12T22:30:00Z'|date('Mars') }}", "{{ 5|date }}"] {
        assert!(made(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_part_without_a_template_is_not_worded() {
    let (templates, problems) = opened(&[
        ("subject.txt", "Hello"),
        ("_foot.txt", ""),
        (".swp", "{{"),
        ("notes~", "{{"),
        ("README.md", "{% if"),
    ]);
    assert_eq!((templates.parts(), problems), (BTreeSet::from(["subject"]), Vec::new()));
    assert_eq!(templates.word("text", &sample::notification()), None);
    assert_eq!(templates.word("_foot", &sample::notification()), None);
    assert_eq!(templates.word("subject", &sample::notification()), Some(Ok("Hello".to_owned())));
}

#[test]
fn a_broken_template_is_named_with_its_line_and_does_not_stop_the_others() {
    let (templates, problems) = opened(&[
        ("html.html", "<p>\n{% if %}\n"),
        ("subject.txt", "Hello"),
        ("text.txt", "{{ notification.subject }"),
    ]);
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(problems[0].starts_with("html.html:2: syntax error: "), "{problems:?}");
    assert!(problems[1].starts_with("text.txt:1: syntax error: "), "{problems:?}");
    assert_eq!(templates.word("subject", &sample::notification()), Some(Ok("Hello".to_owned())));
    assert!(matches!(templates.word("html", &sample::notification()), Some(Err(why)) if why.contains("html.html:2: ")));
    assert_eq!(templates.rehearse(), [""; 0], "what is listed already is not listed again");
}

#[test]
fn two_files_for_one_part_are_a_problem() {
    let (_, problems) = opened(&[("text.md", "a"), ("text.txt", "b")]);
    assert_eq!(problems, ["text.txt: words the part `text`, as text.md does; keep one"]);
}

#[test]
fn a_folder_that_is_not_there_is_a_problem() {
    let (templates, problems) = Templates::open(Path::new("/nowhere/at/all"));
    assert!(templates.parts().is_empty());
    assert!(matches!(&problems[..], [one] if one.to_string().starts_with("/nowhere/at/all: cannot be read: ")));
}

#[test]
fn a_rehearsal_finds_what_only_shows_when_a_template_runs() {
    let (templates, problems) = opened(&[
        ("subject.txt", "{{ notification.subjekt }}"),
        ("text.txt", "\n{{ notification.reminders[1].deadline|datetime }}"),
        ("html.html", "{% include '_gone.html' %}"),
    ]);
    assert_eq!(problems, [""; 0]);
    let found = templates.rehearse();
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].starts_with("html.html:1: "), "{found:?}");
    assert!(found[1].starts_with("subject.txt:1: undefined value"), "{found:?}");
}

#[test]
fn a_loop_without_an_end_runs_out_of_fuel() {
    let endless = "{% for a in range(100000) %}{% for b in range(100000) %}{{ a * b }}{% endfor %}{% endfor %}";
    let why = made(&endless.replace("{{ a * b }}", "{% set c = a * b %}")).expect_err("no end");
    assert!(why.contains("takes more than 200000 steps"), "{why}");
    let call_itself = "{% macro again() %}{{ again() }}{% endmacro %}{{ again() }}";
    assert!(made(call_itself).is_err());
}

#[test]
fn an_output_without_an_end_is_cut_off() {
    let endless = "{% for a in range(20000) %}{{ 'x' * 1000 }}{% endfor %}";
    assert_eq!(made(endless), Err("text.txt: writes more than 1048576 bytes".to_owned()));
}

#[test]
fn nothing_outside_the_folder_can_be_included() {
    for file in ["/etc/passwd", "../../../../../../etc/passwd", "etc/passwd"] {
        for tag in ["include", "extends", "import"] {
            let rest = if tag == "import" { " as it" } else { "" };
            let why = made(&format!("{{% {tag} \"{file}\"{rest} %}}")).expect_err("not there");
            assert!(why.contains("template not found"), "{why}");
        }
    }
}

#[test]
fn files_of_the_folder_include_and_extend_each_other() {
    let (templates, problems) = opened(&[
        ("_page.html", "<body>{% block body %}{% endblock %}</body>"),
        ("_foot.html", "<i>{{ notification.recipient }}</i>"),
        ("html.html", "{% extends '_page.html' %}{% block body %}{% include '_foot.html' %}{% endblock %}"),
    ]);
    assert_eq!((problems, templates.rehearse()), (Vec::new(), Vec::new()));
    let page = templates.word("html", &sample::notification());
    assert_eq!(page, Some(Ok("<body><i>pam@example.com</i></body>".to_owned())));
}

fn hostile() -> Notification {
    let mut notification = sample::notification();
    let first = &mut notification.reminders[0];
    first.title = r#"<script>alert("1")</script>'"#.to_owned();
    first.link = Some("javascript:alert(1)".to_owned());
    notification
}

#[test]
fn markup_in_data_is_escaped_in_html_and_left_alone_in_text() {
    let source = "<b title='{{ notification.reminders[0].title }}'>";
    let page = worded("html.html", source, &hostile()).expect("a page");
    assert_eq!(page, "<b title='&lt;script&gt;alert(&quot;1&quot;)&lt;&#x2f;script&gt;&#x27;'>");
    for file in ["html.htm", "html.xml"] {
        assert_eq!(worded(file, source, &hostile()).as_ref(), Ok(&page), "{file}");
    }
    assert!(worded("text.txt", source, &hostile()).expect("a text").contains("<script>"));
}

#[test]
fn only_pages_of_the_web_become_links() {
    let source = "{{ notification.reminders[0].link }}";
    assert_eq!(worded("html.html", source, &hostile()).as_deref(), Ok(""));
    for (link, safe) in [
        ("javascript:alert(1)", "#"),
        (" javascript:alert(1)", "#"),
        ("java\\nscript:alert(1)", "#"),
        ("data:text/html,x", "#"),
        ("//x.test", "#"),
        ("https://x.test/a?b=1", "https://x.test/a?b=1"),
    ] {
        assert_eq!(made(&format!("{{{{ \"{link}\"|url }}}}")).as_deref(), Ok(safe), "{link}");
    }
    assert_eq!(made("{{ none|url }}{{ 5|url }}").as_deref(), Ok("##"));
}

#[test]
fn a_template_knows_where_recipients_may_refuse() {
    let (templates, _) = opened(&[("text.txt", "{{ unsubscribe or 'no' }}")]);
    let templates = templates.unsubscribe(Some("https://x.test/stop?who={recipient}".to_owned()));
    let said = |refusable| templates.word("text", &Notification { refusable, ..sample::notification() });
    assert_eq!(said(true), Some(Ok("https://x.test/stop?who=pam%40example.com".to_owned())));
    assert_eq!(said(false), Some(Ok("no".to_owned())));
}

#[test]
fn the_examples_word_what_they_are_for() {
    let (templates, problems) =
        Templates::open(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/templates")));
    assert_eq!((problems, templates.rehearse()), (Vec::new(), Vec::new()));
    let templates = templates.unsubscribe(Some("https://x.test/stop".to_owned()));
    let said = |part| templates.word(part, &sample::notification()).expect("a template").expect("no failure");
    assert_eq!(said("subject").trim_end(), "[Data platform] 2 share requests are waiting for your answer");
    for part in ["text", "html"] {
        let said = said(part);
        for words in ["Weather: share request is waiting", "10 January 1970", "x.test", "1 more"] {
            assert!(said.contains(words), "{words:?} is missing in {said}");
        }
    }
}
