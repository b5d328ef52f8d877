//! Whether a daemon with this configuration would do its work.

use std::sync::Arc;

use super::{
    actions,
    advise::advise,
    fit::{fit, said_of},
    mail_channels, registry,
};
use crate::{
    clock::Clock,
    config::{Config, ReminderConfig},
    directory::Directories,
    pipeline::{Writing, misnamed},
    plugin::Registry,
    policy::Schedule,
    source::{Advice, DataallSource, Records, SqlRecords},
    store::{Braked, Depth, SqlStore, StoreError},
};

/// One thing that was checked.
#[derive(Debug, Clone)]
pub struct Finding {
    /// `plugin email`, `reminders.pending-share`, `source`, …
    pub what: String,
    /// Whether something is wrong with it.
    pub fault: bool,
    /// What is well, or what is wrong and what would mend it.
    pub detail: String,
}

impl Finding {
    pub(super) fn new(what: impl Into<String>, result: Result<String, String>) -> Self {
        let fault = result.is_err();
        Self { what: what.into(), fault, detail: result.unwrap_or_else(|detail| detail) }
    }
}

/// What a check came to.
#[derive(Debug)]
pub struct Checked {
    /// Everything that was checked.
    pub findings: Vec<Finding>,
    /// The indexes that are missing, if that was asked for.
    pub advice: Vec<Advice>,
}

/// Whether a daemon with this configuration would do its work; and, to `advise`, which indexes on data.all's tables would
/// let it read less. Writes nothing.
///
/// # Errors
/// If the plugin engine cannot be started.
pub async fn check(config: &Config, clock: Arc<dyn Clock>, advise: bool) -> anyhow::Result<Checked> {
    let mut findings = Vec::new();
    let registry = registry(config, &clock, Writing::DryRun).await;
    match &registry {
        Ok(registry) => {
            findings.extend(plugins(registry));
            findings.extend(fit(config, registry, &clock).await);
        }
        Err(error) => findings.push(Finding::new("plugins", Err(format!("{error:#}")))),
    }
    for (name, reminder) in &config.reminders {
        let next = match reminder.schedule.next_after(clock.now()) {
            _ if !reminder.active => "not active".to_owned(),
            Some(next) => format!("runs next at {next}{}", skipped(&reminder.schedule)),
            None => "never runs again".to_owned(),
        };
        findings.push(Finding::new(format!("reminders.{name}.schedule"), Ok(next)));
    }
    let advising = registry.as_ref().ok().filter(|_| advise);
    let advice = source(config, advising.map(AsRef::as_ref), &mut findings).await;
    if let Err(error) = actions(config).await {
        findings.push(Finding::new("source", Err(format!("nothing can be done at expiry: {error:#}"))));
    }
    for (name, records) in &config.records {
        let columns = SqlRecords::new(records).columns().await;
        if let (Ok(columns), Ok(registry)) = (&columns, &registry) {
            findings.extend(misfits(config, registry, name, columns));
        }
        let result = columns.map(|columns| format!("can be used; it has: {}", columns.join(", ")));
        findings.push(Finding::new(format!("sources.{name}"), result.map_err(|error| said_of("source", &error))));
    }
    for (what, result) in Directories::check(&config.directory, &mail_channels(config), Arc::clone(&clock)).await {
        findings.push(Finding::new(what, result.map_err(|error| said_of("directory", &error))));
    }
    match look_at_store(config).await {
        Ok((depth, braked)) => findings.extend(store_findings(depth, braked)),
        Err(error) => findings.push(Finding::new("store", Err(said_of("store", &error)))),
    }
    Ok(Checked { findings, advice })
}

/// Whether data.all can be read, and what is missing there for the plugins of this registry.
async fn source(config: &Config, advising: Option<&Registry>, findings: &mut Vec<Finding>) -> Vec<Advice> {
    let source = DataallSource::connect(&config.source).await;
    let usable = source.as_ref().map(|_| "can be used".to_owned()).map_err(|error| said_of("source", error));
    findings.push(Finding::new("source", usable));
    let (Ok(source), Some(registry)) = (source, advising) else { return Vec::new() };
    let (finding, advice) = advise(config, registry, &source).await;
    findings.push(finding);
    advice
}

async fn look_at_store(config: &Config) -> Result<(Depth, Vec<Braked>), StoreError> {
    let store = SqlStore::peek(&config.store).await?;
    Ok((store.depth().await?, store.braked().await?))
}

/// What is in the outbox, and which reminders wait for an operator.
fn store_findings(Depth { queued, leased, rejected, dead }: Depth, braked: Vec<Braked>) -> Vec<Finding> {
    let outbox = format!(
        "can be used; its outbox holds {queued} waiting, {leased} being sent, {rejected} refused, {dead} given up"
    );
    let held = braked.into_iter().map(|Braked { reminder, findings, at }| {
        let text = format!("{findings} findings at {at} are held by the sanity brake: run `nudged release {reminder}` if they are right");
        Finding::new(format!("reminders.{reminder}"), Err(text))
    });
    std::iter::once(Finding::new("store", Ok(outbox))).chain(held).collect()
}

/// What short months do to a schedule that counts days before their end.
fn skipped(schedule: &Schedule) -> String {
    match schedule.skipped_days() {
        [] => String::new(),
        days => {
            let days = days.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            format!("; not every month has {days} days before its last: it is skipped there")
        }
    }
}

fn plugins(registry: &Registry) -> Vec<Finding> {
    let admitted = registry.admissions().into_iter().map(|admission| {
        let manifest = &admission.manifest;
        let detail = format!("{} {} ({})", manifest.kind.world(), manifest.version, &admission.digest[..12]);
        Finding::new(format!("plugin {}", manifest.name), Ok(detail))
    });
    let refused = registry.refusals().into_iter().map(|refusal| Finding::new(refusal.file, Err(refusal.reason)));
    admitted.chain(refused).collect()
}

/// The reminders about these records whose parameters name a column that the query does not have.
fn misfits(config: &Config, registry: &Registry, source: &str, columns: &[String]) -> Vec<Finding> {
    let of_source = config.reminders.values().filter(|reminder| reminder.records.as_deref() == Some(source));
    let misfit = |reminder: &ReminderConfig| {
        let strategy = registry.strategy(&reminder.strategy).ok()?;
        let why = misnamed(reminder, strategy.manifest(), columns)?;
        Some(Finding::new(format!("reminders.{}", reminder.name), Err(why)))
    };
    of_source.filter_map(misfit).collect()
}
