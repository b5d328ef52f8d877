//! One channel's part of the outbox.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use tokio::{sync::mpsc, task::JoinSet};
use tokio_util::sync::CancellationToken;

use super::{Bell, Deliverer, Delivery, LaneConfig, ahead::Ahead, attempt::Attempting, gate::Gate, recorder::Recorder};
use crate::{
    error::chain,
    model::Instant,
    store::{self, Lease, StoreError},
    telemetry::metrics,
};

/// How long a lane sleeps at most although nothing is known to be due: another daemon, or a scan by hand, may have
/// filled the outbox.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// Something that is due but was not leased is held by somebody else for a moment.
const AT_LEAST: Duration = Duration::from_millis(200);

/// How often leases are taken before the lane looks up: then whoever wants it to stop is heard.
const AT_ONCE: usize = 1000;

/// See the [module](super).
pub(super) struct Lane {
    attempting: Attempting,
    /// The channel; `None` for notifications of channels that are configured no more.
    name: Option<String>,
    /// All channels that have a lane.
    names: Arc<[String]>,
    concurrency: usize,
}

type Running = JoinSet<Option<Delivery>>;

/// What a lane is at.
struct Work {
    running: Running,
    ahead: Ahead,
}

impl Work {
    fn new() -> Self {
        Self { running: Running::new(), ahead: Ahead::new() }
    }
}

impl Lane {
    pub(super) fn new(
        deliverer: Deliverer,
        name: Option<String>,
        names: Arc<[String]>,
        config: LaneConfig,
        recorder: Recorder,
    ) -> Self {
        let concurrency = config.concurrency.max(1) as usize;
        let gate = Arc::new(Gate::new(config, deliverer.config.dead_after));
        // What an earlier generation of the lane has learnt is forgotten.
        if let Some(name) = &name {
            metrics::circuit(name, false);
        }
        let attempting = Attempting { deliverer, gate, recorder, deferred: Arc::default() };
        Self { attempting, name, names, concurrency }
    }

    /// Delivers what was due at an instant, and hands every ended attempt to `tell`. Says how many had to be put off.
    pub(super) async fn drain(
        &self,
        due: Instant,
        tell: &mpsc::UnboundedSender<Delivery>,
    ) -> Result<usize, StoreError> {
        let mut work = Work::new();
        let mut failure = None;
        let mut drained = false;
        loop {
            if !drained && failure.is_none() {
                match self.fill(&mut work, due).await {
                    Ok(taken) => drained = taken == Some(0),
                    Err(error) => failure = Some(error),
                }
            }
            let mut next = work.running.join_next().await;
            if next.is_none() && (drained || failure.is_some()) {
                self.give_back(&mut work).await;
                return failure.map_or(Ok(self.attempting.deferred.load(Ordering::Relaxed)), Err);
            }
            // What is recorded in one transaction ends together: the places are filled together, too.
            while let Some(delivery) = next {
                // Nobody may be listening any more: the attempts are recorded all the same.
                joined(delivery).into_iter().for_each(|delivery| drop(tell.send(delivery)));
                next = work.running.try_join_next();
            }
        }
    }

    /// Delivers until `soft`, and lets the attempts under way end.
    pub(super) async fn run(&self, mut bell: Bell, soft: &CancellationToken) {
        let mut work = Work::new();
        let mut recorder = self.attempting.recorder.clone();
        while !soft.is_cancelled() {
            tokio::select! {
                () = soft.cancelled() => break,
                () = recorder.caught_up() => {}
            }
            let pause = self.step(&mut work).await;
            tokio::select! {
                () = soft.cancelled() => {}
                Some(delivery) = work.running.join_next(), if !work.running.is_empty() => drop(joined(delivery)),
                () = bell.heard() => {}
                () = tokio::time::sleep(pause) => {}
            }
            while let Some(delivery) = work.running.try_join_next() {
                joined(delivery);
            }
        }
        self.give_back(&mut work).await;
        while let Some(delivery) = work.running.join_next().await {
            joined(delivery);
        }
    }

    /// Starts what can be started; says how long nothing more can be, as far as is known.
    async fn step(&self, work: &mut Work) -> Duration {
        let now = self.attempting.deliverer.clock.now();
        if let Some(until) = self.attempting.gate.shut_until(now).max(self.paused_until(now)) {
            self.give_back(work).await;
            return (until - now).to_std().unwrap_or_default().clamp(AT_LEAST, LOOK_AGAIN);
        }
        // What is put off leaves its place to those behind it, which may be for somebody else.
        for _ in 0..AT_ONCE {
            match self.fill(work, now).await {
                Ok(Some(taken)) if taken > 0 => {}
                Ok(_) => break,
                Err(error) => {
                    tracing::error!(channel = self.name, error = chain(&error), "the outbox cannot be read");
                    return LOOK_AGAIN;
                }
            }
        }
        self.pause(work.running.len()).await
    }

    /// Starts attempts of what was due at an instant, as many as there are free places; says how many leases there were for
    /// them, or `None` if no place was free.
    async fn fill(&self, work: &mut Work, due: Instant) -> Result<Option<usize>, StoreError> {
        let Deliverer { store, clock, config, .. } = &self.attempting.deliverer;
        let free = self.concurrency.saturating_sub(work.running.len());
        if free == 0 {
            return Ok(None);
        }
        let paused = self.paused_until(clock.now());
        if work.ahead.is_stale(clock.now(), config.lease) {
            self.give_back(work).await;
        }
        if work.ahead.is_empty() {
            self.lease(&mut work.ahead, free, due).await?;
        }
        let (leases, until) = work.ahead.begin(free);
        let taken = leases.len();
        let mut deferred = Vec::new();
        for lease in leases {
            let now = clock.now();
            let waits = paused.or_else(|| self.attempting.waits_until(&lease, now));
            let turn = waits.map_or_else(|| self.attempting.gate.enter(&lease.notification, now), Err);
            match turn {
                Ok(turn) => {
                    let attempting = self.attempting.clone();
                    work.running.spawn(async move {
                        tokio::time::sleep((turn - now).to_std().unwrap_or_default()).await;
                        attempting.attempt(lease, until).await
                    });
                }
                Err(not_before) => deferred.push((lease, not_before)),
            }
        }
        let deferred: Vec<_> = deferred.iter().map(|(lease, not_before)| (lease, *not_before)).collect();
        if !deferred.is_empty() {
            store.defer(&deferred).await?;
            self.attempting.deferred.fetch_add(deferred.len(), Ordering::Relaxed);
        }
        Ok(Some(taken))
    }

    /// Takes leases for the free places, and ahead of others.
    async fn lease(&self, ahead: &mut Ahead, free: usize, due: Instant) -> Result<(), StoreError> {
        let Deliverer { store, clock, config, holder, .. } = &self.attempting.deliverer;
        let until = clock.now() + config.lease;
        let wanted = u32::try_from(ahead.wanted(free)).unwrap_or(u32::MAX);
        let leases = store.lease(holder, self.lane(), due, until, wanted).await?;
        if !leases.is_empty() {
            crate::crash::point("lease.taken");
        }
        ahead.keep(leases, until);
        Ok(())
    }

    /// Gives back what was taken ahead: it is due again, before what is younger.
    async fn give_back(&self, work: &mut Work) {
        let rest = work.ahead.rest();
        let rest: Vec<(&Lease, Instant)> = rest.iter().map(|lease| (lease, lease.created)).collect();
        if let Err(error) = self.attempting.deliverer.store.defer(&rest).await {
            tracing::warn!(channel = self.name, error = chain(&error), "leases have to run out");
        }
    }

    /// How long nothing will be due, as far as is known.
    async fn pause(&self, running: usize) -> Duration {
        if running >= self.concurrency {
            return LOOK_AGAIN;
        }
        let Deliverer { store, clock, .. } = &self.attempting.deliverer;
        let due = store.next_due(self.lane()).await.ok().flatten();
        let until = due.map_or(LOOK_AGAIN, |due| (due - clock.now()).to_std().unwrap_or_default());
        until.clamp(AT_LEAST, LOOK_AGAIN)
    }

    /// Until when the channel's plugin is not called, as far as notices have to wait for it.
    fn paused_until(&self, now: Instant) -> Option<Instant> {
        self.attempting.paused_until(self.name.as_deref()?, now)
    }

    fn lane(&self) -> store::Lane<'_> {
        self.name.as_deref().map_or(store::Lane::Others(&self.names), store::Lane::Channel)
    }
}

/// What a task answered. One that panicked has left its notification to the next lease.
fn joined(delivery: Result<Option<Delivery>, tokio::task::JoinError>) -> Option<Delivery> {
    delivery.inspect_err(|error| tracing::error!(%error, "an attempt broke off")).ok().flatten()
}
