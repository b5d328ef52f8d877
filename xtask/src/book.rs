//! `cargo xtask book`: the book as web pages. mdBook is a program of its own, compiled once into `target/tools`: as a
//! library it would be among the dependencies of whoever builds nudged.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};
use nudged_toolchain::shell::Shell;

use crate::{layout::host_cargo, paths::Paths};

/// The version whose pages were looked at.
const VERSION: &str = "0.5.4";

/// Builds the book into `<target>/book` and answers with its first page. Whatever mdBook complains of is an error.
pub(crate) fn book(shell: &Shell, paths: &Paths) -> Result<PathBuf> {
    let mdbook = program(shell, paths)?;
    let pages = paths.target.join("book");
    let mut build = Command::new(mdbook);
    build.arg("build").arg(paths.root.join("docs")).arg("--dest-dir").arg(&pages);
    // Its complaints are on stderr, and do not change its exit code.
    let output = build.env_remove("RUST_LOG").stdin(Stdio::null()).output().context("mdbook cannot be run")?;
    let said = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() || complains(&said) {
        bail!("the book is not clean:\n{said}");
    }
    Ok(pages.join("index.html"))
}

/// The mdBook of this version, compiled if it is not there. Unoptimised: that takes a third of the time, and the book is small.
fn program(shell: &Shell, paths: &Paths) -> Result<PathBuf> {
    let program = paths.tools().join("bin/mdbook");
    if is_wanted(&program) {
        return Ok(program);
    }
    eprintln!("compiling mdBook {VERSION} into {}: a minute or two, once", paths.tools().display());
    let mut cargo = host_cargo(paths);
    cargo.args(["install", "mdbook", "--version", VERSION, "--locked", "--debug", "--quiet"]);
    cargo.args(["--no-default-features", "--features", "search", "--force", "--root"]).arg(paths.tools());
    shell.run(&mut cargo)?;
    Ok(program)
}

fn is_wanted(program: &Path) -> bool {
    let asked = Command::new(program).arg("--version").stdin(Stdio::null()).output();
    asked.is_ok_and(|answer| String::from_utf8_lossy(&answer.stdout).trim().ends_with(&format!("v{VERSION}")))
}

/// Whether a line of the log is a warning or worse.
fn complains(log: &str) -> bool {
    log.lines().any(|line| ["WARN", "ERROR"].iter().any(|word| line.contains(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_warning_is_a_complaint_and_progress_is_none() {
        assert!(complains(" INFO Book building has started\n WARN unclosed HTML tag `<a>`\n"));
        assert!(!complains(" INFO Book building has started\n INFO Running the html backend\n"));
    }
}
