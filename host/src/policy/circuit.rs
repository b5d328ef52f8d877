//! When a destination counts as dead, and when it is tried again.

use std::time::Duration;

use super::Backoff;
use crate::model::Instant;

/// Waits while a destination is dead: half a minute at first, ten minutes at most. A relay that is restarted is back within the
/// first, and one that is down for the night is asked six times an hour.
const PROBES: Backoff = Backoff { first: Duration::from_secs(30), longest: Duration::from_secs(600) };

/// How long others wait for the one that probes: longer than most attempts take.
const PROBING: Duration = Duration::from_secs(5);

/// A probe of which nothing was heard for so long has come to nothing: another takes its place.
const LONGEST: Duration = Duration::from_secs(120);

/// No wait is longer, with all its jitter: whatever is further ahead was there before the clock was set back.
pub(super) const FARTHEST: Duration = Duration::from_secs(2 * 3600);

/// One destination's state. After some failures in a row it is dead: nothing is sent there but a probe now and then, until
/// one gets through. What others would have failed at, they do not try, and it does not count as their attempt.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Circuit {
    /// Failures since the last success.
    failures: u32,
    /// How often it was found dead since the last success.
    openings: u32,
    state: State,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum State {
    #[default]
    Alive,
    Dead {
        until: Instant,
    },
    Probed {
        until: Instant,
    },
}

impl Circuit {
    /// Whether an attempt may be made now; else when to ask again. Of those that ask when the time has come, the first
    /// is the probe.
    ///
    /// # Errors
    /// The instant before which it is of no use.
    pub fn enter(&mut self, now: Instant) -> Result<(), Instant> {
        if let Some(until) = self.refuses_until(now) {
            return Err(until);
        }
        if self.is_open() {
            self.state = State::Probed { until: now + LONGEST };
        }
        Ok(())
    }

    /// What [`Circuit::enter`] would refuse with now: whoever asks this does not become the probe.
    pub fn refuses_until(&self, now: Instant) -> Option<Instant> {
        match self.state {
            State::Dead { until } if lasts(until, now, FARTHEST) => Some(until),
            State::Probed { until } if lasts(until, now, LONGEST) => Some(now + PROBING),
            State::Alive | State::Dead { .. } | State::Probed { .. } => None,
        }
    }

    /// Until when nothing is tried, if it is dead.
    pub fn dead_until(&self, now: Instant) -> Option<Instant> {
        match self.state {
            State::Dead { until } if lasts(until, now, FARTHEST) => Some(until),
            _ => None,
        }
    }

    /// Dead until then, and found so that many times in a row.
    pub(super) fn dead(openings: u32, until: Instant) -> Self {
        Self { failures: 0, openings, state: State::Dead { until } }
    }

    /// Until when it is dead, whether that is over or not, and how often it was found so in a row.
    pub(super) fn death(&self) -> Option<(Instant, u32)> {
        match self.state {
            State::Dead { until } => Some((until, self.openings)),
            State::Alive | State::Probed { .. } => None,
        }
    }

    /// Whether nothing but a probe gets through.
    pub fn is_open(&self) -> bool {
        self.state != State::Alive
    }

    /// The destination has answered, whatever it said.
    pub fn answered(&mut self) {
        *self = Self::default();
    }

    /// The destination could not be reached. `dead_after` failures in a row make it dead; `random` is uniform in 0..1.
    pub fn failed(&mut self, now: Instant, dead_after: u32, random: f64) {
        self.failed_by(1, now, dead_after, PROBES, random);
    }

    /// The same with a failure that counts for as many as `weight`, and other waits.
    pub(super) fn failed_by(&mut self, weight: u32, now: Instant, dead_after: u32, probes: Backoff, random: f64) {
        self.failures = self.failures.saturating_add(weight);
        let dies = match self.state {
            State::Alive => self.failures >= dead_after,
            State::Probed { .. } => true,
            State::Dead { .. } => false,
        };
        if dies {
            self.openings = self.openings.saturating_add(1);
            self.state = State::Dead { until: now + probes.wait(self.openings, None, random) };
        }
    }

    /// The attempt came to no end that says anything about the destination: another may be the probe.
    pub fn abandoned(&mut self, now: Instant) {
        if matches!(self.state, State::Probed { .. }) {
            self.state = State::Dead { until: now };
        }
    }
}

/// Whether a wait of at most so long is not over. A clock that was set back must keep nobody waiting for days.
fn lasts(until: Instant, now: Instant, longest: Duration) -> bool {
    now < until && until <= now + longest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Instant {
        Instant::from_timestamp(seconds, 0).expect("an instant")
    }

    fn dead(failures: u32) -> Circuit {
        let mut circuit = Circuit::default();
        (0..failures).for_each(|_| circuit.failed(at(0), 5, 0.5));
        circuit
    }

    #[test]
    fn so_many_failures_in_a_row_and_not_one_less() {
        assert_eq!(dead(4).enter(at(0)), Ok(()));
        assert_eq!(dead(5).enter(at(0)), Err(at(30)));
        let mut interrupted = dead(4);
        interrupted.answered();
        interrupted.failed(at(0), 5, 0.5);
        assert_eq!(interrupted.enter(at(0)), Ok(()));
    }

    #[test]
    fn one_probes_and_the_others_wait() {
        let mut circuit = dead(5);
        assert_eq!(circuit.enter(at(29)), Err(at(30)));
        assert_eq!(circuit.enter(at(30)), Ok(()));
        assert_eq!(circuit.enter(at(31)), Err(at(36)));
        circuit.answered();
        assert_eq!(circuit.enter(at(32)), Ok(()));
    }

    #[test]
    fn each_failed_probe_doubles_the_wait_up_to_ten_minutes() {
        let mut circuit = dead(5);
        let mut now = at(30);
        let mut waits = Vec::new();
        for _ in 0..7 {
            assert_eq!(circuit.enter(now), Ok(()));
            circuit.failed(now, 5, 0.5);
            let until = circuit.dead_until(now).expect("it is dead");
            waits.push((until - now).num_seconds());
            now = until;
        }
        assert_eq!(waits, [60, 120, 240, 480, 600, 600, 600]);
    }

    #[test]
    fn those_that_were_under_way_do_not_make_it_deader() {
        let mut circuit = dead(5);
        circuit.failed(at(20), 5, 0.5);
        assert_eq!(circuit.enter(at(20)), Err(at(30)));
    }

    #[test]
    fn a_probe_that_is_never_heard_of_again_leaves_its_place_too() {
        let mut circuit = dead(5);
        assert_eq!(circuit.enter(at(30)), Ok(()));
        assert_eq!(circuit.enter(at(149)), Err(at(154)));
        assert_eq!(circuit.enter(at(150)), Ok(()));
        assert_eq!(circuit.enter(at(151)), Err(at(156)));
    }

    #[test]
    fn a_clock_that_is_set_back_keeps_nobody_waiting() {
        let day = 24 * 3600;
        let mut circuit = dead(5);
        assert_eq!(circuit.dead_until(at(-day)), None);
        assert_eq!(circuit.enter(at(-day)), Ok(()));
        assert_eq!(circuit.enter(at(-day)), Err(at(5 - day)));
        assert_eq!(circuit.enter(at(-2 * day)), Ok(()), "nor does a probe");
    }

    #[test]
    fn a_probe_that_came_to_nothing_leaves_its_place_to_another() {
        let mut circuit = dead(5);
        assert_eq!(circuit.enter(at(30)), Ok(()));
        circuit.abandoned(at(31));
        assert_eq!(circuit.enter(at(31)), Ok(()));
    }
}
