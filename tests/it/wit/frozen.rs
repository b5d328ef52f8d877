//! What authors have built against stays as it is.

use std::{collections::BTreeMap, fs};

use sha2::{Digest, Sha256};

use super::repository;

/// One line a folder below `wit/`: its name, and the digest of what is in it.
const RELEASED: &str = "wit/released.txt";

/// The digest of a folder: of the names, lengths and bytes of its files, by name.
fn digest(folder: &str) -> String {
    let folder = repository().join("wit").join(folder);
    let files: BTreeMap<_, _> = fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.expect("an entry").path())
        .map(|path| (path.file_name().expect("a name").to_owned(), fs::read(&path).expect("a file")))
        .collect();
    let mut hash = Sha256::new();
    for (name, bytes) in files {
        hash.update(format!("{} {}\n", name.display(), bytes.len()));
        hash.update(bytes);
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn folders() -> Vec<String> {
    let entries = fs::read_dir(repository().join("wit")).expect("the folder of interfaces");
    let folders = entries.map(|entry| entry.expect("an entry")).filter(|entry| entry.path().is_dir());
    let mut names: Vec<_> = folders.map(|entry| entry.file_name().into_string().expect("UTF-8")).collect();
    names.sort();
    names
}

#[test]
fn no_file_of_a_released_interface_has_changed() {
    let released = fs::read_to_string(repository().join(RELEASED)).expect("the list of what is released");
    let lines = released.lines().filter(|line| !line.starts_with('#'));
    let listed: BTreeMap<_, _> = lines.map(|line| line.split_once(' ').expect("a folder and its digest")).collect();
    assert_eq!(listed.keys().copied().collect::<Vec<_>>(), folders(), "{RELEASED} names the folders that there are");
    for (folder, kept) in listed {
        let now = digest(folder);
        assert_eq!(
            now, kept,
            "wit/{folder}: once a release of nudged contains the folder, plugins are built against it: undo the change and \
             make it in a new folder (docs: compatibility). Until then, write the left digest into {RELEASED}"
        );
    }
}
