//! How much time a plugin may have in an hour.

use std::{collections::VecDeque, time::Duration};

use chrono::TimeDelta;

use crate::model::Instant;

/// Minutes that are looked back on.
const HOUR: i64 = 60;

/// What was used in each of the last minutes. A leaking bucket would be smaller, but lets twice its size through in some
/// hours; here no hour has more than the limit and what the calls under way go on to use.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Budget {
    /// The minute since 1970 and what was used in it, the oldest first.
    minutes: VecDeque<(i64, Duration)>,
}

impl Budget {
    /// So much was used just now.
    pub fn spend(&mut self, now: Instant, used: Duration) {
        let minute = minute(now);
        self.minutes.retain(|(at, _)| *at + HOUR >= minute);
        match self.minutes.back_mut() {
            // A clock that was set back writes on where it was.
            Some((at, sum)) if *at >= minute => *sum += used,
            _ => self.minutes.push_back((minute, used)),
        }
    }

    /// When there is less than the limit again in the hour before, if there is not now.
    pub fn spent_until(&self, now: Instant, limit: Duration) -> Option<Instant> {
        let minute = minute(now);
        let counted = || self.minutes.iter().filter(|(at, _)| *at + HOUR >= minute);
        let mut left: Duration = counted().map(|(_, used)| *used).sum();
        let mut free = None;
        for (at, used) in counted() {
            if left < limit {
                break;
            }
            left -= *used;
            // The minute's last instant must be an hour ago.
            free = Instant::from_timestamp((*at + HOUR + 1) * 60, 0);
        }
        // A clock that was set back by days must not keep anybody out for days.
        free.map(|until| until.min(now + TimeDelta::minutes(HOUR + 1)))
    }
}

fn minute(at: Instant) -> i64 {
    at.timestamp().div_euclid(60)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Duration = Duration::from_secs(10);

    fn at(minute: i64, second: i64) -> Instant {
        Instant::from_timestamp(minute * 60 + second, 0).expect("an instant")
    }

    fn spent(what: &[(i64, u64)]) -> Budget {
        let mut budget = Budget::default();
        for (minute, seconds) in what {
            budget.spend(at(*minute, 30), Duration::from_secs(*seconds));
        }
        budget
    }

    #[test]
    fn less_than_the_limit_keeps_nobody_out() {
        assert_eq!(Budget::default().spent_until(at(0, 0), LIMIT), None);
        assert_eq!(spent(&[(0, 5), (30, 4)]).spent_until(at(30, 30), LIMIT), None);
    }

    #[test]
    fn what_was_used_comes_back_after_an_hour() {
        let budget = spent(&[(0, 6), (30, 4)]);
        assert_eq!(budget.spent_until(at(30, 30), LIMIT), Some(at(61, 0)));
        assert_eq!(budget.spent_until(at(60, 59), LIMIT), Some(at(61, 0)));
        assert_eq!(budget.spent_until(at(61, 0), LIMIT), None);
    }

    #[test]
    fn more_than_the_limit_takes_as_long_as_it_takes() {
        let budget = spent(&[(0, 6), (30, 20), (40, 3)]);
        assert_eq!(budget.spent_until(at(40, 30), LIMIT), Some(at(91, 0)));
    }

    #[test]
    fn no_hour_has_more_than_the_limit() {
        let mut budget = Budget::default();
        let mut calls: Vec<i64> = Vec::new();
        for second in 0..4 * 3600 {
            let now = at(0, second);
            if budget.spent_until(now, LIMIT).is_none() {
                budget.spend(now, Duration::from_secs(1));
                calls.push(second);
            }
        }
        for (place, from) in calls.iter().enumerate() {
            let within = calls[place..].iter().take_while(|second| **second < from + 3600).count();
            assert!(within <= 10, "{within} in the hour from {from}");
        }
        assert!(calls.len() >= 30, "and each hour has its own: {}", calls.len());
    }

    #[test]
    fn a_clock_that_is_set_back_keeps_nobody_out_for_long() {
        let budget = spent(&[(100_000, 20)]);
        assert_eq!(budget.spent_until(at(0, 0), LIMIT), Some(at(61, 0)));
    }
}
