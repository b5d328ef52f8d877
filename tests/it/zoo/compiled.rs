//! Compiled code, as wasmtime keeps it.

use std::{fs, thread};

use nudged_tests::PluginsFolder;

/// Bytes of the sum before it in our own cache.
const SUM: usize = 32;

/// What the cache holds of a plugin: as wasmtime wrote it, and with the sum.
pub(super) fn compiled_code() -> Vec<Vec<u8>> {
    let folder = PluginsFolder::with_guests(&["errs"]);
    // On a thread of its own: the row's is in a runtime already.
    thread::scope(|threads| threads.spawn(|| compile(&folder)).join()).expect("it compiles");
    let entries = fs::read_dir(folder.cache()).expect("the cache").map(|entry| entry.expect("an entry").path());
    let file = entries.into_iter().find(|file| file.extension().is_some_and(|end| end == "compiled"));
    let file = fs::read(file.expect("compiled code")).expect("is there");
    vec![file[SUM..].to_vec(), file]
}

fn compile(folder: &PluginsFolder) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(folder.cached_registry().rescan()).expect("the folder is there");
}
