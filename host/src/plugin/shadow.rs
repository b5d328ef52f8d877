//! What a new generation of a strategy finds otherwise than the one that serves.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use serde::{Deserialize, Serialize};

use super::{Account, Context, admission::Admission, conduct::Conduct};
use crate::{
    clock::Clock,
    model::{Finding, Instant, Item},
};

/// Most items of a scan that are kept for each strategy: enough to see what a new version changes, and a few megabytes.
const ITEMS: usize = 4096;

/// Most examples of each kind of difference.
const EXAMPLES: usize = 10;

/// Two generations of a strategy compared over the same items.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// SHA-256 of the generation that serves, hexadecimal.
    pub before: String,
    /// SHA-256 of the new one.
    pub after: String,
    /// The clock reading of the scan whose items these are.
    pub scanned: Instant,
    /// How many items both were asked about.
    pub items: usize,
    /// Findings of the new one alone.
    pub added: Side,
    /// Findings of the old one alone.
    pub removed: Side,
    /// Findings about the same item for the same reason that say something else.
    pub changed: Side,
    /// What the old one took.
    pub took_before: Cost,
    /// What the new one took.
    pub took_after: Cost,
}

/// One kind of difference: how many there are, and the first of them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Side {
    /// How many.
    pub count: usize,
    /// The first few, a line each: the item, the reason, and for a change what is different.
    pub examples: Vec<String>,
}

/// What one generation took for all the items.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Cost {
    /// Wall time of all calls.
    pub wall: Duration,
    /// The most memory that a call held, in bytes.
    pub peak_memory: usize,
    /// How many calls failed.
    pub faults: usize,
    /// The first fault's text.
    pub first_fault: Option<String>,
}

impl Difference {
    /// Why the new generation is not fit to serve without an operator's word: it failed where the old one did not.
    pub(super) fn worse(&self) -> Option<String> {
        let (before, after) = (self.took_before.faults, self.took_after.faults);
        let fault = self.took_after.first_fault.as_deref().unwrap_or_default();
        (after > before).then(|| format!("failed on the last scan's items, {after} times, at first with: {fault}"))
    }
}

/// One call of the last scan.
type Call = (Arc<[Item]>, Context);

/// The last scan's calls of every strategy, by the plugin's name.
pub(super) struct Recents {
    keeping: AtomicBool,
    plugins: Mutex<HashMap<String, Vec<Call>>>,
}

impl Recents {
    pub(super) fn new(keeping: bool) -> Self {
        Self { keeping: AtomicBool::new(keeping), plugins: Mutex::default() }
    }

    /// From now on calls are kept, or not.
    pub(super) fn keep(&self, keeping: bool) {
        self.keeping.store(keeping, Ordering::Relaxed);
        if !keeping {
            self.plugins().clear();
        }
    }

    /// A strategy is called. The calls of one scan have one clock reading; those of an earlier one are forgotten.
    pub(super) fn note(&self, plugin: &str, items: &Arc<[Item]>, context: &Context) {
        if !self.keeping.load(Ordering::Relaxed) {
            return;
        }
        let mut plugins = self.plugins();
        let calls = plugins.entry(plugin.to_owned()).or_default();
        calls.retain(|(_, earlier)| earlier.now == context.now);
        let kept: usize = calls.iter().map(|(items, _)| items.len()).sum();
        if kept + items.len() <= ITEMS {
            calls.push((Arc::clone(items), context.clone()));
        }
    }

    fn of(&self, plugin: &str) -> Vec<Call> {
        self.plugins().get(plugin).cloned().unwrap_or_default()
    }

    fn plugins(&self) -> std::sync::MutexGuard<'_, HashMap<String, Vec<Call>>> {
        self.plugins.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Asks both generations about the last scan's items. `None` if they are no strategies, or nothing was scanned yet.
pub(super) async fn run(
    before: &Admission,
    after: &Admission,
    recents: &Recents,
    clock: &Arc<dyn Clock>,
) -> Option<Difference> {
    let calls = recents.of(&before.manifest.name);
    let scanned = calls.first()?.1.now;
    let (found_before, took_before) = ask(before, &calls, clock).await?;
    let (found_after, took_after) = ask(after, &calls, clock).await?;
    let difference = Difference {
        before: before.digest.clone(),
        after: after.digest.clone(),
        scanned,
        items: calls.iter().map(|(items, _)| items.len()).sum(),
        took_before,
        took_after,
        ..compare(&found_before, &found_after)
    };
    tell(&after.label(), &difference);
    Some(difference)
}

fn tell(plugin: &str, difference: &Difference) {
    let Difference { items, added, removed, changed, took_before, took_after, .. } = difference;
    tracing::info!(
        plugin,
        items,
        added = added.count,
        removed = removed.count,
        changed = changed.count,
        faults = took_after.faults,
        wall_before = ?took_before.wall,
        wall_after = ?took_after.wall,
        memory_before = took_before.peak_memory,
        memory_after = took_after.peak_memory,
        "a new generation ran beside the one that serves"
    );
}

/// The findings of each call, and what they took. What the calls do is not held against the plugin that serves.
async fn ask(one: &Admission, calls: &[Call], clock: &Arc<dyn Clock>) -> Option<(Vec<Vec<Finding>>, Cost)> {
    let conduct = Arc::new(Conduct::apart(&one.manifest.name, Arc::clone(clock)));
    let strategy = one.apart(Arc::clone(&conduct))?;
    let mut found = Vec::with_capacity(calls.len());
    for (items, context) in calls {
        found.push(strategy.ask(Arc::clone(items), context).await.unwrap_or_default());
    }
    let Account { wall, peak_memory, faults, last_fault, .. } = conduct.account();
    let faults = faults.values().sum::<u64>() as usize;
    Some((found, Cost { wall, peak_memory, faults, first_fault: last_fault }))
}

/// What two lists of findings differ in, call by call: findings belong together by item and reason.
fn compare(before: &[Vec<Finding>], after: &[Vec<Finding>]) -> Difference {
    let (mut added, mut removed, mut changed) = (Side::default(), Side::default(), Side::default());
    for (before, after) in before.iter().zip(after) {
        let (old, new) = (by_key(before), by_key(after));
        for (key, finding) in &new {
            match old.get(key) {
                None => added.push(|| format!("{} {}: {}", key.0, key.1, finding.title)),
                Some(other) if other != finding => {
                    changed.push(|| format!("{} {}: {}", key.0, key.1, what_differs(other, finding)));
                }
                Some(_) => {}
            }
        }
        for (key, finding) in old.iter().filter(|(key, _)| !new.contains_key(*key)) {
            removed.push(|| format!("{} {}: {}", key.0, key.1, finding.title));
        }
    }
    Difference { added, removed, changed, ..Difference::default() }
}

impl Side {
    fn push(&mut self, line: impl FnOnce() -> String) {
        self.count += 1;
        if self.examples.len() < EXAMPLES {
            self.examples.push(super::words::tidy(&line()));
        }
    }
}

fn by_key(findings: &[Finding]) -> BTreeMap<(String, &str), &Finding> {
    findings.iter().map(|finding| ((finding.item.to_string(), finding.reason.as_str()), finding)).collect()
}

/// The fields that differ, with both values.
fn what_differs(before: &Finding, after: &Finding) -> String {
    let fields = [
        ("since", format!("{:?}", before.since), format!("{:?}", after.since)),
        ("deadline", format!("{:?}", before.deadline), format!("{:?}", after.deadline)),
        ("severity", format!("{:?}", before.severity), format!("{:?}", after.severity)),
        ("roles", format!("{:?}", before.roles), format!("{:?}", after.roles)),
        ("title", format!("{:?}", before.title), format!("{:?}", after.title)),
        ("text", format!("{:?}", before.text), format!("{:?}", after.text)),
        ("action", format!("{:?}", before.action), format!("{:?}", after.action)),
        ("attributes", format!("{:?}", before.attributes), format!("{:?}", after.attributes)),
    ];
    let differ = fields.iter().filter(|(_, before, after)| before != after);
    differ.map(|(name, before, after)| format!("{name} {before} → {after}")).collect::<Vec<_>>().join(", ")
}
