//! `cargo xtask bench`: prepares all that the benchmark measures and measures against, and runs it. What it finds stays
//! in `target/bench/results`; `--publish` puts the report into the book.

mod publish;
mod tools;

use std::{
    env,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};
use clap::Args;
use nudged_toolchain::shell::Shell;
use tempfile::TempDir;

use crate::{
    files,
    layout::{Parts, Profile, host_cargo},
    paths::Paths,
    servers::Durable,
};

/// What to measure, and what becomes of it.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// How often each thing is measured
    #[arg(long, value_name = "N")]
    runs: Option<usize>,
    /// Shares in the large tables
    #[arg(long, value_name = "N")]
    shares: Option<u64>,
    /// Put the report and its plots into docs/src
    #[arg(long)]
    publish: bool,
    /// Measure nothing: write the report again of what was measured before
    #[arg(long, conflicts_with_all = ["parts", "runs", "shares", "arguments"])]
    report: bool,
    /// Compile without optimisation, to try the benchmark itself: such figures say nothing
    #[arg(long, conflicts_with = "publish")]
    debug: bool,
    /// The parts to measure; without any, all
    #[arg(value_name = "PART", value_parser = ["scan", "plugins", "delivery", "growth", "others"])]
    parts: Vec<String>,
    /// More arguments for `nudged-bench measure`
    #[arg(last = true)]
    arguments: Vec<OsString>,
}

/// Measures, writes the report, and publishes it if asked to.
pub(crate) fn bench(shell: &Shell, paths: &Paths, options: &Options) -> Result<()> {
    let folder = paths.target.join("bench");
    let results = folder.join("results");
    fs::create_dir_all(&results).with_context(|| format!("cannot make {}", results.display()))?;
    if options.report {
        let program = program(shell, paths, options.profile())?;
        shell.run(Command::new(program).arg("report").arg("--results").arg(&results))?;
    } else {
        measure(shell, paths, options, &folder, &results)?;
    }
    if options.publish {
        publish::publish(&results, &paths.root)?;
    }
    println!("{}", results.join("report.md").display());
    Ok(())
}

/// Compiles and fetches first, so that nothing else runs while it is measured.
fn measure(shell: &Shell, paths: &Paths, options: &Options, folder: &Path, results: &Path) -> Result<()> {
    let measured = folder.join("nudged");
    Parts::build(shell, paths, options.profile())?.swap_into(&measured)?;
    let program = program(shell, paths, options.profile())?;
    let tools = tools::fetch(shell, &paths.tools())?;
    let database = Durable::start(shell, empty(folder, "postgres")?)?;
    let scratch = empty(folder, "scratch")?;

    let mut bench = Command::new(program);
    bench.arg("measure").args(options.for_measure()).current_dir(&paths.root);
    bench.env("NUDGED_BENCH_NUDGED", measured.join("nudged")).env("NUDGED_BENCH_PLUGINS", measured.join("plugins"));
    bench.env("NUDGED_BENCH_POSTGRES", database.url()).env("NUDGED_BENCH_SCRATCH", scratch.path());
    bench.env("NUDGED_BENCH_TOOLS", env::join_paths([tools.as_path(), database.programs()])?);
    shell.run(bench.env("NUDGED_BENCH_RESULTS", results))
}

impl Options {
    fn profile(&self) -> Profile {
        if self.debug { Profile::Debug } else { Profile::Release }
    }

    /// What is said here of what is measured, for the program that measures.
    fn for_measure(&self) -> Vec<OsString> {
        let option = |name: &str, value: Option<String>| value.map(|value| format!("--{name}={value}").into());
        let options =
            [option("runs", self.runs.map(|n| n.to_string())), option("shares", self.shares.map(|n| n.to_string()))];
        let parts = self.parts.iter().map(OsString::from);
        options.into_iter().flatten().chain(self.arguments.iter().cloned()).chain(parts).collect()
    }
}

/// The program that measures, compiled.
fn program(shell: &Shell, paths: &Paths, profile: Profile) -> Result<PathBuf> {
    let mut cargo = host_cargo(paths);
    cargo.args(["build", "--package", "nudged-bench", "--target-dir"]).arg(&paths.target);
    shell.run(cargo.args(profile.flags()))?;
    Ok(paths.target.join(profile.folder()).join("nudged-bench"))
}

/// An empty folder of this very name, gone in the end. What is left of a run that was killed may take gigabytes: it
/// goes now.
fn empty(parent: &Path, name: &str) -> Result<TempDir> {
    files::remove(&parent.join(name))?;
    let made = tempfile::Builder::new().prefix(name).rand_bytes(0).tempdir_in(parent);
    made.with_context(|| format!("cannot make {} in {}", name, parent.display()))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        options: Options,
    }

    fn for_measure(line: &[&str]) -> Vec<OsString> {
        Line::try_parse_from([&["bench"], line].concat()).unwrap().options.for_measure()
    }

    #[test]
    fn what_is_measured_is_said_to_the_program_that_measures() {
        assert_eq!(for_measure(&[]), Vec::<OsString>::new());
        assert_eq!(
            for_measure(&["--runs", "3", "scan", "growth", "--", "--shares", "10"]),
            ["--runs=3", "--shares", "10", "scan", "growth"].map(OsString::from)
        );
    }

    #[test]
    fn what_says_nothing_cannot_be_published() {
        for wrong in [&["--debug", "--publish"][..], &["--report", "scan"], &["speed"]] {
            assert!(Line::try_parse_from([&["bench"], wrong].concat()).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn an_empty_folder_replaces_what_was_left_of_it_and_goes_in_the_end() {
        let parent = tempfile::tempdir().unwrap();
        let left = parent.path().join("scratch");
        fs::create_dir(&left).unwrap();
        fs::write(left.join("file"), "").unwrap();

        let folder = empty(parent.path(), "scratch").unwrap();

        assert_eq!((folder.path(), files::entries(&left).unwrap()), (left.as_path(), vec![]));
        drop(folder);
        assert!(!left.exists());
    }
}
