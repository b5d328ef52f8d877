//! Compiled code on disk, so that a start need not compile again.

use std::{
    fs,
    hash::{Hash, Hasher},
    io,
    path::{Path, PathBuf},
    time::SystemTime,
};

use sha2::{Digest, Sha256};
use wasmtime::{Engine, component::Component};

use super::{compile::NotCompiled, engine::PluginEngine, private};
use crate::config::Limits;

/// How the names of compiled components end.
const ENDING: &str = "compiled";

/// A private folder of compiled components, by the digest of the component's bytes and by the engine they were compiled
/// for: two versions of the daemon, or one with and one without fuel, share it and take nothing from each other.
///
/// The cache is an optimisation: whatever is wrong with it, the component is compiled.
#[derive(Debug, Clone)]
pub(super) struct CodeCache {
    folder: PathBuf,
    most: u64,
}

impl CodeCache {
    /// Makes the folder (mode 0700) if it is missing. It is to hold at most this many bytes of code.
    ///
    /// # Errors
    /// If the folder cannot be made, or is not this user's alone.
    pub(super) fn open(folder: &Path, most: u64) -> io::Result<Self> {
        private::folder(folder)?;
        Ok(Self { folder: folder.to_owned(), most })
    }

    /// The compiled component, from the cache or compiled now (and kept).
    ///
    /// # Errors
    /// Why it cannot be compiled, or not within the limits.
    pub(super) async fn compile(
        &self,
        engine: &PluginEngine,
        digest: &str,
        bytes: &[u8],
        limits: &Limits,
    ) -> Result<Component, NotCompiled> {
        let file = self.folder.join(format!("{digest}-{}.{ENDING}", key(engine.wasmtime())));
        let (found, loading) = (file.clone(), engine.wasmtime().clone());
        if let Some(component) = aside(move || load(&loading, &found)).await? {
            return Ok(component);
        }
        let code = engine.compiler().compile(engine, bytes, limits).await?;
        let (cache, loading) = (self.clone(), engine.wasmtime().clone());
        aside(move || {
            if let Err(error) = cache.keep(&file, &code) {
                tracing::warn!(file = %file.display(), %error, "compiled code could not be cached");
            }
            trust(&loading, &code)
        })
        .await?
        .map_err(NotCompiled::lasting)
    }

    fn keep(&self, file: &Path, code: &[u8]) -> io::Result<()> {
        let size = code.len() as u64;
        if self.most == 0 {
            return Ok(());
        }
        if size > self.most {
            let text = format!("it has {size} bytes, more than plugins.cache_bytes allows ({})", self.most);
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, text));
        }
        // Room first: where the disk is as small as the bound, there is none before.
        self.make_room(size, file)?;
        private::write(file, code)
    }

    /// Removes what was not used for longest, until `size` more bytes fit in.
    fn make_room(&self, size: u64, file: &Path) -> io::Result<()> {
        let mut kept = kept(&self.folder)?;
        kept.retain(|one| one.path != file);
        kept.sort_by(|one, other| (one.used, &one.path).cmp(&(other.used, &other.path)));
        let mut total: u64 = kept.iter().map(|one| one.size).sum();
        for old in kept {
            if total.saturating_add(size) <= self.most {
                break;
            }
            // Another process may have removed it already.
            let _ = fs::remove_file(&old.path);
            total -= old.size;
            tracing::debug!(file = %old.path.display(), "compiled code makes room");
        }
        Ok(())
    }
}

/// A file of compiled code.
struct Kept {
    path: PathBuf,
    size: u64,
    used: SystemTime,
}

fn kept(folder: &Path) -> io::Result<Vec<Kept>> {
    let mut kept = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_none_or(|ending| ending != ENDING) {
            continue;
        }
        let Ok(met) = fs::symlink_metadata(&path) else { continue };
        kept.push(Kept { path, size: met.len(), used: met.modified()? });
    }
    Ok(kept)
}

/// The cached code of this file. What is wrong with it is said once: the file is removed.
fn load(engine: &Engine, file: &Path) -> Option<Component> {
    let loaded = match private::read(file) {
        Ok(None) => return None,
        Ok(Some(code)) => trust(engine, &code),
        Err(error) => Err(error.to_string()),
    };
    let refuse = |error: &String| {
        tracing::warn!(file = %file.display(), error, "cached code cannot be used: it is removed and compiled again");
        let _ = fs::remove_file(file);
    };
    loaded.inspect_err(refuse).ok()
}

/// What the code depends on beside the component: wasmtime's version, the engine's settings and the processor.
fn key(engine: &Engine) -> String {
    let mut sum = Sum(Sha256::new());
    engine.precompile_compatibility_hash().hash(&mut sum);
    private::hex(&sum.0.finalize()[..8])
}

/// A sum that is the same in every process and with every version of the standard library.
struct Sum(Sha256);

impl Hasher for Sum {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        let sum = self.0.clone().finalize();
        sum[..8].iter().fold(0, |all, byte| all << 8 | u64::from(*byte))
    }
}

/// Does what waits for a disk, or takes a while, apart from the async threads.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, NotCompiled> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| NotCompiled::passing(format!("could not be loaded: {error}")))
}

/// Loads what the [`Compiler`](super::Compiler) answered, now or when it was cached.
///
/// # Errors
/// If it is code of another wasmtime version or configuration, or if one component takes more of a pool than its place.
pub(super) fn trust(engine: &Engine, code: &[u8]) -> Result<Component, String> {
    // SAFETY: `deserialize` trusts its input to be the output of `serialize` or `precompile_component`. These bytes come
    // from our own program: from a child that it started and whose standard output nobody else holds, whole because the
    // child ended well, or through a file that only this user can have written (`private::read` checks its owner and
    // mode, and follows no link), where a sum over name and content rules out torn, damaged and exchanged files. That the
    // child works on hostile bytes changes nothing: it runs wasmtime's compiler as this process did, and whoever brings
    // that compiler to wrong code has won in either place. Code of another wasmtime version or configuration is
    // recognised and refused by wasmtime.
    #[allow(unsafe_code)]
    let loaded = unsafe { Component::deserialize(engine, code) };
    loaded.map_err(|error| format!("cannot be loaded: {error:#}"))
}

#[cfg(test)]
mod tests {
    use super::{super::engine::compiling, *};

    fn engine(fuel: bool) -> Engine {
        compiling(fuel).expect("the engine starts")
    }

    /// Two versions of wasmtime differ by the same sum as two settings do.
    #[test]
    fn the_key_is_the_engines_settings() {
        assert_eq!(key(&engine(false)), key(&engine(false)));
        assert_ne!(key(&engine(false)), key(&engine(true)));
        assert_eq!(key(&engine(false)).len(), 16);
    }

    #[test]
    fn what_is_no_code_of_this_engine_is_removed_although_its_sum_is_right() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("digest-key.compiled");
        let foreign = engine(true).precompile_component(b"\0asm\x0d\0\x01\0").expect("an empty component");
        for content in [&b""[..], b"no code", &foreign] {
            private::write(&file, content).expect("writes");
            assert!(load(&engine(false), &file).is_none());
            assert!(!file.exists());
        }
        private::write(&file, &foreign).expect("writes");
        assert!(load(&engine(true), &file).is_some());
        assert!(file.exists());
    }
}
