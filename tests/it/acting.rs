//! What is done about shares that have outlived their day, by whom and when it is told, and what a crash leaves.

use std::sync::Arc;

use nudged::{
    config::{ExpiryAction, OnExpiry, ReminderConfig},
    model::{Finding, Share},
    pipeline::{Report, Scanner, Writing},
    policy::{Cadence, Mode, Repeating, Wait},
    source::{DataallSource, Refusal, Source},
    store::{Depth, SqlStore, Store},
};
use nudged_tests::{Fate, Rig, at, finding, main_reminder, on_both_rigs, share, told};

use crate::act_world::World;

on_both_rigs! {
    nothing_is_revoked_before_a_requester_was_told_for_long_enough,
    a_notice_counts_from_its_delivery,
    both_sides_are_told_in_one_digest_each_and_the_queue_gets_the_tasks,
    what_is_refused_is_tried_again_at_the_next_scan,
    what_the_source_failed_at_is_ended_by_the_next_scan,
    a_crash_after_the_revoke_loses_and_repeats_nothing,
    a_reminder_after_the_crash_does_not_swallow_the_news,
    a_crash_before_the_end_is_recorded_tells_nobody_again,
    what_was_begun_is_left_alone_once_it_is_not_wanted_any_more,
    a_dry_run_foresees_and_does_nothing,
    the_brake_holds_what_would_be_done_and_what_was_begun,
    a_datasets_confidentiality_decides_what_is_done,
    nothing_is_done_while_nobody_can_say_who_is_to_be_told,
    of_two_daemons_at_once_one_acts_and_everybody_is_told_once,
    a_run_that_takes_up_what_another_is_doing_tells_nobody_twice_and_forgets_nobody,
}

const DAYS: [&str; 5] = [
    "2026-06-01T09:00:00Z",
    "2026-06-02T09:00:00Z",
    "2026-06-03T09:00:00Z",
    "2026-06-04T09:00:00Z",
    "2026-06-05T09:00:00Z",
];

/// Found as one whose day has passed.
fn expire(rig: &Rig, share: Share) {
    let share = Share { status: "Processed".into(), expiry_day: "2026-05-20".parse().ok(), ..share };
    let finding = Finding { reason: "expired".into(), action: Some("revoke".into()), ..finding(&share) };
    rig.script.find(share, finding);
}

/// Requesters and producers are told once; the tasks go to queue@x.test.
fn revoking() -> ReminderConfig {
    let actions = Some(("email".to_owned(), "queue@x.test".to_owned()));
    let on_expiry = OnExpiry { default: ExpiryAction::Revoke, actions, ..OnExpiry::default() };
    let cadence = Cadence { mode: Mode::Single, ..Cadence::default() };
    ReminderConfig {
        cadence,
        on_expiry,
        audience: Some(vec!["requesters".into(), "producers".into()]),
        ..main_reminder()
    }
}

/// Tells of so many expired shares on the first day.
async fn expired(rig: &mut Rig, count: usize, reminder: &ReminderConfig) {
    rig.act();
    (1..=count).for_each(|n| expire(rig, share(&format!("s{n}"))));
    assert_eq!(rig.tell(&[reminder], DAYS[0]).await.len(), 2);
}

/// What was done, such as `s1 revoke done`.
fn deeds(report: &Report) -> Vec<String> {
    let deed = |one: &nudged::pipeline::ActionReport| {
        assert_eq!(one.applied, one.code == "done");
        format!("{} {} {}", one.item.as_str().trim_start_matches("share:"), one.action.as_str(), one.code)
    };
    report.actions.iter().map(deed).collect()
}

const ALL: [&str; 3] = ["email pam@x.test: s1", "email queue@x.test: s1", "email rita@x.test: s1"];

async fn nothing_is_revoked_before_a_requester_was_told_for_long_enough(mut rig: Rig) {
    rig.act();
    expire(&rig, share("s1"));
    let reminder = revoking();
    let report = rig.scan(&[&reminder], DAYS[0]).await;
    assert_eq!(deeds(&report), ["s1 revoke not-told"]);
    assert_eq!(deeds(&rig.scan(&[&reminder], "2026-06-01T10:00:00Z").await), ["s1 revoke not-told"], "not delivered");
    rig.clock.set(at(DAYS[0]));
    rig.deliver().await;
    assert_eq!(deeds(&rig.scan(&[&reminder], "2026-06-02T08:59:59Z").await), ["s1 revoke too-soon"]);
    assert_eq!(rig.hand.orders(), []);
    assert_eq!(deeds(&rig.scan(&[&reminder], DAYS[1]).await), ["s1 revoke done"]);

    let producers = ReminderConfig { audience: Some(vec!["producers".into()]), ..revoking() };
    let other = ReminderConfig { name: "other".into(), ..producers };
    rig.tell(&[&other], DAYS[1]).await;
    assert_eq!(deeds(&rig.scan(&[&other], DAYS[4]).await), ["s1 revoke not-told"], "a producer is no requester");
}

async fn a_notice_counts_from_its_delivery(mut rig: Rig) {
    rig.act();
    expire(&rig, share("s1"));
    let reminder = revoking();
    rig.scan(&[&reminder], DAYS[0]).await;
    // The relay was away for two days.
    rig.clock.set(at("2026-06-03T08:00:00Z"));
    assert_eq!(rig.deliver().await.len(), 2);
    assert_eq!(deeds(&rig.scan(&[&reminder], DAYS[2]).await), ["s1 revoke too-soon"]);
    assert_eq!(deeds(&rig.scan(&[&reminder], DAYS[3]).await), ["s1 revoke done"]);
}

async fn both_sides_are_told_in_one_digest_each_and_the_queue_gets_the_tasks(mut rig: Rig) {
    let reminder = revoking();
    expired(&mut rig, 3, &reminder).await;
    let report = rig.scan(&[&reminder], DAYS[1]).await;
    assert_eq!(deeds(&report), ["s1 revoke done", "s2 revoke done", "s3 revoke done"]);
    let order = &rig.hand.orders()[0];
    assert_eq!((order.share_uri.as_str(), order.seen_status.as_str(), order.now), ("s1", "Processed", at(DAYS[1])));
    let notices = rig.deliver().await;
    assert_eq!(told(&notices), ALL.map(|one| one.replace("s1", "s1 s2 s3")));
    assert_eq!(report.notifications, 3);
    let task = |place: usize| {
        let facts = &notices[place].reminders[1].facts;
        facts.iter().find(|(name, _)| name == "Task").map(|(_, value)| value.as_str())
    };
    assert_eq!([task(0), task(1), task(2)], [None, Some("task-s2"), None]);
    assert_eq!(notices[0].subject, "Access to Sales was revoked, and 2 more");

    let again = rig.scan(&[&reminder], DAYS[2]).await;
    assert_eq!(deeds(&again), ["s1 revoke already-done", "s2 revoke already-done", "s3 revoke already-done"]);
    assert_eq!((rig.deliver().await.len(), rig.hand.orders().len()), (0, 3));
}

async fn what_is_refused_is_tried_again_at_the_next_scan(mut rig: Rig) {
    let reminder = revoking();
    expired(&mut rig, 1, &reminder).await;
    rig.hand.await_next(Fate::Refuse(Refusal::Locked));
    let report = rig.scan(&[&reminder], DAYS[1]).await;
    assert_eq!(deeds(&report), ["s1 revoke locked"]);
    assert!(report.incomplete.is_empty(), "the source has said why: there is nothing to hurry for");
    assert_eq!((rig.deliver().await.len(), rig.rows("action").await), (0, 0));
    assert_eq!(deeds(&rig.scan(&[&reminder], DAYS[2]).await), ["s1 revoke done"]);
    assert_eq!(told(&rig.deliver().await), ALL);
}

async fn what_the_source_failed_at_is_ended_by_the_next_scan(mut rig: Rig) {
    let reminder = revoking();
    expired(&mut rig, 1, &reminder).await;
    rig.hand.await_next(Fate::Fail);
    let report = rig.scan(&[&reminder], DAYS[1]).await;
    assert_eq!(deeds(&report), ["s1 revoke source-failed"]);
    assert!(report.incomplete.contains("main"), "it is scanned again soon");
    assert_eq!((rig.deliver().await.len(), rig.rows("action").await), (0, 1));
    rig.script.clear(); // what was begun is ended even if nobody finds the share any more
    assert_eq!(deeds(&rig.scan(&[&reminder], DAYS[2]).await), ["s1 revoke done"]);
    assert_eq!(told(&rig.deliver().await), ALL);
    assert_eq!(deeds(&rig.scan(&[&reminder], DAYS[3]).await), [""; 0]);
}

/// Scans until an order was carried out, and dies.
async fn die_acting(rig: &Rig, reminder: &ReminderConfig, now: &str) {
    rig.hand.await_next(Fate::DoAndHang);
    let reminders = [reminder];
    tokio::select! {
        report = rig.scan(&reminders, now) => panic!("it came to its end: {report:?}"),
        () = rig.hand.until_hanging() => {}
    }
}

async fn a_crash_after_the_revoke_loses_and_repeats_nothing(mut rig: Rig) {
    let reminder = revoking();
    expired(&mut rig, 1, &reminder).await;
    die_acting(&rig, &reminder, DAYS[1]).await;
    assert_eq!((rig.hand.done(), rig.deliver().await.len()), (vec!["task-s1".to_owned()], 0));
    let report = rig.scan(&[&reminder], DAYS[2]).await;
    assert_eq!(deeds(&report), ["s1 revoke already-done"], "once, though it is still found");
    assert_eq!(told(&rig.deliver().await), ALL);
    rig.scan(&[&reminder], DAYS[3]).await;
    assert_eq!((rig.deliver().await.len(), rig.hand.orders().len()), (0, 2));
}

async fn a_reminder_after_the_crash_does_not_swallow_the_news(mut rig: Rig) {
    let cadence = Cadence { mode: Mode::Repeating(Repeating::default()), after: Wait::Span(nudged::model::Span::ZERO) };
    let reminder = ReminderConfig { cadence, ..revoking() };
    expired(&mut rig, 1, &reminder).await;
    die_acting(&rig, &reminder, DAYS[1]).await;
    rig.deliver().await;
    rig.scan(&[&reminder], DAYS[2]).await;
    let news: Vec<_> = rig.deliver().await.into_iter().filter(|one| one.subject.contains("was revoked")).collect();
    assert_eq!(told(&news), ALL);
}

async fn a_crash_before_the_end_is_recorded_tells_nobody_again(mut rig: Rig) {
    let reminder = revoking();
    expired(&mut rig, 1, &reminder).await;
    assert_eq!(rig.tell(&[&reminder], DAYS[1]).await.len(), 3);
    rig.database.execute(&format!("UPDATE {} SET ended = 0", rig.table("action"))).await;
    let report = rig.scan(&[&reminder], DAYS[2]).await;
    assert_eq!(deeds(&report), ["s1 revoke already-done"]);
    assert_eq!(rig.deliver().await, []);
    rig.scan(&[&reminder], DAYS[3]).await;
    assert_eq!(rig.hand.orders().len(), 2, "and now it is ended");
}

async fn what_was_begun_is_left_alone_once_it_is_not_wanted_any_more(mut rig: Rig) {
    let reminder = revoking();
    expired(&mut rig, 1, &reminder).await;
    rig.hand.await_next(Fate::Fail);
    rig.scan(&[&reminder], DAYS[1]).await;
    for default in [ExpiryAction::Notify, ExpiryAction::Escalate] {
        let on_expiry = OnExpiry { default, ..reminder.on_expiry.clone() };
        let tame = ReminderConfig { on_expiry, ..revoking() };
        assert_eq!(deeds(&rig.scan(&[&tame], DAYS[2]).await), [""; 0]);
    }
    assert_eq!((rig.hand.done().len(), rig.hand.orders().len()), (0, 1));
}

async fn a_dry_run_foresees_and_does_nothing(mut rig: Rig) {
    let reminder = revoking();
    expired(&mut rig, 1, &reminder).await;
    assert_eq!(deeds(&rig.dry_run(&[&reminder], "2026-06-01T10:00:00Z").await), ["s1 revoke too-soon"]);
    assert_eq!(deeds(&rig.dry_run(&[&reminder], DAYS[1]).await), ["s1 revoke due"]);
    assert_eq!((rig.hand.orders().len(), rig.rows("action").await, rig.deliver().await.len()), (0, 0, 0));
    rig.scan(&[&reminder], DAYS[1]).await;
    assert_eq!(deeds(&rig.dry_run(&[&reminder], DAYS[2]).await), ["s1 revoke already-done"]);
}

async fn the_brake_holds_what_would_be_done_and_what_was_begun(mut rig: Rig) {
    let reminder = revoking();
    expired(&mut rig, 2, &reminder).await;
    rig.hand.await_next(Fate::Fail);
    rig.hand.await_next(Fate::Refuse(Refusal::Locked));
    rig.scan(&[&reminder], DAYS[1]).await;
    let brake = rig.scanner.brake;
    rig.scanner.brake = nudged::policy::Brake { factor: 1.0, first_run: 1, least: 0 };
    (3..=5).for_each(|n| expire(&rig, share(&format!("s{n}"))));
    let report = rig.scan(&[&reminder], DAYS[2]).await;
    let held: Vec<_> = (1..=5).map(|n| format!("s{n} revoke brake")).collect();
    assert_eq!((deeds(&report), rig.hand.orders().len()), (held, 2));
    rig.scanner.brake = brake;
    assert_eq!(deeds(&rig.scan(&[&reminder], DAYS[3]).await)[..2], ["s1 revoke done", "s2 revoke done"]);
}

async fn a_datasets_confidentiality_decides_what_is_done(mut rig: Rig) {
    rig.act();
    for (uri, confidentiality) in [("s1", "Official"), ("s2", "Secret"), ("s3", "Unclassified")] {
        expire(&rig, Share { confidentiality: confidentiality.to_owned(), ..share(uri) });
    }
    let own = [("Official", ExpiryAction::Mark), ("Unclassified", ExpiryAction::Notify)];
    let confidentiality = own.map(|(name, action)| (name.to_owned(), action)).into();
    let on_expiry = OnExpiry { confidentiality, ..revoking().on_expiry };
    let reminder = ReminderConfig { on_expiry, ..revoking() };
    let report = rig.scan(&[&reminder], DAYS[0]).await;
    assert_eq!(deeds(&report), ["s1 mark done", "s2 revoke not-told"], "a mark need not wait for anybody");
    assert_eq!(told(&rig.deliver().await), ["email pam@x.test: s1 s2 s3", "email rita@x.test: s1 s2 s3"]);
    assert_eq!(deeds(&rig.scan(&[&reminder], DAYS[1]).await), ["s1 mark already-done", "s2 revoke done"]);
    assert_eq!(told(&rig.deliver().await), ALL.map(|one| one.replace("s1", "s2")), "of a mark nobody is told");
}

async fn nothing_is_done_while_nobody_can_say_who_is_to_be_told(mut rig: Rig) {
    let reminder = ReminderConfig { audience: Some(vec!["requesters".into()]), ..revoking() };
    rig.act();
    expire(&rig, share("s1"));
    rig.tell(&[&reminder], DAYS[0]).await;
    rig.roster.hide("producers", true);
    let report = rig.scan(&[&reminder], DAYS[1]).await;
    assert_eq!(deeds(&report), ["s1 revoke directory-failed"]);
    assert!(report.incomplete.contains("main"), "it is scanned again soon");
    assert_eq!(rig.hand.orders(), []);
    rig.roster.hide("producers", false);
    assert_eq!(deeds(&rig.scan(&[&reminder], "2026-06-02T09:01:00Z").await), ["s1 revoke done"]);
    assert_eq!(told(&rig.deliver().await), ALL);
}

/// Another daemon over the same store and source.
async fn second(rig: &Rig) -> Scanner {
    let store = Arc::new(SqlStore::connect(&rig.database.url()).await.expect("the store opens"));
    Scanner {
        source: Arc::new(rig.script.clone()),
        strategies: Arc::new(rig.script.clone()),
        directory: Arc::clone(&rig.roster) as _,
        actions: Some(Arc::clone(&rig.hand) as _),
        ..nudged_tests::scanner(store, Arc::clone(&rig.clock) as _)
    }
}

async fn of_two_daemons_at_once_one_acts_and_everybody_is_told_once(mut rig: Rig) {
    let reminder = revoking();
    expired(&mut rig, 20, &reminder).await;
    let other = second(&rig).await;
    rig.clock.set(at(DAYS[1]));
    let reminders = [&reminder];
    let (one, two) = tokio::join!(
        rig.scanner.scan(&reminders, at(DAYS[1]), Writing::Outbox),
        other.scan(&reminders, at(DAYS[1]), Writing::Outbox)
    );
    let done = [one, two].map(|report| report.expect("it ends").actions.iter().filter(|one| one.applied).count());
    assert_eq!(done.iter().sum::<usize>(), 20);
    assert_eq!(rig.hand.done().len(), 20);
    // Both may have told of a part; together they told of all, once.
    for to in ["pam@x.test", "queue@x.test", "rita@x.test"] {
        assert_eq!(rig.database.number(&acted(&rig, to)).await, 20, "{to}");
    }
    assert_eq!(rig.rows("action").await, 20);
    rig.deliver().await;
    rig.scan(&[&reminder], DAYS[2]).await;
    assert_eq!(rig.deliver().await, [], "nothing was left for later");
}

/// Counts what somebody was told to have been done.
fn acted(rig: &Rig, recipient: &str) -> String {
    format!("SELECT COUNT(*) FROM {} WHERE notice = 'action' AND recipient = '{recipient}'", rig.table("ledger"))
}

async fn a_run_that_takes_up_what_another_is_doing_tells_nobody_twice_and_forgets_nobody(mut rig: Rig) {
    let reminder = revoking();
    expired(&mut rig, 2, &reminder).await;
    // It hangs in the first share; meanwhile the other run takes that up and does the second one by itself.
    die_acting(&rig, &reminder, DAYS[1]).await;
    let other = second(&rig).await;
    let report = other.scan(&[&reminder], at(DAYS[1]), Writing::Outbox).await.expect("it ends");
    assert_eq!(deeds(&report), ["s1 revoke already-done", "s2 revoke done"]);
    assert_eq!(told(&rig.deliver().await), ALL.map(|one| one.replace("s1", "s1 s2")));
    // The first one wakes up and writes what it knows: the row says that it is still to be told.
    let open = format!("UPDATE {} SET ended = 0 WHERE item = 'share:s1'", rig.table("action"));
    rig.database.execute(&open).await;
    rig.scan(&[&reminder], "2026-06-02T09:00:01Z").await;
    let Depth { queued, .. } = rig.store.depth().await.expect("a store");
    assert_eq!(queued, 0);
}

/// data.all itself: one share is told, revoked once, and told of.
async fn a_share_of_data_all_is_revoked_once_and_told_of(world: World, mut rig: Rig) {
    let source = DataallSource::connect(&world.dataall.config()).await.expect("the source opens");
    source.check().await.expect("it is data.all");
    rig.scanner.source = Arc::new(source);
    rig.scanner.actions = Some(Arc::new(world.actions().await));
    for (group, member) in [("owners", "pam@x.test"), ("team", "rita@x.test")] {
        rig.roster.set(group, "email", &[member]);
    }
    expire(&rig, share("s1")); // what the strategy finds; the share is data.all's own
    let reminder = revoking();
    let days = ["2026-04-24T09:00:00Z", "2026-04-25T09:00:00Z", "2026-04-26T09:00:00Z"];
    assert_eq!(rig.tell(&[&reminder], days[0]).await.len(), 2);
    assert_eq!(deeds(&rig.dry_run(&[&reminder], days[1]).await), ["s1 revoke due"]);
    assert_eq!(world.snapshot().await["task"].len(), 0);

    assert_eq!(deeds(&rig.scan(&[&reminder], days[1]).await), ["s1 revoke done"]);
    let after = world.snapshot().await;
    assert_eq!(after["share_object"][0]["status"], "Revoked");
    assert_eq!(after["share_object_item"][0]["status"], "Revoke_Approved");
    let notices = rig.deliver().await;
    assert_eq!(told(&notices), ALL);
    let task = ("Task".to_owned(), after["task"][0]["taskUri"].as_str().expect("a task").to_owned());
    assert!(notices[1].reminders[0].facts.contains(&task), "{:?}", notices[1]);

    // As after a crash before anybody was told.
    let (ledger, action) = (rig.table("ledger"), rig.table("action"));
    let crash = format!("DELETE FROM {ledger} WHERE notice = 'action'; UPDATE {action} SET ended = 0");
    rig.database.execute(&crash).await;
    assert_eq!(deeds(&rig.scan(&[&reminder], days[2]).await)[0], "s1 revoke already-done");
    assert_eq!(told(&rig.deliver().await), ALL);
    assert_eq!(world.snapshot().await, after, "nothing is written a second time");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_share_of_data_all_is_revoked_once_on_sqlite() {
    let rig = Rig::new(nudged_tests::Database::fresh_sqlite()).await;
    a_share_of_data_all_is_revoked_once_and_told_of(World::sqlite().await, rig).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_share_of_data_all_is_revoked_once_on_postgres() {
    let rig = Rig::new(nudged_tests::Database::fresh_postgres().await).await;
    a_share_of_data_all_is_revoked_once_and_told_of(World::postgres().await, rig).await;
}
