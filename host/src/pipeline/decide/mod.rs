//! From occurrences to verdicts: the cadence's pure rules, fed with the ledger, the audience and what people want.

mod closing;
mod matter;

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use chrono::DateTime;
use chrono_tz::Tz;

use self::matter::Matter;
use super::{
    audience::{Destination, Resolver, Ways},
    found::Found,
    occurrences::Occurrences,
    place::Place,
    preferences::Wishes,
    verdicts::Verdicts,
};
use crate::{
    config::{Preferences, ReminderConfig},
    model::{Code, Decision, History, Instant, Notice, Occurrence, Thread, Verdict},
    policy::{self, Case, Habits, Judgement, Moment},
    store::{Store, StoreError},
};

/// Occurrences looked up in the ledger at one time.
const LOOK_UP: usize = 2000;

/// What was decided, and what is to be sent.
#[derive(Default)]
pub(super) struct Decided {
    pub(super) verdicts: Verdicts,
    pub(super) due: Vec<Due>,
    /// Who of its requesters was told of each finding, by its place: a revoke waits for that.
    pub(super) requesters_told: HashMap<usize, BTreeSet<Destination>>,
    /// Reminders some of whose groups the directory could not be asked about.
    pub(super) unresolved: BTreeSet<String>,
}

/// What a notice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum About {
    /// The finding at this place.
    Found(Place),
    /// The occurrence at this place of those that are over.
    Over(Place),
}

/// One notice to one recipient that is to be sent now. There may be a million of them.
pub(super) struct Due {
    /// Place of its verdict.
    pub(super) verdict: Place,
    pub(super) about: About,
    /// Place of its reminder in the run.
    pub(super) reminder: Place,
    pub(super) notice: Notice,
    pub(super) to: Arc<Destination>,
    pub(super) ways: Arc<Ways>,
    pub(super) sequence: u32,
    pub(super) thread: Option<Box<Thread>>,
    pub(super) slot: Instant,
}

/// What deciding needs to know: one run's view of the world.
pub(super) struct Decider<'a> {
    pub(super) store: &'a dyn Store,
    pub(super) reminders: &'a [&'a ReminderConfig],
    pub(super) found: &'a [Found],
    pub(super) occurrences: &'a Occurrences,
    pub(super) preferences: &'a Preferences,
    /// Reminders that the sanity brake holds.
    pub(super) braked: &'a BTreeSet<String>,
    /// The zone of each reminder's source.
    pub(super) zones: Vec<Tz>,
    pub(super) now: Instant,
}

impl Decider<'_> {
    /// Decides about every finding for every recipient, and about closing notices.
    pub(super) async fn decide(&self, resolver: &mut Resolver<'_>) -> Result<Decided, StoreError> {
        let mut decided = Decided::default();
        let moments: Vec<_> = (0..self.reminders.len()).map(|reminder| self.moment(reminder)).collect();
        for (start, chunk) in (0..).step_by(LOOK_UP).zip(self.occurrences.of.chunks(LOOK_UP)) {
            let histories = self.store.history(chunk, self.now).await?;
            for (place, occurrence) in (start..).zip(chunk) {
                let reminder = self.found[place].reminder;
                let matter = Matter { decider: self, place, reminder, moment: moments[reminder], occurrence };
                matter.decide(histories.get(occurrence), resolver, &mut decided).await;
            }
        }
        self.decide_closing(&moments, &mut decided).await?;
        Ok(decided)
    }

    /// Decides again about what could not be written because another run had told part of it meanwhile; answers with
    /// what is still to be sent.
    pub(super) async fn decide_again(&self, taken: Vec<Due>, verdicts: &mut Verdicts) -> Result<Vec<Due>, StoreError> {
        let occurrences: Vec<_> = taken.iter().map(|due| self.occurrences.about(due.about).clone()).collect();
        let histories = self.store.history(&occurrences, self.now).await?;
        let mut still = Vec::new();
        for due in taken {
            let reminder = self.reminders[usize::from(due.reminder)];
            let occurrence = self.occurrences.about(due.about);
            let history =
                histories.get(occurrence).and_then(|known| known.get(due.to.as_ref())).cloned().unwrap_or_default();
            let deadline = verdicts.deadline(due.verdict);
            let habits = Wishes::of(self.preferences, &due.to.1, &due.ways).habits(reminder);
            let moment = self.moment(due.reminder.into());
            let (decision, code) = self.rule(reminder, due.notice, occurrence, deadline, &history, moment, &habits);
            let coming = u32::from(due.notice != Notice::Closing);
            let (ordinal, first_sent) = (history.delivered + coming, history.first_sent);
            verdicts.decide(due.verdict, decision, code);
            verdicts.count(due.verdict, ordinal, first_sent);
            if decision == Decision::Send {
                let (sequence, thread) = (history.sequence + 1, history.thread.map(Box::new));
                still.push(Due { sequence, thread, ..due });
            }
        }
        Ok(still)
    }

    /// The cadence's word, unless the brake holds.
    #[allow(clippy::too_many_arguments)] // one for each thing that a rule may look at
    fn rule(
        &self,
        reminder: &ReminderConfig,
        notice: Notice,
        occurrence: &Occurrence,
        deadline: Option<Instant>,
        history: &History,
        moment: Moment,
        habits: &Habits<'_>,
    ) -> Judgement {
        let case = Case { episode: occurrence.episode, deadline, history };
        let judgement = match notice {
            Notice::Reminder => policy::judge(&reminder.cadence, &case, moment, habits),
            Notice::Escalation => policy::judge_escalation(&case, moment, habits),
            Notice::Closing | Notice::Action => policy::judge_closing(&case, moment, habits),
        };
        let held = judgement.0 == Decision::Send && self.braked.contains(&reminder.name);
        if held { (Decision::Hold(None), Code::Brake) } else { judgement }
    }

    fn moment(&self, place: usize) -> Moment {
        let reminder = self.reminders[place];
        let slot = reminder.schedule.last_until(self.now).unwrap_or(DateTime::UNIX_EPOCH);
        Moment { now: self.now, slot, next: reminder.schedule.next_after(self.now), source_zone: self.zones[place] }
    }
}

/// A verdict about nobody in particular, yet.
fn blank(reminder: &ReminderConfig, occurrence: &Occurrence, judgement: Judgement, channel: Option<&str>) -> Verdict {
    Verdict {
        decision: judgement.0,
        code: judgement.1,
        reminder: reminder.name.clone(),
        strategy: reminder.strategy.clone(),
        item: occurrence.item.clone(),
        reason: occurrence.reason.to_string(),
        roles: Vec::new(),
        groups: Vec::new(),
        recipient: None,
        channel: channel.map(str::to_owned),
        ordinal: 1,
        first_sent: None,
        deadline: None,
        notification: None,
    }
}
