//! Asking strategies, and keeping one bad share from hiding the others.

use std::sync::Arc;

use crate::{
    model::{Fault, FaultKind, Finding, Item, Kind, Manifest, Problem},
    plugin::{Context, Registry, Strategy},
    policy::Patience,
};

/// Where a run gets its strategies from.
pub trait Strategies: Send + Sync {
    /// The strategy that serves under this name now.
    ///
    /// # Errors
    /// A fault that says why there is none.
    fn strategy(&self, name: &str) -> Result<Arc<dyn Strategy>, Fault>;
}

impl Strategies for Registry {
    fn strategy(&self, name: &str) -> Result<Arc<dyn Strategy>, Fault> {
        Registry::strategy(self, name)
    }
}

/// Faults in a row of one reminder in one run after which its strategy is not asked any more, as in any row of calls.
const PATIENCE: Patience = Patience::STRATEGY;

/// Faults in all, successes between them or not: a hundred bad items are found one by one at about nine faults each.
const MOST_FAULTS: u32 = 1000;

/// Items in one call of a strategy: large enough that a call's fixed cost vanishes, small enough that a fault is
/// cheap to corner.
pub(crate) const BATCH: usize = 256;

/// One strategy in one run.
pub(super) struct Asking {
    /// The reminder that asks, if one does.
    reminder: Option<String>,
    strategy: Arc<dyn Strategy>,
    context: Context,
    faults: Faults,
    /// Whether shares were not looked at, although nothing is known to be wrong with them.
    pub(super) overlooked: bool,
}

/// What a strategy has done wrong in this run.
#[derive(Debug, Clone, Copy, Default)]
struct Faults {
    /// Since the last success, but time-outs since the run began: each takes so long.
    row: u32,
    late: u32,
    all: u32,
}

impl Faults {
    fn add(&mut self, kind: FaultKind) {
        let weight = PATIENCE.weight(kind);
        self.row += weight;
        self.all += 1;
        if kind == FaultKind::Timeout {
            self.late += weight;
        }
    }

    fn answered(&mut self) {
        self.row = self.late;
    }

    /// How many were too many, if they were.
    fn too_many(self) -> Option<u32> {
        let row = (self.row >= PATIENCE.faults).then_some(PATIENCE.faults);
        row.or((self.all >= MOST_FAULTS).then_some(MOST_FAULTS))
    }
}

impl Asking {
    pub(super) fn new(reminder: Option<&str>, strategy: Arc<dyn Strategy>, context: Context) -> Self {
        let reminder = reminder.map(str::to_owned);
        Self { reminder, strategy, context, faults: Faults::default(), overlooked: false }
    }

    pub(super) fn strategy(&self) -> &dyn Strategy {
        self.strategy.as_ref()
    }

    /// Asks about those of the items that the strategy reads. A fault costs the items that bring it about and
    /// nobody else: the batch is halved until the culprit is alone. A time-out is not halved: it would only take
    /// longer.
    pub(super) async fn ask(&mut self, items: &[Item], problems: &mut Vec<Problem>) -> Vec<(Item, Finding)> {
        let Manifest { kind, reads, .. } = self.strategy.manifest();
        let wanted = |item: &&Item| match item {
            Item::Share(share) => *kind == Kind::ShareStrategy && reads.wants_share(share, self.context.today),
            Item::Stack(stack) => *kind == Kind::StackStrategy && reads.wants_stack(stack),
            Item::Record(_) => *kind == Kind::RecordStrategy,
        };
        let batch: Arc<[Item]> = items.iter().filter(wanted).cloned().collect();
        let mut waiting = vec![batch];
        let mut found = Vec::new();
        while let Some(batch) = waiting.pop() {
            if batch.is_empty() || self.faults.too_many().is_some() {
                continue;
            }
            match self.strategy.evaluate(Arc::clone(&batch), &self.context).await {
                Ok(findings) => {
                    self.faults.answered();
                    found.extend(with_items(&batch, findings));
                }
                Err(fault) => {
                    self.faults.add(fault.kind);
                    waiting.extend(self.halve(&fault, &batch, problems));
                }
            }
        }
        found
    }

    fn halve(&mut self, fault: &Fault, batch: &[Item], problems: &mut Vec<Problem>) -> Vec<Arc<[Item]>> {
        let who = self.reminder.as_ref().map(|name| format!("reminder {name}: ")).unwrap_or_default();
        if fault.kind == FaultKind::Paused {
            // Nothing was asked, and nothing is wrong with any item: another run asks about all of them.
            self.faults.row = PATIENCE.faults;
            return self.overlook(format!("{who}{fault}; it is not asked again in this run"), problems);
        }
        if let Some(reminder) = self.reminder.as_deref() {
            tracing::error!(reminder, items = batch.len(), %fault, "a strategy failed");
        }
        if let Some(faults) = self.faults.too_many() {
            let text = format!("{who}{fault}; after {faults} faults the strategy is not asked again in this run");
            return self.overlook(text, problems);
        }
        if let [culprit] = batch {
            problems.push(Problem { item: Some(culprit.key()), text: format!("{who}{fault}") });
            return Vec::new();
        }
        if fault.kind == FaultKind::Timeout {
            let text = format!("{who}{fault}; {} items were not looked at", batch.len());
            return self.overlook(text, problems);
        }
        let (first, second) = batch.split_at(batch.len() / 2);
        vec![second.into(), first.into()]
    }

    fn overlook(&mut self, text: String, problems: &mut Vec<Problem>) -> Vec<Arc<[Item]>> {
        self.overlooked = true;
        problems.push(Problem { item: None, text });
        Vec::new()
    }
}

/// What came of asking a strategy by itself.
#[derive(Debug, Default)]
pub struct Trial {
    /// What it found, item by item.
    pub found: Vec<(Item, Finding)>,
    /// Items on which it fails, cornered, and why others were not looked at.
    pub problems: Vec<Problem>,
    /// Whether items were not looked at, although nothing is known to be wrong with them.
    pub overlooked: bool,
}

/// Asks a strategy about items as a run does, in the same batches and with the same patience, but for no reminder.
pub async fn try_out(strategy: Arc<dyn Strategy>, context: Context, items: &[Item]) -> Trial {
    let mut asking = Asking::new(None, strategy, context);
    let mut trial = Trial::default();
    for batch in items.chunks(BATCH) {
        trial.found.extend(asking.ask(batch, &mut trial.problems).await);
    }
    Trial { overlooked: asking.overlooked, ..trial }
}

/// Each finding with its item. Strategies say what they find in the order of the batch, more or less: each is looked for from
/// where the one before was.
fn with_items(batch: &[Item], findings: Vec<Finding>) -> impl Iterator<Item = (Item, Finding)> {
    let mut at = 0;
    findings.into_iter().filter_map(move |finding| {
        let onwards = (at..batch.len()).chain(0..at);
        at = { onwards }.find(|&place| finding.item.is_of(&batch[place]))?;
        Some((batch[at].clone(), finding))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_success_ends_a_row_of_faults_but_neither_time_outs_nor_the_total_begin_anew() {
        let mut faults = Faults::default();
        for _ in 0..MOST_FAULTS - 4 {
            faults.add(FaultKind::Trap);
            assert_eq!(faults.too_many(), None);
            faults.answered();
        }
        let mut late = faults;
        for expected in [None, None, Some(PATIENCE.faults)] {
            late.add(FaultKind::Timeout);
            late.answered();
            assert_eq!(late.too_many(), expected);
        }
        for expected in [None, None, None, Some(MOST_FAULTS)] {
            faults.add(FaultKind::Trap);
            faults.answered();
            assert_eq!(faults.too_many(), expected);
        }
    }
}
