//! Putting files in place: whole or not at all, and only if they changed, for a daemon may be watching.

use std::{
    ffi::OsStr,
    fs,
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

/// Copies a file, through a temporary one beside it. What is the same already stays untouched.
pub(crate) fn publish(from: &Path, to: &Path) -> Result<()> {
    let wanted = fs::read(from).with_context(|| format!("cannot read {}", from.display()))?;
    if holds(to, &wanted) { Ok(()) } else { replace(to, |aside| fs::copy(from, aside).map(drop)) }
}

/// Like [`publish()`], of what is in memory.
pub(crate) fn put(to: &Path, bytes: &[u8]) -> Result<()> {
    if holds(to, bytes) { Ok(()) } else { replace(to, |aside| fs::write(aside, bytes)) }
}

/// Writes a file, through a temporary one beside it.
pub(crate) fn write(to: &Path, text: &str) -> Result<()> {
    replace(to, |aside| fs::write(aside, text))
}

/// Like [`write()`], for the owner's eyes only.
pub(crate) fn write_private(to: &Path, text: &str) -> Result<()> {
    replace(to, |aside| {
        let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(aside)?;
        file.write_all(text.as_bytes())
    })
}

/// Removes files that end in `.wasm` and are not in `keep`: from folders that hold nothing but what we made.
pub(crate) fn prune_wasm(folder: &Path, keep: &[PathBuf]) -> Result<()> {
    for file in entries(folder)? {
        if file.extension() == Some(OsStr::new("wasm")) && !keep.contains(&file) {
            fs::remove_file(&file)?;
        }
    }
    Ok(())
}

/// What is in a folder, sorted; nothing if there is no such folder.
pub(crate) fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let found = match folder.read_dir() {
        Ok(found) => found,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error).with_context(|| format!("cannot list {}", folder.display())),
    };
    let mut files = found.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<Vec<_>>>()?;
    files.sort();
    Ok(files)
}

/// Removes a file or a folder; it may be missing.
pub(crate) fn remove(path: &Path) -> Result<()> {
    let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", path.display()))
        }
        _ => Ok(()),
    }
}

fn holds(file: &Path, bytes: &[u8]) -> bool {
    fs::read(file).is_ok_and(|there| there == bytes)
}

fn replace(to: &Path, make: impl FnOnce(&Path) -> io::Result<()>) -> Result<()> {
    let folder = to.parent().context("a file without a folder")?;
    fs::create_dir_all(folder)?;
    let aside = tempfile::Builder::new().prefix(".new-").tempdir_in(folder)?;
    let new = aside.path().join("file");
    make(&new).and_then(|()| fs::rename(&new, to)).with_context(|| format!("cannot write {}", to.display()))
}
