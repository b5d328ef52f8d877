//! Debian's compiler, whose packages bring std as source: it is built once and kept under the target folder.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use anyhow::{Context, Result, bail};

use super::{FOREIGN, TARGET, Toolchain, has_std, linker::Linker};
use crate::{apt, shell::Shell};

/// By full path: rustup's come first in `PATH`.
const RUSTC: &str = "/usr/bin/rustc";
const CARGO: &str = "/usr/bin/cargo";
const STD_SOURCE: &str = "/usr/lib/rustlib/src/rust/library/std/Cargo.toml";
const PACKAGES: [&str; 3] = ["rustc-web", "cargo-web", "rust-web-src"];

/// Part of the cache's key: raise it when the recipe below changes.
const RECIPE: u32 = 2;

/// What rustup's proxies set, which would turn Debian's compiler into another.
const RUSTUP: [&str; 3] = ["CARGO", "RUSTDOC", "RUSTUP_TOOLCHAIN"];

/// A crate of nothing, to have its dependency std built.
const SEED: &str = r#"[package]
name = "seed"
version = "0.0.0"
edition = "2024"
[workspace]
[profile.release]
opt-level = "s"
panic = "abort"
"#;

/// The sysroot that an earlier run built for the compiler that is installed now.
pub(super) fn cached(shell: &Shell, cache: &Path) -> Result<Option<Toolchain>> {
    if !installed() {
        return Ok(None);
    }
    let sysroot = sysroot(shell, cache)?;
    if has_std(&sysroot) { toolchain(shell, &sysroot).map(Some) } else { Ok(None) }
}

/// Installs the compiler where it is missing, and builds std.
pub(super) fn build(shell: &Shell, cache: &Path) -> Result<Toolchain> {
    if !installed() {
        apt::install(shell, &PACKAGES)?;
    }
    if !installed() {
        bail!("{} brought no {RUSTC}, {CARGO} or {STD_SOURCE}", PACKAGES.join(", "));
    }
    let sysroot = sysroot(shell, cache)?;
    eprintln!("building std for {TARGET} with Debian's compiler, once (about a minute)");
    let start = Instant::now();
    build_std(shell, &sysroot)?;
    eprintln!("built std in {} s: {}", start.elapsed().as_secs(), sysroot.display());
    toolchain(shell, &sysroot)
}

fn installed() -> bool {
    [RUSTC, CARGO, STD_SOURCE].iter().all(|file| Path::new(file).is_file())
}

/// Its folder carries the compiler's version: std fits no other.
fn sysroot(shell: &Shell, cache: &Path) -> Result<PathBuf> {
    let version = shell.read(compiler(RUSTC).arg("-vV"))?;
    let value = |name| version.lines().find_map(|line| line.strip_prefix(name)).unwrap_or("unknown");
    let (release, commit) = (value("release: "), value("commit-hash: "));
    Ok(cache.join("wasm-sysroot").join(format!("{release}-{commit:.9}-{RECIPE}")))
}

fn toolchain(shell: &Shell, sysroot: &Path) -> Result<Toolchain> {
    // As a flag, not as a wrapper: cargo then knows that another sysroot means another build.
    let flag = format!("--sysroot={}", sysroot.display());
    Ok(Toolchain {
        cargo: CARGO.into(),
        linker: Linker::find(shell)?,
        set: vec![("RUSTC", RUSTC.into()), ("CARGO_ENCODED_RUSTFLAGS", flag.into())],
        unset: &RUSTUP,
    })
}

/// Built aside and moved in, so that what is there is whole.
fn build_std(shell: &Shell, sysroot: &Path) -> Result<()> {
    let parent = sysroot.parent().context("the sysroot has no folder above it")?;
    fs::create_dir_all(parent)?;
    let aside = tempfile::Builder::new().prefix("build-").tempdir_in(parent)?;
    let seed = aside.path().join("seed");
    fs::create_dir_all(seed.join("src"))?;
    fs::write(seed.join("Cargo.toml"), SEED)?;
    fs::write(seed.join("src/lib.rs"), "#![no_std]\n")?;

    let built = aside.path().join("target");
    let mut cargo = compiler(CARGO);
    cargo.args(["build", "--quiet", "--release", "--target", TARGET, "-Zbuild-std=std,panic_abort"]);
    // Small like the guests, and without backtraces: guests abort, and the host sees where.
    cargo.args(["-Zbuild-std-features=optimize_for_size", "--target-dir"]).arg(&built).current_dir(&seed);
    // RUSTC_BOOTSTRAP is what lets a stable cargo build std; the bitcode lets guests be optimised across std.
    cargo.env("RUSTC_BOOTSTRAP", "1").env("RUSTC", RUSTC).env("CARGO_ENCODED_RUSTFLAGS", "-Cembed-bitcode=yes");
    shell.read(&mut cargo).with_context(|| format!("cannot build std for {TARGET} from {STD_SOURCE}"))?;

    let whole = aside.path().join("sysroot");
    copy_libraries(&built.join(TARGET).join("release/deps"), &whole.join("lib/rustlib").join(TARGET).join("lib"))?;
    match fs::rename(&whole, sysroot) {
        Err(_) if has_std(sysroot) => Ok(()),
        renamed => renamed.with_context(|| format!("cannot move the new sysroot to {}", sysroot.display())),
    }
}

fn copy_libraries(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in from.read_dir()? {
        let entry = entry?;
        let name = entry.file_name();
        let text = name.to_string_lossy();
        if text.ends_with(".rlib") && !text.starts_with("libseed-") {
            fs::rename(entry.path(), to.join(&name))?;
        }
    }
    Ok(())
}

/// Debian's `rustc` or `cargo` without what rustup and the host's build have set.
fn compiler(program: &str) -> Command {
    let mut command = Command::new(program);
    for name in FOREIGN.iter().chain(&RUSTUP) {
        command.env_remove(name);
    }
    command
}
