//! `nudged release`.

use std::sync::Arc;

use anyhow::anyhow;
use clap::Args;
use serde_json::json;

use super::{End, Failure, Format, output};
use crate::{
    clock::Clock,
    config::Config,
    model::Instant,
    store::{Braked, Runs, SqlStore, Store},
};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Release these reminders only; without any, all that the sanity brake holds.
    #[arg(value_name = "REMINDER")]
    reminders: Vec<String>,
    /// The form of the answer.
    #[arg(long, value_enum, default_value = "text", value_name = "FORM")]
    format: Format,
}

pub(super) async fn release(config: Config, arguments: Arguments, clock: Arc<dyn Clock>) -> Result<End, Failure> {
    if let Some(unknown) = arguments.reminders.iter().find(|name| !config.reminders.contains_key(*name)) {
        let known = config.reminders.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
        let text = anyhow!("{unknown}: there is no such reminder; the configuration has: {known}");
        return Err(Failure::Configuration(text));
    }
    let store = SqlStore::connect(&config.store).await?;
    let wanted = |braked: &Braked| arguments.reminders.is_empty() || arguments.reminders.contains(&braked.reminder);
    let braked: Vec<_> = store.braked().await?.into_iter().filter(wanted).collect();
    for one in &braked {
        let_go(&store, one, clock.now()).await?;
        say(one, arguments.format);
    }
    if braked.is_empty() && arguments.format == Format::Text {
        output::line("nothing is held");
    }
    Ok(if braked.is_empty() { End::No } else { End::Well })
}

/// A daemon that is running takes up the planned run within half a minute.
async fn let_go(store: &SqlStore, braked: &Braked, now: Instant) -> Result<(), Failure> {
    store.release(&braked.reminder).await?;
    store.plan_run(&braked.reminder, now).await?;
    Ok(())
}

fn say(Braked { reminder, findings, at }: &Braked, format: Format) {
    match format {
        Format::Json => {
            let held = output::rfc3339(*at);
            output::line(&json!({ "released": reminder, "findings": findings, "held": held }).to_string());
        }
        Format::Text => output::line(&format!(
            "released {reminder}: {findings} findings pass from now on; a running daemon scans within half a minute, \
             `nudged scan --reminder {reminder}` at once"
        )),
    }
}
