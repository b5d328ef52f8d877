//! The one wasmtime engine and its ticker.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use wasmtime::{Config, Engine, InstanceAllocationStrategy, PoolingAllocationConfig};

use super::{Compiler, turns::Turns};
use crate::config::PluginsConfig;

/// How often running guest code is made to yield. Short enough that a wall limit of some seconds is met within a
/// percent, long enough not to show in any profile.
pub(super) const TICK: Duration = Duration::from_millis(10);

/// Calls that can run at one time; more wait for a place. Each reserves address space for one guest memory.
pub(super) const CALLS: u32 = 64;

/// Core modules, memories and tables that one component may instantiate; components of common toolchains have three,
/// one and two. The pool holds as much for every call, so that no plugin can use up what another's call needs.
const CORE_INSTANCES: u32 = 8;
const MEMORIES: u32 = 2;
const TABLES: u32 = 4;

/// The engine that all plugins share, with the thread that advances its epoch while calls are running.
#[derive(Clone)]
pub struct PluginEngine {
    engine: Engine,
    ticker: Arc<Ticker>,
    places: Arc<tokio::sync::Semaphore>,
    compiler: Compiler,
    turns: Arc<Turns>,
    counts_fuel: bool,
}

struct Ticker {
    calls: AtomicUsize,
    thread: thread::Thread,
}

impl PluginEngine {
    /// Starts the engine. Fails where the machine cannot reserve the address space or lacks what the JIT needs.
    pub fn new(config: &PluginsConfig, compiler: Compiler) -> anyhow::Result<Self> {
        let engine = Engine::new(&configuration(config))?;
        let ticker = start_ticker(engine.weak())?;
        let places = Arc::new(tokio::sync::Semaphore::new(CALLS as usize));
        let (turns, counts_fuel) = (Arc::default(), counts_fuel(config));
        Ok(Self { engine, ticker, places, compiler, turns, counts_fuel })
    }

    /// What compiles components for it.
    pub(super) fn compiler(&self) -> &Compiler {
        &self.compiler
    }

    pub(super) fn wasmtime(&self) -> &Engine {
        &self.engine
    }

    /// The turns of calls that run for long.
    pub(super) fn turns(&self) -> &Arc<Turns> {
        &self.turns
    }

    /// Whether guest code counts fuel.
    pub(super) fn counts_fuel(&self) -> bool {
        self.counts_fuel
    }

    /// A place for one call; while it is held the epoch advances.
    pub(super) async fn place(&self) -> Place {
        // The semaphore is never closed; if it were, the pool's own limit would still refuse the call.
        let permit = Arc::clone(&self.places).acquire_owned().await.ok();
        self.ticker.calls.fetch_add(1, Ordering::SeqCst);
        self.ticker.thread.unpark();
        Place { ticker: Arc::clone(&self.ticker), _permit: permit }
    }
}

/// See [`PluginEngine::place`].
pub(super) struct Place {
    ticker: Arc<Ticker>,
    _permit: Option<tokio::sync::OwnedSemaphorePermit>,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.ticker.calls.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Only where some plugin's fuel is limited: to count it costs a fifth of the speed of all.
fn counts_fuel(config: &PluginsConfig) -> bool {
    config.limits_for.values().chain([&config.limits]).any(|limits| limits.fuel.is_some())
}

fn configuration(config: &PluginsConfig) -> Config {
    let fuel = counts_fuel(config);
    let memory = config.limits_for.values().chain([&config.limits]).map(|limits| limits.memory).max();
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(CALLS);
    pool.total_core_instances(CALLS * CORE_INSTANCES);
    pool.max_core_instances_per_component(CORE_INSTANCES);
    pool.total_memories(CALLS * MEMORIES);
    pool.max_memories_per_component(MEMORIES);
    pool.total_tables(CALLS * TABLES);
    pool.max_tables_per_component(TABLES);
    pool.total_stacks(CALLS);
    pool.max_memory_size(memory.unwrap_or_default());
    let mut config = Config::new();
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    config.epoch_interruption(true);
    config.consume_fuel(fuel);
    // What the worlds do not need is one thing less to attack.
    config.wasm_threads(false);
    config.wasm_gc(false);
    config.wasm_function_references(false);
    config.wasm_memory64(false);
    // A trap's text names the function; the guests carry no line tables.
    config.wasm_backtrace_max_frames(std::num::NonZeroUsize::new(16));
    config
}

/// Advances the epoch every [`TICK`] while calls are running and sleeps while there are none. Ends with the engine.
fn start_ticker(engine: wasmtime::EngineWeak) -> anyhow::Result<Arc<Ticker>> {
    let (ready, started) = std::sync::mpsc::channel::<std::sync::Weak<Ticker>>();
    let handle = thread::Builder::new().name("nudged-epoch".into()).spawn(move || {
        let Ok(ticker) = started.recv() else { return };
        while let (Some(ticker), Some(engine)) = (ticker.upgrade(), engine.upgrade()) {
            let busy = ticker.calls.load(Ordering::SeqCst) > 0;
            engine.increment_epoch();
            drop((ticker, engine));
            if busy { thread::sleep(TICK) } else { thread::park() }
        }
    })?;
    let ticker = Arc::new(Ticker { calls: AtomicUsize::new(0), thread: handle.thread().clone() });
    ready.send(Arc::downgrade(&ticker))?;
    Ok(ticker)
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.thread.unpark();
    }
}
