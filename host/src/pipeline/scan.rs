//! One run: from the source to the outbox.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use chrono_tz::Tz;
use futures_util::{StreamExt, TryStreamExt};

use super::{
    audience::Resolver,
    compose::{Composed, Composer},
    decide::{Decided, Due, decide, decide_again},
    evaluate::{Asking, Found, Strategies},
};
use crate::{
    clock::Clock,
    config::{Links, ReminderConfig},
    directory::Directory,
    model::{Code, Decision, Instant, Item, Kind, Problem, Verdict},
    source::{Row, Source, SourceError, Want},
    store::{Store, StoreError},
};

/// Shares in one call of a strategy: large enough that a call's fixed cost vanishes, small enough that a fault is
/// cheap to corner.
const BATCH: usize = 256;

/// Reminders in one transaction, at least: enough that a commit's cost vanishes, few enough to be held in memory.
const WRITE: usize = 2000;

/// How often a run decides again about what other runs took from under its hands. Each round means that another run got
/// on with the same reminders; the next run finds whatever is left.
const ROUNDS: usize = 5;

/// A run that came to nothing: nothing was decided or written.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    /// The source failed.
    #[error("the scan stopped, and nothing was sent or closed")]
    Source(#[from] SourceError),
    /// The store failed. Notifications that were written before are in the outbox and will be sent.
    #[error("the scan could not be recorded")]
    Store(#[from] StoreError),
}

/// Whether a run writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writing {
    /// Notifications go to the outbox.
    Outbox,
    /// Nothing is written anywhere.
    DryRun,
}

/// What a run came to.
#[derive(Debug, Default)]
pub struct Report {
    /// Every decision.
    pub verdicts: Vec<Verdict>,
    /// What was wrong with rows, references, groups and plugins.
    pub problems: Vec<Problem>,
    /// Reminders whose strategy did not look at everything: it is missing, or it failed for too long.
    pub incomplete: BTreeSet<String>,
    /// Shares that were read.
    pub scanned: u64,
    /// Findings of all strategies.
    pub findings: u64,
    /// Notifications that were written (or would be).
    pub notifications: u64,
    /// How long it took.
    pub took: Duration,
}

impl Report {
    /// How many verdicts decide so.
    pub fn count(&self, word: &str) -> usize {
        self.verdicts.iter().filter(|verdict| verdict.decision.word() == word).count()
    }
}

/// Does runs.
pub struct Scanner {
    /// Where items come from.
    pub source: Arc<dyn Source>,
    /// What says which of them need attention.
    pub strategies: Arc<dyn Strategies>,
    /// The ledger and the outbox.
    pub store: Arc<dyn Store>,
    /// Who is in a group.
    pub directory: Arc<dyn Directory>,
    /// Channels whose addresses are mailboxes.
    pub mail_channels: BTreeSet<String>,
    /// For the age of notifications; never for decisions.
    pub clock: Arc<dyn Clock>,
    /// Links to what is reminded of.
    pub links: Links,
    /// The source's zone.
    pub zone: Tz,
}

impl Scanner {
    /// One run for all these reminders at `now`.
    ///
    /// # Errors
    /// If the source or the store fails. What single rows or plugins do wrong is in the report.
    pub async fn scan(
        &self,
        reminders: &[&ReminderConfig],
        now: Instant,
        writing: Writing,
    ) -> Result<Report, ScanError> {
        let started = std::time::Instant::now();
        let mut report = Report::default();
        let found = self.read(reminders, now, &mut report).await?;
        report.findings = found.len() as u64;
        let mut resolver = Resolver::new(self.directory.as_ref(), &self.mail_channels);
        let Decided { verdicts, mut due } = decide(self.store.as_ref(), &mut resolver, reminders, &found, now).await?;
        report.verdicts = verdicts;
        report.problems.append(&mut resolver.problems);
        let composer = Composer { reminders, found: &found, links: &self.links, now, created: self.clock.now() };
        for _ in 0..ROUNDS {
            let taken = self.write(composer.compose(due), writing, &mut report).await?;
            due = decide_again(self.store.as_ref(), reminders, &found, taken, &mut report.verdicts, now).await?;
            if due.is_empty() {
                break;
            }
        }
        for due in due {
            let verdict = &mut report.verdicts[due.verdict];
            (verdict.decision, verdict.code) = (Decision::Hold(None), Code::InFlight);
        }
        report.took = started.elapsed();
        Ok(report)
    }

    /// Reads the source once and asks every reminder's strategy about each batch.
    async fn read(
        &self,
        reminders: &[&ReminderConfig],
        now: Instant,
        report: &mut Report,
    ) -> Result<Vec<Found>, ScanError> {
        let mut asking = Vec::new();
        for (place, reminder) in reminders.iter().enumerate() {
            match self.strategies.strategy(&reminder.strategy) {
                Ok(strategy) => asking.push((place, Asking::new(reminder, strategy, now, self.zone))),
                Err(fault) => {
                    let text = format!("reminder {} did not run: {fault}", reminder.name);
                    report.problems.push(Problem { item: None, text });
                    report.incomplete.insert(reminder.name.clone());
                }
            }
        }
        let mut found = Vec::new();
        if asking.is_empty() {
            return Ok(found);
        }
        let today = now.with_timezone(&self.zone).date_naive();
        let want = Want::of(asking.iter().map(|(_, asking)| asking.strategy().manifest()), today);
        let mut rows = self.source.shares(&want).chain(self.source.stacks(&want));
        let mut batch = Vec::with_capacity(BATCH);
        while let Some(row) = rows.try_next().await? {
            match row {
                Row::Problem(problem) => report.problems.push(problem),
                Row::Item(item) => {
                    report.scanned += 1;
                    batch.push(item);
                }
            }
            if batch.len() == BATCH {
                ask(&mut asking, &batch, report, &mut found).await;
                batch.clear();
            }
        }
        ask(&mut asking, &batch, report, &mut found).await;
        let incomplete = asking.iter().filter(|(_, asking)| asking.overlooked);
        report.incomplete.extend(incomplete.map(|(_, asking)| asking.reminder.name.clone()));
        Ok(found)
    }

    /// Writes notifications; answers with what is in those that were not written because another run had taken a part of
    /// them meanwhile.
    async fn write(
        &self,
        composed: impl Iterator<Item = Composed>,
        writing: Writing,
        report: &mut Report,
    ) -> Result<Vec<Due>, ScanError> {
        let mut taken = Vec::new();
        let mut chunk = Vec::new();
        let mut entries = 0;
        for composed in composed {
            entries += composed.due.len();
            chunk.push(composed);
            if entries >= WRITE {
                taken.extend(self.write_chunk(std::mem::take(&mut chunk), writing, report).await?);
                entries = 0;
            }
        }
        taken.extend(self.write_chunk(chunk, writing, report).await?);
        Ok(taken)
    }

    async fn write_chunk(
        &self,
        chunk: Vec<Composed>,
        writing: Writing,
        report: &mut Report,
    ) -> Result<Vec<Due>, ScanError> {
        let (batch, dues): (Vec<_>, Vec<_>) = chunk.into_iter().map(|c| (c.enqueue, c.due)).unzip();
        let unwritten = match writing {
            Writing::DryRun => Vec::new(),
            Writing::Outbox => self.store.enqueue(&batch).await?,
        };
        let mut taken = Vec::new();
        for (enqueue, due) in batch.into_iter().zip(dues) {
            let id = enqueue.notification.id;
            if unwritten.contains(&id) {
                taken.extend(due);
                continue;
            }
            report.notifications += 1;
            due.iter().for_each(|due| report.verdicts[due.verdict].notification = Some(id.clone()));
        }
        Ok(taken)
    }
}

async fn ask(asking: &mut [(usize, Asking<'_>)], batch: &[Item], report: &mut Report, found: &mut Vec<Found>) {
    for (reminder, asking) in asking {
        let kind = asking.strategy().manifest().kind;
        let batch: Vec<_> = batch.iter().filter(|item| is_of(item, kind)).cloned().collect();
        let answers = asking.ask(&batch, &mut report.problems).await;
        found.extend(answers.into_iter().map(|(item, finding)| Found { reminder: *reminder, item, finding }));
    }
}

/// Whether strategies of this kind are about such items.
fn is_of(item: &Item, kind: Kind) -> bool {
    match item {
        Item::Share(_) => kind == Kind::ShareStrategy,
        Item::Stack(_) => kind == Kind::StackStrategy,
        Item::Record(_) => kind == Kind::RecordStrategy,
    }
}
