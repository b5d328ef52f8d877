//! nudged as a child: how long it took, on how much processor and memory.

use std::{fs, path::Path, process::Stdio, time::Duration};

use anyhow::{Context, Result, ensure};
use tokio::{process::Command, time::Instant};

use crate::bench::Bench;

/// What a child took.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Took {
    /// From its start to its end.
    pub(crate) wall: Duration,
    /// On a processor, in user mode and in the kernel.
    pub(crate) cpu: Duration,
    /// At most resident, in bytes.
    pub(crate) memory: u64,
}

/// Runs nudged in a folder with a configuration, and throws away what it prints.
///
/// # Errors
/// If it fails; the error has what it complained of.
pub(crate) async fn nudged(bench: &Bench, folder: &Path, arguments: &[&str]) -> Result<Took> {
    let figures = folder.join("took");
    let mut command = Command::from(bench.tool("time")?);
    command.args(["-f", "%U %S %M", "-o"]).arg(&figures).arg(&bench.nudged).args(arguments);
    command.current_dir(folder).env_remove("NUDGED_LOG").kill_on_drop(true);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let began = Instant::now();
    let done = command.spawn().context("cannot run nudged")?.wait_with_output().await?;
    let wall = began.elapsed();
    let said = String::from_utf8_lossy(&done.stderr);
    ensure!(done.status.success(), "nudged {} failed: {said}", arguments.join(" "));
    took(wall, &fs::read_to_string(&figures)?)
}

/// Reads seconds, seconds and KiB as GNU time writes them.
fn took(wall: Duration, figures: &str) -> Result<Took> {
    let figures: Vec<f64> = figures.split_whitespace().filter_map(|figure| figure.parse().ok()).collect();
    let [user, system, kib] = figures[..] else { anyhow::bail!("GNU time said {figures:?}") };
    Ok(Took { wall, cpu: Duration::from_secs_f64(user + system), memory: kib as u64 * 1024 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_gnu_time_writes_is_read() {
        let expected = Took { wall: Duration::ZERO, cpu: Duration::from_millis(1500), memory: 2 << 20 };
        assert_eq!(took(Duration::ZERO, "1.25 0.25 2048\n").expect("figures"), expected);
        assert!(took(Duration::ZERO, "Command terminated by signal 9\n").is_err());
    }
}
