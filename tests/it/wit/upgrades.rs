//! What of an interface may change, so that a component that was built against the old one fits the new one: the rule that
//! the next folder is held against.

use std::{fs, path::Path};

use tempfile::TempDir;
use wit_component::semver_check;
use wit_parser::{PackageId, Resolve};

use super::{FOLDER, repository};

const WORLDS: [&str; 4] = ["share-strategy", "stack-strategy", "record-strategy", "channel"];

/// The package of a folder.
fn push(resolve: &mut Resolve, folder: &Path) -> PackageId {
    resolve.push_dir(folder).unwrap_or_else(|error| panic!("{}: {error:#}", folder.display())).0
}

/// Whether whatever was built against `old` can be loaded by a host that has `new`; the first world that it cannot.
fn fits(old: &Path, new: &Path) -> Result<(), String> {
    for world in WORLDS {
        let mut resolve = Resolve::default();
        let (old, new) = (push(&mut resolve, old), push(&mut resolve, new));
        let select = |package| resolve.select_world(&[package], Some(world)).expect("a world of each kind");
        let (old, new) = (select(old), select(new));
        semver_check(resolve, old, new).map_err(|error| format!("{world}: {error:#}"))?;
    }
    Ok(())
}

/// A copy of the interface as the next version, with one text replaced.
fn next(file: &str, text: &str, replacement: &str) -> TempDir {
    let copy = tempfile::tempdir().expect("a folder");
    for entry in fs::read_dir(repository().join(FOLDER)).expect("the interface") {
        let path = entry.expect("an entry").path();
        let mut content = fs::read_to_string(&path).expect("WIT is text").replace("@0.1.0", "@0.1.1");
        if path.ends_with(file) {
            assert!(content.contains(text), "{file} says {text:?}");
            content = content.replacen(text, replacement, 1);
        }
        fs::write(copy.path().join(path.file_name().expect("a name")), content).expect("written");
    }
    copy
}

fn changed(file: &str, text: &str, replacement: &str) -> Result<(), String> {
    fits(&repository().join(FOLDER), next(file, text, replacement).path())
}

#[test]
fn what_the_host_offers_may_grow() {
    let getter = "uri: func(share: u32) -> string;";
    assert_eq!(
        changed("shares.wit", getter, &format!("{getter}\n        colour: func(share: u32) -> string;")),
        Ok(())
    );
    let import = "import inbox;";
    let clock = "interface clock { now: func() -> u64; }\nworld channel {";
    assert_eq!(changed("channel.wit", "world channel {", clock), Ok(()), "a new interface");
    let added = next("channel.wit", "world channel {", clock);
    let file = added.path().join("channel.wit");
    let text = fs::read_to_string(&file).expect("WIT").replacen(import, "import inbox;\n    import clock;", 1);
    fs::write(&file, text).expect("written");
    assert_eq!(fits(&repository().join(FOLDER), added.path()), Ok(()), "a new import of a world");
}

#[test]
fn what_crosses_the_border_by_value_may_not_change() {
    let breaking = [
        ("findings.wit", "reason: string,", "reason: string,\n        colour: string,", "a field more"),
        ("findings.wit", "text: string,", "", "a field less"),
        ("types.wit", "rejected(string)", "rejected(string),\n        lost", "a case more"),
        ("shares.wit", "uri: func(share: u32) -> string;", "", "a getter less"),
        ("shares.wit", "uri: func(share: u32) -> string;", "uri: func(share: u64) -> string;", "another parameter"),
        ("channel.wit", "import inbox;", "", "an import less"),
        ("channel.wit", "export plugin;", "export plugin;\n    export log;", "an export more"),
    ];
    for (file, text, replacement, what) in breaking {
        assert!(changed(file, text, replacement).is_err(), "{what} breaks what is built: {file}");
    }
}

/// Folders of one compatible line (`v0.1`, `v0.1.1`, …) are held against each other, oldest first.
#[test]
fn each_released_interface_fits_those_before_it() {
    let root = repository().join("wit");
    let line = |name: &str| {
        let numbers: Vec<u64> =
            name.trim_start_matches('v').split('.').map(|one| one.parse().expect("v0.1.2")).collect();
        // Before 1.0 a minor number is a line of its own, as semantic versioning has it.
        let width = if numbers[0] == 0 { 2 } else { 1 };
        (numbers[..width].to_vec(), numbers)
    };
    let mut folders: Vec<_> = fs::read_dir(&root)
        .expect("the folder of interfaces")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_dir())
        .map(|path| (line(&path.file_name().expect("a name").to_string_lossy()), path))
        .collect();
    folders.sort();
    assert!(!folders.is_empty(), "there is an interface");
    for pair in folders.windows(2).filter(|pair| pair[0].0.0 == pair[1].0.0) {
        assert_eq!(fits(&pair[0].1, &pair[1].1), Ok(()), "{} after {}", pair[1].1.display(), pair[0].1.display());
    }
}
