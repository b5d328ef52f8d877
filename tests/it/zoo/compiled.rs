//! Compiled code, as wasmtime keeps it.

use std::fs;

use nudged_tests::PluginsFolder;

/// Bytes of the sum before it in our own cache.
const SUM: usize = 32;

/// What the cache holds of a plugin: as wasmtime wrote it, and with the sum.
pub(super) fn compiled_code() -> Vec<Vec<u8>> {
    let folder = PluginsFolder::with_guests(&["errs"]);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    // Beside the row's own runtime, which this thread is in.
    let rescan = || runtime.block_on(async { folder.cached_registry().rescan().await }).expect("the folder is there");
    std::thread::scope(|threads| threads.spawn(|| drop(rescan())).join()).expect("it compiles");
    let entries = fs::read_dir(folder.cache()).expect("the cache").map(|entry| entry.expect("an entry").path());
    let file = entries.into_iter().find(|file| file.extension().is_some_and(|end| end == "compiled"));
    let file = fs::read(file.expect("compiled code")).expect("is there");
    vec![file[SUM..].to_vec(), file]
}
