//! Running other programs: every one in a process group of its own, so that Ctrl-C or a SIGTERM to this
//! program alone ends it with all its children, and it then leaves by the ordinary way, cleaning up as it goes.

use std::{
    env, fmt,
    io::{BufRead, BufReader, Write},
    os::unix::process::CommandExt,
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process_group};
use signal_hook::consts::{SIGHUP, SIGINT};

use crate::listening::Listening;

/// How often a child with a deadline, or a server that is starting or stopping, is looked at.
pub const POLL: Duration = Duration::from_millis(10);

/// Someone asked this program to stop.
#[derive(Debug)]
pub struct Interrupted;

impl fmt::Display for Interrupted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("interrupted")
    }
}

impl std::error::Error for Interrupted {}

/// Runs programs and passes signals on to the one that is running. Once the last copy is dropped, a signal ends this
/// program as it did before.
#[derive(Debug, Clone)]
pub struct Shell {
    running: Arc<Running>,
    _listening: Arc<Listening>,
}

#[derive(Debug, Default)]
struct Running {
    state: Mutex<State>,
    /// Somebody waits here for a group to end.
    ended: Condvar,
    grace: Option<Duration>,
}

#[derive(Debug, Default)]
struct State {
    group: Option<Pid>,
    signals: u32,
}

impl Shell {
    /// Starts listening for SIGINT, SIGTERM and SIGHUP.
    pub fn new() -> Result<Self> {
        Self::listen(None)
    }

    /// Like [`Shell::new`], for programs that may not heed a signal: what still runs so long after one is killed.
    pub fn with_grace(grace: Duration) -> Result<Self> {
        Self::listen(Some(grace))
    }

    fn listen(grace: Option<Duration>) -> Result<Self> {
        let running = Arc::new(Running { grace, ..Running::default() });
        let told = running.clone();
        let listening = Listening::start(move |signal| told.pass_on(signal)).context("cannot listen for signals")?;
        Ok(Self { running, _listening: Arc::new(listening) })
    }

    /// Runs a program with its output on ours; anything but success is an error.
    pub fn run(&self, command: &mut Command) -> Result<()> {
        let child = self.spawn(command.stdin(Stdio::null()))?;
        succeeded(command, self.wait(child)?, "")
    }

    /// Like [`Shell::run`], but gives up after `limit` and says nothing unless it fails.
    pub fn run_within(&self, command: &mut Command, limit: Duration) -> Result<()> {
        let mut child = self.spawn(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()))?;
        let deadline = Instant::now() + limit;
        while child.try_wait()?.is_none() {
            if Instant::now() > deadline {
                signal_group(Pid::from_child(&child), Signal::KILL);
                self.wait(child)?;
                bail!("{} took longer than {} s", show(command), limit.as_secs());
            }
            thread::sleep(POLL);
        }
        succeeded(command, self.wait(child)?, "")
    }

    /// Runs a program for what it prints, trimmed. Its complaints are part of the error.
    pub fn read(&self, command: &mut Command) -> Result<String> {
        let child = self.spawn(command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()))?;
        let group = Pid::from_child(&child);
        let output = child.wait_with_output()?;
        self.running.ended(group)?;
        succeeded(command, output.status, &String::from_utf8_lossy(&output.stderr))?;
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// Like [`Shell::run`], and shows `see` every line of standard output as it passes.
    pub fn watch(&self, command: &mut Command, mut see: impl FnMut(&str)) -> Result<()> {
        let mut child = self.spawn(command.stdin(Stdio::null()).stdout(Stdio::piped()))?;
        let passed = child.stdout.take().map_or(Ok(()), |output| pass_lines(output, &mut see));
        if passed.is_err() {
            signal_group(Pid::from_child(&child), Signal::KILL);
        }
        let status = self.wait(child)?;
        passed.and_then(|()| succeeded(command, status, ""))
    }

    /// Waits until someone asks xtask to stop.
    pub fn wait_for_interrupt(&self) {
        while self.check().is_ok() {
            thread::sleep(POLL);
        }
    }

    /// Fails once someone has asked this program to stop.
    pub fn check(&self) -> Result<()> {
        self.running.check()
    }

    fn spawn(&self, command: &mut Command) -> Result<Child> {
        let mut state = self.running.lock();
        if state.signals > 0 {
            return Err(Interrupted.into());
        }
        let child = clean(command).process_group(0).spawn().with_context(|| format!("cannot run {}", show(command)))?;
        state.group = Some(Pid::from_child(&child));
        Ok(child)
    }

    fn wait(&self, mut child: Child) -> Result<ExitStatus> {
        let status = child.wait()?;
        self.running.ended(Pid::from_child(&child))?;
        Ok(status)
    }
}

impl Running {
    fn check(&self) -> Result<()> {
        if self.lock().signals > 0 { Err(Interrupted.into()) } else { Ok(()) }
    }

    /// After an interruption nobody of the group stays behind.
    fn ended(&self, group: Pid) -> Result<()> {
        self.lock().group = None;
        self.ended.notify_all();
        self.check().inspect_err(|_| signal_group(group, Signal::KILL))
    }

    /// The first signal is passed on as it came; a second one means "now".
    fn pass_on(self: &Arc<Self>, signal: i32) {
        let mut state = self.lock();
        state.signals += 1;
        let signal = match (state.signals, signal) {
            (1, SIGINT) => Signal::INT,
            (1, SIGHUP) => Signal::HUP,
            (1, _) => Signal::TERM,
            _ => Signal::KILL,
        };
        let Some(group) = state.group else { return };
        signal_group(group, signal);
        if let Some(grace) = self.grace {
            let running = self.clone();
            thread::spawn(move || running.kill_after(grace, group));
        }
    }

    /// Not every program heeds a signal at once.
    fn kill_after(&self, grace: Duration, group: Pid) {
        let runs = |state: &mut State| state.group == Some(group);
        let waited = self.ended.wait_timeout_while(self.lock(), grace, runs);
        let (state, time) = waited.unwrap_or_else(PoisonError::into_inner);
        if time.timed_out() {
            // Still under the lock: the group is that of a program that nobody has seen the end of.
            signal_group(group, Signal::KILL);
        }
        drop(state);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Signals a program and its children; they may have ended by themselves in this moment.
fn signal_group(group: Pid, signal: Signal) {
    let _ = kill_process_group(group, signal);
}

/// A program and its arguments, for headings and errors.
pub fn show(command: &Command) -> String {
    let program = command.get_program().to_string_lossy();
    let name = program.rsplit('/').next().unwrap_or(&program).to_owned();
    command.get_args().fold(name, |line, arg| line + " " + &arg.to_string_lossy())
}

/// Takes away what cargo sets for the program that it runs: other packages would see it as theirs and be built anew.
fn clean(command: &mut Command) -> &mut Command {
    const OWN: [&str; 5] =
        ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_NAME", "CARGO_CRATE_NAME", "CARGO_PRIMARY_PACKAGE"];
    for (name, _) in env::vars_os() {
        if OWN.iter().any(|own| name.to_string_lossy().starts_with(own)) {
            command.env_remove(name);
        }
    }
    command
}

fn succeeded(command: &Command, status: ExitStatus, complaint: &str) -> Result<()> {
    if status.success() {
        return Ok(());
    }
    let complaint = complaint.trim();
    let separator = if complaint.is_empty() { "" } else { ":\n" };
    bail!("{} failed ({status}){separator}{complaint}", show(command))
}

fn pass_lines(output: impl std::io::Read, see: &mut impl FnMut(&str)) -> Result<()> {
    let mut output = BufReader::new(output);
    let mut line = Vec::new();
    while output.read_until(b'\n', &mut line)? > 0 {
        std::io::stdout().write_all(&line)?;
        see(String::from_utf8_lossy(&line).trim_end());
        line.clear();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::{error::Error, result::Result};

    use signal_hook::consts::SIGTERM;

    use super::*;

    #[test]
    fn a_program_that_does_not_heed_a_signal_is_killed_after_the_grace() -> Result<(), Box<dyn Error>> {
        for signal in [SIGINT, SIGTERM] {
            let shell = Shell::with_grace(Duration::from_millis(50))?;
            let mut deaf = Command::new("sh");
            deaf.args(["-c", "trap '' INT TERM; echo ready; sleep 60; sleep 60"]);
            let began = Instant::now();
            let Err(error) = shell.watch(&mut deaf, |_| shell.running.pass_on(signal)) else {
                return Err("it was not interrupted".into());
            };
            assert!(error.is::<Interrupted>(), "{error:#}");
            assert!(began.elapsed() < Duration::from_secs(50), "nobody waited for its end");
            assert!(shell.run(&mut Command::new("true")).is_err(), "nothing more is run");
        }
        Ok(())
    }
}
