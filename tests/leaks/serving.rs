//! How long it takes from a file's end to its generation's first call, and whether any call notices.

use std::{
    fmt::Write,
    fs,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use nudged::{
    model::Outcome,
    plugin::{Noticing, Registry, Ways, watch},
};
use nudged_tests::{PluginsFolder, batch, context, digest, generation, guest, notification, times};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::{runtime, tell, turn};

/// How long a change may take on a busy machine before the test fails.
const DEADLINE: Duration = Duration::from_secs(25);

/// Generations whose code is cached.
const KNOWN: u16 = 3;

/// How a generation comes into the folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    InPlace,
    RenamedOver,
    NewFile,
}

impl Way {
    fn words(self) -> &'static str {
        match self {
            Self::InPlace => "written in place",
            Self::RenamedOver => "renamed over",
            Self::NewFile => "a new file",
        }
    }
}

/// A folder that is watched while its plugins are called.
struct Watched {
    folder: PluginsFolder,
    registry: Arc<Registry>,
    echo: Vec<u8>,
    stop: CancellationToken,
    watching: JoinHandle<()>,
}

impl Watched {
    /// With generation 0 serving and the first few generations' code in the cache.
    async fn start() -> Self {
        let folder = PluginsFolder::with_guests(&["rejects"]);
        let (registry, stop) = (Arc::new(folder.cached_registry()), CancellationToken::new());
        let echo = guest("echo");
        for number in (0..KNOWN).rev() {
            folder.put("echo.wasm", &generation(&echo, number));
            registry.rescan().await.expect("the folder is there");
        }
        let watching = tokio::spawn(watch(Arc::clone(&registry), Duration::from_secs(5), Noticing::Both, stop.clone()));
        Self { folder, registry, echo, stop, watching }
    }

    /// Puts a generation there, and answers with how long it takes until it serves.
    async fn swap(&self, way: Way, number: u16) -> Duration {
        let (bytes, file) = (generation(&self.echo, number), self.folder.file("echo.wasm"));
        let digest = digest(&bytes);
        let serves = || self.registry.admissions().iter().any(|admission| admission.digest == digest);
        if way == Way::NewFile {
            fs::remove_file(&file).expect("the file was there");
            until(|| self.registry.strategy("echo").is_err()).await;
        }
        match way {
            Way::RenamedOver => self.folder.put("echo.wasm", &bytes),
            Way::InPlace | Way::NewFile => fs::write(&file, &bytes).expect("writes"),
        }
        until(serves).await
    }

    async fn end(self) {
        self.stop.cancel();
        self.watching.await.expect("the watcher ends when it is told to");
    }
}

/// Waits for a condition of another task, and answers with how long it took.
async fn until(holds: impl Fn() -> bool) -> Duration {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < DEADLINE, "not within {DEADLINE:?}");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    start.elapsed()
}

/// Calls a channel, and the strategy too where it serves always, about a thousand times a second until `done`: how
/// many calls there were, and how many of them failed.
async fn call(registry: Arc<Registry>, strategy: bool, done: Arc<AtomicBool>) -> (usize, usize) {
    let (mut calls, mut failed) = (0, 0);
    let notification = Arc::new(notification("pam@x.test"));
    while !done.load(Ordering::SeqCst) {
        let sent = match registry.channel("rejects") {
            Ok(channel) => channel.send(Arc::clone(&notification), Ways::default()).await,
            Err(fault) => Err(fault),
        };
        calls += 1;
        failed += usize::from(!sent.is_ok_and(|sent| matches!(sent.outcome, Outcome::Rejected(_))));
        if strategy {
            let found = match registry.strategy("echo") {
                Ok(strategy) => strategy.evaluate(batch(["s1"]), &context()).await,
                Err(fault) => Err(fault),
            };
            calls += 1;
            failed += usize::from(!found.is_ok_and(|found| found.len() == 1));
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    (calls, failed)
}

/// One line of the table.
async fn measure(way: Way, cached: bool, swaps: u16) -> String {
    let watched = Watched::start().await;
    let done = Arc::new(AtomicBool::new(false));
    let calling = tokio::spawn(call(Arc::clone(&watched.registry), way != Way::NewFile, Arc::clone(&done)));
    let mut took = Vec::new();
    for swap in 1..=swaps {
        let number = if cached { swap % KNOWN } else { KNOWN + swap };
        took.push(watched.swap(way, number).await.as_millis());
    }
    done.store(true, Ordering::SeqCst);
    let (calls, failed) = calling.await.expect("no panic");
    watched.end().await;
    assert_eq!(failed, 0, "of {calls} calls, {}", way.words());
    took.sort_unstable();
    let at = |share: usize| took[(took.len() * share).div_ceil(100) - 1];
    let code = if cached { "cached" } else { "compiled" };
    let words = way.words();
    format!("| {words} | {code} | {swaps} | {} | {} | {} | {calls} | {failed} |", at(50), at(99), at(100))
}

#[test]
fn a_closed_file_serves_soon_and_no_call_fails_meanwhile() {
    let _turn = turn();
    let swaps = times("NUDGED_TEST_SWAPS", 3) as u16;
    let mut table =
        "\nfrom a file's end until it serves:\n| file | code | swaps | p50 (ms) | p99 (ms) | max (ms) | calls | failed |\n\
         |---|---|---|---|---|---|---|---|\n"
            .to_owned();
    runtime().block_on(async {
        for cached in [true, false] {
            for way in [Way::InPlace, Way::RenamedOver, Way::NewFile] {
                writeln!(table, "{}", measure(way, cached, swaps).await).expect("memory takes text");
            }
        }
    });
    tell(&table);
}
