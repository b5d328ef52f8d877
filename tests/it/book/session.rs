//! A bash that runs one command after the other, as somebody does who follows a page.

use std::{
    env,
    io::{BufRead, BufReader, Write},
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process_group};

/// Printed after each command, with its exit code.
const MARK: &str = "--nudged-book-step-ended--";

/// How long one command may take: the first build of a plugin compiles what it depends on.
const LIMIT: Duration = Duration::from_secs(300);

/// How long what a page left running may take to end.
const PATIENCE: Duration = Duration::from_secs(10);

/// The shell. Whatever it has started ends with it.
pub(super) struct Session {
    child: Child,
    input: ChildStdin,
    output: Receiver<String>,
}

impl Session {
    /// Starts in this folder. `nudged` is found first in `NUDGED`, the folder that a reader has unpacked.
    pub(super) fn start(folder: &Path, unpacked: &Path, cache: &Path) -> Self {
        let mut bash = Command::new("bash");
        bash.args(["--noprofile", "--norc"]).current_dir(folder).process_group(0);
        for (name, _) in env::vars_os() {
            let name = name.to_string_lossy();
            // What this test's own surroundings say is nothing that a reader has.
            if name.starts_with("NUDGED_") || name.starts_with("CARGO_") && name != "CARGO_HOME" {
                bash.env_remove(&*name);
            }
        }
        let path = env::var("PATH").unwrap_or_default();
        bash.env("NUDGED", unpacked).env("PATH", format!("{}:{path}", unpacked.display()));
        bash.env("XDG_CACHE_HOME", cache).env("LC_ALL", "C.UTF-8").env_remove("RUSTFLAGS");
        let mut child = bash.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("bash starts");
        let mut input = child.stdin.take().expect("a pipe");
        writeln!(input, "exec 2>&1").expect("bash reads");
        let output = lines(child.stdout.take().expect("a pipe"));
        Self { child, input, output }
    }

    /// Runs a command: its output and its exit code.
    ///
    /// # Errors
    /// With what came so far, if it takes longer than [`LIMIT`] or ends the shell.
    pub(super) fn run(&mut self, command: &str) -> Result<(String, i32), String> {
        let quoted = command.replace('\'', r"'\''");
        writeln!(self.input, "eval '{quoted}' </dev/null; printf '\\n{MARK} %d\\n' $?").expect("bash reads");
        let (deadline, mut said) = (Instant::now() + LIMIT, String::new());
        loop {
            match self.output.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(line) => match line.strip_prefix(MARK) {
                    Some(code) => return Ok((said, code.trim().parse().expect("an exit code"))),
                    None => said += &(line + "\n"),
                },
                Err(RecvTimeoutError::Timeout) => return Err(format!("takes longer than {LIMIT:?}; so far:\n{said}")),
                Err(RecvTimeoutError::Disconnected) => return Err(format!("the shell has ended; so far:\n{said}")),
            }
        }
    }
}

fn lines(output: impl std::io::Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    receiver
}

impl Drop for Session {
    /// The daemon of the page among them finishes what is under way; the channel's end says that nobody writes any more.
    fn drop(&mut self) {
        let group = Pid::from_child(&self.child);
        kill_process_group(group, Signal::TERM).ok();
        let deadline = Instant::now() + PATIENCE;
        while !matches!(
            self.output.recv_timeout(deadline.saturating_duration_since(Instant::now())),
            Err(RecvTimeoutError::Disconnected | RecvTimeoutError::Timeout)
        ) {}
        kill_process_group(group, Signal::KILL).ok();
        self.child.wait().ok();
    }
}

#[test]
fn a_session_keeps_its_folder_and_its_variables_and_says_how_commands_ended() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut session = Session::start(folder.path(), folder.path(), folder.path());
    assert_eq!(session.run("mkdir x && cd x && word='a b'"), Ok((String::from("\n"), 0)));
    let (output, code) = session.run("printf '%s %s' \"$word\" \"${PWD##*/}\"; echo no >&2; false").expect("it runs");
    assert_eq!((output.as_str(), code), ("a b xno\n\n", 1));
    assert_eq!(session.run("exit 3").expect_err("it ends"), "the shell has ended; so far:\n");
}

#[test]
fn what_a_page_leaves_running_ends_with_its_session() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut session = Session::start(folder.path(), folder.path(), folder.path());
    let (output, _) = session.run("sleep 1000 & echo $!").expect("it runs");
    let left = output.trim().parse().ok().and_then(Pid::from_raw).expect("a process id");
    drop(session);
    // Nobody has waited for it: until init has, it is a zombie, which is not running.
    let deadline = Instant::now() + PATIENCE;
    let state = || std::fs::read_to_string(format!("/proc/{}/stat", left.as_raw_nonzero())).unwrap_or_default();
    while !(state().is_empty() || state().contains(") Z ")) {
        assert!(Instant::now() < deadline, "it still runs: {}", state());
        thread::yield_now();
    }
}
