//! Clocks for tests: one that stands still until it is moved, one that runs.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use chrono::TimeDelta;
use nudged::{clock::Clock, model::Instant};

/// Reads an instant such as `2026-05-04T09:00:00Z`.
///
/// # Panics
/// If the text is none.
pub fn at(text: &str) -> Instant {
    text.parse().unwrap_or_else(|error| panic!("{text:?} is no RFC 3339 instant: {error}"))
}

/// Stands still until it is moved.
#[derive(Debug)]
pub struct HandClock(Mutex<Instant>);

impl HandClock {
    /// Shows this instant.
    pub fn new(now: Instant) -> Self {
        Self(Mutex::new(now))
    }

    /// Shows this instant from now on.
    pub fn set(&self, now: Instant) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = now;
    }

    /// Moves on.
    pub fn advance(&self, by: TimeDelta) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) += by;
    }
}

impl Clock for HandClock {
    fn now(&self) -> Instant {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs as fast as time does, from an instant that the test chooses.
#[derive(Debug)]
pub struct RunningClock {
    start: Instant,
    started: std::time::Instant,
}

impl RunningClock {
    /// Shows this instant now.
    pub fn starting_at(start: Instant) -> Self {
        Self { start, started: std::time::Instant::now() }
    }
}

impl Clock for RunningClock {
    fn now(&self) -> Instant {
        let passed: Duration = self.started.elapsed();
        self.start + passed
    }
}
