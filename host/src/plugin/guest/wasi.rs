//! WASI 0.2 with nothing granted, for components of languages whose runtimes cannot do without it.
//!
//! There are no arguments, no environment, no files and no sockets; standard input is closed, standard output and
//! standard error go to the plugin's log. What is left must not make a strategy's answer depend on anything but the
//! question: the wall clock stands still at the call's instant, and random numbers are the same in every call. A plugin
//! has no use for secrets of its own making, and languages that seed their hash tables so have nobody to defend against
//! but the operator's own tables. The monotonic clock runs, because waiting needs it; the call's wall limit ends the wait.

use std::time::Duration;

use bytes::Bytes;
use tokio::io::AsyncWrite;
use wasmtime::{Result, bail, component::Linker};
use wasmtime_wasi::{
    Deterministic, HostWallClock, WasiCtx, WasiCtxBuilder, WasiCtxView, WasiView,
    cli::{IsTerminal, StdoutStream, WasiCli, WasiCliView},
    filesystem::{WasiFilesystem, WasiFilesystemView},
    p2::{
        self, OutputStream, Pollable, StreamError, StreamResult,
        bindings::{
            cli::{
                environment, exit, terminal_input, terminal_output, terminal_stderr, terminal_stdin, terminal_stdout,
            },
            filesystem::{preopens, types},
            random::{insecure, insecure_seed},
        },
    },
    random::{WasiRandom, WasiRandomView},
};

use super::{Guest, GuestLog, log::Stream};
use crate::model::Instant;

/// Seeds everything random.
const SEED: u64 = 0x006e_7564_6765_6421;

/// Random bytes before they begin anew: more than a runtime takes for its hash tables.
const RANDOM_BYTES: usize = 4 << 10;

/// Bytes that one call for random numbers may ask for: they are made without a pause.
const MOST_RANDOM: u64 = 1 << 20;

/// Bytes that a standard stream takes at one time.
const MOST_WRITTEN: usize = 64 << 10;

/// What a call sees of WASI: made when it looks, because most never do.
pub(in crate::plugin) struct Wasi {
    now: Instant,
    log: GuestLog,
    context: Option<Box<WasiCtx>>,
}

impl Wasi {
    /// For a call at this instant that has this log.
    pub(in crate::plugin) fn new(now: Instant, log: &GuestLog) -> Self {
        Self { now, log: log.clone(), context: None }
    }
}

impl WasiView for Guest {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        let Wasi { now, log, context } = &mut self.wasi;
        let ctx = context.get_or_insert_with(|| Box::new(nothing(*now, log)));
        WasiCtxView { ctx, table: &mut self.table }
    }
}

/// A context with nothing in it. What is not said here is empty, closed or forbidden by default.
fn nothing(now: Instant, log: &GuestLog) -> WasiCtx {
    let standard = |stream| Standard { log: log.clone(), stream };
    WasiCtxBuilder::new()
        .stdout(standard(Stream::Stdout))
        .stderr(standard(Stream::Stderr))
        .wall_clock(Still(now))
        .secure_random(random(SEED))
        .insecure_random(random(!SEED))
        .insecure_random_seed(SEED.into())
        .max_random_size(MOST_RANDOM)
        .allow_tcp(false)
        .allow_udp(false)
        .build()
}

fn random(seed: u64) -> Deterministic {
    let mut random = fastrand::Rng::with_seed(seed);
    Deterministic::new((0..RANDOM_BYTES).map(|_| random.u8(..)).collect())
}

/// Links what `world.rs` lets components import.
pub(super) fn link(linker: &mut Linker<Guest>) -> Result<()> {
    // io, clocks, random, and the standard streams
    p2::add_to_linker_proxy_interfaces_async(linker)?;
    insecure::add_to_linker::<Guest, WasiRandom>(linker, Guest::random)?;
    insecure_seed::add_to_linker::<Guest, WasiRandom>(linker, Guest::random)?;
    environment::add_to_linker::<Guest, WasiCli>(linker, Guest::cli)?;
    terminal_input::add_to_linker::<Guest, WasiCli>(linker, Guest::cli)?;
    terminal_output::add_to_linker::<Guest, WasiCli>(linker, Guest::cli)?;
    terminal_stdin::add_to_linker::<Guest, WasiCli>(linker, Guest::cli)?;
    terminal_stdout::add_to_linker::<Guest, WasiCli>(linker, Guest::cli)?;
    terminal_stderr::add_to_linker::<Guest, WasiCli>(linker, Guest::cli)?;
    types::add_to_linker::<Guest, WasiFilesystem>(linker, Guest::filesystem)?;
    preopens::add_to_linker::<Guest, WasiFilesystem>(linker, Guest::filesystem)?;
    exit::add_to_linker::<Guest, wasmtime::component::HasSelf<Guest>>(linker, |guest| guest)
}

/// A plugin is called, not run: it has no end of its own.
impl exit::Host for Guest {
    fn exit(&mut self, status: Result<(), ()>) -> Result<()> {
        self.exit_with_code(status.is_err().into())
    }

    fn exit_with_code(&mut self, status: u8) -> Result<()> {
        bail!("exited with status {status}")
    }
}

/// A wall clock that stands still.
struct Still(Instant);

impl HostWallClock for Still {
    fn resolution(&self) -> Duration {
        Duration::from_millis(1)
    }

    fn now(&self) -> Duration {
        Duration::from_millis(self.0.timestamp_millis().try_into().unwrap_or_default())
    }
}

/// A standard stream that ends in the log.
#[derive(Clone)]
struct Standard {
    log: GuestLog,
    stream: Stream,
}

impl IsTerminal for Standard {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for Standard {
    /// Of later versions of WASI, which are not linked.
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(tokio::io::sink())
    }

    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }
}

#[async_trait::async_trait]
impl Pollable for Standard {
    async fn ready(&mut self) {}
}

#[async_trait::async_trait]
impl OutputStream for Standard {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        if bytes.len() > MOST_WRITTEN {
            return Err(StreamError::trap("wrote more to a standard stream than it takes at one time"));
        }
        self.log.stream(self.stream, &bytes);
        Ok(())
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(MOST_WRITTEN)
    }
}
