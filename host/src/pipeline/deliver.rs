//! From the outbox to the world.

use std::{collections::HashMap, sync::Arc, time::Duration};

use tokio::{sync::Notify, task::JoinSet};
use tokio_util::sync::CancellationToken;

use crate::{
    clock::Clock,
    config::DeliveryConfig,
    error::chain,
    model::{Fault, Instant, Notification, Outcome, Sent},
    plugin::{Channel, Registry, Ways},
    policy::Backoff,
    store::{Attempt, Disposal, Ended, Finish, Lane, Lease, Outbox, StoreError},
};

/// How long the loop sleeps at most although nothing is known to be due: another daemon, or a scan by hand, may have
/// filled the outbox.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// Wait before an outcome that could not be recorded is recorded again.
const RECORD_AGAIN: Duration = Duration::from_secs(1);

/// What becomes of a channel's name: the plugin that serves it now, and what it may use.
pub type Route = (Arc<dyn Channel>, Ways);

/// Finds the way for a channel.
pub trait Routes: Send + Sync {
    /// The plugin and the ways out of the channel with this name.
    ///
    /// # Errors
    /// A text for the operator: no such channel, or its plugin is missing.
    fn route(&self, channel: &str) -> Result<Route, String>;
}

/// The configured channels over the registry's plugins.
pub struct ChannelRoutes {
    /// Which plugin serves what.
    pub registry: Arc<Registry>,
    /// By channel name: the plugin's name and what the channel may use.
    pub channels: HashMap<String, (String, Ways)>,
}

impl Routes for ChannelRoutes {
    fn route(&self, channel: &str) -> Result<Route, String> {
        let (plugin, ways) = self.channels.get(channel).ok_or_else(|| {
            format!(
                "the channel {channel} is not in the configuration any more: add it under `channels` or drop the notice"
            )
        })?;
        let plugin = self.registry.channel(plugin).map_err(|fault| fault.to_string())?;
        Ok((plugin, ways.clone()))
    }
}

/// How one attempt ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivery {
    /// What was sent.
    pub notification: Arc<Notification>,
    /// `delivered`, `retry`, `rejected` or `dead`.
    pub outcome: &'static str,
    /// Attempts so far, this one included.
    pub attempts: u32,
    /// The channel's or the host's words.
    pub detail: String,
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
    /// Who holds the leases: unique to this process.
    pub holder: String,
}

impl Deliverer {
    /// Delivers everything that is due now, each notification once (a retry that comes due meanwhile waits for the next
    /// time), and hands every ended attempt to `ended`.
    ///
    /// # Errors
    /// If no lease can be taken. Attempts under way are finished first.
    pub async fn once(&self, mut ended: impl FnMut(Delivery)) -> Result<(), StoreError> {
        let now = self.clock.now();
        let mut running = JoinSet::new();
        let mut failure = None;
        let mut drained = false;
        loop {
            if !drained && failure.is_none() {
                match self.fill(&mut running, now).await {
                    Ok(taken) => drained = taken == Some(0),
                    Err(error) => failure = Some(error),
                }
            }
            match running.join_next().await {
                Some(delivery) => joined(delivery).into_iter().for_each(&mut ended),
                None if drained || failure.is_some() => return failure.map_or(Ok(()), Err),
                None => {}
            }
        }
    }

    /// Delivers until `soft`; then lets the attempts under way end; `hard` ends even those. Their leases run out and
    /// another daemon takes them up.
    pub async fn run(&self, wake: &Notify, soft: &CancellationToken, hard: &CancellationToken) {
        let mut running = JoinSet::new();
        while !soft.is_cancelled() {
            if let Err(error) = self.fill(&mut running, self.clock.now()).await {
                tracing::error!(error = chain(&error), "the outbox cannot be read");
            }
            let pause = self.pause(running.len()).await;
            tokio::select! {
                () = soft.cancelled() => {}
                Some(delivery) = running.join_next(), if !running.is_empty() => drop(joined(delivery)),
                () = wake.notified() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
        tokio::select! {
            () = hard.cancelled() => running.abort_all(),
            () = async { while let Some(delivery) = running.join_next().await { joined(delivery); } } => {}
        }
    }

    /// Takes as many leases of what was due at an instant as there are free places, and starts their attempts; `None`
    /// if no place was free.
    async fn fill(&self, running: &mut JoinSet<Option<Delivery>>, due: Instant) -> Result<Option<usize>, StoreError> {
        let free = self.config.concurrency.saturating_sub(u32::try_from(running.len()).unwrap_or(u32::MAX));
        if free == 0 {
            return Ok(None);
        }
        let until = self.clock.now() + self.config.lease;
        let leases = self.store.lease(&self.holder, Lane::Others(&[]), due, until, free).await?;
        let taken = leases.len();
        for lease in leases {
            let deliverer = self.clone();
            running.spawn(async move { deliverer.attempt(lease).await });
        }
        Ok(Some(taken))
    }

    /// How long nothing will be due, as far as is known.
    async fn pause(&self, running: usize) -> Duration {
        if running >= self.config.concurrency as usize {
            return LOOK_AGAIN;
        }
        let due = self.store.next_due(Lane::Others(&[])).await.ok().flatten();
        let until = due.map_or(LOOK_AGAIN, |due| (due - self.clock.now()).to_std().unwrap_or_default());
        // Something that is due but was not leased is held by somebody else for a moment.
        until.clamp(Duration::from_millis(200), LOOK_AGAIN)
    }

    /// One attempt, recorded. `None` if the lease was lost meanwhile.
    async fn attempt(&self, lease: Lease) -> Option<Delivery> {
        let started = self.clock.now();
        let clock = std::time::Instant::now();
        let notification = Arc::new(lease.notification.clone());
        let (plugin, answer) = match self.given_up(&lease) {
            Some(why) => (None, Err(why)),
            None => self.send(&notification).await,
        };
        let (answer, receipt) = answer.map_or_else(|why| (Err(why), None), |sent| (Ok(sent.outcome), sent.receipt));
        let (disposal, outcome, detail) = self.dispose(&lease, answer);
        let attempts = lease.attempts + 1;
        let attempt = Attempt { started, took: clock.elapsed(), detail: detail.clone(), plugin, receipt };
        let id = notification.id.as_str();
        tracing::info!(notification = id, channel = notification.channel, outcome, attempts, detail, "attempt ended");
        match self.record(&lease, &attempt, disposal, clock).await {
            Ok(Finish::Done) => Some(Delivery { notification, outcome, attempts, detail }),
            Ok(Finish::Stale) => {
                tracing::warn!(
                    notification = id,
                    "the lease is over: the outcome was recorded before, or another daemon has taken the notification"
                );
                None
            }
            Err(error) => {
                let error = chain(&error);
                tracing::error!(notification = id, error, "the outcome could not be recorded: it will be sent again");
                None
            }
        }
    }

    /// Records an outcome, again and again while the lease lasts: what is sent and not recorded is sent twice.
    async fn record(
        &self,
        lease: &Lease,
        attempt: &Attempt,
        disposal: Disposal,
        since: std::time::Instant,
    ) -> Result<Finish, StoreError> {
        loop {
            let ended = Ended { lease: lease.clone(), attempt: attempt.clone(), disposal };
            let finished = self.store.finish(&[ended]).await;
            match finished.map(|finished| finished.first().copied().unwrap_or(Finish::Stale)) {
                Err(error) if since.elapsed() + RECORD_AGAIN < self.config.lease => {
                    let (id, error) = (lease.notification.id.as_str(), chain(&error));
                    tracing::warn!(notification = id, error, "the outcome is not recorded yet: trying again");
                    tokio::time::sleep(RECORD_AGAIN).await;
                }
                ended => return ended,
            }
        }
    }

    async fn send(&self, notification: &Arc<Notification>) -> (Option<String>, Result<Sent, String>) {
        let (channel, ways) = match self.routes.route(&notification.channel) {
            Ok(route) => route,
            Err(why) => return (None, Err(why)),
        };
        let answer = channel.send(Arc::clone(notification), ways).await;
        (Some(channel.generation()), answer.map_err(|fault: Fault| fault.to_string()))
    }

    /// Every lease counts, also one whose attempt took the daemon down with it: a notification that does so is not tried
    /// for ever.
    fn given_up(&self, lease: &Lease) -> Option<String> {
        let (lost, before) = (lease.lost, lease.attempts.saturating_add(lease.lost));
        let text = || format!("taken {} times, {lost} of them without an outcome: not tried again", before + 1);
        (before >= self.config.attempts).then(text)
    }

    /// What an answer means for the outbox. A plugin's fault is like a failure that may pass: the plugin can be
    /// replaced, the notice cannot.
    fn dispose(&self, lease: &Lease, answer: Result<Outcome, String>) -> (Disposal, &'static str, String) {
        let (detail, after) = match answer {
            Ok(Outcome::Delivered(detail)) => return (Disposal::Delivered, "delivered", detail),
            Ok(Outcome::Rejected(detail)) => return (Disposal::Rejected, "rejected", detail),
            Ok(Outcome::Retry { detail, after }) => (detail, after),
            Err(detail) => (detail, None),
        };
        let (now, attempts) = (self.clock.now(), lease.attempts + 1);
        if attempts >= self.config.attempts || self.given_up(lease).is_some() || age(lease, now) >= self.config.max_age
        {
            return (Disposal::Dead, "dead", detail);
        }
        let backoff = Backoff { first: self.config.first_retry, longest: self.config.longest_retry };
        let not_before = now + backoff.wait(attempts, after, fastrand::f64());
        (Disposal::Requeue { not_before }, "retry", detail)
    }
}

/// What a task answered. One that panicked has left its notification to the next lease.
fn joined(delivery: Result<Option<Delivery>, tokio::task::JoinError>) -> Option<Delivery> {
    delivery.inspect_err(|error| tracing::error!(%error, "an attempt broke off")).ok().flatten()
}

fn age(lease: &Lease, now: Instant) -> Duration {
    (now - lease.created).to_std().unwrap_or_default()
}
