//! Which indexes on data.all's tables the active reminders would gain by.

use super::{Finding, fit::said_of};
use crate::{
    config::Config,
    plugin::Registry,
    source::{Advice, DataallSource},
};

/// What of the configuration's source is missing for its active reminders, and the finding that says how much. A reminder
/// whose strategy is not there reads nothing.
pub(super) async fn advise(config: &Config, registry: &Registry, source: &DataallSource) -> (Finding, Vec<Advice>) {
    let active = config.reminders.values().filter(|reminder| reminder.active);
    let strategies: Vec<_> = active
        .filter_map(|reminder| Some((reminder.name.as_str(), registry.strategy(&reminder.strategy).ok()?)))
        .collect();
    let reading: Vec<_> = strategies.iter().map(|(name, strategy)| (*name, strategy.manifest())).collect();
    let advised = source.advise(&reading).await;
    let said = match &advised {
        Ok(advice) => Ok(told(advice.len())),
        Err(error) => Err(said_of("source", error)),
    };
    (Finding::new("source.indexes", said), advised.unwrap_or_default())
}

fn told(missing: usize) -> String {
    match missing {
        0 => "there is none more that scans of the active reminders would use".to_owned(),
        1 => "1 more would let scans read less: its statement is below".to_owned(),
        more => format!("{more} more would let scans read less: their statements are below"),
    }
}
