//! Compiled code on disk.

use std::{
    fs,
    os::unix::fs::{DirBuilderExt, PermissionsExt},
    path::PathBuf,
    time::SystemTime,
};

use nudged_tests::{PluginsFolder, batch, context};

fn mode(path: PathBuf) -> u32 {
    fs::metadata(path).expect("is there").permissions().mode() & 0o777
}

/// Files of the cache, by name.
fn files(folder: &PluginsFolder) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder.cache()).expect("the cache is there");
    entries.map(|entry| entry.expect("an entry").path()).collect()
}

/// Starts an engine over the folder; the echo must answer. The cache's only file, with its time of change.
async fn start(folder: &PluginsFolder) -> (PathBuf, SystemTime) {
    let registry = folder.cached_registry();
    registry.rescan().await.expect("the folder is there");
    let echo = registry.strategy("echo").expect("serves");
    assert_eq!(echo.evaluate(batch(["s1"]), &context()).await.expect("an answer").len(), 1);
    let files = files(folder);
    let [file] = &files[..] else { panic!("one file is expected: {files:?}") };
    (file.clone(), fs::metadata(file).expect("is there").modified().expect("a time"))
}

#[tokio::test]
async fn a_second_start_takes_the_compiled_code_of_the_first() {
    let folder = PluginsFolder::with_guests(&["echo"]);
    let first = start(&folder).await;
    assert_eq!(mode(folder.cache()), 0o700);
    assert_eq!(mode(first.0.clone()), 0o600);
    let digest = folder.serving().await.admissions()[0].digest.clone();
    assert_eq!(first.0.file_name().expect("a name").to_string_lossy(), format!("{digest}.compiled"));
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

/// The sum is right, but it is no code of this engine.
#[tokio::test]
async fn foreign_code_is_compiled_again() {
    let folder = PluginsFolder::with_guests(&["echo"]);
    let (file, _) = start(&folder).await;
    let length = fs::metadata(&file).expect("is there").len();
    // SHA-256 of nothing, and nothing.
    let sum = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let sum: Vec<_> = (0..64).step_by(2).map(|at| u8::from_str_radix(&sum[at..at + 2], 16).expect("hex")).collect();
    fs::write(&file, sum).expect("writes");
    start(&folder).await;
    assert_eq!(fs::metadata(&file).expect("is there").len(), length);
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
