//! One server process: started on a free port, waited for until it answers, stopped for certain.

use std::{
    fs::{self, File},
    net::TcpListener,
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process_group};

use nudged_toolchain::shell::{POLL, Shell};

/// A cold machine takes some seconds.
const START_LIMIT: Duration = Duration::from_secs(60);
/// After this a server that was asked to stop is killed.
const STOP_LIMIT: Duration = Duration::from_secs(5);
/// Another program may take the port between our choice and the server's start.
const ATTEMPTS: u32 = 3;

/// How a server is run.
pub(super) struct Plan<'a> {
    /// The process for a port.
    pub(super) command: &'a dyn Fn(u16) -> Command,
    /// Whether it answers on that port.
    pub(super) answers: &'a dyn Fn(u16) -> Result<bool>,
    /// What makes it stop at once and in order.
    pub(super) stop: Signal,
    /// Where its output goes.
    pub(super) log: &'a Path,
}

/// A running server; dropping it stops it.
#[derive(Debug)]
pub(super) struct Server {
    child: Child,
    port: u16,
    stop: Signal,
}

impl Server {
    /// Starts it and waits until it answers.
    pub(super) fn start(shell: &Shell, plan: &Plan<'_>) -> Result<Self> {
        for _ in 0..ATTEMPTS {
            let port = free_port()?;
            let log = File::create(plan.log)?;
            let mut command = (plan.command)(port);
            command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).process_group(0);
            let child =
                command.spawn().with_context(|| format!("cannot run {}", nudged_toolchain::shell::show(&command)))?;
            let mut server = Self { child, port, stop: plan.stop };
            if server.answers(shell, plan)? {
                return Ok(server);
            }
        }
        bail!("it ended {ATTEMPTS} times; it said:\n{}", last_lines(plan.log))
    }

    /// The port on 127.0.0.1.
    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// Waits until it answers; `false` if it ended instead.
    fn answers(&mut self, shell: &Shell, plan: &Plan<'_>) -> Result<bool> {
        let deadline = Instant::now() + START_LIMIT;
        while Instant::now() < deadline {
            shell.check()?;
            if self.child.try_wait()?.is_some() {
                return Ok(false);
            }
            if (plan.answers)(self.port)? {
                return Ok(true);
            }
            thread::sleep(POLL);
        }
        bail!("no answer for {} s; it said:\n{}", START_LIMIT.as_secs(), last_lines(plan.log))
    }

    fn ends_within(&mut self, limit: Duration) -> bool {
        let deadline = Instant::now() + limit;
        while Instant::now() < deadline {
            // An error means that there is no such child: ended as well.
            if !matches!(self.child.try_wait(), Ok(None)) {
                return true;
            }
            thread::sleep(POLL);
        }
        false
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let group = Pid::from_child(&self.child);
        // Either may find nobody left, which is what is wanted.
        let _ = kill_process_group(group, self.stop);
        if !self.ends_within(STOP_LIMIT) {
            let _ = kill_process_group(group, Signal::KILL);
            let _ = self.child.wait();
        }
    }
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

fn last_lines(log: &Path) -> String {
    const SHOWN: usize = 15;
    let text = fs::read(log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(SHOWN)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan<'a>(command: &'a dyn Fn(u16) -> Command, log: &'a Path) -> Plan<'a> {
        Plan { command, answers: &|_| Ok(true), stop: Signal::TERM, log }
    }

    #[test]
    fn a_server_that_ends_at_once_is_reported_with_its_last_words() {
        let dir = tempfile::tempdir().unwrap();
        let log = dir.path().join("log");
        let command = |_| {
            let mut sh = Command::new("sh");
            sh.args(["-c", "echo no such option >&2; exit 3"]);
            sh
        };
        let never = Plan { answers: &|_| Ok(false), ..plan(&command, &log) };

        let error = Server::start(&Shell::new().unwrap(), &never).unwrap_err();

        assert!(error.to_string().contains("no such option"), "{error}");
    }

    #[test]
    fn a_server_and_its_children_are_gone_when_it_is_dropped() {
        let dir = tempfile::tempdir().unwrap();
        let log = dir.path().join("log");
        let command = |_| {
            let mut sh = Command::new("sh");
            sh.args(["-c", "sleep 600 & wait"]);
            sh
        };
        let server = Server::start(&Shell::new().unwrap(), &plan(&command, &log)).unwrap();
        let group = Pid::from_child(&server.child);

        drop(server);

        assert!(group_ends(group), "a process of the group is left");
    }

    /// An orphan is reaped by its new parent, which may take a moment.
    fn group_ends(group: Pid) -> bool {
        let deadline = Instant::now() + STOP_LIMIT;
        while Instant::now() < deadline {
            if rustix::process::test_kill_process_group(group).is_err() {
                return true;
            }
            thread::yield_now();
        }
        false
    }
}
