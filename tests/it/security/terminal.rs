//! What an operator's terminal and log files get of texts that others wrote.

use nudged_tests::{Act, Done, Home, NOW, Process, Relay, Stage};
use rustix::process::Signal;

use super::texts::HOSTILE;

/// Fails if a text would move a cursor, reorder what is shown, or begin a line of its own.
fn assert_harmless(what: &str, shown: &str) {
    let harmful =
        |c: char| c.is_control() && c != '\n' || matches!(c, '\u{200b}' | '\u{202e}' | '\u{2066}' | '\u{e0041}');
    if let Some(line) = shown.lines().find(|line| line.contains(harmful)) {
        panic!("{what}: {line:?}");
    }
    for forged in ["Bcc:", "X-Injected:", "MAIL FROM:", "forged line"] {
        let forged_line = shown.lines().find(|line| line.starts_with(forged));
        assert_eq!(forged_line, None, "{what}: {shown}");
    }
}

const REPLY: &str = "550 5.1.1 no\u{1b}[2J such\u{9b}31m \u{202e}user";

/// A home whose labels are hostile, each team with a mailbox of its own.
async fn home(relay: &Relay) -> Home {
    let mut home = Home::new(&relay.url()).await;
    for (number, text) in HOSTILE.iter().enumerate().filter(|(_, text)| !text.contains('\0')) {
        home.add_share(&format!("h{number}"), text, &format!("pam{number}@x.test")).await;
    }
    relay.on_mails_to("pam3@x.test", Stage::Recipient, Act::Reply(REPLY));
    home
}

#[tokio::test(flavor = "multi_thread")]
async fn no_command_hands_on_what_steers_a_terminal() {
    let relay = Relay::start().await;
    let home = home(&relay).await;
    let mut shown = Vec::new();
    for arguments in [
        &["check"][..],
        &["scan", "--dry-run", "--now", NOW],
        &["scan", "--now", NOW, "--format", "json"],
        &["outbox", "list"],
        &["deliver", "--once"],
        &["explain", "share:h3"],
        &["explain", "share:h7\u{1b}[2J\u{202e}"],
        &["simulate", "--from", "2026-05-01", "--to", "2026-05-08"],
        &["outbox", "list", "--state", "dead\u{1b}[2J"],
    ] {
        let Done { stdout, stderr, .. } = home.nudged(arguments).await;
        assert_harmless(&format!("{arguments:?}"), &stdout);
        assert_harmless(&format!("{arguments:?}"), &stderr);
        shown.push(stdout);
    }
    assert!(shown[4].contains("no [2J such 31m"), "the relay's reply is told: {}", shown[4]);
    for form in ["text", "json"] {
        let listed = home.well(&["outbox", "list", "--format", form]).await;
        assert_harmless("outbox list", &listed);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_text_forges_a_line_of_the_log() {
    for form in ["text", "json"] {
        let relay = Relay::start().await;
        let home = home(&relay).await;
        let mut command = home.command(&["run", "--log-format", form]);
        command.env("NUDGED_LOG", "trace");
        let daemon = Process::start(command);
        daemon.until("ready").await;
        home.plan_run("pending-share").await;
        daemon.signal(Signal::HUP);
        daemon.until("such").await;
        daemon.signal(Signal::TERM);
        daemon.until("stopped").await;
        let log = daemon.log();
        assert_harmless(form, &log);
        for line in log.lines() {
            let is_one = match form {
                "json" => serde_json::from_str::<serde_json::Value>(line).is_ok_and(|line| line.is_object()),
                _ => line.starts_with("20") && line[..32].contains("Z "),
            };
            assert!(is_one, "{line:?}");
        }
    }
}
