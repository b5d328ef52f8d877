//! The shape is what it says.

use super::*;
use crate::data::{NOW, PENDING};

fn shape(shares: u64) -> Shape {
    let now = NOW.parse::<chrono::DateTime<chrono::Utc>>().expect("an instant").naive_utc();
    Shape { seed: 1, shares, pending: PENDING, now }
}

#[test]
fn the_same_seed_makes_the_same_shares_and_another_others() {
    let one: Vec<_> = (0..100).map(|number| shape(1000).share(number)).collect();
    let again: Vec<_> = (0..100).map(|number| shape(1000).share(number)).collect();
    let other: Vec<_> = (0..100).map(|number| Shape { seed: 2, ..shape(1000) }.share(number)).collect();
    assert_eq!(one, again);
    assert_ne!(one, other);
}

#[test]
fn states_have_their_parts() {
    let findings = shape(100_000).findings();
    for (reminder, expected) in [
        ("pending-share", 10_000),
        ("pending-extension", 1000),
        ("expiring-share", 2000),
        ("expired-share", 200),
        ("failed-share", 300),
        ("unhealthy-share", 500),
    ] {
        let found = findings[reminder];
        assert!(found.abs_diff(expected) < expected / 4, "{reminder}: {found}, not about {expected}");
    }
    assert!(findings["failing-stack"] < shape(100_000).stacks() / 50);
}

#[test]
fn any_part_of_the_shares_may_wait() {
    for (pending, expected) in [(0.0, 0), (1.0, 1000)] {
        let findings = Shape { pending, ..shape(1000) }.findings();
        assert_eq!(findings.get("pending-share").copied().unwrap_or_default(), expected);
    }
}

#[test]
fn shares_have_two_items_on_average() {
    let items: usize = (0..10_000).map(|number| shape(10_000).share(number).items.len()).sum();
    assert!((19_000..21_000).contains(&items), "{items}");
}

#[test]
fn what_ends_is_of_a_dataset_that_lets_it_end() {
    for shares in [10, 3000] {
        let shape = shape(shares);
        for share in (0..3000).map(|number| shape.share(number)) {
            assert!(share.expiry.is_none() || shape.dataset(share.dataset).expires, "{share:?}");
            assert!(share.dataset < shape.datasets() && share.owner < shape.users(), "{share:?}");
            assert!(share.updated() < shape.now && share.created < share.updated() || share.submitted.is_none());
        }
    }
}

#[test]
fn access_ends_with_the_month() {
    let ends = |months| shape(10).month_end(months).to_string();
    assert_eq!([ends(-4), ends(0), ends(7)], ["2026-02-28 00:00:00", "2026-06-30 00:00:00", "2027-01-31 00:00:00"]);
}
