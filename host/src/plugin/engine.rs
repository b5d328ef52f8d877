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
use crate::config::{Limits, PluginsConfig};

/// How often running guest code is made to yield. Short enough that a wall limit of some seconds is met within a
/// percent, long enough not to show in any profile.
pub(super) const TICK: Duration = Duration::from_millis(10);

/// Calls that can run at one time; more wait for a place. Measured on 64-bit x86: 2 TiB of reserved address space (of 128),
/// 100 KiB of memory until they are used, and one to six milliseconds at the start; a quarter of the places takes a
/// quarter of the space and starts no sooner. Where memory may not be promised twice (`vm.overcommit_memory` is 2),
/// 0.7 GiB of tables and stacks count.
pub(super) const CALLS: u32 = Limits::MOST_INSTANCES;

/// Core modules, memories and tables that one component may instantiate; components of common toolchains have one to three
/// modules, QuickJS has 8 and Python 38, and all have at most two memories and two tables. The pool holds as much for
/// every call, so that no plugin can use up what another's call needs. Instances of modules are counted there, no more.
const CORE_INSTANCES: u32 = 64;

/// Bytes of the host's memory that one core module's instance may take beside its memories and tables. QuickJS takes 27 KiB;
/// Python's library, the largest that was met, fits.
const CORE_INSTANCE_BYTES: usize = 256 << 10;

const MEMORIES: u32 = 2;
const TABLES: u32 = 4;

/// Bytes that a memory can have. Each place reserves so much address space whatever is allowed, so that compiled code
/// need not check bounds; what a call may use of it is its [`Budget`](super::limits::Budget)'s to say, and another limit
/// needs no other engine.
const ADDRESSABLE: usize = 4 << 30;

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
    /// Starts the engine. It counts fuel if any plugin's is limited: that is compiled into all of them.
    ///
    /// # Errors
    /// If the machine cannot reserve the address space or lacks what compiled code needs.
    pub fn new(config: &PluginsConfig, compiler: Compiler) -> anyhow::Result<Self> {
        let fuel = counts_fuel(config);
        let strategy = InstanceAllocationStrategy::Pooling(pool());
        let engine = Engine::new(configuration(fuel).allocation_strategy(strategy))?;
        let ticker = start_ticker(engine.weak())?;
        let places = Arc::new(tokio::sync::Semaphore::new(CALLS as usize));
        Ok(Self { engine, ticker, places, compiler, turns: Arc::default(), counts_fuel: fuel })
    }

    /// Whether one engine serves both configurations.
    pub(super) fn same(one: &PluginsConfig, other: &PluginsConfig) -> bool {
        counts_fuel(one) == counts_fuel(other)
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

/// Whether any plugin's fuel is limited: then that of all is counted.
fn counts_fuel(config: &PluginsConfig) -> bool {
    config.limits_for.values().chain([&config.limits]).any(|limits| limits.fuel.is_some())
}

/// What compiled code depends on: the same for the engine that runs it and for the program that compiles it.
fn configuration(fuel: bool) -> Config {
    let mut config = Config::new();
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

/// An engine that compiles and runs nothing: it reserves no memory, and compiles on the one thread that calls it.
pub(super) fn compiling(fuel: bool) -> wasmtime::Result<Engine> {
    Engine::new(configuration(fuel).parallel_compilation(false))
}

fn pool() -> PoolingAllocationConfig {
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(CALLS);
    pool.total_core_instances(CALLS * CORE_INSTANCES);
    pool.max_core_instances_per_component(CORE_INSTANCES);
    pool.max_core_instance_size(CORE_INSTANCE_BYTES);
    pool.total_memories(CALLS * MEMORIES);
    pool.max_memories_per_component(MEMORIES);
    pool.total_tables(CALLS * TABLES);
    pool.max_tables_per_component(TABLES);
    pool.total_stacks(CALLS);
    pool.max_memory_size(ADDRESSABLE);
    pool
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
