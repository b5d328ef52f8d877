//! The sample shows a newcomer every kind of reminder.

use futures_util::TryStreamExt;
use nudged::{
    config::{Links, SourceConfig},
    model::{Instant, Share},
    source::{DataallSource, Row, Source, Want, create_sample},
};
use nudged_tests::Database;

fn now() -> Instant {
    "2026-05-04T09:00:00Z".parse().expect("an instant")
}

/// The sample's shares and the texts of its problems.
async fn sample() -> (Vec<Share>, Vec<String>) {
    let database = Database::fresh_sqlite();
    create_sample(&database.file(), now()).await.expect("a sample");
    let config =
        SourceConfig { url: database.url(), schema: "dev".into(), timezone: chrono_tz::UTC, links: Links::default() };
    let source = DataallSource::connect(&config).await.expect("the sample opens");
    let want = Want { items: true, ..Want::default() };
    let rows: Vec<_> = source.shares(&want).try_collect().await.expect("the rows");
    let (mut shares, mut problems) = (Vec::new(), Vec::new());
    for row in rows {
        match row {
            Row::Item(item) => shares.push(item.share().expect("a share").as_ref().clone()),
            Row::Problem(problem) => problems.push(problem.text),
        }
    }
    (shares, problems)
}

fn live(share: &Share) -> bool {
    let live = ["Share_Succeeded", "PendingExtension", "Revoke_Approved", "Revoke_In_Progress", "Revoke_Failed"];
    share.items.iter().any(|item| live.contains(&item.status.as_str()))
}

#[tokio::test]
async fn there_is_something_for_every_reminder() {
    let (shares, _) = sample().await;
    let count = |fits: &dyn Fn(&Share) -> bool| shares.iter().filter(|share| fits(share)).count();
    let days = |share: &Share| (now() - share.since).num_days();
    assert_eq!(count(&|s| s.status == "Submitted" && days(s) < 1), 1, "young requests");
    assert_eq!(count(&|s| s.status == "Submitted" && days(s) >= 1), 8, "pending requests");
    assert_eq!(count(&|s| s.status == "Submitted_For_Extension" && s.extension_asked), 2, "pending extensions");
    let until = |s: &Share| s.expires.map(|expires| (expires - now()).num_days());
    let ends = |s: &Share| live(s) && !s.non_expirable && !s.extension_asked;
    assert_eq!(
        count(&|s| ends(s) && until(s).is_some_and(|days| (0..=30).contains(&days)) && s.expires > Some(now())),
        4,
        "expiring"
    );
    assert_eq!(count(&|s| ends(s) && s.expires.is_some_and(|expires| expires <= now())), 2, "expired and live");
    let item = |s: &Share, status: &str| s.items.iter().any(|item| item.status == status);
    assert_eq!(count(&|s| item(s, "Share_Failed") || item(s, "Revoke_Failed")), 2, "failed");
    assert_eq!(count(&|s| s.items.iter().any(|item| item.health == "Unhealthy")), 1, "unhealthy");
    assert_eq!(count(&|s| s.dataset_label.contains("<script>")), 1, "odd labels");
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
async fn an_existing_file_is_left_as_it_is() {
    let database = Database::fresh_sqlite();
    std::fs::write(database.file(), "mine").expect("a file");
    let error = create_sample(&database.file(), now()).await.expect_err("an error");
    assert!(error.what.contains("exists already"), "{}", error.what);
    assert_eq!(std::fs::read_to_string(database.file()).expect("the file"), "mine");
}
