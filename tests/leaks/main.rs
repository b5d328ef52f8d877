//! What the plugin host holds after it has been used for long: a process of its own, in which nothing else runs.
//!
//! Ordinarily each test is over in half a minute. `NUDGED_TEST_RELOADS`, `NUDGED_TEST_CALLS` and `NUDGED_TEST_SWAPS` say
//! how often it is to do what it repeats; the figures go to standard error, as Markdown.

mod calls;
mod reloads;
mod serving;
mod usage;

use std::{
    io::Write,
    sync::{Mutex, MutexGuard, OnceLock, PoisonError},
    time::Duration,
};

use nudged::telemetry::recorder::Recorder;

/// One test at a time: another one's threads and files are not to be counted.
fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The process's metrics: what is measured is kept, as in the daemon.
fn recorder() -> &'static Recorder {
    static RECORDER: OnceLock<Recorder> = OnceLock::new();
    RECORDER.get_or_init(|| Recorder::install().expect("the only recorder"))
}

/// A runtime with two threads, and one that waits for disks and stays: how many there are is no matter of chance.
fn runtime() -> tokio::runtime::Runtime {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.worker_threads(2).max_blocking_threads(1).thread_keep_alive(Duration::from_secs(3600));
    builder.enable_all().build().expect("a runtime")
}

/// Tells people, also where the test's output is kept back because it goes well.
fn tell(text: &str) {
    std::io::stderr().write_all(text.as_bytes()).expect("standard error is open");
}
