//! Leases that a lane takes ahead of its places: one transaction for many, where they are begun within a moment.
//!
//! How many that may be shows by itself. A lane begins with as many as it has places. If all that it asked for was there, and
//! was begun within a moment, it takes more next time, and twice as many the time after; where notices are slow to go out,
//! none waits here.

use std::{
    collections::VecDeque,
    time::{Duration, Instant as Stopwatch},
};

use crate::{model::Instant, store::Lease};

/// Most leases that wait for a place. They are what other daemons could not take, should this one be killed, until the
/// leases run out.
const MOST: usize = 128;

/// What was taken ahead is begun within this, or none is taken next time.
const MOMENT: Duration = Duration::from_secs(1);

/// What was not begun within this is given back: an attempt is to have nearly all of its lease.
const STALE: Duration = Duration::from_secs(2);

/// Leases that wait for a place.
pub(super) struct Ahead {
    waiting: VecDeque<Lease>,
    /// When they end.
    until: Instant,
    taken: Stopwatch,
    /// Whether there was as much as was asked for.
    full: bool,
    asked: usize,
    size: usize,
}

impl Ahead {
    /// None yet.
    pub(super) fn new() -> Self {
        Self {
            waiting: VecDeque::new(),
            until: Instant::UNIX_EPOCH,
            taken: Stopwatch::now(),
            full: false,
            asked: 0,
            size: 0,
        }
    }

    /// How many are to be taken for so many free places, now that none waits.
    pub(super) fn wanted(&mut self, free: usize) -> usize {
        self.size = if self.full { next(self.size, free, self.taken.elapsed()) } else { 0 };
        self.asked = free + self.size;
        self.asked
    }

    /// Keeps what was taken, until then.
    pub(super) fn keep(&mut self, leases: Vec<Lease>, until: Instant) {
        self.full = leases.len() == self.asked;
        self.waiting.extend(leases);
        (self.until, self.taken) = (until, Stopwatch::now());
    }

    /// So many at most, those that were due first, and when they end.
    pub(super) fn begin(&mut self, free: usize) -> (Vec<Lease>, Instant) {
        let some = self.waiting.len().min(free);
        (self.waiting.drain(..some).collect(), self.until)
    }

    /// All of them, to be given back.
    pub(super) fn rest(&mut self) -> Vec<Lease> {
        self.full = false;
        self.waiting.drain(..).collect()
    }

    /// Whether none waits.
    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Whether they have waited for longer than they may. The wall clock counts, too: the machine may have slept.
    pub(super) fn is_stale(&self, now: Instant, lease: Duration) -> bool {
        !self.is_empty() && (self.taken.elapsed() > STALE || now + lease / 2 > self.until)
    }
}

/// How many are taken ahead after so many were begun in some time.
fn next(size: usize, free: usize, took: Duration) -> usize {
    if took < MOMENT { (2 * size).max(free).min(MOST) } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_is_taken_ahead_as_long_as_it_is_begun_within_a_moment() {
        let quick = MOMENT / 10;
        let sizes: Vec<_> = (0..5).scan(0, |size, _| Some(std::mem::replace(size, next(*size, 16, quick)))).collect();
        assert_eq!(sizes, [0, 16, 32, 64, 128]);
        assert_eq!(next(128, 16, quick), MOST);
        assert_eq!(next(128, 16, MOMENT), 0);
    }

    #[test]
    fn a_lane_begins_with_its_places_and_goes_back_to_them_when_there_was_less() {
        let mut ahead = Ahead::new();
        assert_eq!(ahead.wanted(16), 16);
        ahead.keep(Vec::new(), Instant::UNIX_EPOCH);
        assert_eq!(ahead.wanted(16), 16);
    }
}
