//! Calls that go wrong: the kind of the fault, the guest's words, and nothing else harmed.

use std::{sync::Arc, time::Duration};

use nudged::{
    model::{Fault, FaultKind, Outcome},
    plugin::{Strategy, Ways},
};
use nudged_tests::{Log, PluginsFolder, batch, context, guest, handmade, notification, plugin};
use serde_json::json;

/// Calls a strategy, expects its fault, and sees that a good neighbour then answers.
async fn fault(folder: &PluginsFolder, bytes: &[u8]) -> Fault {
    folder.put("bad.wasm", bytes);
    folder.put("echo.wasm", &guest("echo"));
    let registry = folder.serving().await;
    let bad = registry.admissions().into_iter().find(|admission| admission.file == "bad.wasm").expect("serves");
    let strategy = bad.strategy().expect("a strategy");
    let fault = strategy.evaluate(batch(["s1", "s2"]), &context()).await.expect_err("a fault");
    assert_eq!((&fault.plugin, fault.digest.as_str()), (&bad.manifest.name, &bad.digest[..12]));
    answers(registry.strategy("echo").expect("serves")).await;
    let again = strategy.evaluate(batch(["s1", "s2"]), &context()).await.expect_err("the same fault");
    assert_eq!((again.kind, &again.detail), (fault.kind, &fault.detail));
    fault
}

async fn answers(strategy: Arc<dyn Strategy>) {
    let found = strategy.evaluate(batch(["s1", "s2"]), &context()).await.expect("an answer");
    assert_eq!(found.len(), 2);
}

#[tokio::test]
async fn a_panic_is_a_trap_with_its_text_place_and_share() {
    let fault = fault(&PluginsFolder::default(), &guest("panics")).await;
    assert_eq!(fault.kind, FaultKind::Trap);
    let start = "panicked at tests/guests/examples/panics.rs:";
    assert!(fault.detail.starts_with(start), "{fault}");
    let words = " while working on share:s1: cannot make sense of rita@x.test: wasm trap: ";
    assert!(fault.detail.contains(words), "{fault}");
}

#[tokio::test]
async fn an_error_is_the_guests_own_words() {
    let fault = fault(&PluginsFolder::default(), &guest("errs")).await;
    assert_eq!(fault.kind, FaultKind::Error);
    assert_eq!(fault.detail, "share:s1: no idea what to do with a share that is Submitted");
}

#[tokio::test]
async fn an_endless_call_is_a_timeout() {
    let fault = fault(&PluginsFolder::default().strategy_wall(Duration::from_secs(1)), &guest("spin")).await;
    assert_eq!(
        (fault.kind, fault.detail.as_str()),
        (FaultKind::Timeout, "ran for more than 1s (plugins.limits.strategy_wall) while reading share:s1")
    );
}

#[tokio::test]
async fn more_memory_than_allowed_is_a_fault_of_its_own() {
    let mut folder = PluginsFolder::default();
    folder.limits.memory = 4 << 20;
    let fault = fault(&folder, &guest("memory-bomb")).await;
    assert_eq!(fault.kind, FaultKind::Memory);
    assert_eq!(
        fault.detail,
        "asked for more than 4194304 bytes of memory (plugins.limits.memory) while reading share:s1"
    );
}

#[tokio::test]
async fn an_answer_that_breaks_the_contract_says_how() {
    let folder = PluginsFolder::default();
    let cases = [
        (guest("bad-reason"), r#"the reason "Not A Reason!" is not a code such as "pending""#),
        (guest("foreign-share"), "a finding about item 2 of a batch of 2"),
        (guest("many-findings"), "40000 findings in a batch, at most 10000 are allowed (plugins.limits.findings)"),
        (handmade::repeats_itself(), "two findings about share:s1 for reason a"),
        (handmade::is_out_of_time(), "9223372032559808512 is not an instant between the years 1 and 10000"),
    ];
    for (bytes, text) in cases {
        let fault = fault(&folder, &bytes).await;
        assert_eq!((fault.kind, fault.detail.as_str()), (FaultKind::Contract, text));
    }
}

#[tokio::test]
async fn more_bytes_of_findings_than_allowed_are_a_fault() {
    let mut folder = PluginsFolder::with_guests(&["echo"]);
    folder.limits.result_bytes = 500;
    let echo = folder.serving().await.strategy("echo").expect("serves");
    let fault = echo.evaluate(batch(["s1", "s2", "s3"]), &context()).await.expect_err("a fault");
    assert_eq!(fault.kind, FaultKind::Contract);
    assert!(
        fault.detail.ends_with("bytes of findings, at most 500 are allowed (plugins.limits.result_bytes)"),
        "{fault}"
    );
    assert!(echo.evaluate(batch(["s1"]), &context()).await.is_ok());
}

/// A text that many findings point to is copied for each: the guest's own memory is no bound for the answer.
#[tokio::test]
async fn an_answer_that_unfolds_beyond_what_may_be_handed_over_is_a_fault() {
    let fault = fault(&PluginsFolder::default(), &handmade::unfolds()).await;
    assert_eq!(fault.kind, FaultKind::Trap);
    assert_eq!(fault.detail, "handed over more than 67108864 bytes (plugins.limits.host_bytes)");
}

#[tokio::test]
async fn a_guests_words_are_one_line_of_bounded_length() {
    let fault = fault(&PluginsFolder::default(), &guest("long-error")).await;
    assert_eq!(fault.kind, FaultKind::Error);
    assert!(fault.detail.starts_with("share:s1: a first line FORGED [31m a first line"), "{fault}");
    assert!(fault.detail.chars().count() < 2100, "{} characters", fault.detail.chars().count());
    assert!(!fault.detail.contains(char::is_control), "{fault}");
}

#[tokio::test]
async fn a_flood_of_log_is_cut_off_and_forges_no_lines() {
    let mut folder = PluginsFolder::with_guests(&["log-flood"]);
    folder.limits.log_bytes = 10_000;
    let strategy = folder.serving().await.strategy("log-flood").expect("serves");
    let log = Log::default();
    let guard = log.capture();
    answers(Arc::clone(&strategy)).await;
    answers(strategy).await;
    drop(guard);

    let log = log.text();
    let lines = |part: &str| log.lines().filter(|line| line.contains(part)).count();
    assert_eq!(lines("a flood"), 18, "9 lines of a kilobyte fit into 10,000 bytes, in each call anew");
    assert_eq!(lines("the plugin logs too much: the rest of this call's log is dropped"), 2);
    assert_eq!(log.lines().count(), 20, "{log}");
    assert!(log.lines().all(|line| line.contains(r#"plugin="log-flood""#)), "{log}");
}

#[tokio::test]
async fn a_channels_refusal_is_an_outcome_and_its_panic_is_a_fault() {
    let folder = PluginsFolder::with_guests(&["rejects", "panics-channel"]);
    let registry = folder.serving().await;
    let ways = || Ways { parameters: json!({}), mailer: None, ..Ways::default() };
    let send = |name: &str, recipient: &'static str| {
        let channel = registry.channel(name).expect("serves");
        async move { channel.send(Arc::new(notification(recipient)), ways()).await }
    };
    let rejected = |words: &str| Outcome::Rejected(words.to_owned());
    assert_eq!(send("rejects", "pam@x.test").await.expect("no fault").outcome, rejected("nobody here is pam@x.test"));
    assert_eq!(send("rejects", "x\nFORGED").await.expect("no fault").outcome, rejected("nobody here is x FORGED"));
    let fault = send("panics-channel", "pam@x.test").await.expect_err("a fault");
    assert_eq!(fault.kind, FaultKind::Trap);
    assert!(fault.detail.contains(": cannot reach pam@x.test: wasm trap: "), "{fault}");
    let id = notification("pam@x.test").id;
    assert!(fault.detail.contains(&format!("while working on notification {id}")), "{fault}");
}

#[tokio::test]
async fn mail_without_a_relay_is_denied() {
    let admission = PluginsFolder::default().admit(&plugin("email")).await.expect("admitted");
    let ways = Ways { parameters: json!({}), mailer: None, ..Ways::default() };
    let sent = admission.channel().expect("a channel").send(Arc::new(notification("pam@x.test")), ways).await;
    let fault = sent.expect_err("a fault");
    assert_eq!(fault.kind, FaultKind::Denied);
    assert!(fault.detail.contains("has neither `smtp` nor `maildir`"), "{fault}");
}
