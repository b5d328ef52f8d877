//! The plugin host over real components in real folders.

mod admission;
mod cache;
mod calls;
mod faults;
mod getters;
mod grants;
mod handmade;
mod http;
mod mail;
mod poison;
mod registry;
mod relay;
mod storm;
mod strategies;
mod watch;

use std::fs;

/// A guest that no test loads proves nothing.
#[test]
fn every_test_guest_is_used_here() {
    let files = |folder: &str| {
        let entries = fs::read_dir(format!("{}/{folder}", env!("CARGO_MANIFEST_DIR"))).expect("the folder is there");
        entries.map(|entry| entry.expect("an entry").path()).collect::<Vec<_>>()
    };
    let tests: String = files("it/plugins").iter().map(|file| fs::read_to_string(file).expect("text")).collect();
    for guest in files("guests/examples") {
        let name = guest.file_stem().expect("a name").to_string_lossy();
        assert!(tests.contains(&format!("\"{name}\"")), "no test of plugins loads {name}");
    }
}
