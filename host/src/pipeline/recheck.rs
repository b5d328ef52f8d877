//! Judging notifications afresh that are sent long after their scan: a share may have been approved meanwhile.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    sync::Arc,
    time::Duration,
};

use tokio::sync::Mutex;

use super::{
    occurrences::Occurrences,
    read::read,
    report::{Report, ScanError},
    scan::Scanner,
};
use crate::{
    config::ReminderConfig,
    error::chain,
    model::{Instant, ItemKey, Notice, Occurrence},
    store::Contained,
};

/// How long a look may take: a source that hangs must not hold up what can be sent.
const PATIENCE: Duration = Duration::from_secs(30);

/// Says what is over.
#[async_trait::async_trait]
pub trait Recheck: Send + Sync {
    /// Those of the contents that do not hold any more. What cannot be judged holds: a notice too many is better than
    /// one too few.
    async fn over(&self, contents: &[Contained]) -> Vec<Occurrence>;
}

/// Looks at the source again. What it saw is good for a while, so that a backlog of ten thousand notices costs a look or two and
/// not ten thousand.
pub struct SecondLook {
    scanner: Arc<Scanner>,
    reminders: BTreeMap<String, ReminderConfig>,
    /// How long a look is good for.
    good_for: Duration,
    looks: Mutex<BTreeMap<String, Look>>,
}

/// What was seen for one reminder.
#[derive(Default)]
struct Look {
    at: Instant,
    /// What holds; `None` if that could not be found out.
    holds: Option<HashSet<Occurrence>>,
    /// Items that could not be read or judged.
    troubled: Arc<HashSet<ItemKey>>,
}

impl SecondLook {
    /// Looks through this scanner, for the active among these reminders.
    pub fn new(scanner: Arc<Scanner>, reminders: &BTreeMap<String, ReminderConfig>, good_for: Duration) -> Self {
        let active = reminders.iter().filter(|(_, reminder)| reminder.active);
        let reminders = active.map(|(name, reminder)| (name.clone(), reminder.clone())).collect();
        Self { scanner, reminders, good_for, looks: Mutex::default() }
    }

    /// Looks for all of these reminders at once.
    async fn look(&self, names: &[&str], now: Instant) -> BTreeMap<String, Look> {
        let reminders: Vec<_> = names.iter().filter_map(|name| self.reminders.get(*name)).collect();
        let looked = tokio::time::timeout(PATIENCE, self.scanner.standing(&reminders, now)).await;
        let why = match looked {
            Ok(Ok(standing)) => return standing,
            Ok(Err(error)) => chain(&error),
            Err(_) => format!("the source did not answer within {PATIENCE:?}"),
        };
        tracing::warn!(reminders = names.join(", "), why, "late notices are sent unjudged");
        names.iter().map(|name| ((*name).to_owned(), Look { at: now, ..Look::default() })).collect()
    }
}

#[async_trait::async_trait]
impl Recheck for SecondLook {
    async fn over(&self, contents: &[Contained]) -> Vec<Occurrence> {
        let judged = |one: &&Contained| {
            matches!(one.notice, Notice::Reminder | Notice::Escalation)
                && self.reminders.contains_key(&*one.occurrence.reminder)
        };
        let wanted: BTreeSet<_> = contents.iter().filter(judged).map(|one| &*one.occurrence.reminder).collect();
        let now = self.scanner.clock.now();
        let mut looks = self.looks.lock().await;
        looks.retain(|_, look| look.at + self.good_for >= now);
        let old: Vec<_> = wanted.iter().copied().filter(|name| !looks.contains_key(*name)).collect();
        if !old.is_empty() {
            let fresh = self.look(&old, now).await;
            looks.extend(fresh);
        }
        let over = contents.iter().filter(judged).filter(|one| {
            let look = looks.get(&*one.occurrence.reminder);
            look.is_some_and(|look| look.is_over(&one.occurrence))
        });
        over.map(|one| one.occurrence.clone()).collect()
    }
}

impl Look {
    fn is_over(&self, occurrence: &Occurrence) -> bool {
        let gone = self.holds.as_ref().is_some_and(|holds| !holds.contains(occurrence));
        gone && !self.troubled.contains(&occurrence.item)
    }
}

impl Scanner {
    /// What each of these reminders finds now, without deciding or writing anything.
    async fn standing(&self, reminders: &[&ReminderConfig], now: Instant) -> Result<BTreeMap<String, Look>, ScanError> {
        let mut report = Report::default();
        let (found, troubled) = read(self, reminders, now, &mut report).await?;
        let silent = &report.incomplete;
        let occurrences = Occurrences::sort(self.store.as_ref(), reminders, &found, silent, &troubled, now).await?;
        let troubled = Arc::new(troubled);
        let look = |reminder: &&ReminderConfig| {
            let own = occurrences.of.iter().filter(|one| one.reminder == reminder.name);
            let holds = (!silent.contains(&reminder.name)).then(|| own.cloned().collect());
            (reminder.name.clone(), Look { at: now, holds, troubled: Arc::clone(&troubled) })
        };
        Ok(reminders.iter().map(look).collect())
    }
}
