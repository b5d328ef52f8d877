//! How plugins behave: what their calls came to, and which of them are not called for a while.

use std::{
    collections::{BTreeMap, HashMap},
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde::{Deserialize, Serialize};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::remembered::Remembered;
use crate::{
    clock::Clock,
    model::{Fault, FaultKind, Instant},
    policy::{Budget, Patience, Quarantine},
    telemetry::metrics,
};

/// What keeps a plugin from being called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PauseKind {
    /// Faults in a row. Another generation is called.
    Quarantine,
    /// The hour's time is used up, by whatever generations.
    HourlyBudget,
}

/// Why a plugin is not called, and until when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// What it is.
    pub kind: PauseKind,
    /// When it is called again.
    pub until: Instant,
    /// For the operator: what it did.
    pub why: String,
}

/// What the calls of a plugin came to since the daemon started.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Account {
    /// Calls.
    pub calls: u64,
    /// Faults by class.
    pub faults: BTreeMap<String, u64>,
    /// Time from the first to the last instruction of every call, waiting included.
    pub wall: Duration,
    /// The longest call.
    pub longest: Duration,
    /// Time on a processor.
    pub busy: Duration,
    /// The most memory that a call held, in bytes.
    pub peak_memory: usize,
    /// The last fault: its class, its text and what the plugin was working on.
    pub last_fault: Option<String>,
}

impl Account {
    fn add(&mut self, taken: Taken, fault: Option<&Fault>) {
        self.calls += 1;
        self.wall += taken.wall;
        self.longest = self.longest.max(taken.wall);
        self.busy += taken.busy;
        self.peak_memory = self.peak_memory.max(taken.memory);
        if let Some(fault) = fault {
            *self.faults.entry(fault.kind.to_string()).or_default() += 1;
            self.last_fault = Some(format!("{}: {}", fault.kind, fault.detail));
        }
    }
}

/// What one call took.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Taken {
    pub(super) wall: Duration,
    pub(super) busy: Duration,
    /// Waiting for the turns of the plugin's other calls.
    pub(super) queued: Duration,
    pub(super) memory: usize,
    /// Whether a fault may be one item's among several, to be found by asking about fewer.
    pub(super) several: bool,
}

impl Taken {
    /// Whether it took so long because the other side did: a relay that stalls is no fault of the channel.
    fn waited(&self) -> bool {
        self.wall.saturating_sub(self.busy + self.queued) * 2 > self.wall
    }
}

/// Within what a plugin is called.
#[derive(Debug, Clone, Copy)]
pub(super) struct Terms {
    /// Time on a processor, in one hour.
    pub(super) hourly: Duration,
    /// Calls at one time.
    pub(super) instances: u32,
    pub(super) patience: Patience,
}

/// The conduct of every plugin that was ever called, by the plugin's name. It outlives generations.
pub(super) struct Conducts {
    clock: Arc<dyn Clock>,
    /// Where quarantines are remembered across restarts.
    folder: Option<PathBuf>,
    plugins: Mutex<HashMap<String, Arc<Conduct>>>,
}

impl Conducts {
    pub(super) fn new(clock: Arc<dyn Clock>, folder: Option<PathBuf>) -> Self {
        Self { clock, folder, plugins: Mutex::default() }
    }

    /// The conduct of the plugin of this name. Where it is asked for first, a quarantine of an earlier process is read.
    pub(super) fn of(&self, plugin: &str) -> Arc<Conduct> {
        let mut plugins = self.plugins.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || {
            let remembered = Remembered::new(self.folder.as_deref(), plugin);
            Arc::new(Conduct::recall(plugin, Arc::clone(&self.clock), remembered))
        };
        Arc::clone(plugins.entry(plugin.to_owned()).or_insert_with(new))
    }
}

/// The conduct of one plugin.
pub(super) struct Conduct {
    plugin: String,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
    /// Locked before the state, never after it: no call waits for a disk.
    remembered: Mutex<Remembered>,
    /// Whether nobody is to hear of it.
    quiet: bool,
}

#[derive(Default)]
struct State {
    /// The newest call's; none before the first.
    terms: Option<Terms>,
    places: Option<Arc<Semaphore>>,
    quarantine: Quarantine,
    /// What brought it there.
    why: String,
    budget: Budget,
    /// Whether it was told that the hour's time is used up.
    spent: bool,
    account: Account,
}

impl Conduct {
    fn recall(plugin: &str, clock: Arc<dyn Clock>, mut remembered: Remembered) -> Self {
        let mut state = State::default();
        if let Some((quarantine, why)) = remembered.read(clock.now()) {
            tracing::warn!(plugin, why, "the plugin is still in quarantine");
            metrics::quarantined(plugin, true);
            state.quarantine = quarantine;
            state.why = why;
        }
        let (state, remembered) = (Mutex::new(state), Mutex::new(remembered));
        Self { plugin: plugin.to_owned(), clock, state, remembered, quiet: false }
    }

    /// For calls that are not held against the plugin: neither log nor metrics tell of them, and nothing is remembered.
    pub(super) fn apart(plugin: &str, clock: Arc<dyn Clock>) -> Self {
        let nowhere = Remembered::new(None, plugin);
        Self { quiet: true, ..Self::recall(plugin, clock, nowhere) }
    }

    /// Whether log and metrics do not tell of its calls.
    pub(super) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Waits for one of the plugin's places. When their number changes, calls under way keep their old ones.
    pub(super) async fn place(&self, terms: Terms) -> Option<OwnedSemaphorePermit> {
        let places = self.state().places(terms);
        places.acquire_owned().await.ok()
    }

    /// A call of the generation of this digest begins: [`Conduct::ended`] or [`Conduct::abandoned`] follows.
    ///
    /// # Errors
    /// If it must not.
    pub(super) fn enter(&self, digest: &str) -> Result<(), Pause> {
        let now = self.clock.now();
        let (was_open, is_open) = {
            let mut state = self.state();
            let hourly = state.hourly();
            if let Some(pause) = state.pause(digest, hourly, now) {
                return Err(pause);
            }
            if std::mem::take(&mut state.spent) && !self.quiet {
                tracing::info!(plugin = self.plugin, "the plugin has time again and is called");
            }
            let was_open = state.quarantine.is_open();
            let entered = state.quarantine.enter(digest, now);
            entered.map_err(|until| state.quarantined(until))?;
            (was_open, state.quarantine.is_open())
        };
        self.settle(was_open, is_open);
        Ok(())
    }

    /// A call of the generation of this digest ended.
    pub(super) fn ended(&self, digest: &str, taken: Taken, fault: Option<&Fault>) {
        let now = self.clock.now();
        let (was_open, is_open) = {
            let mut state = self.state();
            state.account.add(taken, fault);
            self.spend(&mut state, now, taken.busy);
            let was_open = state.quarantine.is_open();
            state.judge(digest, now, taken, fault);
            (was_open, state.quarantine.is_open())
        };
        self.settle(was_open, is_open);
    }

    /// A call of the generation of this digest came to no end: whoever made it waits no more.
    pub(super) fn abandoned(&self, digest: &str, busy: Duration) {
        let now = self.clock.now();
        let mut state = self.state();
        state.quarantine.abandoned(digest, now);
        self.spend(&mut state, now, busy);
    }

    /// Why the generation of this digest would not be called now, with so much time in an hour.
    pub(super) fn pause(&self, digest: &str, hourly: Duration) -> Option<Pause> {
        self.state().pause(digest, Some(hourly), self.clock.now())
    }

    /// Ends a quarantine, and forgets the time that was used if it is all there is in an hour. Says whether there was
    /// anything to end.
    pub(super) fn release(&self, hourly: Duration) -> bool {
        let now = self.clock.now();
        let (released, spent) = {
            let mut state = self.state();
            let spent = state.budget.spent_until(now, hourly).is_some();
            if spent {
                state.budget = Budget::default();
                state.spent = false;
            }
            (state.quarantine.release(), spent)
        };
        self.settle(released, false);
        released || spent
    }

    fn spend(&self, state: &mut State, now: Instant, busy: Duration) {
        state.budget.spend(now, busy);
        let Some(limit) = state.hourly().filter(|_| !state.spent) else { return };
        let Some(until) = state.budget.spent_until(now, limit) else { return };
        state.spent = true;
        if !self.quiet {
            let plugin = self.plugin.as_str();
            tracing::warn!(plugin, %until, ?limit, "the plugin has used up its hour's time (plugins.limits.hourly)");
        }
    }

    /// What the calls came to.
    pub(super) fn account(&self) -> Account {
        self.state().account.clone()
    }

    /// Tells of a quarantine that began or ended, and has it remembered. Nothing, for a call that was like any other.
    fn settle(&self, was_open: bool, is_open: bool) {
        if self.quiet || (!was_open && !is_open) {
            return;
        }
        if was_open != is_open {
            self.tell(is_open);
        }
        let mut remembered = self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        // What is the case by now: another call may have been quicker.
        let (quarantine, why) = {
            let state = self.state();
            (state.quarantine.clone(), state.why.clone())
        };
        remembered.keep(&quarantine, &why);
    }

    fn tell(&self, is_open: bool) {
        let plugin = self.plugin.as_str();
        metrics::quarantined(plugin, is_open);
        if is_open {
            let why = self.state().why.clone();
            tracing::error!(plugin, why, "the plugin is in quarantine: it is not called but to see whether it is well");
        } else {
            tracing::info!(plugin, "the plugin's quarantine is over");
        }
    }

    /// Nobody panics while holding it: what is there is whole.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn places(&mut self, terms: Terms) -> Arc<Semaphore> {
        let same = self.terms.is_some_and(|before| before.instances == terms.instances);
        self.terms = Some(terms);
        let places = self.places.take().filter(|_| same);
        let places = places.unwrap_or_else(|| Arc::new(Semaphore::new(terms.instances.max(1) as usize)));
        Arc::clone(self.places.insert(places))
    }

    fn hourly(&self) -> Option<Duration> {
        self.terms.map(|terms| terms.hourly)
    }

    fn pause(&self, digest: &str, hourly: Option<Duration>, now: Instant) -> Option<Pause> {
        let spent = hourly.and_then(|hourly| Some((hourly, self.budget.spent_until(now, hourly)?)));
        if let Some((hourly, until)) = spent {
            let why = format!("its calls of the last hour were busy for more than {hourly:?} (plugins.limits.hourly)");
            return Some(Pause { kind: PauseKind::HourlyBudget, until, why });
        }
        Some(self.quarantined(self.quarantine.refuses_until(digest, now)?))
    }

    fn quarantined(&self, until: Instant) -> Pause {
        Pause { kind: PauseKind::Quarantine, until, why: self.why.clone() }
    }

    fn judge(&mut self, digest: &str, now: Instant, taken: Taken, fault: Option<&Fault>) {
        let Some(fault) = fault else { return self.quarantine.answered(digest) };
        let excused = if fault.kind == FaultKind::Timeout { taken.waited() } else { taken.several };
        if excused {
            return self.quarantine.abandoned(digest, now);
        }
        let patience = self.terms.map_or(Patience::CHANNEL, |terms| terms.patience);
        self.quarantine.failed(digest, fault.kind, patience, now, fastrand::f64());
        if self.quarantine.refuses_until(digest, now).is_some() {
            self.why = format!("in quarantine after faults in a row, the last: {}: {}", fault.kind, fault.detail);
        }
    }
}

#[cfg(test)]
mod tests;
