//! The project's own commands: `cargo xtask help`. They need nothing but cargo; what else is missing they fetch
//! (Debian's packages, a wasm target), saying so first.

mod bench;
mod book;
mod demo;
mod files;
mod guests;
mod languages;
mod layout;
mod paths;
mod servers;
mod test;

use std::{ffi::OsString, process::ExitCode};

use anyhow::Result;
use clap::{Parser, Subcommand};

use layout::{Parts, Profile};
use nudged_toolchain::shell::{Interrupted, Shell};
use paths::Paths;

/// As shells report a program that ended by SIGINT.
const INTERRUPTED: u8 = 130;

#[derive(Debug, Parser)]
#[command(name = "cargo xtask", about = "The project's own commands")]
struct Cli {
    #[command(subcommand)]
    command: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Compile host and plugins (debug) into target/dev, a folder that nudged runs from
    Build,
    /// Compile the plugins and the tests' guests only, into target/plugins and target/test-guests
    Guests,
    /// Show nudged at work on sample data, in target/demo
    Demo {
        /// Run the daemon afterwards, until Ctrl-C
        #[arg(long)]
        serve: bool,
        /// Send the mails to this relay (smtp://…, smtps://…) instead of keeping them in a folder
        #[arg(long, value_name = "URL")]
        smtp: Option<String>,
    },
    /// Check everything that CI checks; with arguments, run the tests they choose: `cargo xtask test -- store`
    Test {
        /// Arguments for `cargo test`
        #[arg(last = true)]
        arguments: Vec<OsString>,
    },
    /// Make web pages of docs/, in target/book; mdBook is compiled the first time
    Book,
    /// Compile a release into target/dist, a folder that runs from anywhere
    Dist,
    /// Measure a release build, each figure beside something real, into target/bench/results; takes an hour
    Bench(bench::Options),
    /// Start the tests' PostgreSQL and SMTP sink and run a command with their addresses in its environment;
    /// without a command, print these and wait for Ctrl-C
    Servers {
        /// The command and its arguments
        #[arg(last = true)]
        command: Vec<OsString>,
    },
}

fn main() -> ExitCode {
    match run(&Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.is::<Interrupted>() => {
            eprintln!("interrupted");
            ExitCode::from(INTERRUPTED)
        }
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: &Task) -> Result<()> {
    let (shell, paths) = (Shell::new()?, Paths::find()?);
    match task {
        Task::Build => build(&shell, &paths),
        Task::Guests => guests::all(&shell, &paths),
        Task::Demo { serve, smtp } => demo::demo(&shell, &paths, smtp.as_deref(), *serve),
        Task::Test { arguments } => test::test(&shell, &paths, arguments),
        Task::Book => {
            println!("{}", book::book(&shell, &paths)?.display());
            Ok(())
        }
        Task::Dist => dist(&shell, &paths),
        Task::Bench(options) => bench::bench(&shell, &paths, options),
        Task::Servers { command } => servers::with_servers(&shell, &paths, command),
    }
}

/// In place: a daemon that runs there keeps its databases.
fn build(shell: &Shell, paths: &Paths) -> Result<()> {
    let folder = paths.target.join("dev");
    Parts::build(shell, paths, Profile::Debug)?.lay_into(&folder)?;
    println!("{}", folder.display());
    Ok(())
}

fn dist(shell: &Shell, paths: &Paths) -> Result<()> {
    let folder = paths.target.join("dist");
    Parts::build(shell, paths, Profile::Release)?.swap_into(&folder)?;
    println!("{}", folder.display());
    Ok(())
}
