//! Whether what the configuration names fits what there is.

use std::sync::Arc;

use super::{
    Finding, Queries, templates,
    ways::{inbox_trouble, ways_fit, ways_usable},
};
use crate::{
    clock::Clock, config::Config, error::chain, model::Manifest, pipeline::misfit, plugin::Registry, source::Records,
};

/// An error whose subject stands before it already.
pub(super) fn said_of(subject: &str, error: &(dyn std::error::Error + 'static)) -> String {
    let text = chain(error);
    text.strip_prefix(&format!("{subject}: ")).unwrap_or(&text).to_owned()
}

/// Whether reminders and channels fit the plugins that they name.
pub(super) async fn fit(config: &Config, registry: &Registry, clock: &Arc<dyn Clock>) -> Vec<Finding> {
    let inbox = inbox_trouble(config, registry, clock).await;
    let mut findings = Vec::new();
    for (name, reminder) in &config.reminders {
        let result = match registry.strategy(&reminder.strategy) {
            Ok(strategy) => match misfit(reminder, strategy.manifest()) {
                Some(why) => Err(why.to_owned()),
                None => parameters(strategy.manifest(), &reminder.parameters),
            },
            Err(fault) => Err(fault.to_string()),
        };
        findings.push(Finding::new(format!("reminders.{name}"), result));
    }
    let grants = &config.plugins.grants;
    for (name, channel) in &config.channels {
        let result = match registry.channel(&channel.plugin) {
            Ok(plugin) => parameters(plugin.manifest(), &channel.parameters)
                .and_then(|well| ways_fit(plugin.manifest(), channel, grants, inbox.as_deref()).map(|()| well))
                .and_then(|well| ways_usable(config, channel, clock).map(|()| well)),
            Err(fault) => Err(fault.to_string()),
        };
        findings.push(Finding::new(format!("channels.{name}"), result));
        findings.extend(templates::findings(channel));
    }
    findings
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
    let validator = crate::plugin::validator(&manifest.parameters)?;
    let wrong: Vec<_> = validator
        .iter_errors(parameters)
        .map(|error| format!("parameters{}: {error}", error.instance_path().as_str().replace('/', ".")))
        .collect();
    if wrong.is_empty() { Ok(format!("uses {} {}", manifest.name, manifest.version)) } else { Err(wrong.join("; ")) }
}
