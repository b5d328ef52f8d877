//! What a folder looks like from outside: enough to tell that it has changed, without reading a file. Pure but for
//! [`Fingerprint::take`].

use std::{
    collections::BTreeMap,
    ffi::OsString,
    fs::{self, Metadata},
    io,
    os::unix::fs::MetadataExt,
    path::Path,
    time::SystemTime,
};

use super::Entries;

/// A folder and those of its entries that count, as they are behind their symlinks. Two that are equal mean that nothing
/// has changed, unless it did within one tick of the file system's clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fingerprint {
    /// `None` if there is no folder.
    folder: Option<Identity>,
    entries: BTreeMap<OsString, Stamp>,
}

/// Tells a folder from another one that takes its place, even with the same inode.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Identity {
    device: u64,
    inode: u64,
    /// Where the file system knows.
    created: Option<SystemTime>,
}

/// What changes when a file does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stamp {
    device: u64,
    inode: u64,
    size: u64,
    /// Seconds and nanoseconds.
    modified: (i64, i64),
    /// Seconds and nanoseconds; nobody can set it, so that a copy that keeps its times is told apart too.
    changed: (i64, i64),
}

impl Fingerprint {
    /// Looks at the folder now. What cannot be looked at counts as not there. Waits for the disk.
    pub(super) fn take(folder: &Path, entries: &Entries) -> Self {
        let identity = fs::metadata(folder).ok().map(|metadata| Identity::from(&metadata));
        let names = match entries {
            Entries::Named(name) => vec![name.clone()],
            _ => names(folder).unwrap_or_default(),
        };
        let counting = names.into_iter().filter(|name| entries.count(name));
        Self::of(identity, counting.filter_map(|name| Some((stamp(&folder.join(&name))?, name))))
    }

    fn of(folder: Option<Identity>, entries: impl Iterator<Item = (Stamp, OsString)>) -> Self {
        Self { folder, entries: entries.map(|(stamp, name)| (name, stamp)).collect() }
    }
}

fn names(folder: &Path) -> io::Result<Vec<OsString>> {
    Ok(fs::read_dir(folder)?.filter_map(|entry| Some(entry.ok()?.file_name())).collect())
}

fn stamp(path: &Path) -> Option<Stamp> {
    fs::metadata(path).ok().map(|metadata| Stamp::from(&metadata))
}

impl From<&Metadata> for Identity {
    fn from(metadata: &Metadata) -> Self {
        Self { device: metadata.dev(), inode: metadata.ino(), created: metadata.created().ok() }
    }
}

impl From<&Metadata> for Stamp {
    fn from(metadata: &Metadata) -> Self {
        Self {
            device: metadata.dev(),
            inode: metadata.ino(),
            size: metadata.size(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAMP: Stamp = Stamp { device: 1, inode: 2, size: 3, modified: (4, 5), changed: (6, 7) };

    fn listing(entries: &[(&str, Stamp)]) -> Fingerprint {
        let folder = Identity { device: 1, inode: 1, created: None };
        Fingerprint::of(Some(folder), entries.iter().map(|(name, stamp)| (stamp.clone(), OsString::from(name))))
    }

    #[test]
    fn the_order_of_a_listing_does_not_count() {
        assert_eq!(listing(&[("a", STAMP), ("b", STAMP)]), listing(&[("b", STAMP), ("a", STAMP)]));
    }

    #[test]
    fn every_trace_that_a_change_leaves_counts() {
        let before = listing(&[("a", STAMP)]);
        let traces = [
            ("another file system", Stamp { device: 9, ..STAMP }),
            ("another file", Stamp { inode: 9, ..STAMP }),
            ("another size", Stamp { size: 9, ..STAMP }),
            ("a later second", Stamp { modified: (9, 5), ..STAMP }),
            ("a later nanosecond", Stamp { modified: (4, 9), ..STAMP }),
            ("times that were set back", Stamp { changed: (6, 9), ..STAMP }),
        ];
        for (trace, stamp) in traces {
            assert_ne!(listing(&[("a", stamp)]), before, "{trace}");
        }
        assert_ne!(listing(&[("b", STAMP)]), before, "another name");
        assert_ne!(listing(&[("a", STAMP), ("b", STAMP)]), before, "one more");
        assert_ne!(listing(&[]), before, "none");
        let made_again = Identity { device: 1, inode: 1, created: Some(SystemTime::UNIX_EPOCH) };
        assert_ne!(Fingerprint { folder: Some(made_again), ..before.clone() }, before, "the folder was made again");
        assert_ne!(Fingerprint { folder: None, ..before.clone() }, before, "no folder");
    }

    #[test]
    fn only_entries_that_count_are_looked_at_and_those_behind_their_links() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let take = || Fingerprint::take(folder.path(), &Entries::Ending("wasm"));
        fs::write(path("target"), "1").unwrap();
        std::os::unix::fs::symlink("target", path("a.wasm")).unwrap();
        std::os::unix::fs::symlink("nowhere", path("dangling.wasm")).unwrap();
        let before = take();
        assert_eq!(Vec::from_iter(before.entries.keys()), ["a.wasm"]);
        fs::write(path("noise"), "").unwrap();
        assert_eq!(take(), before);
        fs::write(path("target"), "22").unwrap();
        assert_ne!(take(), before);
        let one = Fingerprint::take(folder.path(), &Entries::Named("noise".into()));
        assert_eq!(Vec::from_iter(one.entries.keys()), ["noise"]);
        let nowhere = Fingerprint::take(&path("nowhere"), &Entries::All);
        assert_eq!(nowhere, Fingerprint::of(None, std::iter::empty()));
    }
}
