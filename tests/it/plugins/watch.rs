//! The folder is watched: what changes there serves soon, and no call notices.

use std::{
    fs,
    io::Write,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use nudged::{
    model::Manifest,
    plugin::{Noticing, Registry, watch},
};
use nudged_tests::{PluginsFolder, batch, context, guest};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// How long a change may take on a busy machine before the test fails.
const DEADLINE: Duration = Duration::from_secs(25);

/// With notifications: too rare to help in time.
const POLL: Duration = Duration::from_secs(60);

/// A folder that is being watched.
pub(super) struct Watched {
    pub(super) folder: PluginsFolder,
    pub(super) registry: Arc<Registry>,
    stop: CancellationToken,
    watching: JoinHandle<()>,
}

impl Watched {
    pub(super) fn start(folder: PluginsFolder) -> Self {
        Self::noticing(folder, POLL, Noticing::Both)
    }

    pub(super) fn noticing(folder: PluginsFolder, poll: Duration, noticing: Noticing) -> Self {
        let (registry, stop) = (Arc::new(folder.kept_registry()), CancellationToken::new());
        let watching = tokio::spawn(watch(Arc::clone(&registry), poll, noticing, stop.clone()));
        Self { folder, registry, stop, watching }
    }

    /// Waits until the version of `echo` serves, and answers with how long it took.
    pub(super) async fn serves(&self, version: &str) -> Duration {
        let echo = |manifest: &Manifest| manifest.name == "echo" && manifest.version == version;
        let serves = || self.registry.admissions().iter().any(|admission| echo(&admission.manifest));
        until(&format!("echo {version} serves"), serves).await
    }

    pub(super) async fn end(self) {
        self.stop.cancel();
        self.watching.await.expect("the watcher ends when it is told to");
    }
}

/// Waits for a condition of another task, and answers with how long it took.
pub(super) async fn until(what: &str, holds: impl Fn() -> bool) -> Duration {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < DEADLINE, "not within {DEADLINE:?}: {what}");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    start.elapsed()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_serves_once_it_is_there_and_no_more_once_it_is_gone() {
    let watched = Watched::start(PluginsFolder::with_guests(&["rejects"]));
    until("the start's files serve", || watched.registry.channel("rejects").is_ok()).await;

    fs::write(watched.folder.file("echo.wasm"), guest("echo")).expect("writes");
    println!("new file closed -> serving: {:?}", watched.serves("1.0.0").await);

    watched.folder.put("echo.wasm", &guest("echo-v2"));
    println!("file renamed over -> serving: {:?}", watched.serves("2.0.0").await);

    fs::write(watched.folder.file("echo.wasm"), guest("echo")).expect("writes");
    println!("file overwritten in place -> serving: {:?}", watched.serves("1.0.0").await);

    watched.folder.remove("echo.wasm");
    let gone = until("echo is gone", || watched.registry.strategy("echo").is_err()).await;
    println!("file removed -> missing: {gone:?}");
    assert!(watched.registry.channel("rejects").is_ok());
    watched.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_that_stops_halfway_serves_when_it_is_whole() {
    let watched = Watched::start(PluginsFolder::with_guests(&["echo"]));
    watched.serves("1.0.0").await;
    let whole = guest("echo-v2");
    let (half, rest) = whole.split_at(whole.len() / 2);
    let mut file = fs::File::create(watched.folder.file("echo.wasm")).expect("opens");
    file.write_all(half).expect("writes");
    until("the half is refused", || !watched.registry.refusals().is_empty()).await;
    assert_eq!(watched.registry.admissions()[0].manifest.version, "1.0.0", "the old one serves meanwhile");
    file.write_all(rest).expect("writes");
    drop(file);
    watched.serves("2.0.0").await;
    assert_eq!(watched.registry.refusals(), []);
    watched.end().await;
}

/// Each call is answered, by one generation, and never by an older one than the call before.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_call_fails_while_a_plugin_is_replaced() {
    let watched = Watched::start(PluginsFolder::with_guests(&["echo"]));
    watched.serves("1.0.0").await;
    let done = Arc::new(AtomicBool::new(false));
    let calling = tokio::spawn(call(Arc::clone(&watched.registry), Arc::clone(&done)));
    watched.folder.put("echo.wasm", &guest("echo-v2"));
    watched.serves("2.0.0").await;
    done.store(true, Ordering::SeqCst);
    let reasons = calling.await.expect("no call failed");
    let changes: Vec<_> = reasons.iter().fold(Vec::new(), |mut seen: Vec<&str>, reason| {
        if seen.last() != Some(&reason.as_str()) {
            seen.push(reason);
        }
        seen
    });
    assert_eq!(changes, ["echo", "echo-again"], "{} calls", reasons.len());
    watched.end().await;
}

/// Calls `echo` until `done`, and once more; the reason code of each answer.
async fn call(registry: Arc<Registry>, done: Arc<AtomicBool>) -> Vec<String> {
    let (uris, context) = ((0..50).map(|number| format!("s{number}")).collect::<Vec<_>>(), context());
    let shares = batch(uris.iter().map(String::as_str));
    let mut reasons = Vec::new();
    loop {
        let last = done.load(Ordering::SeqCst);
        let strategy = registry.strategy("echo").expect("one generation serves always");
        let found = strategy.evaluate(Arc::clone(&shares), &context).await.expect("an answer");
        assert_eq!(found.len(), 50);
        let reason = found[0].reason.clone();
        assert!(found.iter().all(|finding| finding.reason == reason), "two generations in one answer");
        reasons.push(reason);
        if last {
            return reasons;
        }
    }
}

/// Somebody who writes into the folder without a pause does not keep a new plugin from serving.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_folder_that_is_never_quiet_is_read_all_the_same() {
    let watched = Watched::start(PluginsFolder::with_guests(&["echo"]));
    watched.serves("1.0.0").await;
    let (done, noisy) = (Arc::new(AtomicBool::new(false)), watched.folder.file("noise.log"));
    let noise = std::thread::spawn({
        let done = Arc::clone(&done);
        move || {
            while !done.load(Ordering::SeqCst) {
                fs::write(&noisy, "noise").expect("writes");
                std::thread::sleep(Duration::from_millis(5));
            }
        }
    });
    watched.folder.put("echo.wasm", &guest("echo-v2"));
    watched.serves("2.0.0").await;
    done.store(true, Ordering::SeqCst);
    noise.join().expect("no panic");
    watched.end().await;
}
