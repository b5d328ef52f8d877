//! What every part of the benchmark is given: where things are, and how often to measure.

use std::{path::PathBuf, process::Command};

use anyhow::{Context, Result};
use clap::Args;
use nudged_toolchain::{program, shell::Shell};

/// Where things are; `cargo xtask bench` sets the variables.
#[derive(Debug, Clone, Args)]
pub(crate) struct Bench {
    /// The nudged that is measured: a release build
    #[arg(long, env = "NUDGED_BENCH_NUDGED", value_name = "FILE")]
    pub(crate) nudged: PathBuf,
    /// The folder of its plugins
    #[arg(long, env = "NUDGED_BENCH_PLUGINS", value_name = "DIR")]
    pub(crate) plugins: PathBuf,
    /// A PostgreSQL that may be filled and emptied, on a disk that is synced to
    #[arg(long, env = "NUDGED_BENCH_POSTGRES", value_name = "URL")]
    pub(crate) postgres: String,
    /// A folder on the disk that is measured, for SQLite's files and what else is made
    #[arg(long, env = "NUDGED_BENCH_SCRATCH", value_name = "DIR")]
    pub(crate) scratch: PathBuf,
    /// Where results and the report go
    #[arg(long, env = "NUDGED_BENCH_RESULTS", value_name = "DIR")]
    pub(crate) results: PathBuf,
    /// How often each thing is measured
    #[arg(long, default_value_t = 5, value_name = "N")]
    pub(crate) runs: usize,
    /// Shares in the large tables
    #[arg(long, default_value_t = 1_000_000, value_name = "N")]
    pub(crate) shares: u64,
    /// Folders with programs to compare with, searched before `PATH`
    #[arg(long, env = "NUDGED_BENCH_TOOLS", value_delimiter = ':', value_name = "DIR")]
    pub(crate) tools: Vec<PathBuf>,
}

impl Bench {
    /// A program to compare with, and the command to run it: those that were unpacked find their libraries beside them.
    ///
    /// # Errors
    /// If there is none.
    pub(crate) fn tool(&self, name: &str) -> Result<Command> {
        let unpacked = self.tools.iter().map(|folder| folder.join(name)).find(|path| path.is_file());
        if let Some(path) = unpacked {
            let mut command = Command::new(&path);
            command.env("LD_LIBRARY_PATH", path.parent().unwrap_or(&path));
            return Ok(command);
        }
        let found = program(name).with_context(|| format!("there is no {name}: `cargo xtask bench` fetches it"))?;
        let mut command = Command::new(found);
        command.env_remove("LD_LIBRARY_PATH");
        Ok(command)
    }

    /// Runs what a section prepares with, and answers with its output.
    ///
    /// # Errors
    /// If it fails; the error has its last words.
    pub(crate) fn read(&self, command: &mut Command) -> Result<String> {
        Shell::new()?.read(command)
    }
}
