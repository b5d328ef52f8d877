//! What tells of the daemon from outside: logs (text on a terminal, JSON for machines, always on stderr) and metrics.

pub mod generations;
pub mod metrics;
pub mod outcomes;
pub mod recorder;

use std::panic;

use clap::ValueEnum;
use tracing_subscriber::{EnvFilter, filter::filter_fn, fmt, layer::SubscriberExt, util::SubscriberInitExt};

/// The form of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Starts logging. `NUDGED_LOG` filters as in `NUDGED_LOG=debug` or `NUDGED_LOG=nudged::pipeline=trace`; without it
/// `default` holds. What libraries say in detail is not logged, whatever the filter: see `is_told`.
pub fn start(format: LogFormat, default: &str) {
    let filter = EnvFilter::try_from_env("NUDGED_LOG").unwrap_or_else(|_| EnvFilter::new(default));
    let subscriber = tracing_subscriber::registry().with(filter).with(filter_fn(is_told));
    let lines = fmt::layer().with_writer(std::io::stderr);
    match format {
        LogFormat::Text => {
            let colours = std::io::IsTerminal::is_terminal(&std::io::stderr());
            subscriber.with(lines.with_ansi(colours).with_target(false)).init();
        }
        LogFormat::Json => {
            subscriber.with(lines.json().flatten_event(true)).init();
            panic::set_hook(Box::new(tell_panic));
        }
    }
}

/// Whether a line may be logged at all. Our own lines name no secret; below `info`, a library's may quote what goes over
/// its connections.
fn is_told(about: &tracing::Metadata<'_>) -> bool {
    let (target, level) = (about.target(), *about.level());
    match target.split("::").next() {
        Some("nudged") => true,
        // It quotes the value of a parameter in a database's URL that it does not know: that may be a password.
        _ if target.starts_with("sqlx_postgres::options") => level <= tracing::Level::ERROR,
        _ => level <= tracing::Level::INFO,
    }
}

/// A panic as a line like every other.
fn tell_panic(info: &panic::PanicHookInfo<'_>) {
    let place = info.location().map(ToString::to_string);
    let why = info.payload_as_str().unwrap_or("it does not say why");
    tracing::error!(place, why, "panic: please report this");
}
