//! The toolchain in use, rustup's as a rule.

use std::{env, process::Command, time::Duration};

use anyhow::{Context, Result};

use super::{
    TARGET, Toolchain, has_std,
    linker::{Linker, sysroot},
};
use crate::{program, shell::Shell};

/// A download of some 20 MB; without a network rustup itself tries for long.
const DOWNLOAD_LIMIT: Duration = Duration::from_secs(120);

/// The toolchain in use, if it has the target.
pub(super) fn installed(shell: &Shell) -> Result<Option<Toolchain>> {
    let sysroot = sysroot(shell, Command::new("rustc")).context("the Rust compiler in use does not answer")?;
    if !has_std(&sysroot) {
        return Ok(None);
    }
    Ok(Some(Toolchain {
        cargo: env::var_os("CARGO").unwrap_or_else(|| "cargo".into()),
        linker: Linker::find(shell)?,
        set: Vec::new(),
        unset: &[],
    }))
}

/// Has rustup download the target.
pub(super) fn add_target(shell: &Shell) -> Result<Toolchain> {
    let rustup = program("rustup").context("there is no rustup (https://rustup.rs)")?;
    eprintln!("adding {TARGET} to the Rust toolchain with rustup");
    shell
        .run_within(Command::new(rustup).args(["target", "add", TARGET]), DOWNLOAD_LIMIT)
        .with_context(|| format!("rustup cannot add {TARGET}: is there a network?"))?;
    installed(shell)?.with_context(|| format!("rustup added {TARGET} to a toolchain that is not the one in use"))
}
