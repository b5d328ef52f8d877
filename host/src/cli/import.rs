//! `nudged import`.

use std::{
    fs::OpenOptions,
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context, anyhow};
use clap::Args;

use super::{End, Failure, output};
use crate::import::{Imported, import as turn};

/// What `nudged import` is told.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// data.all's own config.json.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Write the configuration to this file, which must not exist, instead of stdout.
    #[arg(long, short, value_name = "PATH")]
    output: Option<PathBuf>,
}

pub(super) fn import(Arguments { file, output }: &Arguments) -> Result<End, Failure> {
    let Imported { config, notes } = read(file).map_err(Failure::Configuration)?;
    match output {
        Some(path) => write(path, &config)?,
        None => config.lines().for_each(output::line),
    }
    for note in notes {
        output::remark(&format!("{}:{note}", file.display()));
    }
    if let Some(path) = output {
        output::line(&format!("wrote {}; look for FILL IN in it", path.display()));
    }
    Ok(End::Well)
}

fn read(file: &Path) -> anyhow::Result<Imported> {
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("{} cannot be read; name the config.json of data.all", file.display()))?;
    Ok(turn(file, &text)?)
}

/// Never over another file: it may be a configuration that somebody has worked on.
fn write(path: &Path, config: &str) -> Result<(), Failure> {
    let file = OpenOptions::new().write(true).create_new(true).open(path);
    let mut file = file.map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => Failure::Configuration(anyhow!(
            "{} is there already and stays as it is; name another file with --output",
            path.display()
        )),
        _ => unwritten(path, error),
    })?;
    file.write_all(config.as_bytes()).map_err(|error| unwritten(path, error))
}

fn unwritten(path: &Path, error: std::io::Error) -> Failure {
    Failure::Work(anyhow::Error::from(error).context(format!("{} cannot be written", path.display())))
}
