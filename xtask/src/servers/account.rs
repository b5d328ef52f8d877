//! Whom the servers run as: ourselves, or an account without rights if we are root.

use std::{fs, os::unix::fs::chown, path::Path, process::Command};

use anyhow::{Context, Result, bail};

use nudged_toolchain::program;

/// Accounts that a system has for such things, in order of preference.
const UNPRIVILEGED: [&str; 2] = ["postgres", "nobody"];

/// An account for servers.
#[derive(Debug)]
pub(super) enum Account {
    /// Ours.
    Own,
    /// One without rights: PostgreSQL refuses to run as root.
    Other { uid: u32, gid: u32 },
}

impl Account {
    /// Chooses one.
    pub(super) fn find() -> Result<Self> {
        if !rustix::process::geteuid().is_root() {
            return Ok(Self::Own);
        }
        if program("setpriv").is_none() {
            bail!(
                "the servers must not run as root, and there is no setpriv (package util-linux): run as another user"
            );
        }
        let accounts = fs::read_to_string("/etc/passwd").context("cannot read /etc/passwd")?;
        let found = UNPRIVILEGED.iter().find_map(|name| find_in(&accounts, name));
        found.with_context(|| format!("no account of {UNPRIVILEGED:?} in /etc/passwd: run as a user that is not root"))
    }

    /// Makes a file or folder the account's.
    pub(super) fn give(&self, path: &Path) -> Result<()> {
        match *self {
            Self::Own => Ok(()),
            Self::Other { uid, gid } => Ok(chown(path, Some(uid), Some(gid))?),
        }
    }

    /// A program that runs as this account, and to which the kernel sends `last` should xtask die.
    pub(super) fn command(&self, program_path: &Path, last: &str) -> Command {
        if program("setpriv").is_none() {
            return Command::new(program_path);
        }
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", last]);
        if let Self::Other { uid, gid } = *self {
            command.args(["--reuid", &uid.to_string(), "--regid", &gid.to_string(), "--clear-groups"]);
        }
        command.arg("--").arg(program_path);
        command
    }
}

fn find_in(passwd: &str, name: &str) -> Option<Account> {
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        let (found, _, uid, gid) = (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
        (found == name).then_some(Account::Other { uid: uid.parse().ok()?, gid: gid.parse().ok()? })
    })
}
