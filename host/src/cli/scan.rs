//! `nudged scan`.

use std::sync::Arc;

use anyhow::anyhow;
use clap::Args;

use super::{End, Failure, Format, output};
use crate::{
    clock::Clock,
    config::{Config, ReminderConfig},
    daemon,
    model::Instant,
    pipeline::Writing,
};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Scan for this reminder only (may be given several times); without it, for all active ones.
    #[arg(long = "reminder", value_name = "NAME")]
    reminders: Vec<String>,
    /// Decide as if it were this instant, such as 2026-04-24T09:00:00Z.
    #[arg(long, value_name = "RFC3339")]
    now: Option<Instant>,
    /// Write nothing anywhere.
    #[arg(long)]
    dry_run: bool,
    /// The form of the answer.
    #[arg(long, value_enum, default_value = "text", value_name = "FORM")]
    format: Format,
}

pub(super) async fn scan(config: Config, arguments: Arguments, clock: Arc<dyn Clock>) -> Result<End, Failure> {
    let reminders = chosen(&config, &arguments.reminders).map_err(Failure::Configuration)?;
    let now = arguments.now.unwrap_or_else(|| clock.now());
    let writing = if arguments.dry_run { Writing::DryRun } else { Writing::Outbox };
    let scanner = daemon::scanner(&config, clock, writing).await?;
    let report = scanner.scan(&reminders, now, writing).await?;
    output::report(&report, arguments.format);
    Ok(if report.incomplete.is_empty() { End::Well } else { End::No })
}

/// The reminders of these names; without any, all active ones.
pub(super) fn chosen<'a>(config: &'a Config, names: &[String]) -> anyhow::Result<Vec<&'a ReminderConfig>> {
    if names.is_empty() {
        return Ok(config.reminders.values().filter(|reminder| reminder.active).collect());
    }
    let find = |name: &String| {
        config.reminders.get(name).ok_or_else(|| {
            let known = config.reminders.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
            anyhow!("--reminder {name}: there is no such reminder; the configuration has: {known}")
        })
    };
    names.iter().map(find).collect()
}
