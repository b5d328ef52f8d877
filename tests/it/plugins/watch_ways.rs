//! Every way in which editors, copies and deployments put a plugin in the place of another is noticed: by notifications
//! or, where nothing tells, by polling.

use std::{
    fs,
    io::Write,
    os::unix::fs::symlink,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use nudged::plugin::Noticing;
use nudged_tests::{PluginsFolder, guest, marked};
use tokio::task::JoinSet;

use super::watch::{Watched, until};

const OFTEN: Duration = Duration::from_millis(50);
const NEVER: Duration = Duration::from_secs(3600);

/// How one generation takes the place of another. Both are told the folder around `plugins`, which is there and empty.
struct Way {
    what: &'static str,
    /// Whether notifications tell of it.
    notified: bool,
    /// Has `echo` 1.0.0 serve, or nothing.
    lay: fn(&Path),
    /// Has `echo` 2.0.0 serve.
    change: fn(&Path),
}

fn way(what: &'static str, notified: bool, lay: fn(&Path), change: fn(&Path)) -> Way {
    Way { what, notified, lay, change }
}

fn ways() -> Vec<Way> {
    let plain = |root: &Path| write(&root.join("plugins/echo.wasm"), "echo");
    let mut ways = vec![
        way("overwritten in place", true, plain, |root| write(&root.join("plugins/echo.wasm"), "echo-v2")),
        way("written beside and renamed over", true, plain, |root| {
            write(&root.join("plugins/.echo.wasm.tmp"), "echo-v2");
            rename(root, "plugins/.echo.wasm.tmp", "plugins/echo.wasm");
        }),
        way("renamed over from elsewhere", true, plain, |root| {
            write(&root.join("echo-v2"), "echo-v2");
            rename(root, "echo-v2", "plugins/echo.wasm");
        }),
        way("saved as vim does: kept as a backup, written anew", true, plain, |root| {
            rename(root, "plugins/echo.wasm", "plugins/echo.wasm~");
            write(&root.join("plugins/echo.wasm"), "echo-v2");
            fs::remove_file(root.join("plugins/echo.wasm~")).expect("a backup");
        }),
        way("copied slowly", true, plain, |root| slowly(&root.join("plugins/echo.wasm"))),
        way("with the times of the old one kept", true, plain, |root| {
            let file = root.join("plugins/echo.wasm");
            let modified = fs::metadata(&file).and_then(|file| file.modified()).expect("a time");
            write(&file, "echo-v2");
            let file = fs::File::options().write(true).open(file).expect("a file");
            file.set_modified(modified).expect("times are set");
        }),
        way("under another name", true, plain, |root| {
            write(&root.join("plugins/renamed.wasm"), "echo-v2");
            fs::remove_file(root.join("plugins/echo.wasm")).expect("a file");
        }),
    ];
    ways.extend(links());
    ways.extend(folders());
    ways
}

/// Files behind symlinks. Only what happens in the plugins folder itself is notified.
fn links() -> [Way; 4] {
    let linked = |root: &Path| {
        write(&root.join("target"), "echo");
        symlink("../target", root.join("plugins/echo.wasm")).expect("a link");
    };
    [
        way("a link's target overwritten", false, linked, |root| write(&root.join("target"), "echo-v2")),
        way("a link's target renamed over", false, linked, |root| {
            write(&root.join("target.tmp"), "echo-v2");
            rename(root, "target.tmp", "target");
        }),
        way("a link led elsewhere", true, linked, |root| {
            write(&root.join("other"), "echo-v2");
            relink(root, "../other", "plugins/echo.wasm");
        }),
        way(
            "a mounted config map's ..data led elsewhere",
            true,
            |root| {
                release(root, "plugins/..2026_1", "echo");
                symlink("..2026_1", root.join("plugins/..data")).expect("a link");
                symlink("..data/echo.wasm", root.join("plugins/echo.wasm")).expect("a link");
            },
            |root| {
                release(root, "plugins/..2026_2", "echo-v2");
                relink(root, "..2026_2", "plugins/..data");
                fs::remove_dir_all(root.join("plugins/..2026_1")).expect("a folder");
            },
        ),
    ]
}

/// The folder as a whole.
fn folders() -> [Way; 6] {
    let released = |root: &Path| {
        gone(root);
        release(root, "releases/41", "echo");
        symlink("releases/41", root.join("plugins")).expect("a link");
    };
    [
        way("the folder is a link that is led elsewhere", true, released, |root| {
            release(root, "releases/42", "echo-v2");
            relink(root, "releases/42", "plugins");
        }),
        way("a file behind the folder's link overwritten", true, released, |root| {
            write(&root.join("releases/41/echo.wasm"), "echo-v2");
        }),
        way(
            "the folder deleted and made again",
            true,
            |root| release(root, "plugins", "echo"),
            |root| {
                fs::remove_dir_all(root.join("plugins")).expect("a folder");
                release(root, "plugins", "echo-v2");
            },
        ),
        way(
            "the folder renamed away, another in its place",
            true,
            |root| release(root, "plugins", "echo"),
            |root| {
                release(root, "new", "echo-v2");
                rename(root, "plugins", "old");
                rename(root, "new", "plugins");
            },
        ),
        way("the folder missing at the start", true, gone, |root| release(root, "plugins", "echo-v2")),
        way(
            "a link to nowhere that leads somewhere later",
            false,
            |root| {
                gone(root);
                symlink("later", root.join("plugins")).expect("a link");
            },
            |root| release(root, "later", "echo-v2"),
        ),
    ]
}

fn write(file: &Path, name: &str) {
    fs::write(file, guest(name)).expect("writes");
}

/// With pauses that are longer than a folder has to be quiet before it is read.
fn slowly(file: &Path) {
    let whole = guest("echo-v2");
    let mut file = fs::File::create(file).expect("opens");
    for part in whole.chunks(whole.len() / 5 + 1) {
        file.write_all(part).expect("writes");
        std::thread::sleep(Duration::from_millis(120));
    }
}

fn release(root: &Path, folder: &str, name: &str) {
    fs::create_dir_all(root.join(folder)).expect("a folder");
    write(&root.join(folder).join("echo.wasm"), name);
}

fn gone(root: &Path) {
    fs::remove_dir(root.join("plugins")).expect("an empty folder");
}

fn rename(root: &Path, from: &str, to: &str) {
    fs::rename(root.join(from), root.join(to)).expect("renames");
}

/// Another link takes the place of the old one, so that there always is one.
fn relink(root: &Path, target: &str, link: &str) {
    symlink(target, root.join("link.tmp")).expect("a link");
    rename(root, "link.tmp", link);
}

async fn go(way: Way, noticing: Noticing) {
    let Way { what, notified, lay, change } = way;
    let folder = PluginsFolder::default();
    lay(folder.around());
    let first = folder.file("echo.wasm").exists();
    let poll = if noticing == Noticing::Both && notified { NEVER } else { OFTEN };
    let watched = Watched::noticing(folder, poll, noticing);
    if first {
        watched.serves("1.0.0").await;
    }
    let around = watched.folder.around().to_owned();
    tokio::task::spawn_blocking(move || change(&around)).await.expect("it is changed");
    println!("{what}, {noticing:?}: serves {:?} later", watched.serves("2.0.0").await);
    until(&format!("{what}: nothing is refused"), || watched.registry.refusals().is_empty()).await;
    watched.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_way_to_replace_a_plugin_is_noticed() {
    for noticing in [Noticing::Both, Noticing::PollOnly] {
        let mut going: JoinSet<_> = ways().into_iter().map(|way| go(way, noticing)).collect();
        while let Some(gone) = going.join_next().await {
            gone.expect("noticed");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_is_touched_stays_the_generation_that_it_is() {
    for (poll, noticing) in [(NEVER, Noticing::Both), (OFTEN, Noticing::PollOnly)] {
        let watched = Watched::noticing(PluginsFolder::with_guests(&["echo"]), poll, noticing);
        watched.serves("1.0.0").await;
        let before = watched.registry.strategy("echo").expect("it serves");
        let file = fs::File::options().write(true).open(watched.folder.file("echo.wasm")).expect("a file");
        file.set_modified(std::time::SystemTime::UNIX_EPOCH).expect("touched");
        watched.folder.put("rejects.wasm", &guest("rejects"));
        until("what came after it serves", || watched.registry.channel("rejects").is_ok()).await;
        let after = watched.registry.strategy("echo").expect("it serves");
        assert!(Arc::ptr_eq(&before, &after), "it was loaded again");
        watched.end().await;
    }
}

/// Figures only: how long it takes from the end of writing a file until what it holds serves, compilation included.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_generation_serves_soon_after_its_file_is_closed() {
    let watched = Watched::start(PluginsFolder::with_guests(&["echo"]));
    watched.serves("1.0.0").await;
    let mut took = Vec::new();
    for mark in 0..50 {
        let bytes = marked(&guest("echo"), mark);
        let before = watched.registry.admissions()[0].digest.clone();
        fs::write(watched.folder.file("echo.wasm"), bytes).expect("writes");
        let closed = Instant::now();
        until("the next generation serves", || watched.registry.admissions()[0].digest != before).await;
        took.push(closed.elapsed());
    }
    took.sort();
    println!("file closed -> serving, of 50: p50 {:?}, p99 {:?}", took[24], took[49]);
    watched.end().await;
}
