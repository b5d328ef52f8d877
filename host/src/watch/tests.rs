use std::{
    fs,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::sync::Semaphore;

use super::*;

const SHORT: Duration = Duration::from_millis(20);

/// How long something may take on a busy machine before a test fails.
const DEADLINE: Duration = Duration::from_secs(20);

fn both(path: &Path) -> [Folder; 2] {
    // With notifications the poll is too rare to help.
    [(DEADLINE * 2, Noticing::Both), (SHORT, Noticing::PollOnly)]
        .map(|(poll, noticing)| Folder::new(path, Entries::Ending("wasm")).noticed(poll, noticing))
}

async fn until(what: &str, holds: impl Fn() -> bool) {
    let waited = timeout(DEADLINE, async {
        while !holds() {
            sleep(Duration::from_millis(1)).await;
        }
    });
    waited.await.unwrap_or_else(|_| panic!("never: {what}"));
}

#[tokio::test]
async fn a_folder_in_which_nothing_changes_is_read_twice_and_then_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.wasm"), "1").unwrap();
    let reads = AtomicUsize::new(0);
    let read = async || {
        reads.fetch_add(1, Ordering::SeqCst);
        None
    };
    let watched = Folder::new(folder.path(), Entries::Ending("wasm")).noticed(SHORT, Noticing::PollOnly);
    let noise = async {
        until("two reads", || reads.load(Ordering::SeqCst) == 2).await;
        for _ in 0..25 {
            sleep(SHORT).await;
            fs::write(folder.path().join("noise"), "noise").unwrap();
        }
    };
    tokio::select! {
        () = keep_up(&watched, read) => {}
        () = noise => {}
    }
    assert_eq!(reads.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn what_changes_while_the_folder_is_read_is_read_afterwards() {
    let root = tempfile::tempdir().unwrap();
    for watched in both(root.path()) {
        let file = root.path().join("a.wasm");
        fs::write(&file, "before").unwrap();
        let (reads, go_on) = (Arc::new(std::sync::Mutex::new(Vec::new())), Arc::new(Semaphore::new(0)));
        let reading = tokio::spawn({
            let (reads, go_on, file, watched) = (Arc::clone(&reads), Arc::clone(&go_on), file.clone(), watched.clone());
            async move {
                let read = async || {
                    reads.lock().unwrap().push(fs::read_to_string(&file).unwrap());
                    go_on.acquire().await.unwrap().forget();
                    None
                };
                keep_up(&watched, read).await;
            }
        });
        until("the first read", || reads.lock().unwrap().len() == 1).await;
        fs::write(&file, "meanwhile").unwrap();
        go_on.add_permits(1);
        until("the second read", || reads.lock().unwrap().len() >= 2).await;
        assert_eq!(reads.lock().unwrap()[..2], ["before", "meanwhile"], "{:?}", watched.noticing);
        reading.abort();
    }
}

#[tokio::test]
async fn who_asks_to_be_called_again_is_although_nothing_has_changed() {
    let folder = tempfile::tempdir().unwrap();
    for watched in both(folder.path()) {
        let reads = AtomicUsize::new(0);
        let read = async || (reads.fetch_add(1, Ordering::SeqCst) < 4).then_some(SHORT);
        tokio::select! {
            () = keep_up(&watched, read) => {}
            () = until("five reads", || reads.load(Ordering::SeqCst) >= 5) => {}
        }
    }
}

#[tokio::test]
async fn a_folder_whose_parent_is_missing_is_noticed_when_it_appears() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("later/plugins");
    let found = AtomicUsize::new(0);
    let read = async || {
        found.store(fs::read_dir(&path).map_or(0, Iterator::count), Ordering::SeqCst);
        None
    };
    let watched = Folder::new(&path, Entries::Ending("wasm")).noticed(SHORT, Noticing::Both);
    let appears = async {
        fs::create_dir_all(&path).unwrap();
        fs::write(path.join("a.wasm"), "1").unwrap();
        until("the file is found", || found.load(Ordering::SeqCst) == 1).await;
    };
    tokio::select! {
        () = keep_up(&watched, read) => {}
        () = appears => {}
    }
}

#[test]
fn a_file_is_watched_by_the_folder_around_it() {
    for (file, folder) in [("config.json", "."), ("a/config.json", "a"), ("/config.json", "/")] {
        let Folder { path, entries, .. } = Folder::around(Path::new(file));
        assert_eq!((path.as_path(), entries), (Path::new(folder), Entries::Named("config.json".into())), "{file}");
    }
}
