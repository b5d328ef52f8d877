//! The sanity brake: what is far more than usual is held until somebody has looked.

use nudged::{
    config::ReminderConfig,
    policy::{Brake, Level},
    store::Store,
};
use nudged_tests::{Home, NOW, Relay, Rig, finding, main_reminder, on_both_rigs, share, told, verdicts};
use rustix::process::Signal;
use serde_json::{Value, json};

on_both_rigs! {
    a_flood_in_the_first_scan_is_held_until_it_is_released,
    a_jump_is_held_and_what_is_usual_passes_again,
    a_flood_that_was_a_mistake_leaves_nothing_behind,
    closings_that_jump_are_held,
    other_reminders_of_the_run_go_on,
    a_release_lasts_until_a_scan_is_complete,
}

const DAY_1: &str = "2026-06-01T09:00:00Z";
const DAY_2: &str = "2026-06-02T09:00:00Z";
const DAY_3: &str = "2026-06-03T09:00:00Z";
const DAY_4: &str = "2026-06-04T09:00:00Z";

fn find(rig: &Rig, count: usize) {
    rig.script.clear();
    for n in 0..count {
        let share = share(&format!("s{n}"));
        rig.script.find(share.clone(), finding(&share));
    }
}

/// More than three in the first scan, or more than twice as many as usual, are too many.
fn set(rig: &mut Rig) {
    rig.scanner.brake = Brake { factor: 2.0, first_run: 3, least: 2 };
}

async fn braked(rig: &Rig) -> Vec<(String, u64)> {
    rig.store.braked().await.expect("a store").into_iter().map(|one| (one.reminder, one.findings)).collect()
}

async fn a_flood_in_the_first_scan_is_held_until_it_is_released(mut rig: Rig) {
    set(&mut rig);
    find(&rig, 4);
    let reminder = main_reminder();
    let report = rig.scan(&[&reminder], DAY_1).await;
    assert_eq!((report.count("hold"), report.notifications), (4, 0));
    assert!(verdicts(&report).iter().all(|verdict| verdict.ends_with("pam@x.test hold brake")));
    let [problem] = &report.problems[..] else { panic!("{:?}", report.problems) };
    assert!(problem.text.contains("main found 4, more than the 3"), "{}", problem.text);
    assert!(problem.text.contains("nudged release main"), "{}", problem.text);
    assert_eq!(braked(&rig).await, [("main".to_owned(), 4)]);
    assert_eq!(rig.tell(&[&reminder], DAY_2).await, [], "it holds on");

    assert!(rig.store.release("main").await.expect("a store"));
    let digest = rig.tell(&[&reminder], "2026-06-02T10:00:00Z").await;
    assert_eq!((digest.len(), digest[0].reminders.len()), (1, 4));
    assert_eq!(braked(&rig).await, []);
    assert!(!rig.store.release("main").await.expect("a store"), "there is nothing to release any more");
    assert_eq!(rig.store.level("main").await.expect("a store"), Level { last: vec![4], released: None });
    assert_eq!(rig.tell(&[&reminder], DAY_3).await.len(), 1, "now it is usual");
}

async fn a_jump_is_held_and_what_is_usual_passes_again(mut rig: Rig) {
    set(&mut rig);
    let reminder = main_reminder();
    find(&rig, 2);
    assert_eq!(rig.tell(&[&reminder], DAY_1).await.len(), 1);
    find(&rig, 5);
    assert_eq!(rig.tell(&[&reminder], DAY_2).await, []);
    assert_eq!(braked(&rig).await, [("main".to_owned(), 5)]);
    find(&rig, 4);
    let digest = rig.tell(&[&reminder], DAY_3).await;
    assert_eq!(digest[0].reminders.len(), 4);
    assert_eq!(braked(&rig).await, [], "nobody had to release it");
}

async fn a_flood_that_was_a_mistake_leaves_nothing_behind(mut rig: Rig) {
    set(&mut rig);
    let reminder = ReminderConfig { closing_notice: true, ..main_reminder() };
    find(&rig, 2);
    rig.tell(&[&reminder], DAY_1).await;
    find(&rig, 50);
    assert_eq!(rig.tell(&[&reminder], DAY_2).await, []);
    find(&rig, 2);
    assert_eq!(told(&rig.tell(&[&reminder], DAY_3).await), ["email pam@x.test: s0 s1"]);
    assert_eq!(braked(&rig).await, [], "what was never told needs no closing that would be held");
    assert_eq!(rig.open().await.len(), 2);
}

async fn closings_that_jump_are_held(mut rig: Rig) {
    let reminder = ReminderConfig { closing_notice: true, ..main_reminder() };
    find(&rig, 5);
    rig.tell(&[&reminder], DAY_1).await;
    // As if the scans since then had been small ones.
    rig.database.execute(&format!("UPDATE {} SET findings = 2", rig.table("scan"))).await;
    set(&mut rig);
    rig.script.clear();
    let report = rig.scan(&[&reminder], DAY_2).await;
    assert_eq!((report.count("hold"), report.notifications), (5, 0), "{:?}", verdicts(&report));
    assert_eq!(rig.open().await.len(), 5, "nothing is closed");
    rig.store.release("main").await.expect("a store");
    assert_eq!(rig.tell(&[&reminder], DAY_3).await[0].preamble, "5 things are resolved.");
    assert_eq!(rig.open().await, []);
}

async fn other_reminders_of_the_run_go_on(mut rig: Rig) {
    set(&mut rig);
    for n in 0..4 {
        let share = share(&format!("s{n}"));
        rig.script.find_for("main", share.clone(), finding(&share));
    }
    rig.script.find_for("other", share("s0"), finding(&share("s0")));
    let (main, other) = (main_reminder(), nudged_tests::reminder("other"));
    assert_eq!(told(&rig.tell(&[&main, &other], DAY_1).await), ["email pam@x.test: s0"]);
    assert_eq!(braked(&rig).await, [("main".to_owned(), 4)]);
}

async fn a_release_lasts_until_a_scan_is_complete(mut rig: Rig) {
    set(&mut rig);
    find(&rig, 4);
    let reminder = main_reminder();
    rig.scan(&[&reminder], DAY_1).await;
    rig.store.release("main").await.expect("a store");
    rig.roster.hide("producers", true);
    let report = rig.scan(&[&reminder], DAY_2).await;
    assert!(report.incomplete.contains("main"));
    rig.roster.hide("producers", false);
    assert_eq!(rig.tell(&[&reminder], DAY_3).await.len(), 1);
    find(&rig, 9);
    assert_eq!(rig.tell(&[&reminder], DAY_4).await, [], "the next jump is another matter");
}

/// A home with more shares than its brake lets pass.
async fn flooded(relay: &Relay) -> Home {
    let mut home = Home::new(&relay.url()).await;
    home.add_share("s2", "Costs", "jim@x.test").await;
    home.configure(|config| config["brake"] = json!({ "first_run": 1, "least": 1, "factor": 2 }));
    home
}

#[tokio::test(flavor = "multi_thread")]
async fn release_says_what_it_released_and_by_its_exit_code_whether() {
    let relay = Relay::start().await;
    let home = flooded(&relay).await;
    let unknown = home.nudged(&["release", "nonsense"]).await;
    assert_eq!((unknown.code, unknown.stdout.as_str()), (Some(2), ""));
    assert!(unknown.stderr.contains("nonsense") && unknown.stderr.contains("pending-share"), "{}", unknown.stderr);
    let idle = home.nudged(&["release", "pending-share"]).await;
    assert_eq!((idle.code, idle.stdout.as_str()), (Some(1), "nothing is held\n"));

    let scan = home.nudged(&["scan", "--now", NOW]).await;
    assert!(scan.stdout.contains("nudged release pending-share"), "{scan:?}");
    let released = home.well(&["release", "--format", "json"]).await;
    let released: Value = serde_json::from_str(&released).expect("one line of JSON");
    assert_eq!(released, json!({ "released": "pending-share", "findings": 2, "held": NOW }));
    let again = home.nudged(&["release", "--format", "json"]).await;
    assert_eq!((again.code, again.stdout.as_str()), (Some(1), ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_daemon_sends_what_was_released() {
    let relay = Relay::start().await;
    let home = flooded(&relay).await;
    home.nudged(&["scan", "--now", NOW]).await;
    let daemon = home.daemon().await;
    let said = home.well(&["release", "pending-share"]).await;
    assert!(said.starts_with("released pending-share: 2 findings pass"), "{said}");
    relay.until("both are told", |record| record.taken.len() == 2).await;
    daemon.signal(Signal::TERM);
    assert_eq!(daemon.end().await, Some(0));
}
