//! Nobody is disturbed in quiet hours, and nobody is forgotten after them.

use std::{sync::Arc, time::Duration};

use nudged::{
    config::{Preference, ReminderConfig},
    model::{Decision, Finding, Span},
    pipeline::{Bell, Wake},
    policy::Schedule,
    scheduler::Scheduler,
    store::{Depth, Runs, Store},
};
use nudged_tests::{DEADLINE, Rig, RunningClock, at, finding, main_reminder, on_both_rigs, share, told, verdicts};
use tokio_util::sync::CancellationToken;

on_both_rigs! {
    a_held_notice_goes_out_once_at_the_end_of_quiet_hours,
    a_deadline_beats_quiet_hours,
    two_zones_are_two_ends,
    a_running_daemon_wakes_at_the_end_of_quiet_hours,
    a_daemon_that_was_restarted_meanwhile_still_tells,
    the_shortest_catch_up_loses_no_run,
}

const SIX: &str = "2026-06-01T06:00:00Z";
const SEVEN: &str = "2026-06-01T07:00:00Z";

/// Every day at six, quiet until seven.
fn early() -> ReminderConfig {
    ReminderConfig {
        schedule: Schedule::parse("0 6 * * *", chrono_tz::UTC).expect("a schedule"),
        quiet_hours: Some("22:00-07:00".parse().expect("quiet hours")),
        ..main_reminder()
    }
}

fn find(rig: &Rig) {
    rig.script.find_for("main", share("s1"), finding(&share("s1")));
}

async fn planned(rig: &Rig) -> Vec<(String, nudged::model::Instant)> {
    rig.store.planned_runs(at("2027-01-01T00:00:00Z")).await.expect("a store")
}

async fn a_held_notice_goes_out_once_at_the_end_of_quiet_hours(rig: Rig) {
    find(&rig);
    let reminder = early();
    let report = rig.scan(&[&reminder], SIX).await;
    assert_eq!(verdicts(&report), ["s1 pam@x.test hold quiet-hours"]);
    assert_eq!(report.verdicts.to_vec()[0].decision, Decision::Hold(Some(at(SEVEN))));
    assert_eq!(planned(&rig).await, [("main".to_owned(), at(SEVEN))]);
    assert_eq!(rig.tell(&[&reminder], "2026-06-01T06:59:59Z").await, []);
    assert_eq!(planned(&rig).await.len(), 1, "one end, one run");
    assert_eq!(told(&rig.tell(&[&reminder], SEVEN).await), ["email pam@x.test: s1"]);
    assert_eq!(rig.tell(&[&reminder], "2026-06-01T07:01:00Z").await, []);
    assert_eq!(rig.tell(&[&reminder], "2026-06-02T06:00:00Z").await, []);
    assert_eq!(rig.tell(&[&reminder], "2026-06-02T07:00:00Z").await.len(), 1);
}

async fn a_deadline_beats_quiet_hours(rig: Rig) {
    for (uri, deadline) in [("s1", "2026-06-01T06:30:00Z"), ("s2", SEVEN), ("s3", "2026-06-01T07:00:01Z")] {
        let deadline = Some(at(deadline));
        rig.script.find(share(uri), Finding { deadline, ..finding(&share(uri)) });
    }
    let report = rig.scan(&[&early()], SIX).await;
    let expected = ["s1 pam@x.test send first", "s2 pam@x.test send first", "s3 pam@x.test hold quiet-hours"];
    assert_eq!(verdicts(&report), expected);
}

async fn two_zones_are_two_ends(mut rig: Rig) {
    find(&rig);
    rig.roster.set("producers", "email", &["pam@x.test", "lou@x.test"]);
    let zone = Preference { timezone: Some(chrono_tz::America::New_York), ..Preference::default() };
    rig.scanner.preferences.recipients.insert("lou@x.test".to_owned(), zone);
    let reminder = early();
    assert_eq!(rig.tell(&[&reminder], SIX).await, []);
    let eleven = "2026-06-01T11:00:00Z"; // seven in New York
    assert_eq!(planned(&rig).await, [("main".to_owned(), at(SEVEN)), ("main".to_owned(), at(eleven))]);
    assert_eq!(told(&rig.tell(&[&reminder], SEVEN).await), ["email pam@x.test: s1"]);
    assert_eq!(told(&rig.tell(&[&reminder], eleven).await), ["email lou@x.test: s1"]);
}

/// A daemon's scheduler over the rig, by a clock that shows this now.
struct Daemon {
    bell: Bell,
    stop: CancellationToken,
    task: tokio::task::JoinHandle<()>,
}

impl Daemon {
    fn start(rig: &Rig, holder: &str, now: &str, reminders: Vec<ReminderConfig>) -> Self {
        let clock = Arc::new(RunningClock::starting_at(at(now)));
        let fresh = nudged_tests::scanner(Arc::clone(&rig.store) as _, Arc::clone(&clock) as _);
        let (wake, stop) = (Wake::default(), CancellationToken::new());
        let bell = wake.bell();
        let scanner = nudged::pipeline::Scanner {
            source: Arc::new(rig.script.clone()),
            strategies: Arc::new(rig.script.clone()),
            directory: Arc::clone(&rig.roster) as _,
            ..fresh
        };
        let scheduler = Scheduler {
            scanner: Arc::new(scanner),
            store: Arc::clone(&rig.store) as _,
            clock,
            holder: holder.to_owned(),
            wake,
            try_again: Duration::from_millis(20),
        };
        let stopped = stop.clone();
        let task = tokio::spawn(async move { scheduler.run(&reminders, &stopped).await });
        Self { bell, stop, task }
    }

    /// Waits for the end of a run.
    async fn run(&mut self) {
        tokio::time::timeout(DEADLINE, self.bell.heard()).await.expect("a run");
    }

    async fn stop(self) {
        self.stop.cancel();
        tokio::time::timeout(DEADLINE, self.task).await.expect("it ends").expect("no panic");
    }
}

async fn ran_the_day_before(rig: &Rig) {
    let slot = at("2026-05-31T06:00:00Z");
    rig.store.claim_run("main", slot, "before", slot, slot).await.expect("a store");
    rig.store.finish_run("main", slot).await.expect("a store");
}

async fn queued(rig: &Rig) -> u64 {
    let Depth { queued, .. } = rig.store.depth().await.expect("a store");
    queued
}

async fn a_running_daemon_wakes_at_the_end_of_quiet_hours(rig: Rig) {
    find(&rig);
    ran_the_day_before(&rig).await;
    let reminder = ReminderConfig { quiet_hours: "22:00-06:01".parse().ok(), ..early() };
    // It makes up for six o'clock a second before quiet hours end. The other one keeps it from sleeping for half a minute.
    let schedule = Schedule::parse("* * * * *", chrono_tz::UTC).expect("a schedule");
    let ticker = ReminderConfig { schedule, ..nudged_tests::reminder("ticker") };
    let mut daemon = Daemon::start(&rig, "one", "2026-06-01T06:00:58.900Z", vec![reminder, ticker]);
    daemon.run().await;
    assert_eq!(queued(&rig).await, 0);
    daemon.run().await;
    daemon.stop().await;
    assert_eq!(queued(&rig).await, 1);
    assert_eq!(planned(&rig).await, [], "the run has come to its end");
}

async fn a_daemon_that_was_restarted_meanwhile_still_tells(rig: Rig) {
    find(&rig);
    ran_the_day_before(&rig).await;
    let mut first = Daemon::start(&rig, "first", "2026-06-01T06:00:01Z", vec![early()]);
    first.run().await;
    first.stop().await;
    assert_eq!(queued(&rig).await, 0);
    let mut second = Daemon::start(&rig, "second", "2026-06-01T08:30:00Z", vec![early()]);
    second.run().await;
    second.stop().await;
    assert_eq!(queued(&rig).await, 1);
    assert_eq!(planned(&rig).await, []);
}

async fn the_shortest_catch_up_loses_no_run(rig: Rig) {
    find(&rig);
    ran_the_day_before(&rig).await;
    let reminder = || ReminderConfig { catch_up: Span::ZERO, ..early() };
    let mut daemon = Daemon::start(&rig, "one", "2026-06-01T05:59:59.800Z", vec![reminder()]);
    daemon.run().await;
    daemon.stop().await;
    assert_eq!(rig.store.last_run("main").await.expect("a store"), Some(at(SIX)));
    let mut daemon = Daemon::start(&rig, "two", "2026-06-01T07:00:20Z", vec![reminder()]);
    daemon.run().await;
    daemon.stop().await;
    assert_eq!(queued(&rig).await, 1, "the planned run, twenty seconds late");
}
