//! Turns of calls that run for long, so that short ones always find a free thread.
//!
//! A guest that runs holds a thread of the runtime until the epoch's next tick. Within its first ticks a call is like any
//! other task. One that goes on takes a **turn** for every further tick: one at a time for each plugin, and one thread
//! fewer than there are for all plugins together. So however many calls spin, one thread is left for those who do not,
//! and of the plugins that run for long each has its turn after the others.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    time::{Duration, Instant},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Hands out turns, first come, first served.
#[derive(Default)]
pub(super) struct Turns {
    /// As many as there are turns at one time; made within the runtime.
    all: OnceLock<Arc<Semaphore>>,
    plugins: Mutex<HashMap<String, Arc<Semaphore>>>,
}

/// One tick's worth of a thread.
pub(super) struct Turn {
    _all: Option<OwnedSemaphorePermit>,
    _own: Option<OwnedSemaphorePermit>,
}

/// The turn that a call has now. It is given back when the call leaves its thread, for whatever it waits.
#[derive(Clone, Default)]
pub(super) struct Held(Arc<Mutex<Waiting>>);

#[derive(Default)]
struct Waiting {
    turn: Option<Turn>,
    /// How long it waited for the turns of the plugin's other calls, but for the one that it waits for now.
    before: Duration,
    since: Option<Instant>,
}

impl Turns {
    /// Leaves the thread to others and waits for a turn. What it waits for other plugins is no fault of its own, and is not
    /// counted.
    pub(super) async fn wait(&self, plugin: &str, held: &Held) {
        // Whoever has a turn lets others have theirs, and the runtime its timers, before the next.
        tokio::task::yield_now().await;
        held.queues();
        let own = self.of(plugin).acquire_owned().await.ok();
        held.is_first();
        let all = Arc::clone(self.all.get_or_init(|| Arc::new(Semaphore::new(at_one_time()))));
        held.take(Turn { _all: all.acquire_owned().await.ok(), _own: own });
    }

    fn of(&self, plugin: &str) -> Arc<Semaphore> {
        let mut plugins = self.plugins.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = plugins.get(plugin) {
            return Arc::clone(known);
        }
        plugins.retain(|_, one| Arc::strong_count(one) > 1);
        Arc::clone(plugins.entry(plugin.to_owned()).or_insert_with(|| Arc::new(Semaphore::new(1))))
    }
}

impl Held {
    /// Gives the turn back, if there is one.
    pub(super) fn give_back(&self) {
        self.inner().turn = None;
    }

    /// How long the call waited for the turns of the plugin's other calls.
    pub(super) fn queued(&self) -> Duration {
        let inner = self.inner();
        inner.before + inner.since.map(|since| since.elapsed()).unwrap_or_default()
    }

    fn queues(&self) {
        self.inner().since = Some(Instant::now());
    }

    /// Of the plugin's calls it is the next.
    fn is_first(&self) {
        let mut inner = self.inner();
        let queued = inner.since.take().map(|since| since.elapsed());
        inner.before += queued.unwrap_or_default();
    }

    fn take(&self, turn: Turn) {
        self.inner().turn = Some(turn);
    }

    fn inner(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One thread is left over, where there are two.
fn at_one_time() -> usize {
    tokio::runtime::Handle::current().metrics().num_workers().saturating_sub(1).max(1)
}
