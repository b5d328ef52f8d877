//! A plugin author's folder, in which the real binary is run.

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use serde_json::Value;
use tempfile::TempDir;
use tokio::{process::Command, time::timeout};

use crate::{Done, binary, plugins_folder};

/// How long a command may take: some build a plugin, with what it depends on.
const PATIENCE: Duration = Duration::from_secs(300);

/// What is kept from one author to the next, beside what cargo builds of the repository.
fn kept() -> PathBuf {
    let target = plugins_folder().canonicalize().expect("it is there");
    target.parent().expect("cargo's target folder").join("author")
}

/// The authors' own cache, `XDG_CACHE_HOME`.
///
/// # Panics
/// If no folder can be made.
pub fn authors_cache() -> PathBuf {
    let cache = kept().join("cache");
    let own = cache.join("nudged");
    fs::create_dir_all(&own).expect("a folder");
    // The compiler's library that the repository's own plugins are built with, if one had to be built. Somebody else may
    // have linked it in this moment.
    let _ = symlink("../../../wasm-sysroot", own.join("wasm-sysroot"));
    cache
}

/// An empty folder to write plugins in. What cargo builds is kept beside the repository's own, for the next one.
pub struct Author {
    folder: TempDir,
    kept: PathBuf,
}

impl Author {
    /// An author at the beginning.
    ///
    /// # Panics
    /// If no folder can be made.
    pub fn new() -> Self {
        Self { folder: TempDir::new().expect("a folder"), kept: kept() }
    }

    /// A file or folder of the author's.
    pub fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file, and the folders above it.
    ///
    /// # Panics
    /// If that fails.
    pub fn write(&self, name: &str, content: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, content).expect("written");
    }

    /// What cargo builds into.
    pub fn target(&self) -> PathBuf {
        self.kept.join("target")
    }

    /// The command, to be changed as a test likes.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(binary());
        command.args(arguments).current_dir(self.folder.path()).stdin(Stdio::null()).kill_on_drop(true);
        command.env_remove("NUDGED_LOG");
        command.env("CARGO_TARGET_DIR", self.target()).env("XDG_CACHE_HOME", authors_cache());
        command
    }

    /// Runs a command to its end.
    ///
    /// # Panics
    /// If it does not come.
    pub async fn nudged(&self, arguments: &[&str]) -> Done {
        Done::of(self.command(arguments), PATIENCE).await
    }

    /// Runs a command that has to end well; answers with what it printed.
    ///
    /// # Panics
    /// If it does not.
    pub async fn well(&self, arguments: &[&str]) -> String {
        let done = self.nudged(arguments).await;
        assert_eq!(done.code, Some(0), "{arguments:?}: {done:?}");
        done.stdout
    }
}

impl Default for Author {
    fn default() -> Self {
        Self::new()
    }
}

impl Done {
    /// Each line of the output, which is JSON.
    ///
    /// # Panics
    /// If one is not.
    pub fn objects(&self) -> Vec<Value> {
        let object = |line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {self:?}"));
        self.stdout.lines().map(object).collect()
    }

    /// Runs a command to its end, at most for so long.
    pub(crate) async fn of(mut command: Command, patience: Duration) -> Self {
        let output = timeout(patience, command.output()).await.expect("it ends").expect("it starts");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        Self { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}
