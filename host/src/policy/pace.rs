//! How fast one destination is sent to.

use std::time::Duration;

use crate::model::Instant;

/// So many in so much time, evenly spread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many, at least 1.
    pub count: u32,
    /// In what time, longer than nothing.
    pub per: Duration,
}

/// Hands out turns that lie so far apart that a rate is kept, without bursts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pace {
    /// When the next may be sent.
    next: Instant,
    /// When the last of those that were sent away comes back.
    line: Instant,
}

impl Pace {
    /// The turn of one more: now, or within `patience`. One whose turn would be later is to ask again at another time,
    /// and those times lie apart too, so that not all come back at once.
    ///
    /// # Errors
    /// When to ask again.
    pub fn reserve(&mut self, rate: Option<Rate>, now: Instant, patience: Duration) -> Result<Instant, Instant> {
        let step = rate.map_or(Duration::ZERO, |rate| rate.per / rate.count.max(1));
        let turn = self.turn(now);
        if turn <= now + patience {
            self.next = turn + step;
            return Ok(turn);
        }
        let again = self.line.max(turn);
        self.line = again + step;
        Err(again)
    }

    /// Nothing is sent before this: the destination has asked for a rest.
    pub fn rest(&mut self, until: Instant) {
        self.next = self.next.max(until);
    }

    /// When the next would get its turn.
    pub fn turn(&self, now: Instant) -> Instant {
        self.next.max(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Option<Rate> = Some(Rate { count: 30, per: Duration::from_secs(60) });
    const PATIENCE: Duration = Duration::from_secs(5);

    fn at(seconds: i64) -> Instant {
        Instant::from_timestamp(seconds, 0).expect("an instant")
    }

    #[test]
    fn turns_are_evenly_spread_and_none_is_saved_up() {
        let mut pace = Pace::default();
        let mut turns = |now, n| (0..n).map(|_| pace.reserve(RATE, at(now), PATIENCE)).collect::<Vec<_>>();
        assert_eq!(turns(100, 3), [Ok(at(100)), Ok(at(102)), Ok(at(104))]);
        assert_eq!(turns(500, 2), [Ok(at(500)), Ok(at(502))]);
    }

    #[test]
    fn those_that_are_sent_away_come_back_one_by_one_and_are_let_in() {
        let mut pace = Pace::default();
        let answers: Vec<_> = (0..5).map(|_| pace.reserve(RATE, at(0), PATIENCE)).collect();
        assert_eq!(answers, [Ok(at(0)), Ok(at(2)), Ok(at(4)), Err(at(6)), Err(at(8))]);
        assert_eq!(pace.reserve(RATE, at(6), PATIENCE), Ok(at(6)));
        assert_eq!(pace.reserve(RATE, at(8), PATIENCE), Ok(at(8)));
    }

    #[test]
    fn without_a_rate_only_a_rest_is_waited_for() {
        let mut pace = Pace::default();
        assert_eq!(pace.reserve(None, at(0), PATIENCE), Ok(at(0)));
        assert_eq!(pace.reserve(None, at(0), PATIENCE), Ok(at(0)));
        pace.rest(at(60));
        assert_eq!(pace.reserve(None, at(0), PATIENCE), Err(at(60)));
    }

    #[test]
    fn a_rest_is_kept_and_does_not_shorten_one_that_is_longer() {
        let mut pace = Pace::default();
        pace.rest(at(60));
        pace.rest(at(30));
        assert_eq!(pace.turn(at(10)), at(60));
        assert_eq!(pace.turn(at(90)), at(90));
    }
}
