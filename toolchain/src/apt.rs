//! Debian's packages: installed or unpacked when something is missing, announced first.

use std::{path::Path, process::Command};

use anyhow::{Context, Result, bail};

use crate::{program, shell::Shell};

/// Debian, or a system that has its package tools.
pub fn available() -> bool {
    program("apt-get").is_some() && program("dpkg-deb").is_some()
}

/// Installs packages, without what they recommend. Needs root, or sudo that asks for no password.
pub fn install(shell: &Shell, packages: &[&str]) -> Result<()> {
    let what = packages.join(" ");
    let Some(root) = Root::find(shell) else {
        bail!("missing Debian packages; install them with: sudo apt-get install --no-install-recommends {what}");
    };
    eprintln!("installing Debian's {what}");
    let mut install = root.command("apt-get");
    install.args(["install", "-y", "-q", "--no-install-recommends", "-o", "Dpkg::Options::=--force-confold"]);
    install.args(packages);
    if shell.read(&mut install).is_ok() {
        return Ok(());
    }
    shell.check()?;
    eprintln!("refreshing the package lists");
    shell.read(root.command("apt-get").args(["update", "-q"])).context("is there a network?")?;
    shell.read(&mut install).map(drop).with_context(|| format!("cannot install {what}"))
}

/// Downloads a package and unpacks it into `into`: nothing is installed, root is not needed.
pub fn unpack(shell: &Shell, package: &str, into: &Path) -> Result<()> {
    eprintln!("unpacking Debian's {package} into {}", into.display());
    let downloads = tempfile::tempdir()?;
    shell.read(Command::new("apt-get").args(["download", "-q", package]).current_dir(downloads.path())).with_context(
        || format!("cannot download {package}: is there a network, and a package list (apt-get update)?"),
    )?;
    let archive = std::fs::read_dir(downloads.path())?.next().context("apt-get download left no file")??.path();
    shell.read(Command::new("dpkg-deb").arg("-x").arg(archive).arg(into)).map(drop)
}

/// A way to do things as root without a password.
#[derive(Debug, Clone, Copy)]
pub enum Root {
    /// We are root.
    Me,
    /// sudo does not ask.
    Sudo,
}

impl Root {
    /// Finds a way, if there is one.
    pub fn find(shell: &Shell) -> Option<Self> {
        if rustix::process::geteuid().is_root() {
            return Some(Self::Me);
        }
        shell.read(Command::new("sudo").args(["-n", "true"])).ok().map(|_| Self::Sudo)
    }

    /// A program that runs as root and must not ask anything.
    pub fn command(self, program: &str) -> Command {
        let mut command = match self {
            Self::Me => Command::new("env"),
            Self::Sudo => {
                let mut sudo = Command::new("sudo");
                sudo.args(["-n", "env"]);
                sudo
            }
        };
        command.args(["DEBIAN_FRONTEND=noninteractive", program]);
        command
    }
}
