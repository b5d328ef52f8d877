//! What tells of the daemon from outside: logs (text on a terminal, JSON for machines, always on stderr) and metrics.

pub mod metrics;
pub mod outcomes;
pub mod recorder;

use std::{panic, str::FromStr};

use clap::ValueEnum;
use tracing_subscriber::{EnvFilter, filter::Directive};

/// The form of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Starts logging. `NUDGED_LOG` filters as in `NUDGED_LOG=debug` or `NUDGED_LOG=nudged::pipeline=trace`; without it
/// `default` holds.
pub fn start(format: LogFormat, default: &str) {
    let filter = EnvFilter::try_from_env("NUDGED_LOG").unwrap_or_else(|_| EnvFilter::new(default));
    // It quotes the value of a parameter in a database's URL that it does not know: that may be a password.
    let filter = filter.add_directive(Directive::from_str("sqlx_postgres::options=error").unwrap_or_default());
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match format {
        LogFormat::Text => {
            let colours = std::io::IsTerminal::is_terminal(&std::io::stderr());
            builder.with_ansi(colours).with_target(false).init();
        }
        LogFormat::Json => {
            builder.json().flatten_event(true).init();
            panic::set_hook(Box::new(tell_panic));
        }
    }
}

/// A panic as a line like every other.
fn tell_panic(info: &panic::PanicHookInfo<'_>) {
    let place = info.location().map(ToString::to_string);
    let why = info.payload_as_str().unwrap_or("it does not say why");
    tracing::error!(place, why, "panic: please report this");
}
