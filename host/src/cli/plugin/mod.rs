//! `nudged plugin`: how the plugins do, how a new generation differs, and an operator's word for one that waits.

mod ask;
mod bench;
mod build;
mod check;
mod database;
mod diff;
mod figures;
mod inspect;
mod list;
mod new;
mod record;
mod release;
mod replay;
mod run;
#[cfg(test)]
mod samples;
mod table;
mod test;
mod trials;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::anyhow;
use clap::Subcommand;

use self::ask::{Daemon, NoAnswer};
use super::{CONFIG, End, Failure, Format, load, output};
use crate::{api::Overview, authoring, clock::Clock, config::Config, daemon, plugin::Workbench};

#[derive(Debug, Subcommand)]
pub(super) enum Arguments {
    /// Begin a plugin: a folder that builds and passes its tests.
    New(new::Arguments),
    /// Build the component of a plugin's folder, into its folder dist.
    Build(build::Arguments),
    /// Say everything for which a daemon would refuse a plugin; with --config, for which it would hold it back, too.
    Check(check::Arguments),
    /// Show what a plugin is and asks for.
    Inspect(inspect::Arguments),
    /// Show what a strategy finds in a database. Writes nothing.
    Run(run::Arguments),
    /// Measure what a plugin's calls take, and hold it against the budget of its manifest.
    Bench(bench::Arguments),
    /// Try a plugin on its cases: what it should find or send, held against what it does.
    Test(test::Arguments),
    /// Make cases of the items of a database, without what people wrote in them. The database is only read.
    Record(record::Arguments),
    /// Hold a plugin against cases that were recorded.
    Replay(replay::Arguments),
    /// List the plugins: what their calls came to, which wait, and which files were refused. Asks the running daemon.
    List {
        /// The form of the answer.
        #[arg(long, value_enum, default_value = "text", value_name = "FORM")]
        format: Format,
    },
    /// Say whether a new generation finds what the one before it found. Asks the running daemon.
    Diff {
        /// The plugin; without it, all that were compared.
        #[arg(value_name = "PLUGIN")]
        plugin: Option<String>,
        /// The form of the answer.
        #[arg(long, value_enum, default_value = "text", value_name = "FORM")]
        format: Format,
    },
    /// Have the running daemon let a held generation serve and end a quarantine.
    Release {
        /// The plugin.
        #[arg(value_name = "PLUGIN")]
        plugin: String,
        /// The form of the answer.
        #[arg(long, value_enum, default_value = "text", value_name = "FORM")]
        format: Format,
    },
}

/// `named` is the configuration that was named on the command line.
pub(super) async fn plugin(named: Option<&Path>, arguments: Arguments, clock: Arc<dyn Clock>) -> Result<End, Failure> {
    let path = named.unwrap_or(Path::new(CONFIG));
    match arguments {
        Arguments::New(options) => new::new(options),
        Arguments::Build(options) => build::build(options).await,
        Arguments::Check(options) => check::check(named, options, clock).await,
        Arguments::Inspect(options) => inspect::inspect(named, options).await,
        Arguments::Run(options) => run::run(named, options, clock).await,
        Arguments::Bench(options) => bench::bench(named, options, clock).await,
        Arguments::Test(options) => test::test(named, options).await,
        Arguments::Record(options) => record::record(named, options, clock.as_ref()).await,
        Arguments::Replay(options) => replay::replay(named, options).await,
        Arguments::List { format } => list(load(path)?, format, clock).await,
        Arguments::Diff { plugin, format } => diff(&load(path)?, plugin.as_deref(), format).await,
        Arguments::Release { plugin, format } => release(&load(path)?, &plugin, format).await,
    }
}

async fn list(config: Config, format: Format, clock: Arc<dyn Clock>) -> Result<End, Failure> {
    list::show(&overview_or_folder(Daemon::of(&config.api), &config, clock).await?, format);
    Ok(End::Well)
}

async fn diff(config: &Config, plugin: Option<&str>, format: Format) -> Result<End, Failure> {
    let overview = match Daemon::of(&config.api) {
        Ok(daemon) => daemon.overview().await,
        Err(why) => Err(why),
    };
    diff::show(&overview.map_err(needed)?, plugin, config.plugins.shadow, format)
}

async fn release(config: &Config, plugin: &str, format: Format) -> Result<End, Failure> {
    match Daemon::of(&config.api) {
        Ok(daemon) => release::release(&daemon, plugin, format).await.map_err(needed),
        Err(why) => Err(needed(why)),
    }
}

/// Without a daemon: what one would serve.
async fn overview_or_folder(
    daemon: Result<Daemon, NoAnswer>,
    config: &Config,
    clock: Arc<dyn Clock>,
) -> Result<Overview, Failure> {
    let answer = match daemon {
        Ok(daemon) => daemon.overview().await,
        Err(why) => Err(why),
    };
    match answer {
        Ok(overview) => Ok(overview),
        Err(NoAnswer::Wrong(error)) => Err(Failure::Work(error)),
        Err(NoAnswer::Absent(why)) => {
            output::remark(&format!(
                "nudged: {why}: these are the files of the folder, not a running daemon's figures"
            ));
            let plugins = daemon::plugins(config, clock).await?;
            Ok(Overview::of(&plugins))
        }
    }
}

/// The desk of a command: with the limits and grants of the configuration, if one was named.
fn workbench(named: Option<&Path>) -> Result<Workbench, Failure> {
    let config = named.map(load).transpose()?;
    Ok(authoring::workbench_with(&config.map(|config| config.plugins).unwrap_or_default())?)
}

/// The component that a command is about: the file that is named, or what the named folder builds.
async fn component(plugin: PathBuf) -> Result<PathBuf, Failure> {
    let found = tokio::task::spawn_blocking(move || authoring::component(&plugin)).await;
    found.map_err(anyhow::Error::from)?.map_err(Failure::Work)
}

fn needed(why: NoAnswer) -> Failure {
    Failure::Work(match why {
        NoAnswer::Wrong(error) => error,
        NoAnswer::Absent(why) => anyhow!("no daemon is running: {why}; start it with `nudged run`"),
    })
}
