//! Where things are: the repository and cargo's target folder.

use std::{
    env,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

/// The folders that every command starts from; absolute.
#[derive(Debug, Clone)]
pub(crate) struct Paths {
    /// The repository.
    pub(crate) root: PathBuf,
    /// Cargo's target folder: `target/`, or `CARGO_TARGET_DIR`.
    pub(crate) target: PathBuf,
}

impl Paths {
    /// Finds the repository from where xtask was compiled.
    pub(crate) fn find() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask has no folder above it")?;
        let target = match env::var_os("CARGO_TARGET_DIR") {
            Some(dir) => std::path::absolute(dir)?,
            None => root.join("target"),
        };
        Ok(Self { root: root.to_owned(), target })
    }

    /// Compiled plugins, one `<name>.wasm` each.
    pub(crate) fn plugins(&self) -> PathBuf {
        self.target.join("plugins")
    }

    /// Compiled guests that only the tests load.
    pub(crate) fn test_guests(&self) -> PathBuf {
        self.target.join("test-guests")
    }

    /// Programs fetched for the tests.
    pub(crate) fn tools(&self) -> PathBuf {
        self.target.join("tools")
    }
}
