//! Building a plugin's component with the tools of its language.

mod javascript;
mod python;
mod rust;

use std::{
    fs::{self, File, TryLockError},
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::Context;
use nudged_toolchain::shell::Shell;

use super::{language::Language, project::Project, sources};
use crate::model::Kind;

/// What the tools of a language have to end by themselves after Ctrl-C.
const GRACE: Duration = Duration::from_secs(1);

/// The file that whoever builds into a folder has locked.
const LOCK: &str = ".lock";

/// What was built.
#[derive(Debug)]
pub struct Built {
    /// The component.
    pub file: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
}

/// Builds the component of this project into its folder `dist`; one build of a folder waits for another.
///
/// # Errors
/// What the tools complain of, or which of them is missing and how to install it.
pub fn build(project: &Project) -> anyhow::Result<Built> {
    let file = project.component();
    let folder = file.parent().context("the component has no folder")?;
    fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    let lock = lock(folder, &project.name).with_context(|| format!("{} cannot be locked", folder.display()))?;
    // A daemon may be watching the folder: the component is there as a whole or not at all, and nothing else ever is.
    let aside = tempfile::Builder::new().prefix(".building-").tempdir_in(folder)?;
    let made = aside.path().join("component.wasm");
    let shell = Shell::with_grace(GRACE)?;
    let sources = make(project, &shell, &made)?;
    shell.check()?;
    let bytes = fs::metadata(&made).with_context(|| format!("{} was not built", file.display()))?.len();
    fs::rename(&made, &file).with_context(|| format!("{} cannot be written", file.display()))?;
    sources::note(project, sources)?;
    drop(lock);
    Ok(Built { file, bytes })
}

/// Makes `out`; answers with the sources as they were before.
fn make(project: &Project, shell: &Shell, out: &Path) -> anyhow::Result<Option<String>> {
    // What this installs may write a lock of versions, which is a source then.
    match project.language {
        Language::Rust => {}
        Language::JavaScript => javascript::install(shell, project)?,
        Language::Python => python::install(shell, project)?,
    }
    let sources = sources::list(project)?;
    match project.language {
        Language::Rust => rust::build(shell, project, out),
        Language::JavaScript => javascript::build(shell, project, out),
        Language::Python => python::build(shell, project, out),
    }?;
    Ok(sources)
}

/// Until the file is dropped, nobody else builds into this folder.
fn lock(folder: &Path, name: &str) -> std::io::Result<File> {
    let file = File::create(folder.join(LOCK))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            eprintln!("nudged: waiting for another build of {name}");
            file.lock()?;
        }
        Err(TryLockError::Error(error)) => return Err(error),
    }
    Ok(file)
}

/// The file that a plugin of this kind is written in, where the language has no rule of its own.
fn source(kind: Kind) -> &'static str {
    match kind {
        Kind::ShareStrategy | Kind::StackStrategy | Kind::RecordStrategy => "strategy",
        Kind::Channel => "channel",
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::mpsc::channel, thread};

    use super::*;

    #[test]
    fn a_second_build_of_a_folder_begins_after_the_first() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = lock(folder.path(), "late").expect("nobody has it");
        let (done, second) = channel();
        let path = folder.path().to_owned();
        let waits = thread::spawn(move || {
            let held = lock(&path, "late").expect("its turn comes");
            done.send(()).expect("somebody listens");
            held
        });
        assert!(second.try_recv().is_err(), "the first one goes on");
        drop(first);
        second.recv_timeout(Duration::from_secs(30)).expect("the second one goes on");
        let held = waits.join().expect("it ended");
        let third = File::open(folder.path().join(LOCK)).expect("it is there");
        assert!(matches!(third.try_lock(), Err(TryLockError::WouldBlock)), "the second one has it");
        drop(held);
        third.try_lock().expect("nobody has it any more");
    }
}
