//! `cargo xtask bench` runs this: it measures nudged, each figure beside something real in the same run, and writes a report.

mod bench;
mod child;
mod data;
mod delivery;
mod growth;
mod home;
mod machine;
mod others;
mod plugins;
mod report;
mod sample;
mod scan;
mod section;
mod text;

use std::{fs, path::PathBuf};

use anyhow::{Context, Result, ensure};
use clap::{Args, Parser, Subcommand, ValueEnum};

use bench::Bench;
use nudged_toolchain::shell::Interrupted;
use section::Section;

#[derive(Debug, Parser)]
#[command(name = "nudged-bench", about = "Measures nudged; `cargo xtask bench` prepares all it needs")]
struct Cli {
    #[command(subcommand)]
    command: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Measure, and write the report of all that was measured so far
    Measure(Measure),
    /// Fill a database with data.all's tables and made-up shares
    Data(data::Data),
    /// Write the report again from the results that are there
    Report {
        /// Where they are
        #[arg(long, env = "NUDGED_BENCH_RESULTS", value_name = "DIR")]
        results: PathBuf,
    },
}

#[derive(Debug, Args)]
struct Measure {
    #[command(flatten)]
    bench: Bench,
    /// The parts to measure; without any, all
    parts: Vec<Part>,
}

/// Parts of the benchmark, in the order of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    Scan,
    Plugins,
    Delivery,
    Growth,
    Others,
}

fn main() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    match &Cli::parse().command {
        Task::Measure(measure) => {
            let parts = if measure.parts.is_empty() { Part::value_variants() } else { &measure.parts };
            let mut failed = Vec::new();
            for part in parts {
                match runtime.block_on(part.kept(&measure.bench)) {
                    Err(error) if error.is::<Interrupted>() => return Err(error),
                    Err(error) => failed.push(format!("{part:?}: {error:#}")),
                    Ok(()) => {}
                }
            }
            report::write(&measure.bench.results)?;
            ensure!(failed.is_empty(), "not measured: {}", failed.join("; "));
            Ok(())
        }
        Task::Data(data) => {
            let findings = runtime.block_on(data::fill(data))?;
            println!("{}", serde_json::to_string_pretty(&findings)?);
            Ok(())
        }
        Task::Report { results } => report::write(results),
    }
}

impl Part {
    /// Measures it and keeps what came of it at once: the whole takes an hour.
    async fn kept(self, bench: &Bench) -> Result<()> {
        let facts = machine::look(bench).await;
        let section = self.measure(bench).await?;
        keep(bench, &section)?;
        machine::keep(&bench.results, &section.name, &facts)
    }

    async fn measure(self, bench: &Bench) -> Result<Section> {
        match self {
            Self::Scan => scan::measure(bench).await,
            Self::Plugins => plugins::measure(bench).await,
            Self::Delivery => delivery::measure(bench).await,
            Self::Growth => growth::measure(bench).await,
            Self::Others => others::measure(bench).await,
        }
    }
}

fn keep(bench: &Bench, section: &Section) -> Result<()> {
    fs::create_dir_all(&bench.results)?;
    let file = bench.results.join(&section.name).with_extension("json");
    fs::write(&file, serde_json::to_string_pretty(section)?).with_context(|| format!("cannot write {}", file.display()))
}
