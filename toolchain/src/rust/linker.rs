//! `wasm-component-ld`, which turns what the compiler makes into a component, and the `wasm-ld` that it calls.

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Result, bail};

use crate::{program, shell::Shell};

/// The linker for guests.
#[derive(Debug)]
pub(super) struct Linker {
    /// `wasm-component-ld`, by full path.
    pub(super) program: PathBuf,
    /// The folder of the `wasm-ld` that comes with it.
    wasm_ld: Option<PathBuf>,
}

impl Linker {
    /// The one of the toolchain in use, else of any toolchain of rustup's, else one that was installed by itself.
    pub(super) fn find(shell: &Shell) -> Result<Self> {
        let sysroot = sysroot(shell, Command::new("rustc")).ok();
        let found = sysroot.as_deref().and_then(in_sysroot).or_else(|| others(sysroot.as_deref()?).next());
        if let Some(found) = found {
            return Ok(found);
        }
        if let (Some(program), Some(_)) = (program("wasm-component-ld"), program("wasm-ld")) {
            return Ok(Self { program, wasm_ld: None });
        }
        bail!(
            "no wasm-component-ld: it comes with rustup's toolchains (https://rustup.rs); \
             otherwise run `cargo install wasm-component-ld` and install wasm-ld (Debian's package lld)"
        )
    }

    /// `PATH` with the linker's own `wasm-ld` first.
    pub(super) fn path(&self) -> OsString {
        let old = env::var_os("PATH").unwrap_or_default();
        env::join_paths(self.wasm_ld.iter().cloned().chain(env::split_paths(&old))).unwrap_or(old)
    }
}

/// Where the toolchain of a `rustc` is.
pub(super) fn sysroot(shell: &Shell, mut rustc: Command) -> Result<PathBuf> {
    shell.read(rustc.args(["--print", "sysroot"])).map(PathBuf::from)
}

fn in_sysroot(sysroot: &Path) -> Option<Linker> {
    let hosts = sysroot.join("lib/rustlib").read_dir().ok()?.flatten();
    hosts.map(|host| host.path().join("bin")).find_map(|bin| {
        let program = bin.join("wasm-component-ld");
        program.is_file().then(|| Linker { program, wasm_ld: Some(bin.join("gcc-ld")) })
    })
}

/// Linkers of the toolchains beside this one.
fn others(sysroot: &Path) -> impl Iterator<Item = Linker> {
    let toolchains = sysroot.parent().and_then(|dir| dir.read_dir().ok());
    toolchains.into_iter().flatten().flatten().filter_map(|toolchain| in_sysroot(&toolchain.path()))
}
