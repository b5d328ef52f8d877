//! The last good copy of each plugin's file: what a daemon starts with when a file was broken while it was down.

use std::{
    fs, io,
    path::{Component, Path, PathBuf},
};

use super::private;

/// Copies of the components that serve from one plugins folder, by file name. Everything here waits for the disk.
#[derive(Debug, Clone)]
pub(super) struct GoodCopies {
    folder: PathBuf,
}

impl GoodCopies {
    /// The copies of this plugins folder, in the private folder; two plugins folders share none.
    ///
    /// # Errors
    /// If the folder cannot be made, or is not this user's alone.
    pub(super) fn open(private: &Path, plugins: &Path) -> io::Result<Self> {
        private::folder(private)?;
        let folder = private::of_folder(private, "good", plugins);
        private::folder(&folder)?;
        Ok(Self { folder })
    }

    /// Keeps what serves from the file, in place of what was kept before. The same content is not written again.
    ///
    /// # Errors
    /// If there is no room or no right to write; what was kept before is still there.
    pub(super) fn keep(&self, file: &str, bytes: &[u8]) -> io::Result<()> {
        let path = self.path(file)?;
        // Whatever keeps the copy from being read is mended by writing it anew.
        if private::read(&path).is_ok_and(|kept| kept.as_deref() == Some(bytes)) {
            return Ok(());
        }
        private::write(&path, bytes)
    }

    /// What served last from the file; `None` if nothing did.
    ///
    /// # Errors
    /// If it cannot be read, or is damaged; a damaged copy is of no use and is removed.
    pub(super) fn read(&self, file: &str) -> io::Result<Option<Vec<u8>>> {
        let path = self.path(file)?;
        let read = private::read(&path);
        if read.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::InvalidData) {
            let _ = fs::remove_file(&path);
        }
        read
    }

    /// Notes that this content of the file was held, and why; whoever starts next need not find out again.
    ///
    /// # Errors
    /// If there is no room or no right to write.
    pub(super) fn hold(&self, file: &str, digest: &str, why: &str) -> io::Result<()> {
        private::write(&self.path(&held(file))?, format!("{digest} {why}").as_bytes())
    }

    /// Why this content of the file was held, if it was.
    pub(super) fn why_held(&self, file: &str, digest: &str) -> Option<String> {
        let noted = private::read(&self.path(&held(file)).ok()?).ok()??;
        let noted = String::from_utf8(noted).ok()?;
        noted.strip_prefix(digest)?.strip_prefix(' ').map(str::to_owned)
    }

    /// A file name is one step, and leads nowhere else.
    fn path(&self, file: &str) -> io::Result<PathBuf> {
        let mut steps = Path::new(file).components();
        match (steps.next(), steps.next()) {
            (Some(Component::Normal(name)), None) if name == file => Ok(self.folder.join(name)),
            _ => Err(io::Error::new(io::ErrorKind::InvalidInput, format!("{file:?} is no file name"))),
        }
    }
}

/// Where it is noted that a file is held; no plugin's file ends so.
fn held(file: &str) -> String {
    format!("{file}.held")
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt;

    use super::*;

    fn copies(private: &Path, plugins: &str) -> GoodCopies {
        GoodCopies::open(&private.join("private"), Path::new(plugins)).expect("a folder of our own")
    }

    fn names(copies: &GoodCopies) -> Vec<String> {
        let entries = fs::read_dir(&copies.folder).expect("the folder is there");
        let mut names: Vec<_> =
            entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_copy_is_kept_and_replaced() {
        let folder = tempfile::tempdir().expect("a folder");
        let copies = copies(folder.path(), "/plugins");
        assert_eq!(copies.read("a.wasm").expect("no error"), None);
        for content in [&b"first"[..], b"second", b""] {
            copies.keep("a.wasm", content).expect("writes");
            assert_eq!(copies.read("a.wasm").expect("reads").as_deref(), Some(content));
        }
        assert_eq!(names(&copies), ["a.wasm"]);
    }

    #[test]
    fn the_same_content_is_not_written_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let copies = copies(folder.path(), "/plugins");
        let inode = || fs::metadata(copies.folder.join("a.wasm")).expect("is there").ino();
        copies.keep("a.wasm", b"content").expect("writes");
        let first = inode();
        copies.keep("a.wasm", b"content").expect("looks");
        assert_eq!(inode(), first);
        copies.keep("a.wasm", b"another").expect("writes");
        assert_ne!(inode(), first);
    }

    #[test]
    fn a_damaged_copy_is_said_once_and_kept_anew() {
        let folder = tempfile::tempdir().expect("a folder");
        let copies = copies(folder.path(), "/plugins");
        let damage = || {
            copies.keep("a.wasm", b"content").expect("writes");
            let path = copies.folder.join("a.wasm");
            let mut whole = fs::read(&path).expect("is there");
            *whole.last_mut().expect("not empty") ^= 1;
            fs::write(path, whole).expect("writes");
        };
        damage();
        assert_eq!(copies.read("a.wasm").expect_err("damaged").kind(), io::ErrorKind::InvalidData);
        assert_eq!(copies.read("a.wasm").expect("gone"), None);
        damage();
        copies.keep("a.wasm", b"content").expect("writes");
        assert_eq!(copies.read("a.wasm").expect("reads").as_deref(), Some(&b"content"[..]));
    }

    #[test]
    fn two_plugins_folders_share_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let [one, other] = ["/one", "/other"].map(|plugins| copies(folder.path(), plugins));
        one.keep("a.wasm", b"content").expect("writes");
        assert_eq!(names(&one), ["a.wasm"]);
        assert_eq!(names(&other), [""; 0]);
    }

    #[test]
    fn what_was_held_is_known_by_its_content() {
        let folder = tempfile::tempdir().expect("a folder");
        let copies = copies(folder.path(), "/plugins");
        assert_eq!(copies.why_held("a.wasm", "abc"), None);
        copies.hold("a.wasm", "abc", "it fails").expect("writes");
        assert_eq!(copies.why_held("a.wasm", "abc").as_deref(), Some("it fails"));
        assert_eq!(copies.why_held("a.wasm", "abd"), None);
        assert_eq!(copies.why_held("b.wasm", "abc"), None);
    }

    #[test]
    fn a_name_that_leads_elsewhere_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let copies = copies(folder.path(), "/plugins");
        for name in ["", ".", "..", "/etc/passwd", "../a.wasm", "a/b.wasm", "a.wasm/", "./a.wasm"] {
            let error = copies.keep(name, b"content").expect_err(name);
            assert_eq!(error.kind(), io::ErrorKind::InvalidInput, "{name:?}");
        }
    }
}
