//! Steps before a deadline.

use chrono::{Days, NaiveTime, TimeDelta};
use chrono_tz::Tz;

use super::{Cadence, Judgement, Mode, Moment};
use crate::model::{Code, Decision, History, Instant, in_zone};

/// The slot that a notice is written to the ledger with.
///
/// It is the moment's own, but for a step of a ladder that a scan by hand finds before the fire time that would have:
/// that notice belongs to the step, so that the fire time does not tell of the step again.
pub fn slot(cadence: &Cadence, deadline: Option<Instant>, moment: Moment) -> Instant {
    let step = match (&cadence.mode, deadline) {
        (Mode::Ladder { days_before }, Some(deadline)) => Steps::new(days_before, deadline, moment).begun,
        _ => None,
    };
    step.map_or(moment.slot, |begun| begun.max(moment.slot))
}

/// When each step begins, in the order of the list; a step beyond the calendar's end is left out.
pub fn steps(days_before: &[u32], deadline: Instant, zone: Tz) -> Vec<(u32, Instant)> {
    days_before.iter().filter_map(|days| Some((*days, beginning(*days, deadline, zone)?))).collect()
}

/// One notice for all steps that have begun since the last one. Until the first gets through, it is tried once in a
/// slot; after that, once in a step.
pub(super) fn judge(days_before: &[u32], deadline: Instant, history: &History, moment: Moment) -> Judgement {
    if moment.now >= deadline {
        return (Decision::Drop, Code::DeadlinePassed);
    }
    let steps = Steps::new(days_before, deadline, moment);
    let Some(begun) = steps.begun else { return (Decision::Hold(steps.next), Code::TooEarly) };
    if history.delivered == 0 {
        return super::single(history, moment);
    }
    if history.last_slot.is_none_or(|last| last < begun) {
        return (Decision::Send, Code::Step);
    }
    match steps.next {
        Some(next) => (Decision::Hold(Some(next)), Code::NotDue),
        None => (Decision::Drop, Code::AlreadyTold),
    }
}

/// Where a moment lies among the steps.
struct Steps {
    /// When the last step that has begun began.
    begun: Option<Instant>,
    /// When the next one begins.
    next: Option<Instant>,
}

impl Steps {
    fn new(days_before: &[u32], deadline: Instant, moment: Moment) -> Self {
        let begins = || days_before.iter().filter_map(|days| beginning(*days, deadline, moment.source_zone));
        Self {
            begun: begins().filter(|at| *at <= moment.now).max(),
            next: begins().filter(|at| *at > moment.now).min(),
        }
    }
}

/// Where the day begins that lies so many days before that of the deadline. A deadline at midnight is the end of the day
/// before: it stands for an expiry day that has ended.
fn beginning(days_before: u32, deadline: Instant, zone: Tz) -> Option<Instant> {
    let last_day = (deadline - TimeDelta::milliseconds(1)).with_timezone(&zone).date_naive();
    let day = last_day.checked_sub_days(Days::new(u64::from(days_before)))?;
    Some(in_zone(zone, day.and_time(NaiveTime::MIN)))
}
