//! What comes next if nothing changes.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use serde::Serialize;

use crate::{
    config::ReminderConfig,
    model::{Decision, Instant, Item, Verdict},
    pipeline::{report::ScanError, scan::Scanner, simulate::Simulation},
};

/// How far ahead is looked: more than a year, for what comes once a year.
const HORIZON: TimeDelta = TimeDelta::days(400);

/// Runs that are looked at, at most: a reminder that runs every few minutes is not followed for a year.
const RUNS: usize = 5000;

/// What somebody will be told next, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Coming {
    /// When.
    pub at: Instant,
    /// To whom.
    pub recipient: String,
    /// On which channel.
    pub channel: String,
    /// Why: the verdict's code.
    pub code: &'static str,
    /// Which notice it will be for them.
    pub ordinal: u32,
}

/// Who is told: reason, channel, address.
type To = (String, String, String);

/// The first notice to everybody whom one reminder will tell of one item.
#[derive(Debug, Default)]
pub(super) struct Forecast {
    next: BTreeMap<To, Coming>,
    /// Those for whom it was decided that there will be no more.
    ended: BTreeMap<To, &'static str>,
    /// How far was looked.
    until: Instant,
}

impl Forecast {
    /// Follows the coming runs until everybody who waits now is told or will never be; where nobody waits now, until
    /// somebody is told.
    pub(super) async fn of(
        scanner: &Scanner,
        reminder: &ReminderConfig,
        item: &Item,
        now: Instant,
        verdicts: &[Verdict],
    ) -> Result<Self, ScanError> {
        let mut forecast = Self { until: now + HORIZON, ..Self::default() };
        let mut waiting: BTreeSet<_> =
            verdicts.iter().filter(|one| one.decision != Decision::Drop).filter_map(to).collect();
        if waiting.is_empty() && verdicts.iter().any(|one| one.recipient.is_some()) {
            return Ok(forecast);
        }
        let mut simulation = Simulation::of(scanner, item, &[reminder], (now, forecast.until)).await?;
        let is_anybody_enough = waiting.is_empty();
        for _ in 0..RUNS {
            let Some(step) = simulation.step().await? else { return Ok(forecast) };
            forecast.until = step.at;
            for verdict in step.report.verdicts.iter() {
                forecast.note(&verdict, step.at, &mut waiting);
            }
            if (is_anybody_enough && !forecast.next.is_empty()) || (!is_anybody_enough && waiting.is_empty()) {
                break;
            }
        }
        Ok(forecast)
    }

    fn note(&mut self, verdict: &Verdict, at: Instant, waiting: &mut BTreeSet<To>) {
        let Some(to) = to(verdict) else { return };
        match verdict.decision {
            Decision::Send => {
                waiting.remove(&to);
                let (_, channel, recipient) = to.clone();
                let code = verdict.code.as_str();
                self.next.entry(to).or_insert(Coming { at, recipient, channel, code, ordinal: verdict.ordinal });
            }
            Decision::Drop => {
                waiting.remove(&to);
                if !self.next.contains_key(&to) {
                    self.ended.insert(to, verdict.code.meaning());
                }
            }
            Decision::Hold(_) => {}
        }
    }

    /// The next notice to whom a verdict is about.
    pub(super) fn next(&self, verdict: &Verdict) -> Option<&Coming> {
        self.next.get(&to(verdict)?)
    }

    /// Why there will be none.
    pub(super) fn end(&self, verdict: &Verdict) -> Option<String> {
        if verdict.decision == Decision::Drop {
            return Some(verdict.code.meaning().to_owned());
        }
        if self.next(verdict).is_some() {
            return None;
        }
        let ended = to(verdict).and_then(|to| self.ended.get(&to));
        Some(ended.map_or_else(
            || format!("not before {}, if nothing changes", self.until.date_naive()),
            |why| (*why).to_owned(),
        ))
    }

    /// The first notice of all, where nothing is found now.
    pub(super) fn of_nothing(&self, verdicts: &[Verdict]) -> Option<Coming> {
        let first = || self.next.values().min_by_key(|coming| coming.at).cloned();
        verdicts.is_empty().then(first).flatten()
    }
}

fn to(verdict: &Verdict) -> Option<To> {
    Some((verdict.reason.clone(), verdict.channel.clone()?, verdict.recipient.clone()?))
}
