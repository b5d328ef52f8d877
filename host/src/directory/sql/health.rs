//! Whether the directory's database answers, told once for each time that it does not.

use std::sync::{Mutex, PoisonError};

use chrono::TimeDelta;

use super::place::Failure;
use crate::{directory::DirectoryError, error::chain, model::Instant};

/// How long a database that answers nobody is left alone: a run asks for hundreds of groups, one after the other.
const PAUSE: TimeDelta = TimeDelta::seconds(30);

/// The time of failures since the last answer, if there were any.
#[derive(Default)]
pub(super) struct Health(Mutex<Option<Episode>>);

struct Episode {
    /// When it was last found to be of no use to ask, and why.
    down: Option<(Instant, String)>,
}

impl Health {
    /// Whether it is worth while to ask now.
    ///
    /// # Errors
    /// If the database answered nobody a moment ago: says why.
    pub(super) fn may_ask(&self, now: Instant) -> Result<(), DirectoryError> {
        let episode = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match episode.as_ref().and_then(|episode| episode.down.as_ref()) {
            Some((last, why)) if (TimeDelta::zero()..PAUSE).contains(&(now - *last)) => {
                Err(DirectoryError::new(why.clone()))
            }
            _ => Ok(()),
        }
    }

    pub(super) fn answered(&self) {
        if self.0.lock().unwrap_or_else(PoisonError::into_inner).take().is_some() {
            tracing::info!("directory: the database answers again");
        }
    }

    pub(super) fn failed(&self, failure: &Failure, now: Instant) {
        let why = chain(&failure.error);
        let mut episode = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if episode.is_none() {
            tracing::warn!("{why}; what it said in the last 24 h is used meanwhile");
        }
        let why = why.strip_prefix("directory: ").unwrap_or(&why).to_owned();
        *episode = Some(Episode { down: failure.lasting.then_some((now, why)) });
    }
}
