//! `nudged plugin replay`.

use std::path::{Path, PathBuf};

use clap::Args;

use super::trials::{self, Tally, Verdict, load, show};
use crate::cli::{End, Failure, Format, output::line};

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// A component (x.wasm), or a plugin's folder: it is built first if need be.
    #[arg(value_name = "PLUGIN")]
    plugin: PathBuf,
    /// Files of cases that were recorded.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// The form of the answer.
    #[arg(long, value_enum, default_value = "text", value_name = "FORM")]
    format: Format,
}

pub(super) async fn replay(named: Option<&Path>, arguments: Arguments) -> Result<End, Failure> {
    let Arguments { plugin, files, format } = arguments;
    let admission = load(&plugin, named).await?;
    let kind = admission.manifest.kind;
    // All of them first: what is wrong with the last is not told after minutes.
    let files = trials::files(&files, kind)?;
    let mut tally = Tally::default();
    for file in &files {
        for case in &file.cases {
            let trial = admission.try_case(case).await;
            let verdict = Verdict::of(&trial);
            tally.count(verdict);
            if verdict != Verdict::Same {
                show(file, &case.name, &trial, verdict, format);
            }
        }
    }
    match format {
        Format::Json => line(&tally.object().to_string()),
        Format::Text => line(&format!("{} same, {} changed, {} faults", tally.same, tally.changed, tally.faults)),
    }
    Ok(if tally.is_well() { End::Well } else { End::No })
}
