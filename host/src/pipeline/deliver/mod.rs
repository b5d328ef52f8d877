//! From the outbox to the world.
//!
//! # Nouns
//! * A **lane** is a channel's part of the outbox. Each has its own loop and its own places, so that a channel that is
//!   slow or dead delays no other.
//! * A **destination** is who is at the other end of a lane: the relay, the host of a URL, an address. Each has a [`Pace`]
//!   and a [`Circuit`](crate::policy::Circuit); what may not be sent yet is deferred, which is no attempt.
//! * An **attempt** is one call of a channel. One that comes late is judged afresh first ([`Recheck`]): what is over is
//!   cancelled.
//! * The **recorder** writes down how attempts ended, as many as have ended meanwhile in one transaction. While it cannot,
//!   no new leases are taken: what was sent and not recorded would be sent again.
//!
//! [`Pace`]: crate::policy::Pace

mod ahead;
mod attempt;
mod gate;
mod lane;
mod recorder;
mod routes;
mod wake;

use std::{collections::BTreeMap, sync::Arc};

use tokio::{sync::mpsc, task::JoinSet};
use tokio_util::sync::CancellationToken;

use self::{lane::Lane, recorder::Recorder};
pub use self::{
    routes::{ChannelRoutes, Route, Routes},
    wake::{Bell, Wake},
};
use super::recheck::Recheck;
use crate::{
    clock::Clock,
    config::DeliveryConfig,
    model::Notification,
    policy::Rate,
    store::{Outbox, StoreError},
};

/// How one attempt ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivery {
    /// What was sent.
    pub notification: Arc<Notification>,
    /// `delivered`, `retry`, `rejected`, `dead` or `cancelled`.
    pub outcome: &'static str,
    /// Attempts so far, this one included.
    pub attempts: u32,
    /// The channel's or the host's words.
    pub detail: String,
}

/// What delivery knows of one channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaneConfig {
    /// Notifications that are sent at one time.
    pub concurrency: u32,
    /// How many one destination gets in what time.
    pub rate: Option<Rate>,
    /// Whether everything goes to one destination, such as a relay, whoever the recipient is.
    pub one_destination: bool,
}

/// Takes leases, calls channels, records outcomes.
#[derive(Clone)]
pub struct Deliverer {
    /// The outbox.
    pub store: Arc<dyn Outbox>,
    /// Channels by name.
    pub routes: Arc<dyn Routes>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Limits and waits.
    pub config: DeliveryConfig,
    /// The channels that have a lane of their own; whatever else is in the outbox shares one.
    pub lanes: BTreeMap<String, LaneConfig>,
    /// Judges late notifications afresh; without it they are sent as they are.
    pub recheck: Option<Arc<dyn Recheck>>,
    /// Who holds the leases: unique to this process.
    pub holder: String,
}

impl Deliverer {
    /// Delivers everything that is due now, each notification once (a retry that comes due meanwhile waits for the next
    /// time, and so does what a destination's pace or circuit puts off), and hands every ended attempt to `ended`. Says how
    /// many were put off.
    ///
    /// # Errors
    /// If no lease can be taken. Attempts under way are finished first.
    pub async fn once(&self, mut ended: impl FnMut(Delivery)) -> Result<usize, StoreError> {
        let now = self.clock.now();
        let recorder = Recorder::start(Arc::clone(&self.store), Some(self.config.lease));
        let (tell, mut told) = mpsc::unbounded_channel();
        let mut lanes = JoinSet::new();
        for lane in self.lanes(&recorder) {
            let tell = tell.clone();
            lanes.spawn(async move { lane.drain(now, &tell).await });
        }
        drop((tell, recorder));
        while let Some(delivery) = told.recv().await {
            ended(delivery);
        }
        let mut result = Ok(0);
        while let Some(drained) = lanes.join_next().await {
            let drained = drained.unwrap_or_else(|error| Err(broken(&error)));
            result = result.and_then(|before| Ok(before + drained?));
        }
        result
    }

    /// Delivers until `soft`; then lets the attempts under way end; `hard` ends even those. Their leases run out and
    /// another daemon takes them up.
    pub async fn run(&self, wake: &Wake, soft: &CancellationToken, hard: &CancellationToken) {
        let recorder = Recorder::start(Arc::clone(&self.store), None);
        let soft = soft.child_token();
        let mut lanes = JoinSet::new();
        for lane in self.lanes(&recorder) {
            let (bell, soft) = (wake.bell(), soft.clone());
            lanes.spawn(async move { lane.run(bell, &soft).await });
        }
        drop(recorder);
        loop {
            tokio::select! {
                () = hard.cancelled() => return lanes.abort_all(),
                lane = lanes.join_next() => match lane {
                    None => return,
                    Some(Ok(())) => {}
                    // The others finish what is under way, and delivery ends: that is noticed.
                    Some(Err(error)) => {
                        tracing::error!(%error, "a lane of the outbox broke off");
                        soft.cancel();
                    }
                }
            }
        }
    }

    /// A lane for each channel, and one for notifications of channels that are configured no more.
    fn lanes(&self, recorder: &Recorder) -> Vec<Lane> {
        let names: Arc<[String]> = self.lanes.keys().cloned().collect();
        let others = LaneConfig { concurrency: self.config.concurrency, rate: None, one_destination: false };
        let own = self.lanes.iter().map(|(name, config)| (Some(name.clone()), config.clone()));
        let all = own.chain([(None, others)]);
        all.map(|(name, config)| Lane::new(self.clone(), name, Arc::clone(&names), config, recorder.clone())).collect()
    }
}

/// A lane that panicked; its leases run out.
fn broken(error: &tokio::task::JoinError) -> StoreError {
    StoreError { what: format!("a lane of the outbox broke off: {error}"), cause: None }
}
