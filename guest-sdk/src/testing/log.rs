//! A log that keeps its lines.

use std::{cell::RefCell, marker::PhantomData};

thread_local! {
    /// In wasm the import is the host of [`log`](crate::log); tests run on a thread each.
    static LINES: RefCell<Option<Vec<String>>> = const { RefCell::new(None) };
}

/// Keeps what is written to [`log`](crate::log) on this thread until it is dropped. Without one the lines go to standard
/// error.
///
/// ```
/// use nudged_sdk::{log, testing::LogHost};
///
/// let lines = LogHost::new();
/// log::warn("no date");
/// assert_eq!(lines.written(), ["warn: no date"]);
/// ```
#[derive(Debug)]
pub struct LogHost {
    // Bound to its thread: neither Send nor Sync.
    _thread: PhantomData<*const ()>,
}

impl LogHost {
    /// A log without lines.
    ///
    /// # Panics
    /// If there is one on this thread already.
    #[allow(clippy::new_without_default)] // a default would hide that it takes hold of the thread
    pub fn new() -> Self {
        let before = LINES.replace(Some(Vec::new()));
        assert!(before.is_none(), "one LogHost a thread");
        Self { _thread: PhantomData }
    }

    /// What was written so far, each line with its level: `error`, `warn`, `info`, `debug` or `trace`.
    pub fn written(&self) -> Vec<String> {
        LINES.with_borrow(|lines| lines.clone().unwrap_or_default())
    }
}

impl Drop for LogHost {
    fn drop(&mut self) {
        LINES.set(None);
    }
}

pub(crate) fn hand_to_log_host(line: String) {
    LINES.with_borrow_mut(|lines| match lines {
        Some(lines) => lines.push(line),
        None => eprintln!("{line}"),
    });
}
