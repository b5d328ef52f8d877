//! What plugins in other languages than Rust are built with, for the tests that do so.

use std::{path::Path, process::Command, time::Duration};

use anyhow::{Context, Result, bail};
use nudged_toolchain::{apt, program, shell::Shell};

/// Debian's packages with the languages; their own tools come from npm and PyPI.
const PACKAGES: [&str; 4] = ["nodejs", "npm", "python3", "python3-venv"];

/// A registry that does not answer by then is not there.
const PATIENCE: Duration = Duration::from_secs(60);

/// Sees to it that the languages are there and their registries answer; installs Debian's packages where they are missing.
///
/// # Errors
/// What cannot be had, and why: the tests that need it are then left out.
pub(crate) fn find(shell: &Shell) -> Result<()> {
    let aside = tempfile::tempdir()?;
    let environment = aside.path().join("environment");
    if !installed(shell, &environment) {
        if !apt::available() {
            bail!("node, npm, python3 or its module venv is missing, and there is no apt-get");
        }
        apt::install(shell, &PACKAGES)?;
        make(shell, &environment)?;
    }
    let mut npm = Command::new("npm");
    shell.run_within(npm.args(["view", "componentize-qjs", "version"]), PATIENCE).context("npm's registry")?;
    let mut pip = Command::new(environment.join("bin/python"));
    shell.run_within(pip.args(["-m", "pip", "index", "versions", "componentize-py"]), PATIENCE).context("PyPI")
}

/// Debian splits off what makes an environment, so that the module is there and fails.
fn installed(shell: &Shell, environment: &Path) -> bool {
    ["node", "npm"].iter().all(|name| program(name).is_some()) && make(shell, environment).is_ok()
}

fn make(shell: &Shell, environment: &Path) -> Result<()> {
    shell.read(Command::new("python3").args(["-m", "venv", "--clear"]).arg(environment)).map(drop)
}
