//! Whether what the configuration names fits what there is.

use std::sync::Arc;

use super::{
    Finding, Queries, templates,
    ways::{inbox_trouble, ways_fit, ways_usable},
};
use crate::{
    clock::Clock,
    config::{ChannelConfig, Config, ReminderConfig},
    error::chain,
    model::{Kind, Manifest},
    pipeline::misfit,
    plugin::{Registry, parameters_fit},
    source::Records,
};

/// An error whose subject stands before it already.
pub(super) fn said_of(subject: &str, error: &(dyn std::error::Error + 'static)) -> String {
    let text = chain(error);
    text.strip_prefix(&format!("{subject}: ")).unwrap_or(&text).to_owned()
}

/// Whether reminders and channels fit the plugins that they name.
pub(super) async fn fit(config: &Config, registry: &Registry, clock: &Arc<dyn Clock>) -> Vec<Finding> {
    let asks = |channel: &ChannelConfig| {
        registry.channel(&channel.plugin).is_ok_and(|plugin| plugin.manifest().asks_for("inbox"))
    };
    let inbox = if config.channels.values().any(asks) { inbox_trouble(config, clock).await } else { None };
    let mut findings = Vec::new();
    for (name, reminder) in &config.reminders {
        let result = match registry.strategy(&reminder.strategy) {
            Ok(strategy) => reminder_fits(reminder, strategy.manifest()),
            Err(fault) => Err(fault.to_string()),
        };
        findings.push(Finding::new(format!("reminders.{name}"), result));
    }
    for (name, channel) in &config.channels {
        let result = match registry.channel(&channel.plugin) {
            Ok(plugin) => {
                let generation = plugin.generation();
                let digest = generation.rsplit('@').next().unwrap_or_default();
                channel_fits(config, channel, plugin.manifest(), digest, inbox.as_deref(), clock)
            }
            Err(fault) => Err(fault.to_string()),
        };
        findings.push(Finding::new(format!("channels.{name}"), result));
        findings.extend(templates::findings(channel));
    }
    findings
}

/// Whether the reminders and channels that use the plugin of this name would fit one with this manifest and digest.
pub(super) async fn would_fit(
    config: &Config,
    manifest: &Manifest,
    digest: &str,
    clock: &Arc<dyn Clock>,
) -> Vec<Finding> {
    let name = &manifest.name;
    let reminders = config.reminders.values().filter(|reminder| reminder.strategy == *name).map(|reminder| {
        let result = match manifest.kind {
            Kind::Channel => Err(format!("{name} is a channel: name a strategy")),
            _ => reminder_fits(reminder, manifest),
        };
        Finding::new(format!("reminders.{}", reminder.name), result)
    });
    let mut findings: Vec<_> = reminders.collect();
    let inbox = if manifest.asks_for("inbox") { inbox_trouble(config, clock).await } else { None };
    findings.extend(config.channels.values().filter(|channel| channel.plugin == *name).map(|channel| {
        let result = match manifest.kind {
            Kind::Channel => channel_fits(config, channel, manifest, digest, inbox.as_deref(), clock),
            _ => Err(format!("{name} is a strategy: name a channel's plugin")),
        };
        Finding::new(format!("channels.{}", channel.name), result)
    }));
    findings
}

/// Whether a reminder fits its strategy, with everything that does not.
fn reminder_fits(reminder: &ReminderConfig, manifest: &Manifest) -> Result<String, String> {
    let parameters = parameters(manifest, &reminder.parameters);
    match misfit(reminder, manifest) {
        Some(why) => Err([Some(why.to_owned()), parameters.err()].into_iter().flatten().collect::<Vec<_>>().join("; ")),
        None => parameters,
    }
}

/// Whether a channel fits its plugin, a version with this digest, with everything that does not. `inbox` is why posting
/// there would fail.
fn channel_fits(
    config: &Config,
    channel: &ChannelConfig,
    manifest: &Manifest,
    digest: &str,
    inbox: Option<&str>,
    clock: &Arc<dyn Clock>,
) -> Result<String, String> {
    let parameters = parameters(manifest, &channel.parameters);
    let lent = ways_fit(manifest, digest, channel, &config.plugins.grants, inbox);
    let usable = ways_usable(config, channel, clock);
    match (parameters, lent, usable) {
        (Ok(uses), Ok(lent), Ok(())) => Ok(format!("{uses}; it {lent}")),
        (parameters, lent, usable) => {
            let wrong = [parameters.err(), lent.err(), usable.err()];
            Err(wrong.into_iter().flatten().collect::<Vec<_>>().join("; "))
        }
    }
}

/// Says at the start what does not fit. Nothing waits for that: whether the inbox can be written, its database knows.
pub(super) fn say_misfits(config: Config, registry: Arc<Registry>, clock: Arc<dyn Clock>) {
    tokio::spawn(async move {
        for finding in fit(&config, &registry, &clock).await.into_iter().filter(|finding| finding.fault) {
            tracing::error!("{}: {}", finding.what, finding.detail);
        }
    });
}

/// Says at the start what is wrong with the operator's own queries: their first run may be far off. Nothing waits for
/// that, since a database that does not answer takes its time.
pub(super) fn try_records(records: Queries) {
    tokio::spawn(async move {
        for source in records.values() {
            if let Err(error) = source.columns().await {
                tracing::error!("{}; until then its reminders do not run", said_of("source", &error));
            }
        }
    });
}

/// Whether the parameters fit the manifest's schema.
fn parameters(manifest: &Manifest, parameters: &serde_json::Value) -> Result<String, String> {
    parameters_fit(manifest, parameters).map(|()| format!("uses {} {}", manifest.name, manifest.version))
}
