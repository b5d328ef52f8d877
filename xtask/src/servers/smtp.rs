//! Postfix's `smtp-sink`: takes every mail and keeps each as one file.

use std::{
    fs,
    io::Read,
    net::{SocketAddr, TcpStream},
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result, bail};
use nudged_toolchain::{apt, program, shell::Shell};
use rustix::process::Signal;

use super::{
    account::Account,
    server::{Plan, Server},
};
use crate::{files, paths::Paths};

/// Connections waiting to be accepted.
const BACKLOG: &str = "100";
/// How long one look for the greeting may take.
const PATIENCE: Duration = Duration::from_secs(1);

/// The program.
#[derive(Debug)]
pub(super) enum Sink {
    /// Installed on the system.
    Installed(PathBuf),
    /// Unpacked from Debian's package: its folder.
    Unpacked(PathBuf),
}

impl Sink {
    /// Finds it, or unpacks Debian's package without installing it: nobody wants a mail server for a test.
    pub(super) fn find(shell: &Shell, paths: &Paths) -> Result<Self> {
        if let Some(installed) = program("smtp-sink") {
            return Ok(Self::Installed(installed));
        }
        let unpacked = paths.tools().join("postfix");
        if binary(&unpacked).is_file() {
            return Ok(Self::Unpacked(unpacked));
        }
        if !apt::available() {
            bail!("no smtp-sink: it comes with Postfix; install that so that smtp-sink is in PATH or /usr/sbin");
        }
        fs::create_dir_all(paths.tools())?;
        let aside = tempfile::Builder::new().prefix("postfix-").tempdir_in(paths.tools())?;
        let new = aside.path().join("postfix");
        apt::unpack(shell, "postfix", &new)?;
        fs::rename(&new, &unpacked).context("cannot keep the unpacked smtp-sink")?;
        Ok(Self::Unpacked(unpacked))
    }

    /// Runs it; each mail becomes a file in `mails`, whole by the time its sender has the answer.
    pub(super) fn start(&self, shell: &Shell, account: &Account, dir: &Path, mails: &Path) -> Result<Server> {
        let (program, libraries) = self.reachable(dir)?;
        let command = |port: u16| {
            let mut sink = account.command(&program, "KILL");
            sink.arg("-d").arg(mails.join("%Y%m%d-%H%M%S."));
            sink.args([&format!("127.0.0.1:{port}"), BACKLOG]).current_dir(mails).env_remove("LD_LIBRARY_PATH");
            if let Some(libraries) = &libraries {
                sink.env("LD_LIBRARY_PATH", libraries);
            }
            sink
        };
        let plan = Plan { command: &command, answers: &greets, stop: Signal::TERM, log: &dir.join("smtp-sink.log") };
        Server::start(shell, &plan)
    }

    /// The program where the server's account can read it (the repository may be in someone's home), and its libraries.
    fn reachable(&self, dir: &Path) -> Result<(PathBuf, Option<PathBuf>)> {
        let unpacked = match self {
            Self::Installed(program) => return Ok((program.clone(), None)),
            Self::Unpacked(unpacked) => unpacked,
        };
        let copy = dir.join("smtp-sink");
        let program = copy.join("smtp-sink");
        files::publish(&binary(unpacked), &program)?;
        for library in files::entries(&unpacked.join("usr/lib/postfix"))? {
            if let Some(name) = library.file_name().filter(|name| name.to_string_lossy().starts_with("libpostfix-")) {
                files::publish(&library, &copy.join(name))?;
            }
        }
        Ok((program, Some(copy)))
    }
}

fn binary(unpacked: &Path) -> PathBuf {
    unpacked.join("usr/sbin/smtp-sink")
}

/// Whether a mail server says hello.
fn greets(port: u16) -> Result<bool> {
    let Ok(mut connection) = TcpStream::connect_timeout(&SocketAddr::from(([127, 0, 0, 1], port)), PATIENCE) else {
        return Ok(false);
    };
    connection.set_read_timeout(Some(PATIENCE))?;
    let mut code = [0; 3];
    Ok(connection.read_exact(&mut code).is_ok() && &code == b"220")
}
