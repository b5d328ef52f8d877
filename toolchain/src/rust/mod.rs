//! The compiler for guest components, found or made:
//!
//! 1. the Rust toolchain in use has std for wasm32-unknown-unknown;
//! 2. a sysroot that an earlier run built with Debian's compiler;
//! 3. `rustup target add`;
//! 4. Debian's compiler, for which std is built once from its own source.
//!
//! Each step says one line when it does something; an installed toolchain is found without a word.

mod debian;
mod linker;
mod rustup;
mod strip;

use std::{env, ffi::OsString, path::Path, process::Command};

use anyhow::{Context, Result, bail};

use crate::{apt, shell::Shell};
use linker::Linker;

pub use strip::stripped;

/// The guests' target.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// Forces `rustup` or `debian`, to test one where the other would do.
const FORCE: &str = "NUDGED_WASM_TOOLCHAIN";

/// Variables that would bend a build of guests: meant for the host's compiler, or left by the cargo that runs this program.
const FOREIGN: [&str; 10] = [
    "CARGO_BUILD_RUSTC",
    "CARGO_BUILD_RUSTC_WRAPPER",
    "CARGO_BUILD_RUSTFLAGS",
    "CARGO_BUILD_TARGET",
    "CARGO_ENCODED_RUSTFLAGS",
    "LD_LIBRARY_PATH",
    "RUSTC",
    "RUSTC_WORKSPACE_WRAPPER",
    "RUSTC_WRAPPER",
    "RUSTFLAGS",
];

/// A compiler that makes components for [`TARGET`].
#[derive(Debug)]
pub struct Toolchain {
    cargo: OsString,
    linker: Linker,
    set: Vec<(&'static str, OsString)>,
    unset: &'static [&'static str],
}

impl Toolchain {
    /// Finds a compiler, or makes one.
    pub fn find(shell: &Shell, cache: &Path) -> Result<Self> {
        match env::var(FORCE).as_deref() {
            Ok("rustup") => rustup::installed(shell)?.map_or_else(|| rustup::add_target(shell), Ok),
            Ok("debian") => debian::cached(shell, cache)?.map_or_else(|| debian::build(shell, cache), Ok),
            Ok(other) => bail!("{FORCE} is {other:?}: set it to rustup or debian, or not at all"),
            Err(_) => Self::any(shell, cache),
        }
    }

    fn any(shell: &Shell, cache: &Path) -> Result<Self> {
        if let Some(found) = rustup::installed(shell)? {
            return Ok(found);
        }
        if let Some(found) = debian::cached(shell, cache)? {
            return Ok(found);
        }
        let refused = match rustup::add_target(shell) {
            Ok(added) => return Ok(added),
            Err(refused) => refused,
        };
        shell.check()?;
        eprintln!("{refused:#}");
        if apt::available() {
            return debian::build(shell, cache).context("no compiler for guests by rustup, nor by Debian's packages");
        }
        bail!(
            "no compiler for {TARGET}: with a network, run `rustup target add {TARGET}`; \
             on Debian or Ubuntu, have `apt-get install rustc-web cargo-web rust-web-src` work"
        )
    }

    /// `cargo` set up for guests; the caller adds the command and what to build.
    pub fn cargo(&self) -> Command {
        let mut cargo = Command::new(&self.cargo);
        for name in FOREIGN.iter().chain(self.unset) {
            cargo.env_remove(name);
        }
        cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", &self.linker.program);
        cargo.env("PATH", self.linker.path());
        cargo.envs(self.set.iter().map(|(name, value)| (name, value)));
        cargo
    }
}

/// Whether a sysroot has std for [`TARGET`].
fn has_std(sysroot: &Path) -> bool {
    let libraries = sysroot.join("lib/rustlib").join(TARGET).join("lib");
    let std = |name: OsString| name.to_string_lossy().starts_with("libstd-");
    libraries.read_dir().is_ok_and(|mut entries| entries.any(|entry| entry.is_ok_and(|entry| std(entry.file_name()))))
}
