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
    refresh(shell, root)?;
    shell.read(&mut install).map(drop).with_context(|| format!("cannot install {what}"))
}

/// Downloads a package and unpacks it into `into`: nothing is installed, root is not needed.
pub fn unpack(shell: &Shell, package: &str, into: &Path) -> Result<()> {
    eprintln!("unpacking Debian's {package} into {}", into.display());
    let downloads = tempfile::tempdir()?;
    let mut download = Command::new("apt-get");
    download.args(["download", "-q", package]).current_dir(downloads.path());
    if shell.read(&mut download).is_err() {
        shell.check()?;
        if let Some(root) = Root::find(shell) {
            refresh(shell, root)?;
        }
        shell.read(&mut download).with_context(|| {
            format!("cannot download {package}: is there a network, and a package list (apt-get update)?")
        })?;
    }
    let archive = std::fs::read_dir(downloads.path())?.next().context("apt-get download left no file")??.path();
    shell.read(Command::new("dpkg-deb").arg("-x").arg(archive).arg(into)).map(drop)
}

/// Names of the packages that a package depends on, alternatives among them.
///
/// # Errors
/// If there is no such package in the lists.
pub fn depends(shell: &Shell, package: &str) -> Result<Vec<String>> {
    let said = shell.read(Command::new("apt-cache").args(["depends", "--important", package]).env("LC_ALL", "C"))?;
    Ok(dependencies(&said))
}

/// Those of apt-cache's answer that are packages: what stands in angle brackets is only the name of what some provide.
fn dependencies(said: &str) -> Vec<String> {
    let lines = said.lines().map(|line| line.trim_start().trim_start_matches('|'));
    let named = lines.filter_map(|line| line.strip_prefix("Depends:").or(line.strip_prefix("PreDepends:")));
    named.map(str::trim).filter(|name| !name.starts_with('<')).map(str::to_owned).collect()
}

/// Lists of packages may be old, or missing as in a fresh container.
fn refresh(shell: &Shell, root: Root) -> Result<()> {
    shell.check()?;
    eprintln!("refreshing the package lists");
    shell.read(root.command("apt-get").args(["update", "-q"])).map(drop).context("is there a network?")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dependencies_are_packages_and_alternatives_count() {
        let said = "wrk\n  Depends: libc6\n |Depends: libluajit-5.1-2\n  Depends: libluajit2-5.1-2\n\
                    \x20 PreDepends: init-system-helpers\n  Depends: <debconf-2.0>\n    cdebconf\n  Conflicts: exim4\n";
        assert_eq!(dependencies(said), ["libc6", "libluajit-5.1-2", "libluajit2-5.1-2", "init-system-helpers"]);
    }
}
