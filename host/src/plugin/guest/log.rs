//! What a guest says: through `log`, or on WASI's standard output and standard error.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use wasmtime::Result;

use super::Guest;
use crate::plugin::bindings::share_strategy::nudged::plugin::log::{Host, Level};

/// What a line of log costs beside its text, so that empty lines are bounded too.
const LINE_BYTES: usize = 64;

/// Bytes after which a line of a standard stream ends, whether the guest has ended it or not.
const LONGEST_LINE: usize = 8 << 10;

/// Characters kept of what the guest said last: a traceback's end, where the exception is.
const LAST_WORDS: usize = 1000;

/// Writes a guest's log under the plugin's name, up to a number of bytes a call. Clones are one log.
#[derive(Clone)]
pub(in crate::plugin) struct GuestLog(Arc<Mutex<Lines>>);

/// A line that a guest logged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// `error`, `warn`, `info`, `debug` or `trace`.
    pub level: &'static str,
    /// The line, as the guest gave it.
    pub message: String,
}

/// Keeps what guests log. Clones are one.
#[derive(Debug, Clone, Default)]
pub(in crate::plugin) struct Heard(Arc<Mutex<Vec<Said>>>);

impl Heard {
    /// What was heard so far, in its order.
    pub(in crate::plugin) fn lines(&self) -> Vec<Said> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn hear(&self, level: Level, message: &str) {
        let level = match level {
            Level::Error => "error",
            Level::Warn => "warn",
            Level::Info => "info",
            Level::Debug => "debug",
            Level::Trace => "trace",
        };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(Said { level, message: message.to_owned() });
    }
}

/// A standard stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stream {
    Stdout,
    Stderr,
}

struct Lines {
    plugin: String,
    /// Who hears the lines in place of the daemon's log.
    heard: Option<Heard>,
    left: usize,
    last_words: LastWords,
    /// What has come of a line that is not ended, of each stream.
    begun: [Vec<u8>; 2],
}

/// The last line at level error, and the last lines of standard error that came after it: what an interpreter says when the
/// exception that was logged ends it adds little.
#[derive(Default)]
struct LastWords {
    logged: Option<String>,
    stderr: VecDeque<String>,
}

impl GuestLog {
    pub(in crate::plugin) fn new(plugin: &str, bytes: usize) -> Self {
        let last_words = LastWords::default();
        let begun = [Vec::new(), Vec::new()];
        Self(Arc::new(Mutex::new(Lines { plugin: plugin.to_owned(), heard: None, left: bytes, last_words, begun })))
    }

    /// From now on lines go to this one and not to the daemon's log.
    pub(in crate::plugin) fn heard_by(&self, heard: Heard) {
        self.lines().heard = Some(heard);
    }

    /// What the guest said last at level error or on standard error: the SDK and the runtimes of other languages write
    /// there what they failed of, before the trap.
    pub(in crate::plugin) fn last_words(&self) -> Option<String> {
        let mut lines = self.lines();
        lines.end(Stream::Stderr);
        let LastWords { logged, stderr } = &lines.last_words;
        let all: Vec<_> = logged.iter().chain(stderr).map(String::as_str).collect();
        (!all.is_empty()).then(|| all.join("\n"))
    }

    /// Takes what the guest writes to a standard stream.
    pub(super) fn stream(&self, stream: Stream, bytes: &[u8]) {
        let mut lines = self.lines();
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            lines.append(stream, part);
        }
    }

    fn lines(&self) -> MutexGuard<'_, Lines> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Host for Guest {
    fn log(&mut self, level: Level, message: String) -> Result<()> {
        let mut lines = self.log.lines();
        if matches!(level, Level::Error) {
            let logged = Some(message.chars().take(LAST_WORDS).collect());
            lines.last_words = LastWords { logged, ..LastWords::default() };
        }
        lines.write(level, &message);
        Ok(())
    }
}

impl Lines {
    /// Appends a part of a line, with its end or without.
    fn append(&mut self, stream: Stream, mut part: &[u8]) {
        while !part.is_empty() {
            let begun = &mut self.begun[stream as usize];
            let (now, later) = part.split_at(part.len().min(LONGEST_LINE - begun.len()));
            begun.extend_from_slice(now);
            if begun.ends_with(b"\n") || begun.len() == LONGEST_LINE {
                self.end(stream);
            }
            part = later;
        }
    }

    /// Writes what has come of a line.
    fn end(&mut self, stream: Stream) {
        let line = std::mem::take(&mut self.begun[stream as usize]);
        let line = String::from_utf8_lossy(&line);
        let line = line.trim_end();
        if line.is_empty() {
            return;
        }
        match stream {
            Stream::Stdout => self.write(Level::Info, line),
            Stream::Stderr => {
                self.last_words.add(line);
                self.write(Level::Warn, line);
            }
        }
    }

    fn write(&mut self, level: Level, message: &str) {
        let plugin = self.plugin.as_str();
        let cost = message.len() + LINE_BYTES;
        if cost > self.left {
            if self.left > 0 {
                tracing::warn!(plugin, "the plugin logs too much: the rest of this call's log is dropped");
            }
            self.left = 0;
            return;
        }
        self.left -= cost;
        if let Some(heard) = &self.heard {
            return heard.hear(level, message);
        }
        // Debug formatting escapes control characters: a guest cannot forge log lines.
        match level {
            Level::Error => tracing::error!(plugin, ?message),
            Level::Warn => tracing::warn!(plugin, ?message),
            Level::Info => tracing::info!(plugin, ?message),
            Level::Debug => tracing::debug!(plugin, ?message),
            Level::Trace => tracing::trace!(plugin, ?message),
        }
    }
}

impl LastWords {
    /// Adds a line of standard error; of too many, the first go.
    fn add(&mut self, line: &str) {
        let said = &mut self.stderr;
        said.push_back(line.chars().take(LAST_WORDS).collect());
        let mut length: usize = said.iter().map(|line| line.len() + 1).sum();
        while length > LAST_WORDS && said.len() > 1 {
            length -= said.pop_front().map_or(0, |line| line.len() + 1);
        }
    }
}

impl Drop for Lines {
    /// A last line need not have an end.
    fn drop(&mut self) {
        self.end(Stream::Stdout);
        self.end(Stream::Stderr);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_words_are_the_end_of_what_went_to_standard_error() {
        let log = GuestLog::new("by-hand", 1 << 20);
        assert_eq!(log.last_words(), None);
        log.stream(Stream::Stdout, b"not these\n");
        assert_eq!(log.last_words(), None);
        log.stream(Stream::Stderr, b"Trace");
        log.stream(Stream::Stderr, b"back\n\n  line 1\nValueError: no");
        assert_eq!(log.last_words().as_deref(), Some("Traceback\n  line 1\nValueError: no"));
        for number in 0..1000 {
            log.stream(Stream::Stderr, format!("line {number}\n").as_bytes());
        }
        let words = log.last_words().expect("words");
        assert!(words.len() <= LAST_WORDS && words.ends_with("line 998\nline 999"), "{words}");
    }

    #[test]
    fn what_was_logged_comes_before_what_an_interpreter_says_of_it() {
        let log = GuestLog::new("by-hand", 1 << 20);
        log.stream(Stream::Stderr, b"earlier\n");
        log.lines().last_words = LastWords { logged: Some("RangeError: no".to_owned()), ..LastWords::default() };
        assert_eq!(log.last_words().as_deref(), Some("RangeError: no"));
        log.stream(Stream::Stderr, b"panicked\n");
        assert_eq!(log.last_words().as_deref(), Some("RangeError: no\npanicked"));
    }

    #[test]
    fn no_line_of_a_stream_is_longer_than_allowed() {
        let log = GuestLog::new("by-hand", 1 << 20);
        log.stream(Stream::Stderr, &[b'x'; 3 * LONGEST_LINE + 7]);
        let lines = log.lines();
        assert_eq!(lines.begun[Stream::Stderr as usize].len(), 7);
        assert_eq!(lines.left, (1 << 20) - 3 * (LONGEST_LINE + LINE_BYTES));
    }
}
