//! What would be sent if nothing changed: the calendar against the items as they are.
//!
//! The source is read once. Every fire time, and every end of quiet hours that a run asks for, is then scanned by the
//! very [`Scanner`] that the daemon uses, over a store in memory that begins where the real one is. Nothing is written
//! anywhere. Dates count down; states do not change, whatever is told or would be done.

mod memory;
mod rows;
mod tally;

use std::{collections::BTreeMap, sync::Arc};

pub use self::{
    memory::Jump,
    tally::{Codes, Count, Foreseen},
};
use self::{
    memory::Memory,
    rows::{Frozen, FrozenRecords},
};
use super::{
    report::{Report, ScanError, Writing},
    scan::Scanner,
};
use crate::{
    config::ReminderConfig,
    model::{Instant, Item},
    policy::Brake,
    source::{Records, Want},
};

/// Where the brake would hold, the simulation goes on as after `nudged release`, and tells.
const RELEASED: Brake = Brake { factor: f64::MAX, first_run: u64::MAX, least: u64::MAX };

/// Coming runs, one after the other.
pub struct Simulation<'a> {
    scanner: Scanner,
    memory: Arc<Memory>,
    coming: Vec<Coming<'a>>,
    to: Instant,
    items: usize,
}

/// One reminder and its next fire time.
struct Coming<'a> {
    reminder: &'a ReminderConfig,
    next: Option<Instant>,
}

/// One run that was simulated.
#[derive(Debug)]
pub struct Step {
    /// Its `now`.
    pub at: Instant,
    /// What it came to.
    pub report: Report,
}

impl<'a> Simulation<'a> {
    /// Reads all that these reminders look at between two instants, the second not included.
    ///
    /// # Errors
    /// If the source or the store fails.
    pub async fn read(
        scanner: Scanner,
        reminders: &[&'a ReminderConfig],
        (from, to): (Instant, Instant),
    ) -> Result<Self, ScanError> {
        let strategies = reminders.iter().filter_map(|one| scanner.strategies.strategy(&one.strategy).ok());
        let strategies: Vec<_> = strategies.collect();
        let want = Want::of(strategies.iter().map(|one| one.manifest()), to.with_timezone(&scanner.zone).date_naive());
        let source = Frozen::read(scanner.source.as_ref(), want).await?;
        let records = FrozenRecords::read_all(&scanner.records, |name| {
            reminders.iter().any(|reminder| reminder.records.as_deref() == Some(name))
        });
        let records = records.await;
        let memory = Memory::over(&scanner.store, scanner.brake, &names(reminders), None, (from, to)).await?;
        Ok(Self::begin(scanner, (source, records), memory, reminders, (from, to)))
    }

    /// The same for one item alone, which is read already.
    pub(super) async fn of(
        scanner: &Scanner,
        item: &Item,
        reminders: &[&'a ReminderConfig],
        (from, to): (Instant, Instant),
    ) -> Result<Self, ScanError> {
        let key = item.key();
        let memory = Memory::over(&scanner.store, scanner.brake, &names(reminders), Some(&key), (from, to)).await?;
        Ok(Self::begin(scanner.clone(), alone(scanner, item), memory, reminders, (from, to)))
    }

    fn begin(
        scanner: Scanner,
        (source, records): (Frozen, BTreeMap<String, Arc<dyn Records>>),
        memory: Memory,
        reminders: &[&'a ReminderConfig],
        (from, to): (Instant, Instant),
    ) -> Self {
        let memory = Arc::new(memory);
        let items = source.len();
        let scanner = Scanner {
            source: Arc::new(source),
            records,
            actions: None,
            store: Arc::clone(&memory) as _,
            brake: RELEASED,
            ..scanner
        };
        let first = |reminder: &ReminderConfig| match reminder.schedule.last_until(from) {
            Some(at) if at == from => Some(from),
            _ => reminder.schedule.next_after(from),
        };
        let coming = reminders.iter().map(|reminder| Coming { reminder, next: first(reminder) }).collect();
        Self { scanner, memory, coming, to, items }
    }

    /// The next run, whatever reminders are due in it; `None` behind the last.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn step(&mut self) -> Result<Option<Step>, ScanError> {
        let fires = self.coming.iter().filter_map(|coming| coming.next).min();
        let Some(at) = fires.into_iter().chain(self.memory.next_planned()).min().filter(|at| *at < self.to) else {
            return Ok(None);
        };
        let planned = self.memory.take_planned(at);
        let mut due = Vec::new();
        for coming in &mut self.coming {
            let fires = coming.next == Some(at);
            if fires {
                coming.next = coming.reminder.schedule.next_after(at);
            }
            if fires || planned.contains(&coming.reminder.name) {
                due.push(coming.reminder);
            }
        }
        let report = self.scanner.scan(&due, at, Writing::Outbox).await?;
        Ok(Some(Step { at, report }))
    }

    /// All runs to the end, added up; `progress` hears of each.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn run(mut self, mut progress: impl FnMut(Instant)) -> Result<Foreseen, ScanError> {
        let mut foreseen = Foreseen::of(self.items);
        while let Some(step) = self.step().await? {
            progress(step.at);
            foreseen.add(step);
        }
        foreseen.jumps = self.memory.jumps();
        Ok(foreseen)
    }
}

/// What looks at one item alone, with the store as it is at this moment; for dry runs.
pub(super) async fn onlooker(
    scanner: &Scanner,
    item: &Item,
    reminders: &[&ReminderConfig],
    now: Instant,
) -> Result<Scanner, ScanError> {
    let key = item.key();
    let memory = Memory::over(&scanner.store, scanner.brake, &names(reminders), Some(&key), (now, now)).await?;
    let (source, records) = alone(scanner, item);
    let store = Arc::new(memory.undelivered());
    Ok(Scanner { source: Arc::new(source), records, actions: None, store, brake: RELEASED, ..scanner.clone() })
}

fn names<'a>(reminders: &[&'a ReminderConfig]) -> Vec<&'a str> {
    reminders.iter().map(|reminder| reminder.name.as_str()).collect()
}

/// A world in which there is nothing but the item.
fn alone(scanner: &Scanner, item: &Item) -> (Frozen, BTreeMap<String, Arc<dyn Records>>) {
    let own = |name: &str| item.record().filter(|record| record.source == name).map(|_| item.clone());
    let records = scanner.records.iter();
    let records = records.map(|(name, source)| (name.clone(), FrozenRecords::only(source, own(name))));
    let of_dataall = if item.record().is_some() { Frozen::default() } else { Frozen::only(item.clone()) };
    (of_dataall, records.collect())
}
