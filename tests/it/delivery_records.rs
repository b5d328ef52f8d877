//! A store that fails when an outcome is to be recorded: what is sent is not sent again.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use nudged::{
    model::{Instant, Notification, NotificationId, Occurrence},
    store::{Contained, Ended, Finish, Lane, Lease, Outbox, SqlStore, StoreError},
};
use nudged_tests::{Database, Office, Plan, Relay, at, notice, smtp};

/// When the connection to the store breaks.
#[derive(Clone, Copy)]
enum Breaks {
    BeforeTheRecord,
    /// The record is there, but who asked for it cannot know.
    BeforeTheAnswer,
}

/// A store whose connection breaks at the first outcome.
struct Unsteady {
    store: Arc<SqlStore>,
    breaks: Breaks,
    asked: AtomicUsize,
}

#[async_trait::async_trait]
impl Outbox for Unsteady {
    async fn lease(
        &self,
        holder: &str,
        lane: Lane<'_>,
        now: Instant,
        until: Instant,
        limit: u32,
    ) -> Result<Vec<Lease>, StoreError> {
        self.store.lease(holder, lane, now, until, limit).await
    }

    async fn finish(&self, ended: &[Ended]) -> Result<Vec<Finish>, StoreError> {
        let first = self.asked.fetch_add(1, Ordering::Relaxed) == 0;
        if first && matches!(self.breaks, Breaks::BeforeTheAnswer) {
            self.store.finish(ended).await?;
        }
        if first {
            return Err(StoreError { what: "the connection broke".to_owned(), cause: None });
        }
        self.store.finish(ended).await
    }

    async fn defer(&self, leases: &[(&Lease, Instant)]) -> Result<(), StoreError> {
        self.store.defer(leases).await
    }

    async fn contents(&self, ids: &[NotificationId]) -> Result<HashMap<NotificationId, Vec<Contained>>, StoreError> {
        self.store.contents(ids).await
    }

    async fn amend(&self, lease: &Lease, gone: &[Occurrence], left: &Notification) -> Result<Finish, StoreError> {
        self.store.amend(lease, gone, left).await
    }

    async fn next_due(&self, lane: Lane<'_>) -> Result<Option<Instant>, StoreError> {
        self.store.next_due(lane).await
    }
}

/// An office with one notice, whose store breaks like this.
async fn office(database: &Database, relay: &Relay, breaks: Breaks) -> (Office, Arc<Unsteady>) {
    let mut office = Plan::email(smtp(&relay.url())).open(&database.url(), at("2026-05-04T09:00:00Z")).await;
    let unsteady = Arc::new(Unsteady { store: Arc::clone(&office.store), breaks, asked: AtomicUsize::new(0) });
    office.deliverer.store = Arc::clone(&unsteady) as _;
    office.put([notice("pam@x.test")]).await;
    (office, unsteady)
}

async fn assert_told_and_recorded_once(database: &Database, relay: &Relay, office: &Office) {
    assert_eq!(relay.taken().len(), 1);
    assert_eq!(database.number("SELECT COUNT(*) FROM attempt WHERE outcome = 'delivered'").await, 1);
    assert_eq!(database.number("SELECT COUNT(*) FROM attempt").await, 1);
    assert_eq!(database.number("SELECT COUNT(*) FROM ledger WHERE state = 'delivered'").await, 1);
    office.clock.advance(chrono::TimeDelta::days(1));
    assert_eq!(office.deliver().await, []);
    assert_eq!(relay.taken().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outcome_that_cannot_be_recorded_is_recorded_later_and_sent_once() {
    let (database, relay) = (Database::fresh_sqlite(), Relay::start().await);
    let (office, unsteady) = office(&database, &relay, Breaks::BeforeTheRecord).await;
    let delivery = office.deliver_one().await;
    assert_eq!((delivery.outcome, delivery.attempts), ("delivered", 1), "{delivery:?}");
    assert_eq!(unsteady.asked.load(Ordering::Relaxed), 2);
    assert_told_and_recorded_once(&database, &relay, &office).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outcome_whose_record_was_not_confirmed_is_not_recorded_twice() {
    let (database, relay) = (Database::fresh_sqlite(), Relay::start().await);
    let (office, unsteady) = office(&database, &relay, Breaks::BeforeTheAnswer).await;
    assert_eq!(office.deliver().await, [], "the lease is gone: who ended it is not known");
    assert_eq!(unsteady.asked.load(Ordering::Relaxed), 2);
    assert_told_and_recorded_once(&database, &relay, &office).await;
}
