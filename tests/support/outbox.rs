//! Taking notifications out of the outbox by hand, as a daemon does.

use std::time::Duration;

use nudged::{
    model::Instant,
    store::{Attempt, Disposal, Ended, Finish, Lane, Lease, Outbox},
};

/// Leases of whatever is due, on any channel.
///
/// # Panics
/// If the store fails.
pub async fn take(store: &dyn Outbox, holder: &str, now: Instant, until: Instant, limit: u32) -> Vec<Lease> {
    store.lease(holder, Lane::Others(&[]), now, until, limit).await.expect("leases")
}

/// Ends one lease.
///
/// # Panics
/// If the store fails.
pub async fn end(store: &dyn Outbox, lease: &Lease, attempt: &Attempt, disposal: Disposal) -> Finish {
    let ended = Ended { lease: lease.clone(), attempt: attempt.clone(), disposal };
    store.finish(&[ended]).await.expect("an end")[0]
}

/// An attempt that began then and took no time.
pub fn attempt(started: Instant) -> Attempt {
    Attempt { started, took: Duration::ZERO, detail: String::new(), plugin: None, receipt: None }
}
