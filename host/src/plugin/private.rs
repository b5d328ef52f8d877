//! Files that only the daemon's own user may have written: compiled code and the last good copies.

use std::{
    ffi::OsStr,
    fs::{self, File},
    io::{self, Read, Write},
    os::unix::fs::{DirBuilderExt, MetadataExt},
    path::{Path, PathBuf},
    time::Duration,
};

use rustix::fs::{Mode, OFlags, Timespec, Timestamps, UTIME_NOW, UTIME_OMIT};
use sha2::{Digest, Sha256};

/// Bytes of the sum with which each file begins.
const SUM: usize = 32;

/// How the names of files end that are being written. No plugin's file and no compiled code has such a name.
const UNFINISHED: &str = ".tmp";

/// Age at which an unfinished file is a leftover of a process that was killed: no write takes nearly as long.
const LEFTOVER: Duration = Duration::from_secs(3600);

/// Makes the folder with mode 0700 if it is missing, and checks that it is this user's alone: whoever can write to it
/// can run code in the daemon.
///
/// # Errors
/// If it cannot be made, or others can reach into it.
pub(super) fn folder(path: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    if is_ours(&fs::metadata(path)?) {
        return Ok(());
    }
    let text = format!("{} must belong to this user alone (chmod 700)", path.display());
    Err(io::Error::new(io::ErrorKind::PermissionDenied, text))
}

/// Where what is kept of one plugins folder has its place: two of them share nothing.
pub(super) fn of_folder(private: &Path, what: &str, plugins: &Path) -> PathBuf {
    let plugins = std::path::absolute(plugins).unwrap_or_else(|_| plugins.to_owned());
    private.join(what).join(hex(&Sha256::digest(plugins.as_os_str().as_encoded_bytes())[..8]))
}

/// Writes the file as a whole in place of what had its name, readable by this user alone.
///
/// # Errors
/// If there is no room, or no right; nothing is left behind.
pub(super) fn write(path: &Path, content: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().suffix(UNFINISHED).tempfile_in(folder)?;
    file.write_all(&sum(path, content))?;
    file.write_all(content)?;
    // A name that survives a power cut while its content does not would cost the one good copy there is.
    file.as_file().sync_all()?;
    let written = file.persist(path)?.metadata()?;
    File::open(folder)?.sync_all()?;
    sweep(folder, &written)
}

/// What [`write`] wrote under this very name; `None` if there is nothing.
///
/// # Errors
/// [`io::ErrorKind::InvalidData`] for what is damaged, bears another's name or can be somebody else's work.
pub(super) fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    // Opening neither follows a link nor waits for the other end of a pipe.
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let mut file = match rustix::fs::open(path, flags, Mode::empty()) {
        Ok(file) => File::from(file),
        Err(rustix::io::Errno::NOENT) => return Ok(None),
        Err(rustix::io::Errno::LOOP) => return Err(invalid("is a symbolic link")),
        Err(error) => return Err(error.into()),
    };
    let met = file.metadata()?;
    if !met.is_file() || !is_ours(&met) {
        return Err(invalid("is not a file of this user alone (chmod 600)"));
    }
    let mut content = Vec::new();
    file.read_to_end(&mut content)?;
    if content.len() < SUM {
        return Err(invalid("is cut off"));
    }
    let rest = content.split_off(SUM);
    if sum(path, &rest)[..] != content {
        return Err(invalid("is not what was written: its sum is wrong"));
    }
    used(&file);
    Ok(Some(rest))
}

/// Whether the file is one that is being written, or was when its writer died.
pub(super) fn is_unfinished(name: &OsStr) -> bool {
    name.as_encoded_bytes().ends_with(UNFINISHED.as_bytes())
}

/// Hexadecimal digits, two a byte.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Over the name too: whole content under another's name is as wrong as half of it.
fn sum(path: &Path, content: &[u8]) -> [u8; SUM] {
    let name = path.file_name().unwrap_or_default().as_encoded_bytes();
    let length = (name.len() as u64).to_le_bytes();
    Sha256::new().chain_update(length).chain_update(name).chain_update(content).finalize().into()
}

fn is_ours(met: &fs::Metadata) -> bool {
    met.uid() == rustix::process::geteuid().as_raw() && met.mode() & 0o077 == 0
}

fn invalid(text: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, text)
}

/// Notes that the file was of use: the time of its last change is the time of its last use. On a file system that is
/// read-only nothing is noted, and nothing is removed either.
fn used(file: &File) {
    let at = |tv_nsec| Timespec { tv_sec: 0, tv_nsec };
    let times = Timestamps { last_access: at(UTIME_OMIT), last_modification: at(UTIME_NOW) };
    let _ = rustix::fs::futimens(file, &times);
}

/// Removes unfinished files that are much older than one just written.
fn sweep(folder: &Path, written: &fs::Metadata) -> io::Result<()> {
    let now = written.modified()?;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if !is_unfinished(&entry.file_name()) {
            continue;
        }
        // One that is gone was another process's, which has finished it.
        let Ok(met) = entry.metadata() else { continue };
        if now.duration_since(met.modified()?).is_ok_and(|age| age > LEFTOVER) {
            let _ = fs::remove_file(entry.path());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn kind(path: &Path) -> Option<io::ErrorKind> {
        read(path).err().map(|error| error.kind())
    }

    #[test]
    fn what_was_written_is_read_under_its_own_name_only() {
        let folder = tempfile::tempdir().expect("a folder");
        let [one, other] = ["one", "other"].map(|name| folder.path().join(name));
        assert_eq!(read(&one).expect("no error"), None);
        write(&one, b"content").expect("writes");
        assert_eq!(read(&one).expect("reads").as_deref(), Some(&b"content"[..]));
        assert_eq!(fs::metadata(&one).expect("is there").mode() & 0o777, 0o600);
        fs::copy(&one, &other).expect("copies");
        assert_eq!(kind(&other), Some(io::ErrorKind::InvalidData));
    }

    #[test]
    fn what_is_damaged_linked_or_open_to_others_is_not_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let [file, link] = ["file", "link"].map(|name| folder.path().join(name));
        write(&file, b"content").expect("writes");
        let whole = fs::read(&file).expect("is there");
        for end in 0..whole.len() {
            fs::write(&file, &whole[..end]).expect("writes");
            assert_eq!(kind(&file), Some(io::ErrorKind::InvalidData), "{end} bytes of {}", whole.len());
        }
        fs::write(&file, &whole).expect("writes");
        assert_eq!(kind(&file), None);
        fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).expect("another mode");
        assert_eq!(kind(&file), Some(io::ErrorKind::InvalidData));
        std::os::unix::fs::symlink(&file, &link).expect("a link");
        assert_eq!(kind(&link), Some(io::ErrorKind::InvalidData));
        assert_eq!(kind(folder.path()), Some(io::ErrorKind::InvalidData));
    }

    #[test]
    fn leftovers_of_an_hour_ago_are_removed_and_younger_ones_are_another_processes() {
        let folder = tempfile::tempdir().expect("a folder");
        let [file, old, young] = ["file", "old.tmp", "young.tmp"].map(|name| folder.path().join(name));
        fs::write(&young, "half").expect("writes");
        let leftover = File::create(&old).expect("a file");
        let now = leftover.metadata().and_then(|met| met.modified()).expect("a time");
        leftover.set_modified(now - 2 * LEFTOVER).expect("another time");
        write(&file, b"content").expect("writes");
        assert_eq!((file.exists(), young.exists(), old.exists()), (true, true, false));
    }
}
