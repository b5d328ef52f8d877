//! Compiled code on disk.

use std::{
    fs,
    os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt},
    path::PathBuf,
    sync::Arc,
};

use nudged::{
    clock::SystemClock,
    config::PluginsConfig,
    plugin::{PluginEngine, Registry},
};
use nudged_tests::{PluginsFolder, batch, compiler, context, guest};

/// Room for every test's code.
const ROOM: u64 = 64 << 20;

fn mode(path: PathBuf) -> u32 {
    fs::metadata(path).expect("is there").permissions().mode() & 0o777
}

/// Files of the cache, by name.
fn files(folder: &PluginsFolder) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder.cache()).expect("the cache is there");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths.filter(|path| !path.is_dir()).collect()
}

/// Starts an engine over the folder; the echo must answer. The cache's only file, with the file that it is.
async fn start(folder: &PluginsFolder) -> (PathBuf, u64) {
    let registry = folder.cached_registry();
    registry.rescan().await.expect("the folder is there");
    let echo = registry.strategy("echo").expect("serves");
    assert_eq!(echo.evaluate(batch(["s1"]), &context()).await.expect("an answer").len(), 1);
    let files = files(folder);
    let [file] = &files[..] else { panic!("one file is expected: {files:?}") };
    (file.clone(), fs::symlink_metadata(file).expect("is there").ino())
}

/// The plugins' files of the folder come to serve, in an engine with this much room for code.
async fn start_within(folder: &PluginsFolder, cache_bytes: u64) {
    let config = PluginsConfig {
        directory: folder.path(),
        cache: folder.cache(),
        limits: folder.limits.clone(),
        cache_bytes,
        ..PluginsConfig::default()
    };
    let engine = PluginEngine::new(&config, compiler()).expect("the engine starts");
    let registry = Registry::new(engine, &config, true, Arc::new(SystemClock));
    registry.rescan().await.expect("the folder is there");
    assert_eq!(registry.refusals(), []);
}

#[tokio::test]
async fn a_second_start_takes_the_compiled_code_of_the_first() {
    let folder = PluginsFolder::with_guests(&["echo"]);
    let first = start(&folder).await;
    assert_eq!(mode(folder.cache()), 0o700);
    assert_eq!(mode(first.0.clone()), 0o600);
    let digest = folder.serving().await.admissions()[0].digest.clone();
    let name = first.0.file_name().expect("a name").to_string_lossy().into_owned();
    let engine = name.strip_prefix(&format!("{digest}-")).and_then(|rest| rest.strip_suffix(".compiled"));
    assert!(engine.is_some_and(|engine| engine.len() == 16), "{name}");
    assert_eq!(start(&folder).await, first, "not written again, so not compiled again");
}

#[tokio::test]
async fn damaged_code_is_compiled_again() {
    let folder = PluginsFolder::with_guests(&["echo"]);
    let (file, _) = start(&folder).await;
    let whole = fs::read(&file).expect("is there");
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 1;
    for damaged in [&flipped[..], &whole[..whole.len() / 2], &whole[..10], b""] {
        fs::write(&file, damaged).expect("writes");
        start(&folder).await;
        assert_eq!(fs::read(&file).expect("is there").len(), whole.len(), "compiled and kept again");
    }
}

/// The echo's code under another's name is whole, and yet not what is to serve.
#[tokio::test]
async fn another_components_code_does_not_serve() {
    let folder = PluginsFolder::with_guests(&["echo"]);
    let (echo, _) = start(&folder).await;
    folder.put("echo.wasm", &guest("rejects"));
    start_within(&folder, ROOM).await;
    let other = files(&folder).into_iter().find(|file| *file != echo).expect("two files");
    fs::copy(&echo, &other).expect("copies");
    let registry = folder.cached_registry();
    registry.rescan().await.expect("the folder is there");
    assert!(registry.channel("rejects").is_ok(), "{:?}", registry.refusals());
    assert_ne!(fs::metadata(&other).expect("is there").len(), fs::metadata(&echo).expect("is there").len());
}

#[tokio::test]
async fn code_behind_a_link_or_open_to_others_is_compiled_again() {
    let folder = PluginsFolder::with_guests(&["echo"]);
    let (file, first) = start(&folder).await;
    let elsewhere = folder.path().join("elsewhere.compiled");
    fs::rename(&file, &elsewhere).expect("moves");
    std::os::unix::fs::symlink(&elsewhere, &file).expect("a link");
    let (_, second) = start(&folder).await;
    assert_ne!(first, second);
    assert!(fs::symlink_metadata(&file).expect("is there").is_file(), "the link is gone");
    // As long as it is open, no other file gets its number.
    let _open = fs::File::open(&file).expect("opens");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o666)).expect("another mode");
    assert_ne!(start(&folder).await.1, second);
    assert_eq!(mode(file), 0o600);
}

#[tokio::test]
async fn code_of_engines_with_other_settings_is_kept_side_by_side() {
    let mut folder = PluginsFolder::with_guests(&["echo"]);
    let plain = start(&folder).await;
    folder.limits.fuel = Some(u64::MAX);
    let registry = folder.cached_registry();
    registry.rescan().await.expect("the folder is there");
    assert_eq!(files(&folder).len(), 2);
    folder.limits.fuel = None;
    fs::remove_file(files(&folder).into_iter().find(|file| *file != plain.0).expect("the other")).expect("removes");
    assert_eq!(start(&folder).await, plain, "not compiled again");
}

#[tokio::test]
async fn a_full_cache_loses_what_was_not_used_for_longest() {
    let folder = PluginsFolder::with_guests(&["echo"]);
    let (echo, _) = start(&folder).await;
    folder.put("rejects.wasm", &guest("rejects"));
    start_within(&folder, ROOM).await;
    let rejects = files(&folder).into_iter().find(|file| *file != echo).expect("two files");
    // The echo is used once more, and a third one comes for which there is no room.
    folder.remove("rejects.wasm");
    start_within(&folder, ROOM).await;
    let size = |file: &PathBuf| fs::metadata(file).expect("is there").len();
    let held: u64 = files(&folder).iter().map(size).sum();
    folder.put("errs.wasm", &guest("errs"));
    // Room for two and a half.
    start_within(&folder, held + size(&echo) / 2).await;
    assert!(echo.exists() && !rejects.exists(), "{:?}", files(&folder));
    assert_eq!(files(&folder).len(), 2);
    // What is larger than the whole cache is not kept, and serves.
    folder.remove("errs.wasm");
    folder.put("echo.wasm", &guest("echo-v2"));
    start_within(&folder, 1_000).await;
    assert_eq!(files(&folder).len(), 2);
}

/// Compiled code is as trusted as the daemon itself: it comes from its own folder only.
#[tokio::test]
async fn compiled_code_in_the_plugins_folder_is_not_looked_at() {
    let folder = PluginsFolder::with_guests(&["echo"]);
    let (file, _) = start(&folder).await;
    let name = file.file_name().expect("a name").to_string_lossy().into_owned();
    for name in [name.as_str(), "echo.cwasm", "echo.compiled"] {
        fs::copy(&file, folder.file(name)).expect("copies");
    }
    folder.remove("echo.wasm");
    let registry = folder.cached_registry();
    registry.rescan().await.expect("the folder is there");
    assert_eq!((registry.admissions().len(), registry.refusals()), (0, vec![]));
}

#[tokio::test]
async fn a_folder_that_others_can_read_is_not_used() {
    let folder = PluginsFolder::with_guests(&["echo"]);
    fs::DirBuilder::new().mode(0o755).create(folder.cache()).expect("a folder");
    fs::set_permissions(folder.cache(), fs::Permissions::from_mode(0o755)).expect("whatever the umask is");
    let registry = folder.cached_registry();
    registry.rescan().await.expect("the folder is there");
    let echo = registry.strategy("echo").expect("serves all the same");
    assert!(echo.evaluate(batch(["s1"]), &context()).await.is_ok());
    assert_eq!(files(&folder), [""; 0].map(PathBuf::from));
}
