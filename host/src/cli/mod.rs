//! The command line: arguments in, results on stdout, logs and errors on stderr.
//!
//! Exit codes: 0 well, 1 the answer is no (or the work failed), 2 usage or configuration, 130 a build was interrupted.

mod check;
mod compile;
mod deliver;
mod explain;
mod import;
mod init;
mod outbox;
mod output;
mod plugin;
mod release;
mod run;
mod scan;
mod simulate;

use std::{path::PathBuf, process::ExitCode, sync::Arc, time::Duration};

use clap::{Parser, Subcommand, ValueEnum};
use nudged_toolchain::shell::Interrupted;

use crate::{
    clock::{Clock, SystemClock},
    config::{self, Loaded},
    error::chain,
    model::is_deceptive,
    plugin::Allowance,
    telemetry::{self, LogFormat},
};

/// The configuration of a command that names none.
const CONFIG: &str = "config.json";

/// How long work on other threads may go on after the command has ended.
const LINGER: Duration = Duration::from_secs(1);

/// The exit code after an interruption, as shells have it.
const INTERRUPTED: u8 = 130;

/// Reminds the people who have to act on data shares.
#[derive(Debug, Parser)]
#[command(name = "nudged", version, about)]
struct Arguments {
    /// The configuration, config.json unless another is named; paths inside it are relative to its folder.
    #[arg(long, short, global = true, value_name = "PATH")]
    config: Option<PathBuf>,
    /// The form of log lines on stderr.
    #[arg(long, global = true, value_enum, default_value = "text", value_name = "FORM")]
    log_format: LogFormat,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the daemon: scan on schedule, deliver, reload plugins, until SIGTERM.
    Run,
    /// Say whether the daemon would run: configuration, plugins, databases.
    Check(check::Arguments),
    /// Scan now: decide who is to be reminded and fill the outbox.
    Scan(scan::Arguments),
    /// Let reminders send again that the sanity brake holds.
    Release(release::Arguments),
    /// Show what would be sent in the days to come, or would have been, if nothing changed. Writes nothing.
    Simulate(simulate::Arguments),
    /// Show all that nudged knows of one item: what was found, who was told, and why or why not. Writes nothing.
    Explain(explain::Arguments),
    /// Deliver what is in the outbox.
    Deliver(deliver::Arguments),
    /// Show what waits to be delivered or failed; retry it or drop it.
    #[command(subcommand)]
    Outbox(outbox::Arguments),
    /// Show how the plugins do, release one that waits; make and try your own.
    #[command(subcommand)]
    Plugin(plugin::Arguments),
    /// Print the JSON Schema of the configuration, for editors that complete and check.
    Schema,
    /// Write a configuration to begin with.
    Init(init::Arguments),
    /// Turn data.all's own config.json into a configuration; what became of each key goes to stderr.
    Import(import::Arguments),
    /// Compile the plugin on stdin: what the daemon starts for each.
    #[command(hide = true)]
    CompileComponent(Allowance),
}

/// The form of results on stdout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// How a command ended.
enum End {
    Well,
    No,
}

/// What went wrong, and whose it is to mend.
enum Failure {
    /// The work failed.
    Work(anyhow::Error),
    /// Usage or configuration.
    Configuration(anyhow::Error),
}

impl<E: Into<anyhow::Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Work(error.into())
    }
}

/// Parses the arguments and runs the command.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // It needs nothing of all this, and is to be limited before anything else happens.
    if let Command::CompileComponent(allowance) = &arguments.command {
        return compile::compile(allowance);
    }
    let format = arguments.log_format;
    let quiet = !matches!(arguments.command, Command::Run);
    telemetry::start(format, if quiet { "warn" } else { "info" });
    // The one process-wide choice of the TLS library; it can only have been made before if we made it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(threads()).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(format, 1, &anyhow::Error::from(error)),
    };
    let ended = runtime.block_on(command(arguments));
    // A component that is still being compiled, or a file system that hangs, does not hold up the end.
    runtime.shutdown_timeout(LINGER);
    match ended {
        Ok(End::Well) => ExitCode::SUCCESS,
        Ok(End::No) => ExitCode::from(1),
        Err(Failure::Work(error)) if error.is::<Interrupted>() => fail(format, INTERRUPTED, &Interrupted.into()),
        Err(Failure::Work(error)) => fail(format, 1, &error),
        Err(Failure::Configuration(error)) => fail(format, 2, &error),
    }
}

/// One for each processor and at least two: one may be held by a plugin that runs for long.
fn threads() -> usize {
    std::thread::available_parallelism().map_or(2, |processors| processors.get().max(2))
}

fn fail(format: LogFormat, code: u8, error: &anyhow::Error) -> ExitCode {
    // It may quote a database: nothing of it drives a terminal.
    let text = chain(error.as_ref()).replace(|c: char| (c.is_control() || is_deceptive(c)) && c != '\n', "\u{fffd}");
    match format {
        LogFormat::Text => eprintln!("nudged: {text}"),
        LogFormat::Json => tracing::error!("{text}"),
    }
    ExitCode::from(code)
}

async fn command(arguments: Arguments) -> Result<End, Failure> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let named = arguments.config;
    let path = named.clone().unwrap_or_else(|| PathBuf::from(CONFIG));
    match arguments.command {
        Command::Schema => {
            format!("{:#}", config::schema()).lines().for_each(output::line);
            Ok(End::Well)
        }
        // Done before there was a runtime.
        Command::CompileComponent(_) => Ok(End::Well),
        Command::Import(options) => import::import(&options),
        Command::Init(options) => init::init(&path, options, clock.now()).await,
        Command::Run => Box::pin(run::run(&path, clock)).await,
        Command::Check(options) => check::check(load(&path)?, options, clock).await,
        Command::Scan(options) => scan::scan(load(&path)?, options, clock).await,
        Command::Release(options) => release::release(load(&path)?, options, clock).await,
        Command::Simulate(options) => simulate::simulate(load(&path)?, options, clock).await,
        Command::Explain(options) => explain::explain(load(&path)?, options, clock).await,
        Command::Outbox(options) => outbox::outbox(load(&path)?, options, clock).await,
        Command::Plugin(options) => plugin::plugin(named.as_deref(), options, clock).await,
        Command::Deliver(options) => deliver::deliver(load(&path)?, options, clock).await,
    }
}

/// Reads the configuration; warnings go to stderr.
fn load(path: &std::path::Path) -> Result<config::Config, Failure> {
    let Loaded { config, warnings } =
        config::load(path, &|name| std::env::var(name).ok()).map_err(|error| Failure::Configuration(error.into()))?;
    for warning in warnings {
        eprintln!("{warning}");
    }
    Ok(config)
}
