//! The last good copy of each plugin's file: what a daemon starts with when a file was broken while it was down.

use std::{
    collections::BTreeSet,
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

    /// Removes every copy whose file is not among these.
    ///
    /// # Errors
    /// If the folder cannot be read, or a copy cannot be removed.
    pub(super) fn keep_only<'a>(&self, files: impl IntoIterator<Item = &'a str>) -> io::Result<()> {
        let files: BTreeSet<&str> = files.into_iter().collect();
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            let name = entry.file_name();
            let wanted = name.to_str().is_some_and(|name| files.contains(name));
            if !wanted && !private::is_unfinished(&name) {
                remove(&entry.path())?;
            }
        }
        Ok(())
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

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done,
    }
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
    fn a_copy_is_kept_replaced_and_forgotten() {
        let folder = tempfile::tempdir().expect("a folder");
        let copies = copies(folder.path(), "/plugins");
        assert_eq!(copies.read("a.wasm").expect("no error"), None);
        for content in [&b"first"[..], b"second", b""] {
            copies.keep("a.wasm", content).expect("writes");
            assert_eq!(copies.read("a.wasm").expect("reads").as_deref(), Some(content));
        }
        copies.keep_only([]).expect("removes");
        assert_eq!(copies.read("a.wasm").expect("no error"), None);
        assert_eq!(names(&copies), [""; 0]);
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
    fn copies_of_files_that_are_gone_go_and_another_folders_stay() {
        let folder = tempfile::tempdir().expect("a folder");
        let [one, other] = ["/one", "/other"].map(|plugins| copies(folder.path(), plugins));
        for file in ["a.wasm", "b.wasm", "c.wasm"] {
            one.keep(file, b"content").expect("writes");
            other.keep(file, b"content").expect("writes");
        }
        fs::write(one.folder.join("being-written.tmp"), "half").expect("writes");
        one.keep_only(["b.wasm", "d.wasm"]).expect("removes");
        assert_eq!(names(&one), ["b.wasm", "being-written.tmp"]);
        assert_eq!(names(&other), ["a.wasm", "b.wasm", "c.wasm"]);
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
