//! Reading the source once, and asking every reminder's strategy about each batch.

use futures_util::TryStreamExt;

use super::{
    evaluate::{Asking, Found},
    scan::{Report, ScanError, Scanner},
};
use crate::{
    config::ReminderConfig,
    model::{Instant, Item, Problem},
    source::{Row, Want},
};

/// Items in one call of a strategy: large enough that a call's fixed cost vanishes, small enough that a fault is
/// cheap to corner.
const BATCH: usize = 256;

/// What all strategies found.
pub(super) struct Reading {
    pub(super) found: Vec<Found>,
}

/// Reads everything that the reminders' strategies want.
pub(super) async fn read(
    scanner: &Scanner,
    reminders: &[&ReminderConfig],
    now: Instant,
    report: &mut Report,
) -> Result<Reading, ScanError> {
    let mut asking = Vec::new();
    for (place, reminder) in reminders.iter().enumerate() {
        match scanner.strategies.strategy(&reminder.strategy) {
            Ok(strategy) => asking.push((place, Asking::new(reminder, strategy, now, scanner.zone))),
            Err(fault) => {
                let text = format!("reminder {} did not run: {fault}", reminder.name);
                report.problems.push(Problem { item: None, text });
                report.incomplete.insert(reminder.name.clone());
            }
        }
    }
    let mut found = Vec::new();
    if asking.is_empty() {
        return Ok(Reading { found });
    }
    let want = Want::of(asking.iter().map(|(_, asking)| asking.strategy().manifest()));
    let mut rows = scanner.source.shares(&want);
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
    Ok(Reading { found })
}

async fn ask(asking: &mut [(usize, Asking<'_>)], batch: &[Item], report: &mut Report, found: &mut Vec<Found>) {
    for (reminder, asking) in asking {
        let answers = asking.ask(batch, &mut report.problems).await;
        found.extend(answers.into_iter().map(|(item, finding)| Found { reminder: *reminder, item, finding }));
    }
}
