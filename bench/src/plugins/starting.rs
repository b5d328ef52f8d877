//! From the start of a daemon to its being ready, and what memory it has then.

use std::{fs, io::ErrorKind, time::Duration};

use anyhow::{Result, ensure};
use tokio::time::sleep;

use super::{
    daemon::Daemon,
    home::{Grouping, Home},
};
use crate::{
    bench::Bench,
    sample::{Sample, Unit},
};

/// How long a daemon is left alone before its memory is looked at.
const REST: Duration = Duration::from_secs(1);

/// Shares in the tables: ready means that the source answers, which takes the same for any number.
const SHARES: u64 = 1000;

/// What was measured.
pub(super) struct Starting {
    /// Seconds, without compiled code.
    pub(super) cold: Sample,
    /// Seconds, with the compiled code that an earlier daemon has left.
    pub(super) warm: Sample,
    /// Bytes after a warm start.
    pub(super) resident: Sample,
    /// Bytes at most, up to then.
    pub(super) peak: Sample,
    /// Plugins that serve.
    pub(super) plugins: usize,
}

pub(super) async fn measure(bench: &Bench) -> Result<Starting> {
    let home = Home::new(bench, SHARES, Grouping::Recipient)?;
    let (mut cold, mut warm, mut resident, mut peak, mut plugins) = (vec![], vec![], vec![], vec![], 0);
    for run in 0..=bench.runs {
        eprintln!("plugins: start {run} of {}", bench.runs);
        forget_compiled(&home)?;
        let (daemon, from_cold) = Daemon::start(&home).await?;
        plugins = serving(&daemon).await?;
        daemon.kill().await?;
        let (daemon, from_warm) = Daemon::start(&home).await?;
        ensure!(serving(&daemon).await? == plugins, "not all plugins serve after a warm start");
        sleep(REST).await;
        let memory = daemon.memory()?;
        daemon.kill().await?;
        if run > 0 {
            cold.push(from_cold.as_secs_f64());
            warm.push(from_warm.as_secs_f64());
            resident.push(memory.resident as f64);
            peak.push(memory.peak as f64);
        }
    }
    let (seconds, bytes) = (|runs| Sample::new(Unit::Seconds, runs), |runs| Sample::new(Unit::Bytes, runs));
    Ok(Starting { cold: seconds(cold), warm: seconds(warm), resident: bytes(resident), peak: bytes(peak), plugins })
}

fn forget_compiled(home: &Home) -> Result<()> {
    match fs::remove_dir_all(home.path("cache")) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// How many plugins serve.
///
/// # Errors
/// If any was refused.
async fn serving(daemon: &Daemon) -> Result<usize> {
    let overview = daemon.plugins().await?;
    ensure!(overview.refused.is_empty(), "a shipped plugin is refused: {:?}", overview.refused);
    Ok(overview.plugins.len())
}
