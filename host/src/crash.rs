//! Named points at which a test has the process killed. In release builds there are none.
//!
//! `NUDGED_CRASH_AT=lease.taken` kills at the first time that the point is reached, `lease.taken#3` at the third.
//!
//! Points that end in `.commit` are right before a transaction's commit, those in `.committed` right after it.

/// Kills the process, as `kill -9` does, if this is the point that the environment names.
#[cfg(debug_assertions)]
pub(crate) fn point(name: &str) {
    use std::sync::{
        LazyLock,
        atomic::{AtomicU32, Ordering},
    };

    static AT: LazyLock<Option<(String, u32)>> = LazyLock::new(|| {
        let written = std::env::var("NUDGED_CRASH_AT").ok()?;
        let (name, nth) = written.split_once('#').unwrap_or((&written, "1"));
        Some((name.to_owned(), nth.parse().ok()?))
    });
    static REACHED: AtomicU32 = AtomicU32::new(0);

    let Some((at, nth)) = &*AT else { return };
    if at == name && REACHED.fetch_add(1, Ordering::SeqCst) + 1 == *nth {
        // Nothing of the process runs after this: no destructor, no flush.
        let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
        loop {
            std::thread::park();
        }
    }
}

/// In a release build there is nothing to do.
#[cfg(not(debug_assertions))]
pub(crate) fn point(_: &str) {}
