//! From a changed file in the plugins folder to its being served.

use std::{
    fs,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use nudged::plugin::{Account, PluginStatus};

use super::{
    daemon::Daemon,
    home::{Grouping, Home},
};
use crate::{
    bench::Bench,
    sample::{Sample, Unit},
};

/// Shares in the tables. A tenth of them waits, for three people each: a mail each is so much that the daemon is busy
/// sending all the while.
const SHARES: u64 = 100_000;

/// What was measured.
pub(super) struct Reloading {
    /// Seconds until a changed pending-share serves, in a daemon with nothing else to do.
    pub(super) idle: Sample,
    /// Seconds until a changed email serves, in a daemon that sends through it.
    pub(super) busy: Sample,
    /// Mails that were sent meanwhile.
    pub(super) calls: u64,
    /// Calls that failed meanwhile, or any time before.
    pub(super) faults: u64,
}

pub(super) async fn measure(bench: &Bench) -> Result<Reloading> {
    let home = Home::new(bench, SHARES, Grouping::Item)?;
    let (daemon, _) = Daemon::start(&home).await?;
    let idle = swap(bench, &home, &daemon, "pending-share").await?;
    daemon.kill().await?;

    eprintln!("plugins: filling an outbox");
    bench.read(&mut home.nudged(&["scan"]))?;
    let (daemon, _) = Daemon::start(&home).await?;
    let before = daemon.until("busy", async || sending(&daemon).await).await?;
    let busy = swap(bench, &home, &daemon, "email").await?;
    let after = account(&daemon, "email").await?;
    daemon
        .until("busy again", async || Ok((account(&daemon, "email").await?.calls > after.calls).then_some(())))
        .await?;
    daemon.kill().await?;
    Ok(Reloading { idle, busy, calls: after.calls - before.calls, faults: after.faults.values().sum() })
}

/// Changes the file again and again.
async fn swap(bench: &Bench, home: &Home, daemon: &Daemon, plugin: &str) -> Result<Sample> {
    let mut seconds = Vec::new();
    for run in 0..=bench.runs {
        eprintln!("plugins: reload {run} of {} of {plugin}", bench.runs);
        let taken = swap_once(home, daemon, plugin, run).await?;
        if run > 0 {
            seconds.push(taken.as_secs_f64());
        }
    }
    Ok(Sample::new(Unit::Seconds, seconds))
}

/// The time until another file of this plugin serves: the same code, but a new digest, so that all of it is read, compiled and
/// tried again.
async fn swap_once(home: &Home, daemon: &Daemon, plugin: &str, run: usize) -> Result<Duration> {
    let before = status(daemon, plugin).await?;
    let (file, aside) = (home.path("plugins").join(&before.file), home.path("changed"));
    let mut bytes = fs::read(&file)?;
    bytes.extend(custom_section("run", &run.to_string())?);
    fs::write(&aside, bytes)?;
    let began = Instant::now();
    fs::rename(&aside, &file)?;
    let newer = async || {
        let now = status(daemon, plugin).await?;
        ensure!(now.held.is_none(), "{plugin} is held: {:?}", now.held);
        Ok((now.generation > before.generation).then_some(now))
    };
    let after = daemon.until("new", newer).await?;
    let taken = began.elapsed();
    ensure!(after.digest != before.digest, "{plugin} is the same as before");
    Ok(taken)
}

/// A section that says nothing to anybody, as it stands at the end of a component.
fn custom_section(name: &str, content: &str) -> Result<Vec<u8>> {
    let length = |text: &str| u8::try_from(text.len()).ok().filter(|length| *length < 60).context("too long");
    let (name_length, content_length) = (length(name)?, length(content)?);
    // Lengths below 128 are one byte each.
    let head = [0, 1 + name_length + content_length, name_length];
    Ok([&head, name.as_bytes(), content.as_bytes()].concat())
}

/// What is known of email once it sends.
async fn sending(daemon: &Daemon) -> Result<Option<Account>> {
    Ok(Some(account(daemon, "email").await?).filter(|account| account.calls > 0))
}

async fn account(daemon: &Daemon, plugin: &str) -> Result<Account> {
    Ok(status(daemon, plugin).await?.account)
}

async fn status(daemon: &Daemon, plugin: &str) -> Result<PluginStatus> {
    let overview = daemon.plugins().await?;
    overview.plugin(plugin).cloned().with_context(|| format!("{plugin} does not serve"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_custom_section_has_its_lengths() {
        assert_eq!(custom_section("run", "12").expect("short"), [0, 6, 3, b'r', b'u', b'n', b'1', b'2']);
        assert!(custom_section("run", &"1".repeat(60)).is_err());
    }
}
