//! When a plugin is not called any more, and when it is tried again.

use std::time::Duration;

use super::{Backoff, Circuit, circuit::FARTHEST};
use crate::model::{FaultKind, Instant};

/// Waits of a plugin in quarantine: a fault that has passed costs a minute, and one that stays is tried once an hour.
const WAITS: Backoff = Backoff { first: Duration::from_secs(60), longest: Duration::from_secs(3600) };

/// How many faults in a row are put up with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Faults, until it is over.
    pub faults: u32,
    /// As so many faults a time-out counts.
    pub timeout: u32,
}

impl Patience {
    /// With a strategy, in one run and over runs: finding one bad item among 256 takes nine faults in a row. Three
    /// time-outs take a quarter of a minute.
    pub const STRATEGY: Self = Self { faults: 36, timeout: 12 };

    /// With a channel, where each fault is a notice that was not sent.
    pub const CHANNEL: Self = Self { faults: 5, timeout: 1 };

    /// As how many faults one of this kind counts.
    pub fn weight(self, kind: FaultKind) -> u32 {
        if kind == FaultKind::Timeout { self.timeout } else { 1 }
    }
}

/// Whether one plugin may be called: after too many faults in a row of one generation it waits, and then one call shows
/// whether it is well again. A success, another generation or an operator ends it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Quarantine {
    /// The generation that all of this is about.
    digest: String,
    circuit: Circuit,
}

/// What has to be remembered of a quarantine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confinement {
    /// The generation.
    pub digest: String,
    /// How often in a row.
    pub times: u32,
    /// When it is tried again.
    pub until: Instant,
}

impl Quarantine {
    /// Goes on where an earlier process was. What nobody of ours can have written does not count.
    pub fn recall(confinement: Confinement, now: Instant) -> Option<Self> {
        let Confinement { digest, times, until } = confinement;
        (until <= now + FARTHEST).then(|| Self { digest, circuit: Circuit::dead(times, until) })
    }

    /// What has to be remembered; nothing while it is well, or while a call shows whether it is.
    pub fn confinement(&self) -> Option<Confinement> {
        let (until, times) = self.circuit.death()?;
        Some(Confinement { digest: self.digest.clone(), times, until })
    }

    /// Whether a call of this generation may begin now. Of those that ask when the time has come, the first shows whether
    /// the plugin is well.
    ///
    /// # Errors
    /// The instant before which it is of no use to ask again.
    pub fn enter(&mut self, digest: &str, now: Instant) -> Result<(), Instant> {
        self.turn_to(digest);
        self.circuit.enter(now)
    }

    /// What [`Quarantine::enter`] would refuse with now.
    pub fn refuses_until(&self, digest: &str, now: Instant) -> Option<Instant> {
        self.circuit.refuses_until(now).filter(|_| self.digest == digest)
    }

    /// Whether any generation is in quarantine, or a call shows whether it is well.
    pub fn is_open(&self) -> bool {
        self.circuit.is_open()
    }

    /// A call went well. Like all that ends, it says nothing of another generation than its own.
    pub fn answered(&mut self, digest: &str) {
        if self.digest == digest {
            self.circuit.answered();
        }
    }

    /// A call ended in a fault; `random` is uniform in 0..1.
    pub fn failed(&mut self, digest: &str, kind: FaultKind, patience: Patience, now: Instant, random: f64) {
        if self.digest == digest {
            self.circuit.failed_by(patience.weight(kind), now, patience.faults, WAITS, random);
        }
    }

    /// A call came to no end: another may show whether the plugin is well.
    pub fn abandoned(&mut self, digest: &str, now: Instant) {
        if self.digest == digest {
            self.circuit.abandoned(now);
        }
    }

    /// Ends it; says whether there was one.
    pub fn release(&mut self) -> bool {
        std::mem::take(&mut self.circuit).is_open()
    }

    /// Of another generation nothing is known.
    fn turn_to(&mut self, digest: &str) {
        if self.digest != digest {
            *self = Self { digest: digest.to_owned(), circuit: Circuit::default() };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Instant {
        Instant::from_timestamp(seconds, 0).expect("an instant")
    }

    /// After so many faults of this kind of the generation `a`.
    fn after(faults: u32, kind: FaultKind, patience: Patience) -> Quarantine {
        let mut quarantine = Quarantine::default();
        quarantine.enter("a", at(0)).expect("it is well");
        (0..faults).for_each(|_| quarantine.failed("a", kind, patience, at(0), 0.5));
        quarantine
    }

    fn ill() -> Quarantine {
        after(5, FaultKind::Trap, Patience::CHANNEL)
    }

    #[test]
    fn so_many_faults_in_a_row_and_not_one_less() {
        for (faults, kind, patience) in [
            (36, FaultKind::Trap, Patience::STRATEGY),
            (3, FaultKind::Timeout, Patience::STRATEGY),
            (5, FaultKind::Trap, Patience::CHANNEL),
            (5, FaultKind::Timeout, Patience::CHANNEL),
        ] {
            assert_eq!(after(faults - 1, kind, patience).enter("a", at(0)), Ok(()));
            assert_eq!(after(faults, kind, patience).enter("a", at(0)), Err(at(60)));
        }
        let mut interrupted = after(4, FaultKind::Trap, Patience::CHANNEL);
        interrupted.answered("a");
        interrupted.failed("a", FaultKind::Trap, Patience::CHANNEL, at(0), 0.5);
        assert!(!interrupted.is_open());
    }

    #[test]
    fn the_wait_doubles_up_to_an_hour() {
        let mut quarantine = ill();
        let mut now = at(60);
        let mut waits = Vec::new();
        for _ in 0..8 {
            assert_eq!(quarantine.enter("a", now), Ok(()));
            quarantine.failed("a", FaultKind::Trap, Patience::CHANNEL, now, 0.5);
            let until = quarantine.refuses_until("a", now).expect("it is in quarantine");
            waits.push((until - now).num_seconds());
            now = until;
        }
        assert_eq!(waits, [120, 240, 480, 960, 1920, 3600, 3600, 3600]);
    }

    #[test]
    fn one_call_shows_whether_it_is_well_while_the_others_wait() {
        let mut quarantine = ill();
        assert_eq!(quarantine.refuses_until("a", at(60)), None, "whoever only looks is not that call");
        assert_eq!(quarantine.enter("a", at(60)), Ok(()));
        assert_eq!(quarantine.enter("a", at(61)), Err(at(66)));
        quarantine.abandoned("a", at(61));
        assert_eq!(quarantine.enter("a", at(61)), Ok(()));
        quarantine.answered("a");
        assert!(!quarantine.is_open());
        assert_eq!(quarantine.enter("a", at(62)), Ok(()));
    }

    #[test]
    fn another_generation_and_an_operator_end_it() {
        let mut quarantine = ill();
        assert_eq!(quarantine.refuses_until("b", at(0)), None);
        assert_eq!(quarantine.enter("b", at(0)), Ok(()));
        assert!(!quarantine.is_open());
        let mut quarantine = ill();
        assert!(quarantine.release());
        assert!(!quarantine.release());
        assert_eq!(quarantine.enter("a", at(0)), Ok(()));
    }

    #[test]
    fn calls_of_an_older_generation_say_nothing_of_the_newer_one() {
        let mut quarantine = ill();
        assert_eq!(quarantine.enter("a", at(60)), Ok(()));
        let before = quarantine.clone();
        quarantine.answered("old");
        quarantine.failed("old", FaultKind::Trap, Patience::CHANNEL, at(60), 0.5);
        quarantine.abandoned("old", at(60));
        assert_eq!(quarantine, before);
    }

    #[test]
    fn what_is_remembered_goes_on() {
        let kept = ill().confinement().expect("there is one");
        assert_eq!(kept, Confinement { digest: "a".to_owned(), times: 1, until: at(60) });
        let mut quarantine = Quarantine::recall(kept, at(10)).expect("it is ours");
        assert_eq!(quarantine.enter("a", at(59)), Err(at(60)));
        assert_eq!(quarantine.enter("a", at(60)), Ok(()));
        quarantine.failed("a", FaultKind::Trap, Patience::CHANNEL, at(60), 0.5);
        assert_eq!(quarantine.refuses_until("a", at(60)), Some(at(180)), "it doubles");
    }

    #[test]
    fn a_wait_that_nobody_of_ours_wrote_does_not_count() {
        let forged = Confinement { digest: "a".to_owned(), times: 1, until: at(2 * 3600 + 1) };
        assert_eq!(Quarantine::recall(forged, at(0)), None);
    }
}
