//! Running other programs: every one in a process group of its own, so that Ctrl-C or a SIGTERM to this
//! program alone ends it with all its children, and it then leaves by the ordinary way, cleaning up as it goes.

use std::{
    env, fmt,
    io::{BufRead, BufReader, Write},
    os::unix::process::CommandExt,
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process_group};
use signal_hook::{
    consts::{SIGHUP, SIGINT, SIGTERM},
    iterator::Signals,
};

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

/// Runs programs and passes signals on to the one that is running.
#[derive(Debug, Clone)]
pub struct Shell {
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    group: Option<Pid>,
    signals: u32,
}

impl Shell {
    /// Starts listening for SIGINT, SIGTERM and SIGHUP.
    pub fn new() -> Result<Self> {
        let shell = Self { state: Arc::default() };
        let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP]).context("cannot listen for signals")?;
        let listener = shell.clone();
        thread::spawn(move || signals.forever().for_each(|signal| listener.pass_on(signal)));
        Ok(shell)
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
        self.ended(group)?;
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
        if self.lock().signals > 0 { Err(Interrupted.into()) } else { Ok(()) }
    }

    fn spawn(&self, command: &mut Command) -> Result<Child> {
        let mut state = self.lock();
        if state.signals > 0 {
            return Err(Interrupted.into());
        }
        let child = clean(command).process_group(0).spawn().with_context(|| format!("cannot run {}", show(command)))?;
        state.group = Some(Pid::from_child(&child));
        Ok(child)
    }

    fn wait(&self, mut child: Child) -> Result<ExitStatus> {
        let status = child.wait()?;
        self.ended(Pid::from_child(&child))?;
        Ok(status)
    }

    /// After an interruption nobody of the group stays behind.
    fn ended(&self, group: Pid) -> Result<()> {
        self.lock().group = None;
        self.check().inspect_err(|_| signal_group(group, Signal::KILL))
    }

    /// The first signal is passed on as it came; a second one means "now".
    fn pass_on(&self, signal: i32) {
        let mut state = self.lock();
        state.signals += 1;
        let signal = match (state.signals, signal) {
            (1, SIGINT) => Signal::INT,
            (1, SIGHUP) => Signal::HUP,
            (1, _) => Signal::TERM,
            _ => Signal::KILL,
        };
        if let Some(group) = state.group {
            signal_group(group, signal);
        }
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
