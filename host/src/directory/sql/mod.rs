//! Groups that a query answers with, each remembered for a while.
//!
//! A database that fails delays nobody at first: what it said up to a day ago is used as long as it is away. While it is
//! away it is asked now and then only, since each question waits until it is given up.

mod health;
mod place;
mod query;

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::TimeDelta;
use hashlink::LruCache;

use self::{health::Health, query::MembersQuery};
use super::{Addresses, DirectoryError};
use crate::{clock::Clock, config::DirectoryQuery, model::Instant};

/// Groups that are remembered, known or not: more than any data.all has; those asked for longest ago are forgotten.
const MOST_GROUPS: usize = 10_000;

/// How old an answer may be while the database fails: a weekday's outage. People who left a group meanwhile are told a
/// day longer, which is less harm than a deadline that nobody was told of.
const STALE: TimeDelta = TimeDelta::hours(24);

/// Groups that a query answers with.
pub(super) struct SqlDirectory {
    query: MembersQuery,
    cache: TimeDelta,
    clock: Arc<dyn Clock>,
    slots: Mutex<LruCache<String, Arc<Slot>>>,
    health: Health,
}

/// What is known of one group. It is locked while the database is asked, so that whoever else wants it waits for the
/// same answer.
type Slot = tokio::sync::Mutex<Option<Answer>>;

struct Answer {
    at: Instant,
    /// `None` if nobody is in the group.
    addresses: Option<Addresses>,
}

impl Answer {
    /// Whether it is not older than this. One from the future is of a clock that was put back: nobody knows its age.
    fn is_within(&self, age: TimeDelta, now: Instant) -> bool {
        (TimeDelta::zero()..=age).contains(&(now - self.at))
    }
}

impl SqlDirectory {
    /// Opens the database for reading and tries the query.
    ///
    /// # Errors
    /// Says what to mend: the database cannot be reached, or the query cannot be used.
    pub(super) async fn open(
        config: &DirectoryQuery,
        mail: &BTreeSet<String>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, DirectoryError> {
        let query = MembersQuery::open(config, mail.clone()).await?;
        query.check().await?;
        let slots = Mutex::new(LruCache::new(MOST_GROUPS));
        let cache = TimeDelta::from_std(config.cache).unwrap_or(TimeDelta::MAX);
        Ok(Self { query, cache, clock, slots, health: Health::default() })
    }

    /// `PostgreSQL at …: the query runs`.
    pub(super) fn summary(&self) -> String {
        format!("{}: the query runs", self.query.place())
    }

    /// The group's addresses.
    ///
    /// # Errors
    /// If the database fails and has told nothing of the group for a day.
    pub(super) async fn group(&self, name: &str) -> Result<Option<Addresses>, DirectoryError> {
        let slot = self.slot(name);
        let mut answer = slot.lock().await;
        let now = self.clock.now();
        if let Some(known) = answer.as_ref().filter(|known| known.is_within(self.cache, now)) {
            return Ok(known.addresses.clone());
        }
        match self.ask(name, now).await {
            Ok(addresses) => Ok(answer.insert(Answer { at: now, addresses }).addresses.clone()),
            Err(error) => match answer.as_ref().filter(|known| known.is_within(STALE, now)) {
                Some(known) => Ok(known.addresses.clone()),
                None => Err(error),
            },
        }
    }

    fn slot(&self, name: &str) -> Arc<Slot> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(slot) = slots.get(name) {
            return Arc::clone(slot);
        }
        let slot = Arc::default();
        slots.insert(name.to_owned(), Arc::clone(&slot));
        slot
    }

    async fn ask(&self, name: &str, now: Instant) -> Result<Option<Addresses>, DirectoryError> {
        self.health.may_ask(now)?;
        let answer = self.query.members(name).await;
        match &answer {
            Ok(_) => self.health.answered(),
            Err(failure) => self.health.failed(failure, now),
        }
        answer.map_err(|failure| failure.error)
    }
}
