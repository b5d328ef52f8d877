//! Those who are told when telling did not help.

use nudged::{
    config::{ExpiryAction, OnExpiry, ReminderConfig},
    model::{Finding, Share},
    policy::{Cadence, Mode, Repeating, Wait},
};
use nudged_tests::{Rig, finding, main_reminder, on_both_rigs, share, told, verdicts};

on_both_rigs! {
    after_the_last_notice_the_role_is_told_once_on_each_channel,
    whoever_was_told_anyway_is_not_told_as_an_escalation,
    at_expiry_the_role_is_told_at_once,
    an_escalation_waits_for_the_directory,
}

const DAYS: [&str; 5] = [
    "2026-06-01T09:00:00Z",
    "2026-06-02T09:00:00Z",
    "2026-06-03T09:00:00Z",
    "2026-06-04T09:00:00Z",
    "2026-06-05T09:00:00Z",
];

/// Told twice, then it goes to this role.
fn escalating(role: &str) -> ReminderConfig {
    let repeating = Repeating { max: Some(2), escalate_to: Some(role.to_owned()), ..Repeating::default() };
    let cadence = Cadence { mode: Mode::Repeating(repeating), after: Wait::Span(nudged::model::Span::ZERO) };
    ReminderConfig { cadence, ..main_reminder() }
}

fn find(rig: &Rig) {
    rig.script.find(share("s1"), finding(&share("s1")));
}

async fn after_the_last_notice_the_role_is_told_once_on_each_channel(rig: Rig) {
    find(&rig);
    let reminder = ReminderConfig { channels: vec!["email".into(), "post".into()], ..escalating("fallback") };
    for day in &DAYS[..2] {
        let notices = told(&rig.tell(&[&reminder], day).await);
        assert_eq!(notices, ["email pam@x.test: s1", "post pam@x.test: s1"], "{day}");
    }
    let escalation = rig.tell(&[&reminder], DAYS[2]).await;
    assert_eq!(told(&escalation), ["email ops@x.test: s1", "post ops@x.test: s1"]);
    assert_eq!(escalation[0].reminders[0].sentence, "Those who should act have been told. It waits.");
    let report = rig.scan(&[&reminder], DAYS[3]).await;
    let on_each = ["s1 pam@x.test drop max-reached", "s1 ops@x.test drop already-told"];
    assert_eq!(verdicts(&report), [on_each, on_each].concat());
}

async fn whoever_was_told_anyway_is_not_told_as_an_escalation(rig: Rig) {
    find(&rig);
    rig.roster.set("stewards", "email", &["PAM@x.test", "stu@x.test"]);
    let reminder = escalating("stewards");
    for day in &DAYS[..2] {
        assert_eq!(told(&rig.tell(&[&reminder], day).await), ["email pam@x.test: s1"]);
    }
    assert_eq!(told(&rig.tell(&[&reminder], DAYS[2]).await), ["email stu@x.test: s1"]);
    assert_eq!(rig.tell(&[&reminder], DAYS[3]).await, []);
}

async fn at_expiry_the_role_is_told_at_once(rig: Rig) {
    let expired = |uri: &str, confidentiality: &str| {
        let share = Share { confidentiality: confidentiality.to_owned(), ..share(uri) };
        let action = Some("revoke".to_owned());
        rig.script.find(share.clone(), Finding { action, ..finding(&share) });
    };
    expired("s1", "Official");
    expired("s2", "Secret");
    let on_expiry = OnExpiry {
        confidentiality: [("Secret".to_owned(), ExpiryAction::Escalate)].into(),
        escalate_to: "stewards".to_owned(),
        ..OnExpiry::default()
    };
    let reminder = ReminderConfig { on_expiry, ..main_reminder() };
    let report = rig.scan(&[&reminder], DAYS[0]).await;
    assert_eq!(report.actions, [], "telling is all");
    assert_eq!(told(&rig.deliver().await), ["email pam@x.test: s1 s2", "email stu@x.test: s2"]);
    assert_eq!(told(&rig.tell(&[&reminder], DAYS[1]).await), ["email pam@x.test: s1 s2"], "the role was told once");
}

async fn an_escalation_waits_for_the_directory(rig: Rig) {
    find(&rig);
    let reminder = escalating("stewards");
    for day in &DAYS[..2] {
        rig.tell(&[&reminder], day).await;
    }
    rig.roster.hide("stewards", true);
    let report = rig.scan(&[&reminder], DAYS[2]).await;
    assert_eq!(verdicts(&report), ["s1 pam@x.test drop max-reached", "s1 - hold directory-failed"]);
    assert!(report.incomplete.contains("main"), "it is scanned again soon");
    assert_eq!(rig.deliver().await, []);
    rig.roster.hide("stewards", false);
    assert_eq!(told(&rig.tell(&[&reminder], "2026-06-03T09:01:00Z").await), ["email stu@x.test: s1"]);
}
