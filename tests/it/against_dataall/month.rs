//! One month of mails.

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
};

use nudged::{config::ReminderConfig, model::Share, policy::Mode};
use nudged_tests::{DataallToday, TodayMail, TodayTask};

use super::world::{Told, World, of_dataall, of_sample};

/// Shares, unless NUDGED_TEST_SHARES says otherwise: enough that everybody has several things to be told of. Who has a
/// single request to answer gets more mails from a reminder that runs daily than from one that runs on Mondays.
const SHARES: u32 = 1000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_gets_more_mails_than_from_dataall_and_nothing_is_lost() {
    let count = env::var("NUDGED_TEST_SHARES").map_or(SHARES, |count| count.parse().expect("a number of shares"));
    let world = World::new(count).await;
    let shares: Vec<_> = world.shares.iter().cloned().map(Into::into).collect();
    let today = DataallToday::new(world.groups.clone()).month(&shares, world.first);
    let mut before = BTreeMap::<_, usize>::new();
    today.iter().for_each(|mail| *before.entry(mail.address.clone()).or_default() += 1);

    println!("{count} shares, June 2026, nobody acts; mails a person:");
    println!("{:<28}{:>7} {:>7} {:>7} {:>9} {:>10}", "", "median", "p90", "max", "mails", "reminders");
    print_row("data.all today", &before, today.len());
    for (name, reminders) in [("nudged, imported settings", of_dataall()), ("nudged, sample settings", of_sample())] {
        let told = world.live(&reminders).await;
        print_row(name, &told.mails, told.reminders);
        for (person, mails) in &told.mails {
            let most = before.get(person).copied().unwrap_or_default();
            assert!(*mails <= most, "{name}: {person} gets {mails} mails instead of {most}");
        }
        assert_nothing_lost(name, &world, &reminders, &today, &told);
    }
}

/// Everything that data.all mails about, in so far as it still means something, is told to the same people.
fn assert_nothing_lost(name: &str, world: &World, reminders: &[ReminderConfig], today: &[TodayMail], told: &Told) {
    let by_uri: BTreeMap<_, _> = world.shares.iter().map(|share| (share.uri.as_str(), share)).collect();
    let horizon = horizon(reminders);
    let meant = today.iter().filter(|mail| is_meant(mail, by_uri[mail.share.as_str()], horizon));
    let expected: BTreeSet<_> = meant.map(|mail| (mail.address.clone(), mail.share.clone())).collect();
    for task in [TodayTask::Pending, TodayTask::Expiration] {
        let some = today
            .iter()
            .filter(|mail| mail.task == task)
            .any(|mail| expected.contains(&(mail.address.clone(), mail.share.clone())));
        assert!(some, "{name}: {task:?} has nothing that could be lost");
    }
    let lost: Vec<_> = expected.difference(&told.pairs).take(5).collect();
    assert!(lost.is_empty(), "{name}: lost, among others: {lost:?}");
}

/// data.all tells of ends that are a year away, and of the end of access that nobody has.
fn is_meant(mail: &TodayMail, share: &Share, horizon: i64) -> bool {
    let near = || share.expiry_day.is_some_and(|last| (last - mail.day).num_days() <= horizon);
    mail.task == TodayTask::Pending || (near() && share.items.iter().any(|item| item.is_live()))
}

/// Days ahead of the first step of the reminder that is a ladder.
fn horizon(reminders: &[ReminderConfig]) -> i64 {
    let first = |reminder: &ReminderConfig| match &reminder.cadence.mode {
        Mode::Ladder { days_before } => days_before.first().copied(),
        _ => None,
    };
    reminders.iter().find_map(first).expect("a ladder").into()
}

fn print_row(name: &str, mails: &BTreeMap<String, usize>, reminders: usize) {
    let mut sorted: Vec<_> = mails.values().copied().collect();
    sorted.sort_unstable();
    let at = |percent: usize| sorted[(sorted.len() * percent / 100).min(sorted.len() - 1)];
    let total: usize = sorted.iter().sum();
    println!("{name:<28}{:>7} {:>7} {:>7} {total:>9} {reminders:>10}", at(50), at(90), at(100));
}
