//! `nudged plugin test`.

use std::path::{Path, PathBuf};

use anyhow::anyhow;
use clap::Args;

use super::trials::{self, Tally, Verdict, load, show};
use crate::{
    authoring::{CaseFile, Project},
    cli::{End, Failure, Format, output::line},
    plugin::Admission,
};

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// A component (x.wasm), or a plugin's folder: it is built first if need be.
    #[arg(value_name = "PLUGIN", default_value = ".")]
    plugin: PathBuf,
    /// A file of cases; without any, those in the folder's cases/*.json and those that the component carries.
    #[arg(long, value_name = "FILE")]
    cases: Vec<PathBuf>,
    /// Write what came as what is expected from now on; a fault is never expected.
    #[arg(long)]
    bless: bool,
    /// The form of the answer.
    #[arg(long, value_enum, default_value = "text", value_name = "FORM")]
    format: Format,
}

pub(super) async fn test(named: Option<&Path>, arguments: Arguments) -> Result<End, Failure> {
    let Arguments { plugin, cases, bless, format } = arguments;
    let admission = load(&plugin, named).await?;
    let mut files = files(&plugin, &cases, &admission).await?;
    let mut tally = Tally::default();
    for file in &mut files {
        let blessed = try_file(&admission, file, bless, format, &mut tally).await?;
        if blessed > 0 && format == Format::Text {
            line(&format!("blessed {blessed} of {} cases in {}", file.cases.len(), file.path.display()));
        }
    }
    match format {
        Format::Json => line(&tally.object().to_string()),
        Format::Text => {
            let blessed = if bless { format!(", {} blessed", tally.blessed) } else { String::new() };
            line(&format!("{} ok, {} failed{blessed}", tally.same, tally.changed + tally.faults));
        }
    }
    Ok(if tally.is_well() { End::Well } else { End::No })
}

/// Tries all cases of a file. Returns how many were blessed.
async fn try_file(
    admission: &Admission,
    file: &mut CaseFile,
    bless: bool,
    format: Format,
    tally: &mut Tally,
) -> anyhow::Result<usize> {
    let bless = bless && !file.path.as_os_str().is_empty();
    let mut expects = Vec::new();
    for (index, case) in file.cases.iter().enumerate() {
        let trial = admission.try_case(case).await;
        let verdict = match (Verdict::of(&trial), &trial.fitting) {
            (Verdict::Changed, Some(expect)) if bless => {
                expects.push((index, expect.clone()));
                Verdict::Blessed
            }
            (verdict, _) => verdict,
        };
        tally.count(verdict);
        show(file, &case.name, &trial, verdict, format);
    }
    if !expects.is_empty() {
        file.bless(&expects)?;
    }
    Ok(expects.len())
}

/// The files of cases that are named, or else all that belong to the plugin.
async fn files(plugin: &Path, named: &[PathBuf], admission: &Admission) -> anyhow::Result<Vec<CaseFile>> {
    let kind = admission.manifest.kind;
    if !named.is_empty() {
        return trials::files(named, kind);
    }
    let own = if plugin.is_dir() { Project::read(plugin)?.cases()? } else { Vec::new() };
    let mut files = own.iter().map(|path| CaseFile::read(path, kind)).collect::<Result<Vec<_>, _>>()?;
    let carried = admission.carried().await.map_err(|why| anyhow!("the component carries cases, but {why}"))?;
    if let Some(text) = carried {
        let carried = CaseFile::carried(text, kind)?;
        if !files.iter().any(|file| file.is_same(&carried)) {
            files.push(carried);
        }
    }
    if files.iter().all(|file| file.cases.is_empty()) {
        let name = &admission.manifest.name;
        return Err(anyhow!("{name} has no cases: name a file with --cases, or write some into the folder's cases/"));
    }
    Ok(files)
}
