//! What a daemon does now and then beside its work: telling the operator what could not be delivered, forgetting what is
//! long over.

use std::{sync::Arc, time::Duration};

use chrono::TimeDelta;
use tokio_util::sync::CancellationToken;

use crate::{
    clock::Clock,
    error::chain,
    model::{Instant, Span},
    pipeline::{Undelivered, Wake},
    store::Custody,
};

/// How often it looks around.
const ROUND: Duration = Duration::from_secs(60);

/// Least time between two reports: an operator wants to know soon, and not forty times.
const REPORTS: TimeDelta = TimeDelta::hours(1);

/// Time between two rounds of forgetting.
const FORGETTING: TimeDelta = TimeDelta::hours(1);

/// Rows of each kind that are forgotten in one transaction: delivery does not wait long for it.
const AT_ONCE: u32 = 1000;

/// See the module.
pub struct Housekeeping {
    /// What is kept.
    pub store: Arc<dyn Custody>,
    /// Reports what could not be delivered.
    pub undelivered: Undelivered,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// How long what has ended is remembered.
    pub retention: Span,
    /// Rung when a report was written.
    pub wake: Wake,
}

impl Housekeeping {
    /// Looks around every minute until `stop`.
    pub async fn run(&self, stop: &CancellationToken) {
        let (mut reported, mut forgotten) = (None, None);
        let is_due = |last: Option<Instant>, every, now| last.is_none_or(|last| last + every <= now);
        while !stop.is_cancelled() {
            let now = self.clock.now();
            if is_due(reported, REPORTS, now) && self.report(now).await {
                reported = Some(now);
            }
            if is_due(forgotten, FORGETTING, now) {
                self.forget(now, stop).await;
                forgotten = Some(now);
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(ROUND) => {}
            }
        }
    }

    /// Reports what could not be delivered; false if there is nothing to report, or if it has to be tried again.
    pub async fn report(&self, now: Instant) -> bool {
        match self.undelivered.report(now).await {
            Ok(0) => false,
            Ok(_) => {
                self.wake.ring();
                true
            }
            Err(error) => {
                tracing::error!(error = chain(&error), "what could not be delivered is not reported yet");
                false
            }
        }
    }

    /// Forgets what has ended longer ago than it is remembered.
    pub async fn forget(&self, now: Instant, stop: &CancellationToken) {
        let before = now - self.retention.as_exact();
        let mut all = 0;
        while !stop.is_cancelled() {
            match self.store.prune(before, AT_ONCE).await {
                Ok(0) => break,
                Ok(rows) => all += rows,
                Err(error) => return tracing::error!(error = chain(&error), "what is long over is not forgotten yet"),
            }
        }
        if all > 0 {
            tracing::info!(rows = all, %before, "what was over before is forgotten");
        }
    }
}
