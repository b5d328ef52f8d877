//! The real binary at work, as a process whose log a test reads.

use std::process::Stdio;

use rustix::process::{Pid, Signal, WaitOptions, kill_process, waitpid};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    sync::watch,
    time::timeout,
};

use crate::{Api, DEADLINE};

/// A running process whose stderr is read line by line. It is killed when this is dropped.
pub struct Process {
    child: Child,
    log: watch::Sender<String>,
}

impl Process {
    /// Starts a command.
    ///
    /// # Panics
    /// If it cannot be started.
    pub fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("it starts");
        let mut lines = BufReader::new(child.stderr.take().expect("a pipe")).lines();
        let (log, _) = watch::channel(String::new());
        let writer = log.clone();
        tokio::spawn(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                writer.send_modify(|log| *log += &(line + "\n"));
            }
        });
        Self { child, log }
    }

    /// Waits until the log holds this text.
    ///
    /// # Panics
    /// If that takes longer than [`DEADLINE`].
    pub async fn until(&self, text: &str) {
        let mut log = self.log.subscribe();
        if timeout(DEADLINE, log.wait_for(|log| log.contains(text))).await.is_err() {
            panic!("{text:?} never comes:\n{}", *self.log.borrow());
        }
    }

    /// Waits until so many lines of the log hold this text.
    ///
    /// # Panics
    /// If that takes longer than [`DEADLINE`].
    pub async fn until_times(&self, text: &str, times: usize) {
        let mut log = self.log.subscribe();
        let enough = |log: &String| log.lines().filter(|line| line.contains(text)).count() >= times;
        if timeout(DEADLINE, log.wait_for(enough)).await.is_err() {
            panic!("{text:?} does not come {times} times:\n{}", *self.log.borrow());
        }
    }

    /// What it logs, also after its end.
    pub fn reader(&self) -> watch::Receiver<String> {
        self.log.subscribe()
    }

    /// What it has logged so far.
    pub fn log(&self) -> String {
        self.log.borrow().clone()
    }

    /// Where its API listens.
    ///
    /// # Panics
    /// If it does not.
    pub fn api(&self) -> Api {
        let log = self.log();
        let (_, address) = log.split_once("api listens on ").expect("an address in the log");
        let end = address.find(|c: char| !c.is_ascii_digit() && c != '.' && c != ':').unwrap_or(address.len());
        Api::at(address[..end].parse().expect("an address"))
    }

    /// Its process id, with which its name as the holder of leases begins.
    ///
    /// # Panics
    /// If it has ended.
    pub fn id(&self) -> u32 {
        self.child.id().expect("it runs")
    }

    /// Sends a signal.
    pub fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.id()).ok().and_then(Pid::from_raw).expect("a process id");
        kill_process(pid, signal).expect("it runs");
    }

    /// Has it fall asleep, until [`Signal::CONT`]. It may get on for a while after the signal: this waits until it does not.
    pub fn fall_asleep(&self) {
        self.signal(Signal::STOP);
        let pid = i32::try_from(self.id()).ok().and_then(Pid::from_raw);
        let (_, status) = waitpid(pid, WaitOptions::UNTRACED).expect("our child").expect("it sleeps");
        assert!(status.stopped(), "it has ended: {status:?}");
    }

    /// Waits for its end: the exit code, or `None` if a signal ended it.
    ///
    /// # Panics
    /// If it does not end.
    pub async fn end(mut self) -> Option<i32> {
        let status = timeout(DEADLINE, self.child.wait()).await;
        status.unwrap_or_else(|_| panic!("it does not end:\n{}", *self.log.borrow())).expect("a status").code()
    }

    /// Ends it without warning.
    ///
    /// # Panics
    /// If it has ended by itself before.
    pub async fn kill(mut self) {
        self.child.start_kill().expect("it runs");
        let status = self.child.wait().await.expect("a status");
        assert_eq!(status.code(), None, "it has ended by itself:\n{}", *self.log.borrow());
    }
}
