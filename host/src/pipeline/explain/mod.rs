//! All that nudged knows of one item: what was found, who was told, and why or why not, and what comes next.
//!
//! What is said is not computed a second time: the verdicts are those of a dry run over a world that holds nothing but
//! the item, and what comes next is what a simulation of that world sends.

mod coming;
mod facts;
mod find;
mod matter;
mod past;
mod reads;
mod rules;

use serde::Serialize;
use serde_json::{Map, Value};

pub use self::{
    coming::Coming,
    matter::{Doing, Finding, Notice},
    past::Past,
};
use self::{coming::Forecast, matter::Matters};
use super::{report::ScanError, scan::Scanner, simulate::onlooker};
use crate::{
    config::ReminderConfig,
    model::{Instant, Item, ItemKey},
};

/// The answer to "why?".
#[derive(Debug, Serialize)]
pub struct Explanation {
    /// What it is about.
    pub item: ItemKey,
    /// The instant that everything is judged at.
    pub now: Instant,
    /// What the tables say, by name, in an order for people.
    pub facts: Map<String, Value>,
    /// What is wrong with its row or its references.
    pub problems: Vec<String>,
    /// Every reminder of the configuration.
    pub reminders: Vec<OfReminder>,
    /// What was found and told before, oldest first.
    pub history: Vec<Past>,
}

/// One reminder and the item.
#[derive(Debug, Serialize)]
pub struct OfReminder {
    /// The reminder.
    pub reminder: String,
    /// Its strategy.
    pub strategy: String,
    /// Whether it runs at all. What is said of one that does not is what would be if it did.
    pub active: bool,
    /// When it runs.
    pub schedule: String,
    /// Why its strategy is not asked about the item; empty if it is.
    pub unread: Vec<String>,
    /// Why nothing of it is sent at all, whatever is found.
    pub paused: Option<String>,
    /// What is wrong with strategy, roles or groups.
    pub problems: Vec<String>,
    /// What its strategy found.
    pub findings: Vec<Finding>,
    /// Who is told that what was found before is over.
    pub closing: Vec<Notice>,
    /// Where nothing is found now: the first notice that time alone will bring.
    pub next: Option<Coming>,
}

/// Explains one item with every reminder, at `now`. If there is no such item, a sentence says why.
///
/// # Errors
/// If the source or the store fails.
pub async fn explain(
    scanner: &Scanner,
    reminders: &[&ReminderConfig],
    key: &ItemKey,
    now: Instant,
) -> Result<Result<Explanation, String>, ScanError> {
    let (item, problems) = match find::find(scanner, key, now).await? {
        Ok(found) => found,
        Err(why) => return Ok(Err(why)),
    };
    let mut explained = Vec::new();
    for reminder in reminders {
        explained.push(of_reminder(scanner, reminder, &item, now).await?);
    }
    let history = past::past(scanner.store.as_ref(), key).await?;
    let facts = facts::facts(&item);
    Ok(Ok(Explanation { item: key.clone(), now, facts, problems, reminders: explained, history }))
}

async fn of_reminder(
    scanner: &Scanner,
    reminder: &ReminderConfig,
    item: &Item,
    now: Instant,
) -> Result<OfReminder, ScanError> {
    let unread = match scanner.strategies.strategy(&reminder.strategy) {
        Ok(strategy) => {
            let today = now.with_timezone(&scanner.zone).date_naive();
            reads::unread(strategy.manifest(), reminder, item, today)
        }
        Err(fault) => vec![format!("its strategy cannot be asked: {fault}")],
    };
    let world = onlooker(scanner, item, &[reminder], now).await?;
    let matters = Matters::look(&world, reminder, now).await?;
    let forecast = Forecast::of(scanner, reminder, item, now, &matters.verdicts).await?;
    let (next, problems) = (forecast.of_nothing(&matters.verdicts), matters.problems.clone());
    let (findings, closing) = matters.explain(&world, reminder, now, &forecast).await?;
    Ok(OfReminder {
        reminder: reminder.name.clone(),
        strategy: reminder.strategy.clone(),
        active: reminder.active,
        schedule: reminder.schedule.to_string(),
        paused: paused(scanner, reminder).await?,
        findings,
        closing,
        unread,
        problems,
        next,
    })
}

async fn paused(scanner: &Scanner, reminder: &ReminderConfig) -> Result<Option<String>, ScanError> {
    let braked = scanner.store.braked().await?.into_iter().find(|braked| braked.reminder == reminder.name);
    Ok(braked.map(|braked| {
        format!("the sanity brake holds it since {} findings: run `nudged release {}`", braked.findings, reminder.name)
    }))
}
