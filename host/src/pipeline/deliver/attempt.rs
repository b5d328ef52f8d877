//! One attempt, from its lease to its record.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use chrono::TimeDelta;

use super::{
    Deliverer, Delivery,
    gate::{Change, Gate, Sign},
    recorder::Recorder,
};
use crate::{
    crash,
    error::chain,
    model::{Fault, FaultKind, Instant, Notification, Outcome, Sent},
    pipeline::compose::without,
    policy::Backoff,
    store::{Attempt, Disposal, Ended, Finish, Lease},
    telemetry::metrics,
};

/// What attempts of one lane need.
#[derive(Clone)]
pub(super) struct Attempting {
    pub(super) deliverer: Deliverer,
    pub(super) gate: Arc<Gate>,
    pub(super) recorder: Recorder,
    /// How many leases the lane has given back so far.
    pub(super) deferred: Arc<AtomicUsize>,
}

/// Notices wait so long at most for a plugin that is not called, however long that will last: an operator may end it at
/// any time, and they are looked at again at the cost of one look at the outbox.
const LONGEST_WAIT: TimeDelta = TimeDelta::minutes(1);

/// How long they wait for a plugin that is not loaded: whoever puts it into the folder expects them to go out.
const LOAD: TimeDelta = TimeDelta::seconds(10);

/// How long they wait for a plugin that was not called although nothing is known to keep it from being called: others
/// had taken its places.
const PLACES: TimeDelta = TimeDelta::seconds(5);

/// Why nothing was sent, or why it is not known what came of it.
enum Trouble {
    /// The host's words: there is no way, or it was tried too often.
    Host(String),
    /// The plugin's fault.
    Plugin(Fault),
}

/// What a late notification is found to be.
enum Judged {
    /// To be sent, if need be without what is over.
    Holds(Lease),
    /// Nothing of it holds any more.
    Over(Lease),
    /// Somebody else has it by now.
    Lost(Lease),
}

/// How an attempt ended.
struct End {
    notification: Arc<Notification>,
    started: Instant,
    took: Duration,
    plugin: Option<String>,
    answer: Result<Sent, Trouble>,
}

/// What an answer means for the outbox, and for people.
struct Verdict {
    disposal: Disposal,
    outcome: &'static str,
    detail: String,
}

impl Attempting {
    /// One attempt, recorded. `None` if there is nothing to tell: the lease was given back, or lost meanwhile.
    pub(super) async fn attempt(self, lease: Lease, until: Instant) -> Option<Delivery> {
        let lease = match self.judged(lease).await {
            Judged::Holds(lease) => lease,
            Judged::Over(lease) => return self.cancel(lease).await,
            Judged::Lost(lease) => {
                self.gate.learn(&lease.notification, Sign::None, self.deliverer.clock.now());
                return None;
            }
        };
        let now = self.deliverer.clock.now();
        // What is sent when the lease is over may be sent by another daemon too; a process may have slept meanwhile.
        if now + self.deliverer.config.lease / 4 > until {
            self.give_back(&lease, now).await;
            return None;
        }
        let notification = Arc::new(lease.notification.clone());
        let (started, clock) = (now, std::time::Instant::now());
        let (plugin, answer) = match self.given_up(&lease) {
            Some(why) => (None, Err(Trouble::Host(why))),
            None => self.send(&notification).await,
        };
        if let Err(Trouble::Plugin(fault)) = &answer
            && fault.kind == FaultKind::Paused
        {
            self.wait_for_plugin(&lease, fault).await;
            return None;
        }
        crash::point("attempt.sent");
        self.learn(&notification, &answer);
        let end = End { notification, started, took: clock.elapsed(), plugin, answer };
        self.end(lease, end).await
    }

    /// Until when notices of a channel wait because its plugin is not called.
    pub(super) fn paused_until(&self, channel: &str, now: Instant) -> Option<Instant> {
        Some(self.deliverer.routes.paused(channel)?.until.min(now + LONGEST_WAIT))
    }

    /// Until when a notice waits for a plugin that is not loaded. One that is too old is tried once more, and that ends it.
    pub(super) fn waits_until(&self, lease: &Lease, now: Instant) -> Option<Instant> {
        let fault = self.deliverer.routes.missing(&lease.notification.channel)?;
        let young = age(lease.created, now) < self.deliverer.config.max_age;
        young.then(|| {
            tracing::debug!(notification = %lease.notification.id, %fault, "waits for its channel's plugin");
            now + LOAD
        })
    }

    /// Its plugin was not called: it is in quarantine by now, or another attempt shows whether it is well.
    async fn wait_for_plugin(&self, lease: &Lease, fault: &Fault) {
        let now = self.deliverer.clock.now();
        let until = self.paused_until(&lease.notification.channel, now).unwrap_or(now + PLACES);
        tracing::debug!(notification = %lease.notification.id, %fault, %until, "put off");
        self.give_back(lease, until).await;
    }

    /// Leaves the notification to a later lease, which is no attempt.
    async fn give_back(&self, lease: &Lease, not_before: Instant) {
        self.gate.learn(&lease.notification, Sign::None, self.deliverer.clock.now());
        self.deferred.fetch_add(1, Ordering::Relaxed);
        if let Err(error) = self.deliverer.store.defer(&[(lease, not_before)]).await {
            tracing::warn!(notification = %lease.notification.id, error = chain(&error), "its lease has to run out");
        }
    }

    /// Judges a late notification afresh.
    async fn judged(&self, mut lease: Lease) -> Judged {
        let Deliverer { store, clock, config, recheck, .. } = &self.deliverer;
        let late = age(lease.scanned, clock.now()) > config.recheck_after;
        let Some(recheck) = recheck.as_ref().filter(|_| late) else { return Judged::Holds(lease) };
        let id = lease.notification.id.clone();
        let contents = match store.contents(std::slice::from_ref(&id)).await {
            Ok(mut contents) => contents.remove(&id).unwrap_or_default(),
            Err(error) => {
                tracing::warn!(notification = %id, error = chain(&error), "sent as it is: what is in it is not known");
                return Judged::Holds(lease);
            }
        };
        let gone = recheck.over(&contents).await;
        if gone.is_empty() {
            return Judged::Holds(lease);
        }
        tracing::info!(notification = %id, gone = gone.len(), of = contents.len(), "judged afresh: some of it is over");
        let left = (gone.len() < contents.len()).then(|| without(&lease.notification, &gone)).flatten();
        let Some(left) = left else { return Judged::Over(lease) };
        match store.amend(&lease, &gone, &left).await {
            Ok(Finish::Done) => lease.notification = left,
            Ok(Finish::Stale) => return Judged::Lost(lease),
            Err(error) => tracing::warn!(notification = %id, error = chain(&error), "sent whole"),
        }
        Judged::Holds(lease)
    }

    /// Ends a notification of which nothing holds any more.
    async fn cancel(&self, lease: Lease) -> Option<Delivery> {
        let now = self.deliverer.clock.now();
        self.gate.learn(&lease.notification, Sign::None, now);
        let detail = "resolved: nothing of it holds any more".to_owned();
        let attempt =
            Attempt { started: now, took: Duration::ZERO, detail: detail.clone(), plugin: None, receipt: None };
        let verdict = Verdict { disposal: Disposal::Cancelled, outcome: "cancelled", detail };
        let notification = Arc::new(lease.notification.clone());
        self.record(lease, notification, attempt, verdict).await
    }

    async fn send(&self, notification: &Arc<Notification>) -> (Option<String>, Result<Sent, Trouble>) {
        let (channel, ways) = match self.deliverer.routes.route(&notification.channel) {
            Ok(route) => route,
            Err(why) => return (None, Err(Trouble::Host(why))),
        };
        let answer = channel.send(Arc::clone(notification), ways).await;
        (Some(channel.generation()), answer.map_err(Trouble::Plugin))
    }

    /// Every lease counts, also one whose attempt took the daemon down with it: a notification that does so is not tried
    /// for ever.
    fn given_up(&self, lease: &Lease) -> Option<String> {
        let (lost, before) = (lease.lost, lease.attempts.saturating_add(lease.lost));
        let text = || format!("taken {} times, {lost} of them without an outcome: not tried again", before + 1);
        (before >= self.deliverer.config.attempts).then(text)
    }

    fn learn(&self, notification: &Notification, answer: &Result<Sent, Trouble>) {
        let now = self.deliverer.clock.now();
        let sign = match answer.as_ref().map(|sent| &sent.outcome) {
            Ok(Outcome::Unreachable(_)) => Sign::Dead,
            Ok(Outcome::Retry { after: Some(after), .. }) => {
                Sign::Rest(now + (*after).min(self.deliverer.config.longest_retry))
            }
            Ok(Outcome::Delivered(_) | Outcome::Rejected(_) | Outcome::Retry { after: None, .. }) => Sign::Alive,
            Err(_) => Sign::None,
        };
        if let Some(Change { dead, open }) = self.gate.learn(notification, sign, now) {
            let (channel, recipient) = (&notification.channel, &notification.recipient);
            metrics::circuit(channel, open);
            match dead {
                true => tracing::error!(channel, recipient, "the destination is dead: it is probed now and then"),
                false => tracing::info!(channel, recipient, "the destination is alive again"),
            }
        }
    }

    async fn end(&self, lease: Lease, end: End) -> Option<Delivery> {
        let End { notification, started, took, plugin, answer } = end;
        let receipt = answer.as_ref().ok().and_then(|sent| sent.receipt.clone());
        let verdict = self.dispose(&lease, answer.map(|sent| sent.outcome));
        let attempt = Attempt { started, took, detail: verdict.detail.clone(), plugin, receipt };
        self.record(lease, notification, attempt, verdict).await
    }

    async fn record(
        &self,
        lease: Lease,
        notification: Arc<Notification>,
        attempt: Attempt,
        verdict: Verdict,
    ) -> Option<Delivery> {
        let Verdict { disposal, outcome, detail } = verdict;
        let attempts = lease.attempts + 1;
        let id = notification.id.as_str();
        tracing::info!(notification = id, channel = notification.channel, outcome, attempts, detail, "attempt ended");
        let took = attempt.took;
        match self.recorder.record(Ended { lease, attempt, disposal }).await {
            Ok(Finish::Done) => {
                measure(&notification.channel, outcome, disposal, took);
                Some(Delivery { notification, outcome, attempts, detail })
            }
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

    /// What an answer means for the outbox. A plugin's fault is like a failure that may pass: the plugin can be replaced, the
    /// notice cannot. But where the other side had taken the notice before, trying again would tell its reader again
    /// and again: it is an operator's to look at.
    fn dispose(&self, lease: &Lease, answer: Result<Outcome, Trouble>) -> Verdict {
        let (detail, after) = match answer {
            Ok(Outcome::Delivered(detail)) => {
                return Verdict { disposal: Disposal::Delivered, outcome: "delivered", detail };
            }
            Ok(Outcome::Rejected(detail)) => {
                return Verdict { disposal: Disposal::Rejected, outcome: "rejected", detail };
            }
            Err(Trouble::Plugin(fault)) if fault.kind == FaultKind::AfterAnswer => {
                let detail = format!("{fault}; look whether it has arrived before you have it sent again");
                return Verdict { disposal: Disposal::Dead, outcome: "dead", detail };
            }
            Ok(Outcome::Retry { detail, after }) => (detail, after),
            Ok(Outcome::Unreachable(detail)) | Err(Trouble::Host(detail)) => (detail, None),
            Err(Trouble::Plugin(fault)) => (fault.to_string(), None),
        };
        let config = &self.deliverer.config;
        let (now, attempts) = (self.deliverer.clock.now(), lease.attempts + 1);
        let old = age(lease.created, now) >= config.max_age;
        if attempts >= config.attempts || self.given_up(lease).is_some() || old {
            return Verdict { disposal: Disposal::Dead, outcome: "dead", detail };
        }
        let backoff = Backoff { first: config.first_retry, longest: config.longest_retry };
        let not_before = now + backoff.wait(attempts, after, fastrand::f64());
        Verdict { disposal: Disposal::Requeue { not_before }, outcome: "retry", detail }
    }
}

fn measure(channel: &str, outcome: &'static str, disposal: Disposal, took: Duration) {
    if disposal != Disposal::Cancelled {
        metrics::attempt_ended(channel, outcome, took);
    }
    if !matches!(disposal, Disposal::Requeue { .. }) {
        metrics::notice_ended(channel, outcome);
    }
}

fn age(since: Instant, now: Instant) -> Duration {
    (now - since).to_std().unwrap_or_default()
}
