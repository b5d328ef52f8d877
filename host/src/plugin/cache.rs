//! Compiled code on disk, so that a start need not compile again.

use std::{
    fs, io,
    os::unix::fs::{DirBuilderExt, MetadataExt},
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};
use wasmtime::{Engine, component::Component};

use super::engine::PluginEngine;
use crate::config::Limits;

/// A private folder of compiled components, keyed by the digest of the component's bytes; wasmtime itself refuses
/// code of another version or configuration. Each file begins with the SHA-256 of what follows.
///
/// The cache is an optimisation: whatever is wrong with it, the component is compiled.
#[derive(Debug, Clone)]
pub(super) struct CodeCache {
    folder: PathBuf,
}

impl CodeCache {
    /// Makes the folder (mode 0700) if it is missing.
    ///
    /// # Errors
    /// If the folder cannot be made, or is not this user's alone: whoever can write to it can run code in the daemon.
    pub(super) fn open(folder: &Path, _most: u64) -> io::Result<Self> {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        let held = fs::metadata(folder)?;
        // A file of our own making tells who we are without asking the kernel through unsafe code.
        let own = tempfile::NamedTempFile::new_in(folder)?.as_file().metadata()?.uid();
        if held.uid() != own || held.mode() & 0o077 != 0 {
            let text = format!("{} must belong to this user alone (chmod 700)", folder.display());
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, text));
        }
        Ok(Self { folder: folder.to_owned() })
    }

    /// The compiled component, from the cache or compiled now (and kept).
    ///
    /// # Errors
    /// Why it cannot be compiled, or not within the limits.
    pub(super) async fn compile(
        &self,
        engine: &PluginEngine,
        digest: &str,
        bytes: Vec<u8>,
        limits: &Limits,
    ) -> Result<Component, String> {
        if let Some(component) = self.load(engine.wasmtime(), digest) {
            return Ok(component);
        }
        let code = engine.compiler().compile(engine.wasmtime(), bytes, limits).await?;
        if let Err(error) = self.keep(digest, &code) {
            tracing::warn!(digest, %error, "compiled code could not be cached");
        }
        trust(engine.wasmtime(), &code)
    }

    fn load(&self, engine: &Engine, digest: &str) -> Option<Component> {
        let file = fs::read(self.path(digest)).ok()?;
        let (sum, code) = file.split_at_checked(32)?;
        if Sha256::digest(code)[..] != *sum {
            tracing::warn!(digest, "cached code is damaged and is compiled again");
            return None;
        }
        let loaded = trust(engine, code);
        loaded.inspect_err(|error| tracing::debug!(digest, %error, "cached code is not for this engine")).ok()
    }

    fn keep(&self, digest: &str, code: &[u8]) -> io::Result<()> {
        let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
        io::Write::write_all(&mut file, &Sha256::digest(code))?;
        io::Write::write_all(&mut file, code)?;
        file.persist(self.path(digest))?;
        Ok(())
    }

    fn path(&self, digest: &str) -> PathBuf {
        self.folder.join(format!("{digest}.compiled"))
    }
}

/// Loads what the [`Compiler`](super::Compiler) answered, now or when it was cached.
///
/// # Errors
/// If it is code of another wasmtime version or configuration.
pub(super) fn trust(engine: &Engine, code: &[u8]) -> Result<Component, String> {
    // SAFETY: `deserialize` trusts its input to be the output of `serialize`. These bytes come from our own compiler, either
    // directly or through a folder that only this user can write (checked in `open`), where their sum rules out torn or
    // damaged files. Code of another wasmtime version or configuration is recognised and refused by wasmtime.
    #[allow(unsafe_code)]
    let loaded = unsafe { Component::deserialize(engine, code) };
    loaded.map_err(|error| format!("cannot be loaded: {error:#}"))
}
