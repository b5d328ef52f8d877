//! What there is: how many of each, and each by its number.

mod share;
mod state;

pub(super) use share::{Decision, Item, Share};
use state::State;

use std::collections::BTreeMap;

use chrono::{Days, Months, NaiveDate, NaiveDateTime, NaiveTime};
use fastrand::Rng;

/// How many items each shipped reminder finds in the tables, by the reminder's name.
pub(crate) type Findings = BTreeMap<&'static str, u64>;

/// Of so many datasets the first so many let access expire: 3 of 10.
const TERMS: (u64, u64) = (3, 10);

/// Stacks in a thousand that failed.
const FAILING_STACKS: u64 = 5;

/// A deployment of data.all. Every thing in it follows from the seed and its number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Shape {
    pub(crate) seed: u64,
    pub(crate) shares: u64,
    /// How many of the shares wait for a decision, from 0 to 1.
    pub(crate) pending: f64,
    /// What all dates are relative to, in UTC.
    pub(crate) now: NaiveDateTime,
}

/// A dataset's people and terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dataset {
    pub(super) environment: u64,
    /// Team that owns it.
    pub(super) owners: u64,
    /// Team that decides about requests.
    pub(super) stewards: u64,
    /// Whether access to it ends.
    pub(super) expires: bool,
}

/// What a random number is drawn for; things of different kinds have nothing to do with each other.
#[derive(Debug, Clone, Copy)]
enum Draw {
    Dataset = 1,
    Stack = 2,
    Share = 3,
}

impl Shape {
    pub(super) fn teams(&self) -> u64 {
        (self.shares / 1000).max(20)
    }

    pub(super) fn users(&self) -> u64 {
        (self.shares / 200).max(50)
    }

    pub(super) fn environments(&self) -> u64 {
        (self.shares / 500).max(5)
    }

    pub(super) fn datasets(&self) -> u64 {
        (self.shares / 50).max(10)
    }

    /// One a dataset, then one an environment.
    pub(super) fn stacks(&self) -> u64 {
        self.datasets() + self.environments()
    }

    /// The team that an environment belongs to.
    pub(super) fn team_of(&self, environment: u64) -> u64 {
        environment % self.teams()
    }

    /// Two thirds have stewards that are not the owners.
    pub(super) fn dataset(&self, number: u64) -> Dataset {
        let mut random = self.random(Draw::Dataset, number);
        let environment = number % self.environments();
        let owners = self.team_of(environment);
        let other = (owners + random.u64(1..self.teams())) % self.teams();
        let stewards = if random.u8(..3) < 2 { other } else { owners };
        Dataset { environment, owners, stewards, expires: number % TERMS.1 < TERMS.0 }
    }

    /// Where the fraction says so, the place of this stack among the ways to fail.
    pub(super) fn stack_fails(&self, number: u64) -> Option<u64> {
        let mut random = self.random(Draw::Stack, number);
        (random.u64(..1000) < FAILING_STACKS).then(|| random.u64(..))
    }

    pub(super) fn share(&self, number: u64) -> Share {
        Share::draw(self, number, &mut self.random(Draw::Share, number))
    }

    /// What each shipped reminder finds.
    pub(crate) fn findings(&self) -> Findings {
        let of_shares = (0..self.shares).filter_map(|number| self.share_state(number).reminder());
        let of_stacks = (0..self.stacks()).filter_map(|number| self.stack_fails(number).map(|_| "failing-stack"));
        let mut findings = Findings::new();
        for reminder in of_shares.chain(of_stacks) {
            *findings.entry(reminder).or_default() += 1;
        }
        findings
    }

    fn share_state(&self, number: u64) -> State {
        State::draw(self, &mut self.random(Draw::Share, number))
    }

    /// Midnight of the last day of the month that is so many months away: when data.all lets access end.
    fn month_end(&self, months: i32) -> NaiveDateTime {
        let first = |day: NaiveDate| chrono::Datelike::with_day(&day, 1).unwrap_or(day);
        let this = first(self.now.date());
        let away = Months::new(months.unsigned_abs());
        let month = if months < 0 { this - away } else { this + away };
        (month + Months::new(1) - Days::new(1)).and_time(NaiveTime::MIN)
    }

    fn random(&self, draw: Draw, number: u64) -> Rng {
        // Odd constants, so that no two numbers share a seed.
        let seed = self.seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (draw as u64).wrapping_mul(0xD6E8_FEB8_6659_FD93);
        Rng::with_seed(seed.wrapping_add(number.wrapping_mul(0xBF58_476D_1CE4_E5B9)))
    }
}

#[cfg(test)]
mod tests;
