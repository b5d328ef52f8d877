//! The store as it would go on: what is really there, and on top of it, in memory, what a simulation has told since.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::{
    model::{History, Instant, ItemKey, Notice, NotificationId, Occurrence, OpenOccurrence, Recipient},
    policy::{Brake, Level},
    store::{Action, Braked, Claim, Depth, Enqueue, Fate, Histories, Remembered, Runs, Store, StoreError, Told},
};

/// Scans that the brake compares with, as the store keeps them.
const SCANS: usize = 10;

/// A scan in which the sanity brake would have paused a reminder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Jump {
    /// The reminder.
    pub reminder: String,
    /// The scan's `now`.
    pub at: Instant,
    /// What it found.
    pub findings: u64,
    /// The most that would have passed.
    pub most: u64,
}

/// A store that reads the real one and writes nothing. Whatever is put into the outbox counts as delivered at once, and so
/// does what the real outbox holds.
pub(super) struct Memory {
    real: Arc<dyn Store>,
    brake: Brake,
    /// Whether what the real outbox holds counts as delivered.
    delivers: bool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    told: HashMap<Occurrence, HashMap<(String, Recipient), Vec<Entry>>>,
    open: BTreeMap<Occurrence, OpenOccurrence>,
    levels: HashMap<String, Level>,
    planned: BTreeSet<(Instant, String)>,
    jumps: Vec<Jump>,
}

/// What the ledger says of one notice, to one recipient on one channel.
#[derive(Clone, Copy)]
struct Entry {
    sequence: u32,
    slot: Instant,
    decided: Instant,
    notice: Notice,
    fate: Fate,
}

impl Memory {
    /// Begins where the real store is: with all that these reminders have open (of one item alone, if there is one), and
    /// the runs that are planned from `from` on until `to`.
    pub(super) async fn over(
        real: &Arc<dyn Store>,
        brake: Brake,
        reminders: &[&str],
        only: Option<&ItemKey>,
        (from, to): (Instant, Instant),
    ) -> Result<Self, StoreError> {
        let open = real.open_occurrences(reminders).await?.into_iter();
        let open = open.filter(|open| only.is_none_or(|item| open.occurrence.item == *item));
        let planned = real.planned_runs(to).await?.into_iter().map(|(reminder, at)| (at, reminder));
        let mut state = State {
            open: open.map(|open| (open.occurrence.clone(), open)).collect(),
            planned: planned.filter(|(at, name)| *at >= from && reminders.contains(&name.as_str())).collect(),
            ..State::default()
        };
        for reminder in reminders {
            state.levels.insert((*reminder).to_owned(), real.level(reminder).await?);
        }
        Ok(Self { real: Arc::clone(real), brake, delivers: true, state: Mutex::new(state) })
    }

    /// The same, but that what the real outbox holds is still on its way.
    pub(super) fn undelivered(self) -> Self {
        Self { delivers: false, ..self }
    }

    /// The next time that a run is planned for.
    pub(super) fn next_planned(&self) -> Option<Instant> {
        self.state().planned.first().map(|(at, _)| *at)
    }

    /// The reminders whose planned runs are due, which are not planned any more.
    pub(super) fn take_planned(&self, now: Instant) -> BTreeSet<String> {
        let mut due = BTreeSet::new();
        let mut state = self.state();
        while let Some(first) = state.planned.first().filter(|(at, _)| *at <= now).cloned() {
            state.planned.remove(&first);
            due.insert(first.1);
        }
        due
    }

    /// The scans in which the brake would have held, so far.
    pub(super) fn jumps(&self) -> Vec<Jump> {
        self.state().jumps.clone()
    }

    /// Nobody panics while holding it: what is there is whole.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads what the real ledger says of occurrences that were not asked about before.
    async fn recall(&self, occurrences: &[Occurrence]) -> Result<(), StoreError> {
        let unknown: Vec<_> = {
            let state = self.state();
            occurrences.iter().filter(|one| !state.told.contains_key(one)).cloned().collect()
        };
        let told = if unknown.is_empty() { Vec::new() } else { self.real.told(&unknown).await? };
        let mut state = self.state();
        for occurrence in unknown {
            state.told.entry(occurrence).or_default();
        }
        for Told { occurrence, channel, recipient, sequence, slot, decided, notice, fate, .. } in told {
            let fate = if fate == Fate::Queued && self.delivers { Fate::Delivered } else { fate };
            let entry = Entry { sequence, slot, decided, notice, fate };
            state.told.entry(occurrence).or_default().entry((channel, recipient)).or_default().push(entry);
        }
        Ok(())
    }
}

/// What the entries come to, as the real store sums them up.
fn history(entries: &[Entry], now: Instant) -> History {
    let mut history = History::default();
    for Entry { sequence, slot, decided, notice, fate } in entries.iter().copied() {
        history.sequence = history.sequence.max(sequence);
        history.in_flight |= fate == Fate::Queued;
        match notice {
            // Nobody was told.
            Notice::Reminder | Notice::Escalation | Notice::Closing if fate == Fate::Cancelled => {}
            Notice::Reminder => {
                if slot <= now {
                    history.last_slot = history.last_slot.max(Some(slot));
                }
                if fate == Fate::Delivered {
                    history.delivered += 1;
                    history.first_sent = Some(history.first_sent.map_or(decided, |first| first.min(decided)));
                    history.last_sent = history.last_sent.max(Some(decided));
                }
            }
            Notice::Escalation => history.escalated = true,
            Notice::Closing => history.closed = true,
            Notice::Action => history.acted = true,
        }
    }
    history
}

#[async_trait::async_trait]
impl Store for Memory {
    async fn depth(&self) -> Result<Depth, StoreError> {
        self.real.depth().await
    }

    async fn history(&self, occurrences: &[Occurrence], now: Instant) -> Result<Histories, StoreError> {
        self.recall(occurrences).await?;
        let state = self.state();
        let known = occurrences.iter().filter_map(|one| Some((one, state.told.get(one)?)));
        let known = known.filter(|(_, told)| !told.is_empty());
        Ok(known
            .map(|(one, told)| {
                (one.clone(), told.iter().map(|(to, entries)| (to.clone(), history(entries, now))).collect())
            })
            .collect())
    }

    async fn told(&self, occurrences: &[Occurrence]) -> Result<Vec<Told>, StoreError> {
        self.real.told(occurrences).await
    }

    async fn occurrences(&self, item: &ItemKey) -> Result<Vec<Remembered>, StoreError> {
        self.real.occurrences(item).await
    }

    async fn enqueue(&self, batch: &[Enqueue]) -> Result<Vec<NotificationId>, StoreError> {
        let mut state = self.state();
        for Enqueue { notification, entries, decided, .. } in batch {
            let to = (notification.channel.clone(), notification.recipient.clone());
            for entry in entries {
                let told = state.told.entry(entry.occurrence.clone()).or_default().entry(to.clone()).or_default();
                let (sequence, slot, notice) = (entry.sequence, entry.slot, entry.notice);
                told.push(Entry { sequence, slot, decided: *decided, notice, fate: Fate::Delivered });
            }
        }
        Ok(Vec::new())
    }

    async fn open_occurrences(&self, reminders: &[&str]) -> Result<Vec<OpenOccurrence>, StoreError> {
        let state = self.state();
        let open = state.open.values().filter(|open| reminders.contains(&&*open.occurrence.reminder));
        Ok(open.cloned().collect())
    }

    async fn open(&self, new: &[OpenOccurrence]) -> Result<(), StoreError> {
        let mut state = self.state();
        state.open.extend(new.iter().map(|open| (open.occurrence.clone(), open.clone())));
        Ok(())
    }

    async fn close(&self, over: &[Occurrence], _: Instant) -> Result<(), StoreError> {
        let mut state = self.state();
        for occurrence in over {
            state.open.remove(occurrence);
        }
        Ok(())
    }

    async fn level(&self, reminder: &str) -> Result<Level, StoreError> {
        Ok(self.state().levels.get(reminder).cloned().unwrap_or_default())
    }

    /// Where the brake would have held, an operator has looked and released it.
    async fn record_scan(&self, reminder: &str, at: Instant, findings: u64) -> Result<(), StoreError> {
        let mut state = self.state();
        let level = state.levels.entry(reminder.to_owned()).or_default();
        let most = self.brake.holds(findings, level);
        level.released = None;
        level.last.insert(0, findings);
        level.last.truncate(SCANS);
        let reminder = reminder.to_owned();
        state.jumps.extend(most.map(|most| Jump { reminder, at, findings, most }));
        Ok(())
    }

    async fn brake(&self, _: &Braked) -> Result<(), StoreError> {
        refuse()
    }

    async fn braked(&self) -> Result<Vec<Braked>, StoreError> {
        self.real.braked().await
    }

    async fn release(&self, _: &str) -> Result<bool, StoreError> {
        refuse()
    }

    /// What is told in a simulation is delivered when it is decided.
    async fn first_deliveries(
        &self,
        occurrence: &Occurrence,
    ) -> Result<HashMap<(String, Recipient), Instant>, StoreError> {
        let mut first = self.real.first_deliveries(occurrence).await?;
        self.recall(std::slice::from_ref(occurrence)).await?;
        for (to, entries) in self.state().told.get(occurrence).into_iter().flatten() {
            if let Some(at) = history(entries, Instant::MAX_UTC).first_sent {
                first.entry(to.clone()).or_insert(at);
            }
        }
        Ok(first)
    }

    async fn acted(&self, occurrences: &[Occurrence]) -> Result<HashSet<Occurrence>, StoreError> {
        self.real.acted(occurrences).await
    }

    async fn begin_action(&self, _: &Action, _: Instant) -> Result<bool, StoreError> {
        refuse()
    }

    async fn begun_actions(&self, reminders: &[&str]) -> Result<Vec<Action>, StoreError> {
        self.real.begun_actions(reminders).await
    }

    async fn end_action(&self, _: &Occurrence) -> Result<(), StoreError> {
        refuse()
    }

    async fn drop_action(&self, _: &Occurrence) -> Result<(), StoreError> {
        refuse()
    }
}

/// Nothing of this happens without actions, a brake and deliveries, which a simulation has not.
fn refuse<T>() -> Result<T, StoreError> {
    Err(StoreError { what: "nothing can be written in a simulation".to_owned(), cause: None })
}

#[async_trait::async_trait]
impl Runs for Memory {
    async fn claim_run(&self, _: &str, _: Instant, _: &str, _: Instant, _: Instant) -> Result<Claim, StoreError> {
        refuse()
    }

    async fn finish_run(&self, _: &str, _: Instant) -> Result<(), StoreError> {
        refuse()
    }

    async fn last_run(&self, reminder: &str) -> Result<Option<Instant>, StoreError> {
        self.real.last_run(reminder).await
    }

    async fn plan_run(&self, reminder: &str, at: Instant) -> Result<(), StoreError> {
        self.state().planned.insert((at, reminder.to_owned()));
        Ok(())
    }

    async fn planned_runs(&self, now: Instant) -> Result<Vec<(String, Instant)>, StoreError> {
        let state = self.state();
        let planned = state.planned.iter().take_while(|(at, _)| *at <= now);
        Ok(planned.map(|(at, reminder)| (reminder.clone(), *at)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_cancelled_takes_a_number_and_was_never_told() {
        let now = Instant::UNIX_EPOCH;
        let entry = |notice| Entry { sequence: 3, slot: now, decided: now, notice, fate: Fate::Cancelled };
        for notice in [Notice::Reminder, Notice::Escalation, Notice::Closing] {
            assert_eq!(history(&[entry(notice)], now), History { sequence: 3, ..History::default() }, "{notice:?}");
        }
    }
}
