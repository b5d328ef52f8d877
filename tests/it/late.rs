//! What is sent long after its scan is judged afresh, and what could not be sent at all is told to the operator.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use chrono::TimeDelta;
use nudged::store::Custody;
use nudged::{
    clock::Clock,
    config::{DeliveryConfig, ReminderConfig},
    directory::{Addresses, Directory},
    model::{Fault, FaultKind, Notice, Outcome},
    pipeline::{Deliverer, Delivery, SecondLook, Undelivered},
    store::{Filter, OutboxState},
};
use nudged_tests::{Post, Rig, at, finding, main_reminder, on_both_rigs, share, told};

on_both_rigs! {
    what_is_over_is_cancelled_and_the_rest_is_told,
    a_notice_of_which_nothing_is_left_is_not_sent,
    what_was_cancelled_and_is_back_is_told_at_the_next_run,
    one_that_goes_out_in_time_is_not_judged_again,
    what_cannot_be_judged_is_told,
    a_backlog_costs_one_look,
    a_thread_leads_from_the_second_notice_to_the_first,
    the_operator_is_told_once_of_what_nobody_took,
    a_notice_that_was_taken_before_its_plugin_failed_is_an_operators_to_look_at,
}

const NINE: &str = "2026-06-01T09:00:00Z";
const NEXT_DAY: &str = "2026-06-02T09:00:00Z";

/// Finds these shares, all of the team `producers`, from now on.
fn find(rig: &Rig, uris: &[&str]) {
    rig.script.clear();
    for uri in uris {
        let share = share(uri);
        rig.script.find(share.clone(), finding(&share));
    }
}

fn deliverer(rig: &Rig, post: &Post, reminder: &ReminderConfig) -> Deliverer {
    let reminders = BTreeMap::from([(reminder.name.clone(), reminder.clone())]);
    let config = DeliveryConfig { attempts: 1, ..DeliveryConfig::default() };
    let second_look = SecondLook::new(Arc::new(rig.scanner.clone()), &reminders, config.recheck_after);
    Deliverer {
        store: Arc::clone(&rig.store) as _,
        routes: Arc::new(post.clone()),
        clock: Arc::clone(&rig.clock) as _,
        config,
        lanes: BTreeMap::new(),
        recheck: Some(Arc::new(second_look)),
        holder: "late".to_owned(),
    }
}

/// Delivers what is due so long after the last scan.
async fn deliver(rig: &Rig, deliverer: &Deliverer, later: TimeDelta) -> Vec<Delivery> {
    rig.clock.advance(later);
    let mut ended = Vec::new();
    deliverer.once(|delivery| ended.push(delivery)).await.expect("a store");
    ended
}

fn outcomes(ended: &[Delivery]) -> Vec<&str> {
    ended.iter().map(|delivery| delivery.outcome).collect()
}

async fn what_is_over_is_cancelled_and_the_rest_is_told(rig: Rig) {
    let (post, reminder) = (Post::default(), main_reminder());
    find(&rig, &["s1", "s2", "s3"]);
    rig.scan(&[&reminder], NINE).await;
    find(&rig, &["s1", "s3"]);
    let ended = deliver(&rig, &deliverer(&rig, &post, &reminder), TimeDelta::minutes(6)).await;
    assert_eq!(outcomes(&ended), ["delivered"]);
    let taken = post.taken();
    assert_eq!(told(&taken), ["email pam@x.test: s1 s3"]);
    assert_eq!(taken[0].preamble, "2 things wait for you as a member of producers.");
    assert!(!taken[0].text.contains("s2"), "{}", taken[0].text);
    let state = |state| format!("SELECT COUNT(*) FROM {} WHERE state = '{state}'", rig.table("ledger"));
    assert_eq!(rig.database.number(&state("delivered")).await, 2);
    assert_eq!(rig.database.number(&state("cancelled")).await, 1);
}

async fn a_notice_of_which_nothing_is_left_is_not_sent(rig: Rig) {
    let (post, reminder) = (Post::default(), main_reminder());
    find(&rig, &["s1", "s2"]);
    rig.scan(&[&reminder], NINE).await;
    find(&rig, &[]);
    let ended = deliver(&rig, &deliverer(&rig, &post, &reminder), TimeDelta::minutes(6)).await;
    assert_eq!(outcomes(&ended), ["cancelled"]);
    assert!(ended[0].detail.contains("resolved"), "{ended:?}");
    assert!(post.taken().is_empty());
    assert_eq!(rig.rows("outbox").await, 0);
}

async fn what_was_cancelled_and_is_back_is_told_at_the_next_run(rig: Rig) {
    let (post, reminder) = (Post::default(), main_reminder());
    find(&rig, &["s1"]);
    rig.scan(&[&reminder], NINE).await;
    find(&rig, &[]);
    deliver(&rig, &deliverer(&rig, &post, &reminder), TimeDelta::minutes(6)).await;
    find(&rig, &["s1"]);
    rig.scan(&[&reminder], NEXT_DAY).await;
    deliver(&rig, &deliverer(&rig, &post, &reminder), TimeDelta::zero()).await;
    let taken = post.taken();
    assert_eq!((told(&taken), taken[0].reminders[0].ordinal), (vec!["email pam@x.test: s1".to_owned()], 1));
}

async fn one_that_goes_out_in_time_is_not_judged_again(rig: Rig) {
    let (post, reminder) = (Post::default(), main_reminder());
    find(&rig, &["s1"]);
    rig.scan(&[&reminder], NINE).await;
    find(&rig, &[]);
    let ended = deliver(&rig, &deliverer(&rig, &post, &reminder), TimeDelta::minutes(5)).await;
    assert_eq!(outcomes(&ended), ["delivered"]);
}

async fn what_cannot_be_judged_is_told(rig: Rig) {
    let (post, reminder) = (Post::default(), main_reminder());
    find(&rig, &["s1"]);
    rig.scan(&[&reminder], NINE).await;
    find(&rig, &[]);
    rig.script.break_source(true);
    let ended = deliver(&rig, &deliverer(&rig, &post, &reminder), TimeDelta::hours(1)).await;
    assert_eq!(outcomes(&ended), ["delivered"]);
}

async fn a_backlog_costs_one_look(rig: Rig) {
    let (post, reminder) = (Post::default(), main_reminder());
    let reminder = ReminderConfig { group_by: nudged::config::GroupBy::Item, ..reminder };
    let uris: Vec<_> = (0..40).map(|n| format!("s{n}")).collect();
    find(&rig, &uris.iter().map(String::as_str).collect::<Vec<_>>());
    rig.scan(&[&reminder], NINE).await;
    let before = rig.script.reads();
    let ended = deliver(&rig, &deliverer(&rig, &post, &reminder), TimeDelta::minutes(6)).await;
    assert_eq!((ended.len(), rig.script.reads() - before), (40, 1));
}

async fn a_thread_leads_from_the_second_notice_to_the_first(rig: Rig) {
    let (post, reminder) = (Post::default(), main_reminder());
    let deliverer = deliverer(&rig, &post, &reminder);
    find(&rig, &["s1"]);
    post.keep("ts-1");
    rig.scan(&[&reminder], NINE).await;
    deliver(&rig, &deliverer, TimeDelta::zero()).await;
    post.keep("ts-2");
    let first = post.taken().remove(0);
    assert_eq!(first.reminders[0].thread, None);
    for day in [NEXT_DAY, "2026-06-03T09:00:00Z"] {
        rig.scan(&[&reminder], day).await;
        deliver(&rig, &deliverer, TimeDelta::zero()).await;
        let next = post.taken().remove(0);
        let thread = next.reminders[0].thread.clone().expect("a thread");
        assert_eq!((thread.notification, thread.receipt.as_deref()), (first.id.clone(), Some("ts-1")));
    }
}

async fn the_operator_is_told_once_of_what_nobody_took(rig: Rig) {
    let (post, reminder) = (Post::default(), main_reminder());
    let deliverer = deliverer(&rig, &post, &reminder);
    find(&rig, &["s1"]);
    rig.scan(&[&reminder], NINE).await;
    post.answer(Ok(Outcome::Rejected("550 5.1.1 no such user".to_owned())));
    assert_eq!(outcomes(&deliver(&rig, &deliverer, TimeDelta::zero()).await), ["rejected"]);
    post.taken();

    let fallback: Addresses = rig.roster.fallback().clone();
    let undelivered = Undelivered { store: Arc::clone(&rig.store) as _, fallback };
    let now = rig.clock.now();
    assert_eq!(undelivered.report(now).await.expect("a store"), 1);
    assert_eq!(undelivered.report(now).await.expect("a store"), 0, "they know");
    assert_eq!(outcomes(&deliver(&rig, &deliverer, TimeDelta::zero()).await), ["delivered", "delivered"]);
    let mut reports = post.taken();
    reports.sort_by(|a, b| a.channel.cmp(&b.channel));
    let to: Vec<_> = reports.iter().map(|one| (one.channel.as_str(), one.recipient.as_str())).collect();
    assert_eq!(to, [("email", "ops@x.test"), ("post", "ops@x.test")]);
    assert_eq!(reports[0].subject, "1 notice could not be delivered");
    for word in ["pam@x.test", "550 5.1.1 no such user", "refused after 1 attempt"] {
        assert!(reports[0].text.contains(word), "{word}: {}", reports[0].text);
    }
    assert_eq!(reports[0].reminders[0].notice, Notice::Reminder);

    // A report that nobody takes is not reported in its turn.
    rig.scan(&[&reminder], NEXT_DAY).await;
    let rejected = || Ok(Outcome::Rejected("550 5.1.1 no such user".to_owned()));
    (0..3).for_each(|_| post.answer(rejected()));
    deliver(&rig, &deliverer, TimeDelta::zero()).await;
    assert_eq!(undelivered.report(rig.clock.now()).await.expect("a store"), 1);
    assert_eq!(outcomes(&deliver(&rig, &deliverer, TimeDelta::zero()).await), ["rejected", "rejected"]);
    assert_eq!(undelivered.report(rig.clock.now()).await.expect("a store"), 0);
}

async fn a_notice_that_was_taken_before_its_plugin_failed_is_an_operators_to_look_at(rig: Rig) {
    let (post, reminder) = (Post::default(), main_reminder());
    let mut deliverer = deliverer(&rig, &post, &reminder);
    deliverer.config = DeliveryConfig { first_retry: Duration::from_secs(1), ..DeliveryConfig::default() };
    find(&rig, &["s1"]);
    rig.scan(&[&reminder], NINE).await;
    let (plugin, digest) = ("post".to_owned(), "0".to_owned());
    post.answer(Err(Fault { plugin, digest, kind: FaultKind::AfterAnswer, detail: "200, then a trap".to_owned() }));
    let ended = deliver(&rig, &deliverer, TimeDelta::zero()).await;
    assert_eq!(outcomes(&ended), ["dead"]);
    assert!(ended[0].detail.contains("look whether it has arrived"), "{ended:?}");
    assert!(deliver(&rig, &deliverer, TimeDelta::hours(2)).await.is_empty(), "nobody is told again and again");
    let dead = Filter { states: vec![OutboxState::Dead], ..Filter::default() };
    assert_eq!(rig.store.list(&dead).await.expect("a store").len(), 1);
    assert_eq!(at(NINE) + TimeDelta::hours(2), rig.clock.now());
}
