//! Rust: cargo, with a compiler for `wasm32-unknown-unknown` that is found or set up.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

use anyhow::Context;
use nudged_toolchain::{
    rust::{TARGET, Toolchain, stripped},
    shell::Shell,
};

use crate::authoring::{cache, project::Project};

/// Builds the crate and puts its component in place of `out`.
pub(super) fn build(project: &Project, out: &Path) -> anyhow::Result<()> {
    let shell = Shell::new()?;
    let target = target_folder(project);
    // What a compiler needs beside it is made once for all plugins.
    let cached = cache::folder().unwrap_or_else(|| target.clone());
    let toolchain = Toolchain::find(&shell, &cached).context("a Rust plugin needs Rust (https://rustup.rs)")?;
    let mut cargo = toolchain.cargo();
    cargo.args(["build", "--release", "--target", TARGET, "--target-dir"]).arg(&target).current_dir(&project.folder);
    shell.read(&mut cargo)?;
    let library = format!("{}.wasm", project.name.replace('-', "_"));
    let built = target.join(TARGET).join("release").join(&library);
    let linked = fs::read(&built).with_context(|| {
        format!("cargo left no {library}: write `crate-type = [\"cdylib\"]` below [lib] in Cargo.toml")
    })?;
    put(&stripped(&linked)?, out).with_context(|| format!("cannot write {}", out.display()))
}

/// Cargo's own choice, made here so that the result is found.
fn target_folder(project: &Project) -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| project.folder.join("target"), |folder| project.folder.join(folder))
}

/// A daemon may be watching the folder: the file is there as a whole or not at all.
fn put(component: &[u8], out: &Path) -> io::Result<()> {
    let aside = out.with_extension("wasm.tmp");
    fs::write(&aside, component)?;
    fs::rename(&aside, out)
}
