//! `nudged plugin run`.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::Args;
use serde_json::{Value, json};

use super::{component, database::DatabaseOptions, figures::duration, workbench};
use crate::{
    authoring::{self, Tried},
    cli::{
        End, Failure, Format,
        output::{line, problem_json, problem_text, rfc3339},
    },
    clock::Clock,
    model::Finding,
};

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// A component (x.wasm), or a plugin's folder.
    #[arg(value_name = "PLUGIN")]
    plugin: PathBuf,
    #[command(flatten)]
    database: DatabaseOptions,
    /// Ask about so many items at most.
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// The form of the answer.
    #[arg(long, value_enum, default_value = "text", value_name = "FORM")]
    format: Format,
}

pub(super) async fn run(named: Option<&Path>, arguments: Arguments, clock: Arc<dyn Clock>) -> Result<End, Failure> {
    let Arguments { plugin, database: options, limit, format } = arguments;
    let database = options.database().map_err(Failure::Configuration)?;
    let file = component(plugin).await?;
    let workbench = workbench(named)?;
    let admission = workbench.admit(&file).await?;
    let context = options.context(&admission.manifest, clock.as_ref()).map_err(Failure::Configuration)?;
    let limit = limit.unwrap_or(usize::MAX);
    let tried = authoring::try_on(&workbench, &admission, &database, context, limit).await?;
    show(&tried, format);
    Ok(if tried.trial.problems.is_empty() { End::Well } else { End::No })
}

fn show(tried: &Tried, format: Format) {
    let problems = || tried.problems.iter().chain(&tried.trial.problems);
    let findings = tried.trial.found.iter().map(|(_, finding)| finding);
    match format {
        Format::Json => {
            findings.for_each(|finding| line(&finding_json(finding).to_string()));
            problems().for_each(|problem| line(&problem_json(problem).to_string()));
            line(&summary_json(tried).to_string());
        }
        Format::Text => {
            findings.flat_map(finding_text).for_each(|text| line(&text));
            problems().for_each(|problem| line(&problem_text(problem)));
            line(&summary_text(tried));
        }
    }
}

/// A line with everything that is short, and one with what people would read.
fn finding_text(finding: &Finding) -> Vec<String> {
    let Finding { item, reason, since, roles, severity, title, text, deadline, action, attributes } = finding;
    let mut head = vec![format!("{item} {reason} {severity}")];
    head.push(if roles.is_empty() { "for nobody".to_owned() } else { format!("for {}", roles.join(", ")) });
    head.extend(since.map(|since| format!("since {}", rfc3339(since))));
    head.extend(deadline.map(|deadline| format!("until {}", rfc3339(deadline))));
    head.extend(action.as_ref().map(|action| format!("proposes {action}")));
    let attributes = attributes.iter().map(|(name, value)| format!("    {name}: {value}"));
    [head.join(", "), format!("    {title}: {text}")].into_iter().chain(attributes).collect()
}

fn finding_json(finding: &Finding) -> Value {
    let Finding { item, reason, since, roles, severity, title, text, deadline, action, attributes } = finding;
    let attributes: Vec<_> = attributes.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
    json!({
        "item": item.as_str(),
        "reason": reason,
        "severity": severity,
        "roles": roles,
        "since": since.map(rfc3339),
        "deadline": deadline.map(rfc3339),
        "title": title,
        "text": text,
        "action": action,
        "attributes": attributes,
    })
}

fn faults(tried: &Tried) -> u64 {
    tried.account.faults.values().sum()
}

fn summary_json(tried: &Tried) -> Value {
    let Tried { items, problems, trial, account } = tried;
    json!({ "summary": {
        "items": items,
        "findings": trial.found.len(),
        "problems": problems.len() + trial.problems.len(),
        "calls": account.calls,
        "faults": faults(tried),
        "item_micros": item_time(tried).as_secs_f64() * 1e6,
        "peak_memory_bytes": account.peak_memory,
    } })
}

fn summary_text(tried: &Tried) -> String {
    let Tried { items, problems, trial, account } = tried;
    format!(
        "{items} items read, {} findings, {} problems; {} calls, {} an item, {} faults",
        trial.found.len(),
        problems.len() + trial.problems.len(),
        account.calls,
        duration(item_time(tried)),
        faults(tried)
    )
}

/// The time of all calls, an item; nothing without items.
fn item_time(tried: &Tried) -> std::time::Duration {
    tried.account.wall.checked_div(u32::try_from(tried.items).unwrap_or(u32::MAX)).unwrap_or_default()
}
