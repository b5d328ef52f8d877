//! `nudged plugin bench`.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::Context;
use clap::Args;
use serde_json::{Value, json};

use super::{
    component,
    figures::{bytes, digits},
    list::short,
    table::table,
    workbench,
};
use crate::{
    authoring::{
        self, CaseFile, Project,
        bench::{CALLS, Figures, From, Held, LOADS, Load, ROUND, Spread, WARM_UP, held},
    },
    cli::{End, Failure, Format, output::line},
    clock::Clock,
    model::{Kind, Manifest},
    plugin::Admission,
};

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// A component (x.wasm), or a plugin's folder.
    #[arg(value_name = "PLUGIN")]
    plugin: PathBuf,
    /// How many different items there are.
    #[arg(long, value_name = "N", default_value_t = 1024, value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..=1_000_000))]
    items: usize,
    /// A file of cases whose items, or notifications, the calls are about (may be given several times). Without it those of
    /// the plugin's folder, or else those that the component carries; without any case, items are made up.
    #[arg(long, value_name = "FILE")]
    cases: Vec<PathBuf>,
    /// The parameters: a JSON object that fits the plugin's schema; without them, those of the first case.
    #[arg(long, value_name = "JSON")]
    parameters: Option<String>,
    /// How often everything is measured.
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..=10_000))]
    rounds: usize,
    /// The form of the answer.
    #[arg(long, value_enum, default_value = "text", value_name = "FORM")]
    format: Format,
}

/// What was measured, and how.
struct Measured {
    manifest: Manifest,
    digest: String,
    figures: Figures,
    held: Vec<Held>,
    from: From,
    items: usize,
    rounds: usize,
}

pub(super) async fn bench(named: Option<&Path>, arguments: Arguments, clock: Arc<dyn Clock>) -> Result<End, Failure> {
    let Arguments { plugin, items, cases, parameters, rounds, format } = arguments;
    let parameters = parameters.map(|text| serde_json::from_str::<Value>(&text)).transpose();
    let parameters = parameters.context("--parameters is not JSON").map_err(Failure::Configuration)?;
    let folder = plugin.is_dir().then(|| plugin.clone());
    let file = component(plugin).await?;
    let workbench = workbench(named)?;
    let admission = workbench.admission(workbench.look(&file).await)?;
    let files = match (cases.is_empty(), folder) {
        (true, Some(folder)) => Project::read(&folder)?.cases()?,
        _ => cases,
    };
    let cases = read(&files, &admission).await?;
    let (load, from) = Load::new(&admission.manifest, cases, items, parameters, clock.now())?;
    let (manifest, figures) = authoring::bench::bench(&workbench, &file, &load, rounds).await?;
    let held = manifest.budget.as_ref().map(|budget| held(budget, &figures)).unwrap_or_default();
    let measured = Measured { manifest, digest: admission.digest, figures, held, from, items, rounds };
    match format {
        Format::Json => line(&object(&measured).to_string()),
        Format::Text => text(&measured).iter().for_each(|text| line(text)),
    }
    let well = measured.figures.faults == 0 && !measured.held.iter().any(Held::is_over);
    Ok(if well { End::Well } else { End::No })
}

/// The cases of these files; if there are none, those that the component carries.
async fn read(files: &[PathBuf], admission: &Admission) -> anyhow::Result<Vec<crate::plugin::cases::Case>> {
    let kind = admission.manifest.kind;
    let mut cases = Vec::new();
    for file in files {
        cases.extend(CaseFile::read(file, kind)?.cases);
    }
    if !cases.is_empty() {
        return Ok(cases);
    }
    match admission.carried().await.map_err(anyhow::Error::msg)? {
        Some(text) => Ok(CaseFile::carried(text, kind)?.cases),
        None => Ok(cases),
    }
}

fn text(measured: &Measured) -> Vec<String> {
    let Measured { manifest: Manifest { name, version, kind, .. }, digest, figures, held, .. } = measured;
    let mut lines = vec![format!("{name} {version} ({}), {}", kind.world(), short(digest))];
    let titles = ["items a call", "calls a second", "µs a call", "p10–p90", "µs an item", "p10–p90", "memory"];
    let rows = figures.batches.iter().map(|batch| {
        let (call, item) = (batch.call_micros, batch.call_micros.times(1.0 / batch.size as f64));
        let rate = digits(1e6 / call.median);
        vec![
            batch.size.to_string(),
            rate,
            digits(call.median),
            range(call),
            digits(item.median),
            range(item),
            bytes(batch.memory),
        ]
    });
    let rows: Vec<_> = [titles.map(str::to_owned).to_vec()].into_iter().chain(rows).collect();
    lines.extend(table(&rows, &[0, 1, 2, 3, 4, 5, 6]));
    let first = figures.first_call_millis;
    lines.push(format!("first call: {} ms ({})", digits(first.median), range(first)));
    lines.extend(figures.item_bytes.map(|more| format!("memory of one more item: {} bytes", digits(more))));
    if let Some(fault) = &figures.first_fault {
        lines.push(format!("{} calls failed, the first with: {fault}", figures.faults));
    }
    lines.extend(held.iter().map(|held| {
        let word = if held.is_over() { "over" } else { "ok" };
        format!("{word:<5} {}: {}, the budget is {}", held.key, digits(held.measured), digits(held.meant))
    }));
    lines.push(how(measured));
    lines.extend(slow().map(str::to_owned));
    lines
}

fn range(Spread { p10, p90, .. }: Spread) -> String {
    format!("{}–{}", digits(p10), digits(p90))
}

/// How it was measured.
fn how(Measured { manifest, from, items, rounds, .. }: &Measured) -> String {
    let channel = manifest.kind == Kind::Channel;
    let about = match (from, channel) {
        (From::Cases(cases), true) => format!("the notifications of {cases} cases"),
        (From::Cases(cases), false) => format!("{items} items, over and over those of {cases} cases"),
        (From::MadeUp, true) => "a made-up notification".to_owned(),
        (From::MadeUp, false) => format!("{items} made-up items, the same each time"),
    };
    let other = if channel { "; the other side is the host's own and answers at once" } else { "" };
    format!(
        "measured: wall time of one call at a time, each in a fresh instance, {about}; medians of {rounds} rounds of up to \
         {CALLS} calls or {ROUND:?} after {WARM_UP} that do not count; the first call after each of {LOADS} loads{other}"
    )
}

/// Why the figures are not those of a daemon.
fn slow() -> Option<&'static str> {
    cfg!(debug_assertions).then_some("this nudged is a debug build: a release build is several times as fast")
}

fn object(measured: &Measured) -> Value {
    let Measured { manifest, digest, figures, held, from, items, rounds } = measured;
    let spread = |Spread { median, p10, p90 }: Spread| json!({ "median": median, "p10": p10, "p90": p90 });
    let batches: Vec<_> = figures
        .batches
        .iter()
        .map(|batch| {
            json!({
                "items": batch.size,
                "calls_per_second": 1e6 / batch.call_micros.median,
                "call_micros": spread(batch.call_micros),
                "item_micros": spread(batch.call_micros.times(1.0 / batch.size as f64)),
                "memory_bytes": batch.memory,
            })
        })
        .collect();
    let budget: Vec<_> = held
        .iter()
        .map(|held| json!({ "key": held.key, "budget": held.meant, "measured": held.measured, "over": held.is_over() }))
        .collect();
    json!({
        "name": manifest.name,
        "version": manifest.version,
        "world": manifest.kind.world(),
        "digest": digest,
        "batches": batches,
        "first_call_millis": spread(figures.first_call_millis),
        "item_bytes": figures.item_bytes,
        "faults": figures.faults,
        "first_fault": figures.first_fault,
        "budget": budget,
        "measured": {
            "of": if *from == From::MadeUp { "made-up" } else { "cases" },
            "items": items,
            "rounds": rounds,
            "warm_up": WARM_UP,
            "calls": CALLS,
            "loads": LOADS,
            "debug_build": cfg!(debug_assertions),
        },
    })
}
