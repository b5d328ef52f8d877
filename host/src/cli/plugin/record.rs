//! `nudged plugin record`.

use std::path::{Path, PathBuf};

use anyhow::ensure;
use clap::Args;

use super::{database::DatabaseOptions, trials::load};
use crate::{
    authoring::{self, Recording, Redactor},
    cli::{
        End, Failure,
        output::{line, problem_text, remark},
    },
    clock::Clock,
};

/// Items of a scan that are recorded if nothing else is said.
const LIMIT: usize = 1_000;

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// A strategy: a component (x.wasm), or a plugin's folder, which is built first if need be.
    #[arg(value_name = "PLUGIN")]
    plugin: PathBuf,
    #[command(flatten)]
    database: DatabaseOptions,
    /// The file to write the cases to.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Record so many items at most.
    #[arg(long, value_name = "N", default_value_t = LIMIT)]
    limit: usize,
    /// Keep the values of this column of records, or of this parameter, as they are, although people may be in them.
    #[arg(long, value_name = "NAME")]
    keep: Vec<String>,
    /// Write over a file that is there.
    #[arg(long)]
    force: bool,
}

pub(super) async fn record(named: Option<&Path>, arguments: Arguments, clock: &dyn Clock) -> Result<End, Failure> {
    let Arguments { plugin, database, out, limit, keep, force } = arguments;
    let shown = out.display();
    let there = !force && out.exists();
    let usable = || {
        ensure!(!there, "{shown} is there already: name another file with --out, or write over it with --force");
        database.database()
    };
    let source = usable().map_err(Failure::Configuration)?;
    let admission = load(&plugin, named).await?;
    let context = database.context(&admission.manifest, clock)?;
    let read = source.read(&admission.manifest, context.now, limit).await?;
    let recording = Recording { admission: &admission, context: &context, recorded: clock.now() };
    let id = source.query.as_ref().map(|(_, id)| id.clone());
    let text = recording.of(&read.items, &mut Redactor::new(keep, id)).await?;
    authoring::write(&out, &text, force)?;
    read.problems.iter().for_each(|problem| remark(&problem_text(problem)));
    line(&format!("recorded {} items in {shown}: read it before you give it away", read.items.len()));
    Ok(End::Well)
}
