//! Finds or makes what guests are compiled with, for the project's own plugins (`cargo xtask`) and for everybody's
//! (`nudged plugin build`).

pub mod apt;
mod listening;
pub mod rust;
pub mod shell;

use std::{env, path::PathBuf};

/// Finds `name` in `PATH` or in one of the system's own folders, which an ordinary user may not have in `PATH`.
pub fn program(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .chain(["/usr/sbin", "/usr/bin", "/sbin", "/bin"].map(PathBuf::from))
        .map(|dir| dir.join(name))
        .find(|file| file.is_file())
}
