//! The generated part of the sample: thousands of shares in a realistic mix.

use std::collections::BTreeSet;

use chrono::{Datelike, Days};
use nudged::{
    config::{Links, SourceConfig},
    model::{Instant, Share},
    source::{Want, create_sample, sample_people},
};
use nudged_tests::Database;

use crate::source::scan_with;

const COUNT: u32 = 5000;

fn now() -> Instant {
    "2026-05-04T09:00:00Z".parse().expect("an instant")
}

/// The generated shares; nothing is wrong with them.
async fn generated() -> Vec<Share> {
    let database = Database::fresh_sqlite();
    create_sample(&database.file(), now(), COUNT).await.expect("a sample");
    let config =
        SourceConfig { url: database.url(), schema: "dev".into(), timezone: chrono_tz::UTC, links: Links::default() };
    let (shares, problems) = scan_with(&config, Want::everything(now().date_naive(), true)).await;
    assert_eq!(problems.len(), 3, "those that every sample has: {problems:?}");
    shares.into_iter().filter(|share| share.dataset_uri.starts_with("many-")).collect()
}

#[tokio::test]
async fn the_mix_is_that_of_a_large_company() {
    let shares = generated().await;
    assert_eq!(shares.len(), COUNT as usize);
    let per_mille = |fits: &dyn Fn(&Share) -> bool| shares.iter().filter(|share| fits(share)).count() / 5;
    let item =
        |s: &Share, fits: &dyn Fn(&str, &str) -> bool| s.items.iter().any(|item| fits(&item.status, &item.health));
    assert!((90..=110).contains(&per_mille(&|s| s.status == "Submitted")), "pending");
    assert!((8..=25).contains(&per_mille(&|s| s.status == "Submitted_For_Extension")), "extensions");
    assert!((250..=350).contains(&per_mille(&|s| s.expires.is_some())), "with an expiry date");
    assert!((10..=50).contains(&per_mille(&|s| s.expires.is_some_and(|at| at <= now()))), "expired");
    assert!((5..=15).contains(&per_mille(&|s| item(s, &|status, _| status.ends_with("_Failed")))), "failed");
    assert!((15..=25).contains(&per_mille(&|s| item(s, &|_, health| health == "Unhealthy"))), "unhealthy");
    let ages: BTreeSet<_> =
        shares.iter().filter(|s| s.status == "Submitted").map(|s| (now() - s.since).num_days()).collect();
    assert!(ages.contains(&0) && ages.len() > 30 && ages.iter().all(|days| (0..60).contains(days)), "{ages:?}");
    let different = |of: fn(&Share) -> &str| shares.iter().map(of).collect::<BTreeSet<_>>().len();
    assert_eq!((different(|s| &s.dataset_uri), different(|s| &s.group)), (200, 20));
}

#[tokio::test]
async fn access_ends_with_a_month_as_data_all_has_it() {
    for share in generated().await {
        if let Some(day) = share.expiry_day {
            assert_eq!((day + Days::new(1)).day(), 1, "{} ends on {day}", share.uri);
        }
    }
}

#[tokio::test]
async fn it_is_the_same_every_time() {
    assert!(generated().await == generated().await);
}

#[tokio::test]
async fn everybody_who_is_named_by_generated_shares_can_be_reached() {
    let people = sample_people(COUNT);
    let groups: BTreeSet<_> = people.iter().map(|person| person.group.as_str()).collect();
    let addresses: BTreeSet<_> = people.iter().map(|person| person.address.as_str()).collect();
    assert_eq!(groups.len(), 66);
    for share in generated().await {
        for group in [share.producers.as_deref(), share.stewards.as_deref(), Some(&share.group)] {
            assert!(group.is_some_and(|group| groups.contains(group)), "{group:?}");
        }
        assert!(addresses.contains(share.owner.as_str()), "{}", share.owner);
    }
}
