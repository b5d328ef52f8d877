//! What a component is built from, and whether that has changed since.

use std::{
    collections::HashSet,
    fs, io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use anyhow::Context;

use super::{
    language::Language,
    project::{BUILT, CASES, Project},
};

/// Folders with nothing that anybody wrote.
const MADE: [&str; 4] = [BUILT, "target", "node_modules", "__pycache__"];

/// What is no part of a component.
const APART: [&str; 2] = [CASES, "README.md"];

/// The file beside the component with the list of what it was built from.
const NOTE: &str = ".built";

/// Files and folders at most. With more than that, which a link to elsewhere can lead to, a component is always built.
const MOST: usize = 10_000;

/// Whether the project's component is missing, or not built from the sources that are there now. For Rust that is
/// cargo's to tell, which knows what else belongs to them.
///
/// # Errors
/// If the folder cannot be read.
pub(super) fn have_changed(project: &Project) -> anyhow::Result<bool> {
    if project.language == Language::Rust || !project.component().is_file() {
        return Ok(true);
    }
    let Ok(noted) = fs::read_to_string(note_of(project)) else { return Ok(true) };
    Ok(list(project)?.is_none_or(|now| now != noted))
}

/// Notes what the component was built from, as [`list`] told it before.
///
/// # Errors
/// If that cannot be written.
pub(super) fn note(project: &Project, sources: Option<String>) -> anyhow::Result<()> {
    let note = note_of(project);
    // An empty list is nobody's.
    fs::write(&note, sources.unwrap_or_default()).with_context(|| format!("{} cannot be written", note.display()))
}

fn note_of(project: &Project) -> PathBuf {
    project.component().with_file_name(NOTE)
}

/// The sources, a line for each with size and time of the last change; `None` if they are too many.
///
/// # Errors
/// If the folder cannot be read.
pub(super) fn list(project: &Project) -> anyhow::Result<Option<String>> {
    let mut files = Files::default();
    files
        .add(&project.folder, &project.folder)
        .with_context(|| format!("{} cannot be read", project.folder.display()))?;
    files.lines.sort_unstable();
    Ok((files.count <= MOST).then(|| files.lines.concat()))
}

#[derive(Default)]
struct Files {
    lines: Vec<String>,
    count: usize,
    /// Folders, by device and number: a link may lead to one that was visited already.
    visited: HashSet<(u64, u64)>,
}

impl Files {
    fn add(&mut self, folder: &Path, top: &Path) -> io::Result<()> {
        for entry in folder.read_dir()? {
            self.count += 1;
            if self.count > MOST {
                return Ok(());
            }
            let entry = entry?;
            let name = entry.file_name();
            let is_apart = folder == top && APART.iter().any(|apart| name == *apart);
            // What begins with a dot is an editor's, git's, or Python's environment.
            if is_apart || name.as_encoded_bytes().starts_with(b".") || MADE.iter().any(|made| name == *made) {
                continue;
            }
            self.add_one(&entry.path(), top)?;
        }
        Ok(())
    }

    fn add_one(&mut self, path: &Path, top: &Path) -> io::Result<()> {
        let about = match fs::metadata(path) {
            // A link to nowhere, or a file that was removed in this moment.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            about => about?,
        };
        if about.is_dir() {
            let is_new = self.visited.insert((about.dev(), about.ino()));
            return if is_new { self.add(path, top) } else { Ok(()) };
        }
        let name = path.strip_prefix(top).unwrap_or(path);
        self.lines.push(format!("{name:?} {} {}.{:09}\n", about.len(), about.mtime(), about.mtime_nsec()));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::{
        os::unix::fs::symlink,
        time::{Duration, SystemTime},
    };

    use tempfile::TempDir;

    use super::*;
    use crate::model::Kind;

    fn project(folder: &TempDir, language: Language) -> Project {
        let (folder, kind) = (folder.path().to_owned(), Kind::ShareStrategy);
        Project { folder, language, name: "orphans".to_owned(), kind }
    }

    fn put(folder: &TempDir, name: &str) -> PathBuf {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("made");
        fs::write(&path, "").expect("written");
        path
    }

    /// As if it had been built now.
    fn built(project: &Project) {
        note(project, list(project).expect("read")).expect("written");
        assert!(!have_changed(project).expect("read"), "nothing has happened since");
    }

    fn touch(file: &Path) {
        let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        fs::File::options().write(true).open(file).expect("opens").set_modified(at).expect("is set");
    }

    #[test]
    fn a_component_is_stale_if_it_is_missing_or_a_source_was_written_or_removed() {
        let folder = tempfile::tempdir().expect("a folder");
        let project = project(&folder, Language::Python);
        let (source, other) = (put(&folder, "strategy.py"), put(&folder, "vendor/nudged/text.py"));
        let changed = || have_changed(&project).expect("read");
        assert!(changed(), "nothing is built");
        let component = put(&folder, "dist/orphans.wasm");
        assert!(changed(), "nobody knows from what");
        built(&project);
        for apart in ["cases/late.json", "README.md", "target/x", "node_modules/y/z", ".venv/lib", "dist/later"] {
            put(&folder, apart);
        }
        assert!(!changed(), "no source is new");
        touch(&source);
        assert!(changed(), "a source was written");
        built(&project);
        fs::remove_file(other).expect("removed");
        assert!(changed(), "a source is gone");
        built(&project);
        fs::remove_file(component).expect("removed");
        assert!(changed(), "the component is gone");
    }

    #[test]
    fn sources_elsewhere_that_links_lead_to_are_seen() {
        let (folder, elsewhere) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        let project = project(&folder, Language::JavaScript);
        put(&folder, "dist/orphans.wasm");
        let source = put(&elsewhere, "text.js");
        symlink(elsewhere.path(), folder.path().join("lib")).expect("a link");
        symlink(elsewhere.path(), elsewhere.path().join("round")).expect("a link in a circle");
        symlink("nowhere", folder.path().join("gone")).expect("a link to nowhere");
        built(&project);
        touch(&source);
        assert!(have_changed(&project).expect("read"));
    }

    #[test]
    fn cargo_is_always_asked_and_too_many_files_are_not_looked_at() {
        let folder = tempfile::tempdir().expect("a folder");
        put(&folder, "dist/orphans.wasm");
        let rust = project(&folder, Language::Rust);
        note(&rust, list(&rust).expect("read")).expect("written");
        assert!(have_changed(&rust).expect("read"));
        let python = project(&folder, Language::Python);
        note(&python, None).expect("written");
        put(&folder, "strategy.py");
        assert!(have_changed(&python).expect("read"), "nothing is known of the sources");
    }
}
