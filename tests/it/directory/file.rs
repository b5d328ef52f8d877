//! A file that others write: each whole version is taken, nothing else is.

use std::{
    fs,
    io::Write,
    os::unix::fs::symlink,
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use nudged::{
    config::DirectoryConfig,
    directory::{Directories, Directory},
};
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use nudged_tests::Log;

use super::{clock, email, mail, open, refused};

/// How long a change may take on a busy machine before the test fails. What no notification tells is found
/// after five seconds.
const DEADLINE: Duration = Duration::from_secs(25);

/// A file whose only group is `sales`, on `email` this address.
fn sales(address: &str) -> String {
    format!("{{ \"sales\": {{ \"email\": [\"{address}\"] }} }}\n")
}

fn config(file: PathBuf) -> DirectoryConfig {
    DirectoryConfig { file: Some(file), ..DirectoryConfig::default() }
}

/// A file that is being watched.
struct Watched {
    folder: TempDir,
    directories: Arc<Directories>,
    stop: CancellationToken,
    watching: JoinHandle<()>,
}

impl Watched {
    /// Watches `groups.json`, which `lay` puts into a folder.
    async fn start(lay: impl FnOnce(PathBuf)) -> Self {
        let folder = TempDir::new().expect("a folder");
        lay(folder.path().to_owned());
        let directories = open(&config(folder.path().join("groups.json")), &clock()).await.expect("a good file");
        let (directories, stop) = (Arc::new(directories), CancellationToken::new());
        let watching = tokio::spawn(Arc::clone(&directories).watch(stop.clone()));
        Self { folder, directories, stop, watching }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Waits until the group's only member is this one.
    async fn sales_is(&self, address: &str) {
        let start = Instant::now();
        while email(&self.directories, "sales").await != [address] {
            pause(start, address).await;
        }
    }

    /// Waits until this has been logged, and sees that it was once and that the group is as it was at the start.
    async fn says_once(&self, log: &Log, part: &str) {
        let start = Instant::now();
        while log.lines(part) == 0 {
            pause(start, part).await;
        }
        assert_eq!(log.lines(part), 1);
        assert_eq!(email(&self.directories, "sales").await, ["pam@x.test"]);
    }

    /// Another file in its place, as editors and deployments do it.
    fn replace(&self, content: &str) {
        fs::write(self.path(".groups.json.new"), content).expect("writes");
        fs::rename(self.path(".groups.json.new"), self.path("groups.json")).expect("renames");
    }

    async fn end(self) {
        self.stop.cancel();
        self.watching.await.expect("the watcher ends when it is told to");
    }
}

/// Lets the watcher work, but not for ever.
async fn pause(start: Instant, what: &str) {
    assert!(start.elapsed() < DEADLINE, "not within {DEADLINE:?}: {what}");
    tokio::time::sleep(Duration::from_millis(1)).await;
}

async fn watched() -> Watched {
    Watched::start(|folder| fs::write(folder.join("groups.json"), sales("pam@x.test")).expect("writes")).await
}

#[tokio::test]
async fn an_editors_save_is_read_again_and_again() {
    let watched = watched().await;
    for address in ["al@x.test", "bo@x.test", "cy@x.test"] {
        watched.replace(&sales(address));
        watched.sales_is(address).await;
    }
    fs::write(watched.path("groups.json"), sales("di@x.test")).expect("writes");
    watched.sales_is("di@x.test").await;
    watched.end().await;
}

#[tokio::test]
async fn a_half_written_file_changes_nothing_until_it_is_whole() {
    let log = Log::default();
    let _guard = log.capture();
    let watched = watched().await;
    let whole = sales("al@x.test");
    let (half, rest) = whole.split_at(whole.len() / 2);
    let mut file = fs::File::create(watched.path("groups.json")).expect("opens");
    file.write_all(half.as_bytes()).expect("writes");
    watched.says_once(&log, "is not JSON").await;
    file.write_all(rest.as_bytes()).expect("writes");
    drop(file);
    watched.sales_is("al@x.test").await;
    assert_eq!(log.lines("groups.json:1: column "), 1);
    assert_eq!(log.lines("; the 1 groups that were read before stay"), 1);
    watched.end().await;
}

/// As Kubernetes mounts a ConfigMap: the file is a link through `..data`, which is swapped.
#[tokio::test]
async fn a_swapped_symlink_is_noticed() {
    let version = |folder: &PathBuf, version: &str, address: &str| {
        fs::create_dir(folder.join(version)).expect("makes a folder");
        fs::write(folder.join(version).join("groups.json"), sales(address)).expect("writes");
        symlink(version, folder.join("..data.new")).expect("links");
        fs::rename(folder.join("..data.new"), folder.join("..data")).expect("renames");
    };
    let lay = |folder: PathBuf| {
        version(&folder, "..1", "pam@x.test");
        symlink("..data/groups.json", folder.join("groups.json")).expect("links");
    };
    let watched = Watched::start(lay).await;
    watched.sales_is("pam@x.test").await;
    version(&watched.folder.path().to_owned(), "..2", "al@x.test");
    watched.sales_is("al@x.test").await;
    watched.end().await;
}

#[tokio::test]
async fn a_deleted_file_is_used_until_it_is_back() {
    let log = Log::default();
    let _guard = log.capture();
    let watched = watched().await;
    fs::remove_file(watched.path("groups.json")).expect("removes");
    watched.says_once(&log, "groups.json: does not exist: put it there").await;
    watched.replace(&sales("al@x.test"));
    watched.sales_is("al@x.test").await;
    watched.end().await;
}

#[tokio::test]
async fn a_csv_is_read_without_a_watcher() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("groups.csv");
    fs::write(&path, "\u{feff}group,channel,address\nsales,email,pam@x.test\nsales,slack,#sales\n").expect("writes");
    let config = config(path.clone());
    let directories = open(&config, &clock()).await.expect("a good file");
    let sales = directories.group("sales").await.expect("an answer").expect("known");
    assert_eq!(
        (&sales["email"][..], &sales["slack"][..]),
        (&["pam@x.test".to_owned()][..], &["#sales".to_owned()][..])
    );
    assert_eq!(directories.group("others").await.expect("an answer"), None);
    let lines = Directories::check(&config, &mail(), clock()).await;
    let [(key, Ok(detail))] = &lines[..] else { panic!("{lines:?}") };
    assert_eq!((*key, detail), ("directory.file", &format!("{}: 1 groups, 2 addresses", path.display())));
}

#[tokio::test]
async fn a_bad_file_at_the_start_says_where_and_what_to_write() {
    let folder = TempDir::new().expect("a folder");
    let cases: [(&str, Option<&[u8]>, &str); 7] = [
        (
            "a.json",
            Some(b"{\n \"sales\": { \"email\": \"pam\" } }"),
            ":2: sales.email: \"pam\" is not an e-mail address",
        ),
        ("b.csv", Some(b"group,channel,address\nsales,email,pam\n"), ":2: address: \"pam\" is not an e-mail address"),
        ("c.csv", Some(b"group,channel,address\n"), ": holds no group: add one"),
        ("d.json", Some(b"{\n \"s\xff\": {} }"), ":2: is not UTF-8: save the file"),
        ("e.json", None, ": does not exist: put it there, or correct directory.file"),
        (
            "f.yaml",
            Some(b"sales:\n"),
            ": the name does not say what the file is: name a file that ends in .json or .csv",
        ),
        ("g.json", Some(b""), ": is empty: write an object of groups"),
    ];
    for (name, content, expected) in cases {
        let path = folder.path().join(name);
        if let Some(content) = content {
            fs::write(&path, content).expect("writes");
        }
        let error = refused(&config(path.clone())).await;
        let expected = format!("directory: {}{expected}", path.display());
        assert!(error.starts_with(&expected), "{error}\n{expected}");
    }
}
