//! One run: from the source to the outbox.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    sync::Arc,
};

use chrono_tz::Tz;
use tokio_util::task::AbortOnDropHandle;
use tracing::Instrument;

use super::{
    act::Acting,
    audience::Resolver,
    compose::{Composed, Composer},
    decide::{Decided, Decider, Due},
    evaluate::Strategies,
    found::{Found, Unpacker},
    occurrences::Occurrences,
    proposal::{Guard, foresee},
    read::read,
    report::{Report, ScanError, Writing},
    verdicts::Verdicts,
};
use crate::{
    clock::Clock,
    config::{Links, OnExpiry, Preferences, ReminderConfig},
    directory::Directory,
    model::{Code, Decision, Instant, NotificationId, Problem},
    policy::Brake,
    source::{Actions, Records, Source},
    store::{Braked, Enqueue, Store, StoreError},
};

/// Reminders in one transaction, at least: enough that a commit's cost vanishes, few enough to be held in memory.
const WRITE: usize = 3000;

/// How often a run decides again about what other runs took from under its hands. Each round means that another run got
/// on with the same reminders; the next run finds whatever is left.
pub(super) const ROUNDS: usize = 5;

/// Does runs.
#[derive(Clone)]
pub struct Scanner {
    /// Where items come from.
    pub source: Arc<dyn Source>,
    /// What says which of them need attention.
    pub strategies: Arc<dyn Strategies>,
    /// The operator's own queries, by name.
    pub records: BTreeMap<String, Arc<dyn Records>>,
    /// What is done at expiry, by whichever reminder: the messages of the others say so.
    pub on_expiry: OnExpiry,
    /// What acts on the source, where a reminder is configured to.
    pub actions: Option<Arc<dyn Actions>>,
    /// The ledger and the outbox.
    pub store: Arc<dyn Store>,
    /// Who is in a group.
    pub directory: Arc<dyn Directory>,
    /// What groups and recipients want.
    pub preferences: Preferences,
    /// When a run is more likely a mistake than the truth.
    pub brake: Brake,
    /// Channels whose addresses are mailboxes.
    pub mail_channels: BTreeSet<String>,
    /// Channels whose addresses are the groups and people themselves, as the source names them: data.all's inbox.
    pub inbox_channels: BTreeSet<String>,
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
        let (found, troubled) = read(self, reminders, now, &mut report).await?;
        report.findings = found.len() as u64;
        report.found = by_reminder(reminders, &found);
        let store = self.store.as_ref();
        let occurrences = Occurrences::sort(store, reminders, &found, &report.incomplete, &troubled, now).await?;
        let counts = counts(reminders, &occurrences);
        let braked = self.brake(&counts, now, writing, &mut report).await?;
        let decider = Decider {
            store,
            reminders,
            found: &found,
            occurrences: &occurrences,
            preferences: &self.preferences,
            braked: &braked,
            zones: reminders.iter().map(|reminder| self.zone_of(reminder)).collect(),
            now,
        };
        let mut resolver = Resolver::new(self.directory.as_ref(), &self.mail_channels, &self.inbox_channels);
        let mut decided = decider.decide(&mut resolver).await?;
        let guard = Guard::new(store, &mut decided, &braked, now);
        let Decided { verdicts, due, unresolved, .. } = decided;
        report.verdicts = verdicts;
        report.incomplete.extend(unresolved);
        if writing == Writing::Outbox {
            // Before anything is told: the episode of what the tables do not date is part of what is told.
            self.open(&occurrences, &found, &braked, now).await?;
        }
        let composer = Composer {
            reminders,
            found: &found,
            occurrences: &occurrences,
            links: &self.links,
            now,
            created: self.clock.now(),
        };
        self.tell(&decider, &composer, due, writing, &mut report).await?;
        match self.actions.as_deref().filter(|_| writing == Writing::Outbox) {
            Some(actions) => {
                let acting = Acting { scanner: self, actions, reminders, guard: &guard, now };
                acting.act(&found, &occurrences, &mut resolver, &mut report).await?;
            }
            None => report.actions = foresee(&guard, reminders, &found, &occurrences).await?,
        }
        report.problems.append(&mut resolver.problems);
        if writing == Writing::Outbox {
            self.settle(&counts, &occurrences, &braked, now, &report).await?;
        }
        report.took = started.elapsed();
        Ok(report)
    }

    /// The zone in which the reminder's items have their days: data.all's, or that of its own query.
    pub(super) fn zone_of(&self, reminder: &ReminderConfig) -> Tz {
        let records = reminder.records.as_ref().and_then(|name| self.records.get(name));
        records.map_or(self.zone, |records| records.zone())
    }

    /// What is done at expiry as far as the reminder's messages are concerned: what it does itself, else what another does.
    pub(super) fn expiry_of<'a>(&'a self, reminder: &'a ReminderConfig) -> &'a OnExpiry {
        if reminder.on_expiry.acts() { &reminder.on_expiry } else { &self.on_expiry }
    }

    /// Which reminders found so much that it is more likely a mistake.
    async fn brake(
        &self,
        counts: &BTreeMap<&str, u64>,
        now: Instant,
        writing: Writing,
        report: &mut Report,
    ) -> Result<BTreeSet<String>, ScanError> {
        let mut braked = BTreeSet::new();
        for (&reminder, &findings) in counts {
            let level = self.store.level(reminder).await?;
            let Some(most) = self.brake.holds(findings, &level) else { continue };
            let text = format!(
                "reminder {reminder} found {findings}, more than the {most} that pass for likely: nothing of it is sent; \
                 look at `nudged scan --reminder {reminder} --dry-run` and, if it is right, run `nudged release {reminder}`"
            );
            report.problems.push(Problem { item: None, text });
            braked.insert(reminder.to_owned());
            if writing == Writing::Outbox {
                self.store.brake(&Braked { reminder: reminder.to_owned(), findings, at: now }).await?;
            }
        }
        Ok(braked)
    }

    /// Remembers what is new. What the brake holds is not: if it was a mistake, it leaves nothing behind that would have to
    /// be closed once the mistake is mended, and that the brake would hold again.
    async fn open(
        &self,
        occurrences: &Occurrences,
        found: &[Found],
        braked: &BTreeSet<String>,
        now: Instant,
    ) -> Result<(), StoreError> {
        let mut new = occurrences.opened(found, now, |new| !braked.contains(&*new.reminder));
        loop {
            let chunk: Vec<_> = new.by_ref().take(WRITE).collect();
            if chunk.is_empty() {
                return Ok(());
            }
            self.store.open(&chunk).await?;
        }
    }

    /// Writes what is due, and decides again about what another run has taken meanwhile.
    async fn tell(
        &self,
        decider: &Decider<'_>,
        composer: &Composer<'_>,
        mut due: Vec<Due>,
        writing: Writing,
        report: &mut Report,
    ) -> Result<(), ScanError> {
        for _ in 0..ROUNDS {
            let taken = self.write(composer, due, writing, report).await?;
            due = decider.decide_again(taken, &mut report.verdicts).await?;
            if due.is_empty() {
                break;
            }
        }
        for due in due {
            report.verdicts.decide(due.verdict, Decision::Hold(None), Code::InFlight);
        }
        Ok(())
    }

    /// After everything is written: what is over is closed, what was found is remembered, and whoever has quiet hours
    /// gets another run at their end.
    async fn settle(
        &self,
        counts: &BTreeMap<&str, u64>,
        occurrences: &Occurrences,
        braked: &BTreeSet<String>,
        now: Instant,
        report: &Report,
    ) -> Result<(), ScanError> {
        // A closing notice that waits for the end of quiet hours keeps its occurrence open; one that the brake holds too.
        let waiting: HashSet<_> = report
            .verdicts
            .with(&[Code::QuietHours, Code::InFlight])
            .map(|verdict| (verdict.reminder, verdict.item, verdict.reason))
            .collect();
        let over = occurrences.over.iter().map(|over| &over.open.occurrence);
        let over = over.filter(|one| !braked.contains(&*one.reminder));
        let over: Vec<_> = over
            .filter(|one| !waiting.contains(&(one.reminder.to_string(), one.item.clone(), one.reason.to_string())))
            .cloned()
            .collect();
        self.store.close(&over, now).await?;
        for (&reminder, &findings) in counts {
            if !braked.contains(reminder) && !report.incomplete.contains(reminder) {
                self.store.record_scan(reminder, now, findings).await?;
            }
        }
        for (reminder, at) in wakes(&report.verdicts) {
            self.store.plan_run(&reminder, at).await?;
        }
        Ok(())
    }

    /// Writes notifications, each chunk while the next is composed; answers with what is in those that were not written
    /// because another run had taken a part of them meanwhile.
    async fn write(
        &self,
        composer: &Composer<'_>,
        due: Vec<Due>,
        writing: Writing,
        report: &mut Report,
    ) -> Result<Vec<Due>, ScanError> {
        let mut taken = Vec::new();
        let mut chunk = Vec::new();
        let mut entries = 0;
        let mut under_way = None;
        let mut unpacker = Unpacker::default();
        for group in composer.groups(due) {
            entries += group.len();
            chunk.push(composer.compose(group, &report.verdicts, &mut unpacker));
            if entries >= WRITE {
                if let Some(last) = under_way.take() {
                    taken.extend(note(last.await?, report));
                }
                under_way = Some(self.write_chunk(std::mem::take(&mut chunk), writing));
                entries = 0;
            }
        }
        if let Some(last) = under_way {
            taken.extend(note(last.await?, report));
        }
        taken.extend(note(self.write_chunk(chunk, writing).await?, report));
        Ok(taken)
    }

    /// Begins to write; a run that is given up meanwhile takes it back.
    fn write_chunk(
        &self,
        chunk: Vec<Composed>,
        writing: Writing,
    ) -> impl Future<Output = Result<Vec<Written>, StoreError>> + use<> {
        let (batch, dues): (Vec<_>, Vec<_>) = chunk.into_iter().map(|c| (c.enqueue, c.due)).unzip();
        let store = Arc::clone(&self.store);
        let writing = async move {
            let unwritten = match writing {
                Writing::DryRun => Vec::new(),
                Writing::Outbox => store.enqueue(&batch).await?,
            };
            let written = |Enqueue { notification, .. }: Enqueue| {
                (!unwritten.contains(&notification.id)).then_some(notification.id)
            };
            Ok(batch.into_iter().map(written).collect::<Vec<_>>())
        };
        let writing = AbortOnDropHandle::new(tokio::spawn(writing.in_current_span()));
        async move {
            let ids = match writing.await {
                Ok(written) => written?,
                Err(error) => match error.try_into_panic() {
                    Ok(panic) => std::panic::resume_unwind(panic),
                    Err(_) => {
                        return Err(StoreError { what: "writing the outbox was given up".to_owned(), cause: None });
                    }
                },
            };
            Ok(ids.into_iter().zip(dues).map(|(id, due)| Written { id, due }).collect())
        }
    }
}

/// What became of one notification: its id if it was written, and what is in it.
struct Written {
    id: Option<NotificationId>,
    due: Vec<Due>,
}

/// Notes into which notifications verdicts went; answers with what is in those that were not written.
fn note(all: Vec<Written>, report: &mut Report) -> Vec<Due> {
    let mut taken = Vec::new();
    for Written { id, due } in all {
        match id {
            None => taken.extend(due),
            Some(id) => {
                report.notifications += 1;
                due.iter().for_each(|due| report.verdicts.went_into(due.verdict, &id));
            }
        }
    }
    taken
}

/// What was found for each reminder.
fn by_reminder(reminders: &[&ReminderConfig], found: &[Found]) -> BTreeMap<String, u64> {
    let mut counts: BTreeMap<_, _> = reminders.iter().map(|reminder| (reminder.name.clone(), 0)).collect();
    for one in found {
        *counts.entry(reminders[one.reminder].name.clone()).or_default() += 1;
    }
    counts
}

/// How much each reminder has to tell: what it found or, if that is more, what it misses.
fn counts<'a>(reminders: &[&'a ReminderConfig], occurrences: &Occurrences) -> BTreeMap<&'a str, u64> {
    let count = |name: &str| {
        let found = occurrences.of.iter().filter(|one| one.reminder == name).count();
        let over = occurrences.over.iter().filter(|over| over.open.occurrence.reminder == name).count();
        found.max(over) as u64
    };
    reminders.iter().map(|reminder| (reminder.name.as_str(), count(&reminder.name))).collect()
}

/// When each reminder is to be judged afresh because quiet hours end.
fn wakes(verdicts: &Verdicts) -> BTreeSet<(String, Instant)> {
    verdicts
        .with(&[Code::QuietHours])
        .filter_map(|verdict| match verdict.decision {
            Decision::Hold(until) => Some((verdict.reminder, until?)),
            Decision::Send | Decision::Drop => None,
        })
        .collect()
}
