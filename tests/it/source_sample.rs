//! The sample shows a newcomer every kind of reminder.

use nudged::{
    config::{Links, SourceConfig},
    model::{Instant, Share, Stack},
    source::{Want, create_sample, sample_people},
};
use nudged_tests::Database;

use crate::source::{scan_with, stacks_with};

fn now() -> Instant {
    "2026-05-04T09:00:00Z".parse().expect("an instant")
}

fn config(database: &Database) -> SourceConfig {
    SourceConfig { url: database.url(), schema: "dev".into(), timezone: chrono_tz::UTC, links: Links::default() }
}

/// The sample's shares and the texts of its problems.
async fn sample() -> (Vec<Share>, Vec<String>) {
    let database = Database::fresh_sqlite();
    create_sample(&database.file(), now(), 0).await.expect("a sample");
    let want = Want::everything(now().date_naive(), true);
    let (shares, problems) = scan_with(&config(&database), want).await;
    (shares, problems.into_iter().map(|problem| problem.text).collect())
}

fn live(share: &Share) -> bool {
    share.items.iter().any(|item| item.is_live())
}

/// Days until the share's day of expiry.
fn days_left(share: &Share) -> Option<i64> {
    share.expiry_day.map(|day| (day - now().date_naive()).num_days())
}

fn names(shares: &[Share], fits: impl Fn(&Share) -> bool) -> Vec<&str> {
    shares.iter().filter(|share| fits(share)).map(|share| share.uri.as_str()).collect()
}

#[tokio::test]
async fn there_is_something_for_every_reminder() {
    let (shares, _) = sample().await;
    let found = |fits: &dyn Fn(&Share) -> bool| names(&shares, fits);
    let days = |share: &Share| (now() - share.since).num_days();
    assert_eq!(found(&|s| s.status == "Submitted" && days(s) < 1), ["pend-new"], "young requests");
    assert_eq!(found(&|s| s.status == "Submitted" && days(s) >= 1).len(), 8, "pending requests");
    let asked = |s: &Share| s.status == "Submitted_For_Extension" && s.extension_asked;
    assert_eq!(found(&|s| asked(s) && s.requested_expiry_day.is_some()), ["ext-late", "ext-soon", "over-ext"]);
    let ends = |s: &Share, days: std::ops::RangeInclusive<i64>| {
        live(s) && !s.non_expirable && !s.extension_asked && days_left(s).is_some_and(|left| days.contains(&left))
    };
    assert_eq!(found(&|s| ends(s, 0..=30)), ["exp-0d00", "exp-1d00", "exp-30d0", "exp-6d00"], "expiring");
    let item = |s: &Share, status: &str| s.items.iter().any(|item| item.status == status);
    assert_eq!(found(&|s| item(s, "Share_Failed")), ["fail-new"]);
    assert_eq!(found(&|s| item(s, "Revoke_Failed")), ["fail-rev", "over-rvk"]);
    let ill = |s: &Share| s.items.iter().any(|item| item.health == "Unhealthy" && !item.health_message.is_empty());
    assert_eq!(found(&ill), ["unhealth"]);
    assert_eq!(found(&|s| s.dataset_label.contains("<script>")).len(), 1, "odd labels");
}

#[tokio::test]
async fn access_outlives_its_day_in_every_state_in_which_it_is_forgotten() {
    let (shares, _) = sample().await;
    let over = shares.iter().filter(|s| live(s) && !s.non_expirable && days_left(s).is_some_and(|left| left < 0));
    let states: Vec<_> = over.map(|s| (s.uri.as_str(), s.status.as_str())).collect();
    let expected = [
        ("over-2d0", "Processed"),
        ("over-dra", "Draft"),
        ("over-ext", "Submitted_For_Extension"),
        ("over-rej", "Extension_Rejected"),
        ("over-rvk", "Processed"),
    ];
    assert_eq!(states, expected);
    let exempt = shares.iter().find(|share| share.uri == "exp-none").expect("the share");
    assert!(exempt.non_expirable && live(exempt) && days_left(exempt) < Some(0));
    let ended = shares.iter().find(|share| share.uri == "over-end").expect("the share");
    assert!(!live(ended) && days_left(ended) < Some(0));
}

#[tokio::test]
async fn an_extension_counts_from_its_request_whatever_was_reminded_of_before() {
    let (shares, _) = sample().await;
    let late = shares.iter().find(|share| share.uri == "ext-late").expect("the share");
    assert_eq!((now() - late.since).num_days(), 1);
}

#[tokio::test]
async fn stacks_have_failed_and_have_not() {
    let database = Database::fresh_sqlite();
    create_sample(&database.file(), now(), 0).await.expect("a sample");
    let (stacks, problems) = stacks_with(&config(&database), Want::everything(now().date_naive(), false)).await;
    assert_eq!(problems, []);
    let failed: Vec<_> = stacks.iter().filter(|stack| stack.status.ends_with("FAILED")).collect();
    let shown = |stack: &&Stack| (stack.kind.clone(), stack.target_label.clone());
    let expected = [("environment", "Risk"), ("dataset", "General ledger"), ("dataset", "Payroll")];
    assert_eq!(failed.iter().map(shown).collect::<Vec<_>>(), expected.map(|(kind, label)| (kind.into(), label.into())));
    assert_eq!(stacks.len(), 5);
}

#[tokio::test]
async fn what_is_deleted_or_dangling_is_not_reminded_of() {
    let (shares, problems) = sample().await;
    assert!(shares.iter().all(|share| !["pend-del", "pend-old", "dangling"].contains(&share.uri.as_str())));
    assert_eq!(problems.len(), 3, "{problems:?}");
    assert!(problems[0].contains("no-such0"), "{problems:?}");
    assert!(problems[1..].iter().all(|text| text.contains("stewards")), "{problems:?}");
}

#[tokio::test]
async fn the_request_that_was_rejected_before_counts_from_its_second_submission() {
    let (shares, _) = sample().await;
    let again = shares.iter().find(|share| share.uri == "pend-two").expect("the share");
    assert_eq!((now() - again.since).num_days(), 4);
}

#[tokio::test]
async fn everybody_who_is_named_can_be_reached() {
    let (shares, _) = sample().await;
    let people = sample_people(0);
    for group in shares.iter().flat_map(|s| [s.producers.as_ref(), s.stewards.as_ref(), Some(&s.group)]).flatten() {
        assert!(people.iter().any(|person| person.group == *group), "nobody is in {group}");
    }
}

#[tokio::test]
async fn an_existing_file_is_left_as_it_is() {
    let database = Database::fresh_sqlite();
    std::fs::write(database.file(), "mine").expect("a file");
    let error = create_sample(&database.file(), now(), 0).await.expect_err("an error");
    assert!(error.what.contains("exists already"), "{}", error.what);
    assert_eq!(std::fs::read_to_string(database.file()).expect("the file"), "mine");
}
