//! What lasts, what is over, and who is told that it is.

use nudged::{
    config::{ExpiryAction, OnExpiry, Preference, ReminderConfig},
    model::{Finding, Share},
    pipeline::Writing,
    store::Runs,
};
use nudged_tests::{Rig, at, finding, main_reminder, on_both_rigs, share, told, verdicts};

on_both_rigs! {
    what_the_tables_do_not_date_keeps_its_episode_until_it_is_over,
    nothing_is_over_because_somebody_could_not_look,
    a_dry_run_writes_nothing_anywhere,
    a_finding_that_comes_twice_is_told_once_and_blocks_nothing,
    those_who_were_told_are_told_once_that_it_is_over,
    nobody_is_told_that_it_is_over_where_the_reminder_does_not_say_so,
    what_came_back_with_a_new_episode_is_not_called_resolved,
    a_closing_notice_waits_for_the_end_of_quiet_hours,
    a_crash_before_the_closing_is_recorded_tells_nobody_again,
    a_notice_on_its_way_keeps_its_occurrence_open_until_its_recipient_can_be_told,
    whoever_has_muted_the_reminder_since_is_not_told_that_it_is_over,
}

const DAY_1: &str = "2026-06-01T09:00:00Z";
const DAY_2: &str = "2026-06-02T09:00:00Z";
const DAY_3: &str = "2026-06-03T09:00:00Z";
const DAY_4: &str = "2026-06-04T09:00:00Z";

fn closing() -> ReminderConfig {
    ReminderConfig { closing_notice: true, ..main_reminder() }
}

fn find(rig: &Rig, uri: &str) -> Share {
    let share = share(uri);
    rig.script.find(share.clone(), finding(&share));
    share
}

async fn what_the_tables_do_not_date_keeps_its_episode_until_it_is_over(rig: Rig) {
    let share = share("s1");
    let undated = || rig.script.find(share.clone(), Finding { since: None, ..finding(&share) });
    let reminder = main_reminder();
    undated();
    let first = rig.tell(&[&reminder], DAY_1).await;
    assert_eq!(first[0].reminders[0].ordinal, 1);
    let second = rig.tell(&[&reminder], DAY_2).await;
    assert_eq!(second[0].reminders[0].ordinal, 2);
    assert_eq!(rig.open().await[0].episode, at(DAY_1));

    rig.script.clear();
    rig.scan(&[&reminder], DAY_3).await;
    assert_eq!(rig.open().await, []);

    undated();
    let again = rig.tell(&[&reminder], DAY_4).await;
    assert_eq!((rig.open().await[0].episode, again[0].reminders[0].ordinal), (at(DAY_4), 1));
}

async fn nothing_is_over_because_somebody_could_not_look(rig: Rig) {
    let share = find(&rig, "s1");
    let reminder = closing();
    rig.tell(&[&reminder], DAY_1).await;
    let last = rig.open().await;

    rig.script.break_source(true);
    let failed = rig.scanner.scan(&[&reminder], at(DAY_2), Writing::Outbox).await;
    assert!(failed.is_err());
    assert_eq!(rig.open().await, last, "the source failed");
    rig.script.break_source(false);

    rig.script.lose_strategies(true);
    let report = rig.scan(&[&reminder], DAY_2).await;
    assert_eq!((report.incomplete.len(), rig.open().await), (1, last.clone()), "the strategy is missing");
    rig.script.lose_strategies(false);

    rig.script.trouble(&share, true);
    let report = rig.scan(&[&reminder], DAY_2).await;
    assert_eq!((report.problems.len(), rig.open().await), (1, last), "the share could not be read");
    assert_eq!(rig.deliver().await, []);

    rig.script.clear();
    assert_eq!(told(&rig.tell(&[&reminder], DAY_2).await), ["email pam@x.test: s1"]);
    assert_eq!(rig.open().await, []);
}

async fn a_dry_run_writes_nothing_anywhere(mut rig: Rig) {
    rig.act();
    rig.scanner.brake.first_run = 2;
    let expired = Share { expiry_day: Some("2026-05-20".parse().expect("a day")), ..share("s1") };
    rig.script.find_for("main", expired.clone(), Finding { action: Some("revoke".to_owned()), ..finding(&expired) });
    let flood: Vec<_> = (2..6).map(|n| share(&format!("s{n}"))).collect();
    flood.iter().for_each(|share| rig.script.find_for("flood", share.clone(), finding(share)));
    rig.script.find_for("quiet", expired.clone(), finding(&expired));
    let on_expiry = OnExpiry { default: ExpiryAction::Mark, ..OnExpiry::default() };
    let main = ReminderConfig { on_expiry, ..main_reminder() };
    let flood = nudged_tests::reminder("flood");
    let quiet = ReminderConfig { quiet_hours: "08:00-10:00".parse().ok(), ..nudged_tests::reminder("quiet") };

    let report = rig.dry_run(&[&main, &flood, &quiet], DAY_1).await;

    let sent = report.verdicts.iter().filter(|verdict| verdict.notification.is_some()).count();
    assert_eq!((report.notifications, sent, report.actions[0].code.as_str()), (1, 1, "due"));
    for code in ["first", "brake", "quiet-hours"] {
        assert!(report.verdicts.iter().any(|verdict| verdict.code.as_str() == code), "{code}");
    }
    for table in ["outbox", "ledger", "attempt", "run", "occurrence", "scan", "brake", "action"] {
        assert_eq!(rig.rows(table).await, 0, "{table}");
    }
    assert_eq!(rig.hand.orders(), []);
}

async fn a_finding_that_comes_twice_is_told_once_and_blocks_nothing(rig: Rig) {
    let twice = find(&rig, "s1");
    find(&rig, "s2");
    rig.script.find(twice.clone(), Finding { text: "Once more.".to_owned(), ..finding(&twice) });
    let reminder = main_reminder();
    let report = rig.scan(&[&reminder, &reminder], DAY_1).await;
    assert_eq!(report.count("send"), 2, "{:?}", verdicts(&report));
    assert_eq!(told(&rig.deliver().await), ["email pam@x.test: s1 s2"]);
    assert_eq!(rig.open().await.len(), 2);
}

async fn those_who_were_told_are_told_once_that_it_is_over(rig: Rig) {
    find(&rig, "s1");
    find(&rig, "s2");
    let reminder = closing();
    rig.tell(&[&reminder], DAY_1).await;
    rig.roster.set("producers", "email", &["pam@x.test", "new@x.test"]);
    rig.script.clear();
    let last = rig.tell(&[&reminder], DAY_2).await;
    assert_eq!(told(&last), ["email pam@x.test: s1 s2"], "who was told of nothing is told nothing");
    assert_eq!(last[0].preamble, "2 things are resolved.");
    assert_eq!(last[0].subject, "Resolved: Sales, and 1 more");
    assert_eq!(rig.tell(&[&reminder], DAY_3).await, []);
    assert_eq!(rig.open().await, []);
}

async fn nobody_is_told_that_it_is_over_where_the_reminder_does_not_say_so(rig: Rig) {
    find(&rig, "s1");
    rig.tell(&[&main_reminder()], DAY_1).await;
    rig.script.clear();
    assert_eq!(rig.tell(&[&main_reminder()], DAY_2).await, []);
    assert_eq!(rig.open().await, []);
}

async fn what_came_back_with_a_new_episode_is_not_called_resolved(rig: Rig) {
    find(&rig, "s1");
    let reminder = closing();
    rig.tell(&[&reminder], DAY_1).await;
    rig.script.clear();
    let anew = Share { since: at("2026-06-02T08:00:00Z"), ..share("s1") };
    rig.script.find(anew.clone(), finding(&anew));
    let next = rig.tell(&[&reminder], DAY_2).await;
    assert_eq!(told(&next), ["email pam@x.test: s1"]);
    assert_eq!(next[0].reminders[0].title, "Sales");
    let open = rig.open().await;
    assert_eq!((open.len(), open[0].episode), (1, anew.since));
}

async fn a_closing_notice_waits_for_the_end_of_quiet_hours(rig: Rig) {
    find(&rig, "s1");
    let reminder = closing();
    rig.tell(&[&reminder], DAY_1).await;
    rig.script.clear();
    let quiet = ReminderConfig { quiet_hours: "08:00-12:00".parse().ok(), ..closing() };
    let report = rig.scan(&[&quiet], DAY_2).await;
    assert_eq!(verdicts(&report), ["s1 pam@x.test hold quiet-hours"]);
    assert_eq!(rig.open().await.len(), 1, "it is not forgotten");
    let noon = "2026-06-02T12:00:00Z";
    assert_eq!(rig.store.planned_runs(at(noon)).await.expect("a store"), [("main".to_owned(), at(noon))]);
    assert_eq!(told(&rig.tell(&[&quiet], noon).await), ["email pam@x.test: s1"]);
    assert_eq!(rig.open().await, []);
    assert_eq!(rig.tell(&[&quiet], "2026-06-02T12:30:00Z").await, []);
}

async fn a_crash_before_the_closing_is_recorded_tells_nobody_again(rig: Rig) {
    find(&rig, "s1");
    let reminder = closing();
    rig.tell(&[&reminder], DAY_1).await;
    rig.script.clear();
    assert_eq!(rig.tell(&[&reminder], DAY_2).await.len(), 1);
    rig.database.execute(&format!("UPDATE {} SET closed = NULL", rig.table("occurrence"))).await;
    let report = rig.scan(&[&reminder], DAY_3).await;
    assert_eq!(verdicts(&report), ["s1 pam@x.test drop already-told"]);
    assert_eq!(rig.deliver().await, []);
    assert_eq!(rig.open().await, []);
}

async fn a_notice_on_its_way_keeps_its_occurrence_open_until_its_recipient_can_be_told(rig: Rig) {
    find(&rig, "s1");
    let reminder = closing();
    rig.scan(&[&reminder], DAY_1).await;
    rig.script.clear();
    let report = rig.scan(&[&reminder], DAY_2).await;
    assert_eq!(verdicts(&report), ["s1 pam@x.test hold in-flight"]);
    assert_eq!(rig.open().await.len(), 1);
    assert_eq!(rig.deliver().await.len(), 1, "the notice of the first day");
    let last = rig.tell(&[&reminder], DAY_3).await;
    assert_eq!(last[0].subject, "Resolved: Sales");
    assert_eq!(rig.open().await, []);
}

async fn whoever_has_muted_the_reminder_since_is_not_told_that_it_is_over(mut rig: Rig) {
    find(&rig, "s1");
    let reminder = closing();
    rig.tell(&[&reminder], DAY_1).await;
    rig.script.clear();
    let mute = Preference { mute: ["main".to_owned()].into(), ..Preference::default() };
    rig.scanner.preferences.recipients.insert("pam@x.test".to_owned(), mute);
    let report = rig.scan(&[&reminder], DAY_2).await;
    assert_eq!(verdicts(&report), ["s1 pam@x.test drop muted"]);
    assert_eq!(rig.deliver().await, []);
    assert_eq!(rig.open().await, []);
}
