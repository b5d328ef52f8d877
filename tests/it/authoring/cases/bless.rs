//! `nudged plugin test --bless`.

use std::fs;

use nudged_tests::{guest_file, plugin_file};

use super::{FILE, with_cases};

/// Written by somebody with a hand of their own.
const CASES: &str = r#"[
    { "name":"passes",   "now": "2026-06-04T09:00:00Z", "items": [ ], "expect": [ ] },
    {
        "now": "2026-06-04T09:00:00Z",
        "name": "waiting gets worse",
        "items": [{ "status": "Submitted", "since": "2026-05-28T09:00:00Z" }, { "status": "Draft" }],
        "expect": [
            { "item": 0, "reason": "pending", "severity": "info", "since": "2026-05-28T11:00:00+02:00" },
            { "item": 1, "reason": "pending" }
        ]
    }
]
"#;

#[tokio::test(flavor = "multi_thread")]
async fn what_came_is_expected_from_then_on_and_nothing_else_is_touched() {
    let (author, component) = (with_cases(CASES), plugin_file("pending-share").display().to_string());
    let file = author.path(FILE);
    let test = ["plugin", "test", &component, "--cases", FILE];
    let done = author.nudged(&test).await;
    assert!(done.code == Some(1) && done.stdout.ends_with("1 ok, 1 failed\n"), "{done:?}");
    assert_eq!(fs::read_to_string(&file).expect("is there"), CASES, "only --bless writes");
    let bless = [&test[..], &["--bless"]].concat();
    let done = author.nudged(&bless).await;
    assert_eq!(done.code, Some(0), "{done:?}");
    assert!(done.stdout.contains("blessed 1 of 2 cases in cases.json\n1 ok, 0 failed, 1 blessed\n"), "{done:?}");
    let blessed = fs::read_to_string(&file).expect("is there");
    let (before, _) = CASES.rsplit_once("\"expect\"").expect("a case");
    let expect = "\"expect\": [\n            { \"item\": 0, \"reason\": \"pending\", \"severity\": \"warning\", \"since\": \"2026-05-28T09:00:00Z\" }\n        ]\n    }\n]\n";
    assert!(blessed.starts_with(before), "{blessed}");
    let kept: String = blessed[before.len()..].split_whitespace().collect();
    assert_eq!(kept, expect.split_whitespace().collect::<String>());
    let done = author.nudged(&bless).await;
    assert!(done.code == Some(0) && done.stdout.ends_with("2 ok, 0 failed, 0 blessed\n"), "{done:?}");
    assert_eq!(fs::read_to_string(&file).expect("is there"), blessed, "blessing is stable");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_is_never_blessed() {
    let cases = r#"[{ "name": "a", "parameters": { "steps": [{ "what": "panic" }] }, "expect": { "keep": "x" } }]"#;
    let (author, component) = (with_cases(cases), guest_file("does-as-told").display().to_string());
    let done = author.nudged(&["plugin", "test", &component, "--cases", FILE, "--bless"]).await;
    assert!(done.code == Some(1) && done.stdout.ends_with("0 ok, 1 failed, 0 blessed\n"), "{done:?}");
    assert_eq!(fs::read_to_string(author.path(FILE)).expect("is there"), cases);
}
