//! Whether a component is older than what it is built from.

use std::{fs, io, path::Path, time::SystemTime};

use anyhow::Context;

use super::project::{BUILT, Project};

/// Folders with nothing that anybody wrote.
const MADE: [&str; 4] = [BUILT, "target", "node_modules", "__pycache__"];

/// Whether the project's component is missing, or older than any of its files. Cases are no part of it unless the sources
/// include them; to build once too often costs little.
///
/// # Errors
/// If the folder cannot be read.
pub(super) fn is_stale(project: &Project) -> anyhow::Result<bool> {
    let Ok(built) = fs::metadata(project.component()).and_then(|metadata| metadata.modified()) else { return Ok(true) };
    has_newer(&project.folder, built).with_context(|| format!("{} cannot be read", project.folder.display()))
}

fn has_newer(folder: &Path, than: SystemTime) -> io::Result<bool> {
    for entry in folder.read_dir()? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        // What begins with a dot is an editor's, git's, or Python's environment.
        if name.starts_with('.') || MADE.contains(&&*name) {
            continue;
        }
        let kind = entry.file_type()?;
        let newer = match kind.is_dir() {
            true => has_newer(&entry.path(), than)?,
            false => entry.metadata()?.modified()? > than,
        };
        if newer {
            return Ok(true);
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{authoring::Language, model::Kind};

    fn age(file: &Path, seconds: u64) {
        let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000 - seconds);
        fs::File::options().write(true).open(file).expect("opens").set_modified(at).expect("is set");
    }

    #[test]
    fn a_component_is_stale_if_it_is_missing_or_older_than_what_was_written() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("a parent")).expect("made");
            fs::write(&path, "").expect("written");
            path
        };
        let project = Project {
            folder: folder.path().to_owned(),
            language: Language::Rust,
            name: "orphans".to_owned(),
            kind: Kind::ShareStrategy,
        };
        let source = at("src/lib.rs");
        assert!(is_stale(&project).expect("read"), "nothing is built");
        let built = at("dist/orphans.wasm");
        age(&source, 100);
        age(&built, 50);
        for made in ["target/x", "node_modules/y/z", ".venv/lib", "dist/later"] {
            at(made);
        }
        assert!(!is_stale(&project).expect("read"), "only what was made is newer");
        age(&source, 10);
        assert!(is_stale(&project).expect("read"), "a source is newer");
    }
}
