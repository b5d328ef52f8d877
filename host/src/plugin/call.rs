//! One call of a guest: a place, a fresh store, the limits, and what a failure was.

use std::{
    future::poll_fn,
    pin::pin,
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::sync::OwnedSemaphorePermit;
use wasmtime::{Store, UpdateDeadline};

use super::{
    conduct::{Conduct, Pause, Taken, Terms},
    engine::{Place, PluginEngine},
    failure,
    guest::{About, Guest, Heard, Lent},
    turns::Held,
    words::tidy,
};
use crate::{
    config::Limits,
    model::{Fault, FaultKind},
    telemetry::metrics,
};

/// Ticks that a call may run without a turn. The first comes at any moment: with two, whatever takes less than one never
/// waits for anybody.
const FREE_TICKS: u64 = 2;

/// Who is called and within what.
#[derive(Clone)]
pub(super) struct Caller {
    pub(super) engine: PluginEngine,
    pub(super) limits: Limits,
    pub(super) plugin: String,
    pub(super) digest: String,
    /// What is known of how it behaves; `None` until it has said its name, and nothing is measured until then.
    pub(super) conduct: Option<Arc<Conduct>>,
    /// Who hears what it logs in place of the daemon's log.
    pub(super) heard: Option<Heard>,
}

impl Caller {
    /// Runs `body` in a fresh store, at most for `wall`. Errors of any kind become a [`Fault`]; the store is gone
    /// afterwards either way.
    pub(super) async fn call<T, F>(&self, wall: Duration, lent: Lent, body: F) -> Result<T, Fault>
    where
        F: AsyncFnOnce(&mut Store<Guest>) -> wasmtime::Result<T>,
    {
        self.call_and_judge(wall, lent, body, |answer| answer).await
    }

    /// The same, with what the host makes of the answer: a fault that is found there is the call's.
    pub(super) async fn call_and_judge<T, U, F>(
        &self,
        wall: Duration,
        lent: Lent,
        body: F,
        judge: impl FnOnce(Result<T, Fault>) -> Result<U, Fault>,
    ) -> Result<U, Fault>
    where
        F: AsyncFnOnce(&mut Store<Guest>) -> wasmtime::Result<T>,
    {
        let mut stay = self.enter(wall, &lent.about).await?;
        stay.taken.several = lent.about.several();
        let held = Held::default();
        let mut store = self.store(lent, &held);
        let began = Instant::now();
        let ended = tokio::time::timeout(wall, counted(body(&mut store), &mut stay.taken.busy, &held)).await;
        held.give_back();
        stay.taken.wall = began.elapsed();
        stay.taken.queued = held.queued();
        stay.taken.memory = store.data().budget.peak();
        let answer = match ended {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) => Err(failure::of(self, store.data(), &error)),
            Err(_) => Err(failure::late(self, store.data(), wall)),
        };
        drop(store);
        let fault = answer.as_ref().err().cloned();
        let judged = judge(answer);
        stay.ended(judged.as_ref().err().or(fault.as_ref()));
        judged
    }

    /// A fault of this plugin; the detail may hold the guest's own words.
    pub(super) fn fault(&self, kind: FaultKind, detail: impl AsRef<str>) -> Fault {
        let digest = self.digest.chars().take(12).collect();
        Fault { plugin: self.plugin.clone(), digest, kind, detail: tidy(detail.as_ref()) }
    }

    /// Waits for a place, a quarter of what the call itself may take: whoever has leased a notification for the call must
    /// not wait until the lease is over.
    async fn enter(&self, wall: Duration, about: &About) -> Result<Stay<'_>, Fault> {
        let Some(conduct) = self.conduct.as_deref() else {
            return Ok(Stay::new(self, self.engine.place().await, None));
        };
        let Limits { hourly, instances, .. } = self.limits;
        let terms = Terms { hourly, instances, patience: about.patience() };
        let places = async {
            let own = conduct.place(terms).await;
            (self.engine.place().await, own)
        };
        let longest = wall / 4;
        let Ok((place, own)) = tokio::time::timeout(longest, places).await else {
            let why =
                format!("{instances} calls of it (plugins.limits.instances), or too many of others, are under way");
            return Err(self.fault(FaultKind::Paused, format!("found no place within {longest:?}: {why}")));
        };
        conduct.enter(&self.digest).map_err(|pause| self.paused(&pause))?;
        Ok(Stay::new(self, place, own))
    }

    fn paused(&self, pause: &Pause) -> Fault {
        let until = pause.until.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
        self.fault(FaultKind::Paused, format!("is not called until {until}: {}", pause.why))
    }

    fn store(&self, lent: Lent, held: &Held) -> Store<Guest> {
        let guest = Guest::new(&self.plugin, &self.limits, lent);
        self.heard.iter().for_each(|heard| guest.log.heard_by(heard.clone()));
        let mut store = Store::new(self.engine.wasmtime(), guest);
        store.limiter(|guest| &mut guest.budget);
        // What a guest hands over is copied, and it may point to one text many times: its own memory is no bound.
        store.set_hostcall_fuel(self.limits.host_bytes);
        // Handles are the host's memory, also those of resources that the guest defines itself.
        store.set_max_component_handles(self.limits.handles);
        if self.engine.counts_fuel() {
            // An engine that counts gives a store none to begin with; it refuses only where it does not count.
            let _ = store.set_fuel(self.limits.fuel.unwrap_or(u64::MAX));
        }
        store.set_epoch_deadline(FREE_TICKS);
        let (turns, plugin, held) = (Arc::clone(self.engine.turns()), self.plugin.clone(), held.clone());
        store.epoch_deadline_callback(move |_| {
            let (turns, plugin, held) = (Arc::clone(&turns), plugin.clone(), held.clone());
            Ok(UpdateDeadline::YieldCustom(1, Box::pin(async move { turns.wait(&plugin, &held).await })))
        });
        store
    }
}

/// Adds up how long the future holds its thread, also if it is given up before its end, and gives the call's turn back
/// when it leaves the thread.
async fn counted<T>(future: impl Future<Output = T>, busy: &mut Duration, held: &Held) -> T {
    let mut future = pin!(future);
    poll_fn(|context| {
        let began = Instant::now();
        let polled = future.as_mut().poll(context);
        *busy += began.elapsed();
        if polled.is_pending() {
            held.give_back();
        }
        polled
    })
    .await
}

/// A call that was let in. If it is dropped before it has ended, it was abandoned.
struct Stay<'a> {
    caller: &'a Caller,
    taken: Taken,
    over: bool,
    _place: Place,
    _own: Option<OwnedSemaphorePermit>,
}

impl<'a> Stay<'a> {
    fn new(caller: &'a Caller, place: Place, own: Option<OwnedSemaphorePermit>) -> Self {
        Self { caller, taken: Taken::default(), over: false, _place: place, _own: own }
    }

    fn ended(mut self, fault: Option<&Fault>) {
        self.over = true;
        let Self { caller, taken, .. } = &self;
        let Some(conduct) = &caller.conduct else { return };
        if !conduct.is_quiet() {
            metrics::plugin_called(&caller.plugin, taken.wall, taken.busy, taken.memory);
            fault.iter().for_each(|fault| metrics::plugin_faulted(&caller.plugin, fault.kind));
        }
        conduct.ended(&caller.digest, *taken, fault);
    }
}

impl Drop for Stay<'_> {
    fn drop(&mut self) {
        if let Some(conduct) = self.caller.conduct.as_ref().filter(|_| !self.over) {
            conduct.abandoned(&self.caller.digest, self.taken.busy);
        }
    }
}
