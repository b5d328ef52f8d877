//! Plugins are swapped as fast as the host takes it, while they are called without a pause.

use std::{
    fs,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use nudged::{
    model::{Item, Outcome},
    plugin::{Noticing, Registry, Ways, watch},
};
use nudged_tests::{PluginsFolder, batch, context, digest, guest, marked, notification};
use tokio::{task::JoinHandle, time::timeout};
use tokio_util::sync::CancellationToken;

/// Generations of each plugin that take turns; their code is cached before the storm begins.
const KNOWN: usize = 6;

/// A call, or a swap, that takes longer is lost.
const DEADLINE: Duration = Duration::from_secs(25);

/// A folder whose plugins are swapped, and what may serve at a moment. Swap `n` puts generation `n % KNOWN` of both
/// plugins there.
struct Storm {
    folder: PluginsFolder,
    registry: Arc<Registry>,
    /// Of each generation, bytes and digest.
    echo: Vec<(Vec<u8>, String)>,
    rejects: Vec<(Vec<u8>, String)>,
    /// The newest swap that is known to serve.
    serving: AtomicUsize,
    /// The newest swap that was begun.
    begun: AtomicUsize,
    over: AtomicBool,
}

impl Storm {
    /// With every generation's code in the cache, and swap `KNOWN` serving.
    async fn brewing() -> Arc<Self> {
        let folder = PluginsFolder::default();
        let with_digest = |bytes: Vec<u8>| {
            let digest = digest(&bytes);
            (bytes, digest)
        };
        let generations = |guests: [&str; 2]| {
            let guests = guests.map(guest);
            (0..KNOWN).map(|number| with_digest(marked(&guests[number % 2], number as u8))).collect::<Vec<_>>()
        };
        let storm = Self {
            registry: Arc::new(folder.cached_registry()),
            folder,
            echo: generations(["echo", "echo-v2"]),
            rejects: generations(["rejects", "rejects"]),
            serving: AtomicUsize::default(),
            begun: AtomicUsize::default(),
            over: AtomicBool::new(false),
        };
        for swap in 1..=KNOWN {
            storm.put(swap);
            storm.rescan(swap).await;
        }
        Arc::new(storm)
    }

    /// Puts both plugins there in one of two ways, and a third one that nobody calls comes or goes.
    fn put(&self, swap: usize) {
        self.begun.store(swap, Ordering::SeqCst);
        let put = |name: &str, in_place: bool, bytes: &[u8]| {
            if in_place {
                fs::write(self.folder.file(name), bytes).expect("writes");
            } else {
                self.folder.put(name, bytes);
            }
        };
        put("echo.wasm", swap.is_multiple_of(3), &self.echo[swap % KNOWN].0);
        put("rejects.wasm", swap % 3 == 1, &self.rejects[swap % KNOWN].0);
        if swap.is_multiple_of(2) { self.folder.put("other.wasm", &guest("errs")) } else { self.forget_other() }
    }

    fn forget_other(&self) {
        let _ = fs::remove_file(self.folder.file("other.wasm"));
    }

    async fn rescan(&self, swap: usize) {
        self.registry.rescan().await.expect("the folder is there");
        assert!(self.is_served(swap), "swap {swap} serves");
        self.serving.store(swap, Ordering::SeqCst);
    }

    /// Whether both plugins' generations of this swap serve.
    fn is_served(&self, swap: usize) -> bool {
        let admissions = self.registry.admissions();
        let wanted = [&self.echo, &self.rejects].map(|generations| &generations[swap % KNOWN].1);
        wanted.iter().all(|digest| admissions.iter().any(|admission| admission.digest == **digest))
    }

    async fn until_served(&self, swap: usize) {
        let start = Instant::now();
        while !self.is_served(swap) {
            assert!(start.elapsed() < DEADLINE, "swap {swap} does not serve within {DEADLINE:?}");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        self.serving.store(swap, Ordering::SeqCst);
    }
}

/// One caller, and what it has seen.
struct Caller {
    storm: Arc<Storm>,
    calls: usize,
    /// The newest swap whose generation has answered.
    newest: usize,
    /// How often that became another one.
    changes: usize,
}

impl Caller {
    fn new(storm: &Arc<Storm>) -> Self {
        Self { storm: Arc::clone(storm), calls: 0, newest: 0, changes: 0 }
    }

    /// Calls the strategy until the storm is over, and once more.
    async fn evaluate(mut self) -> Self {
        let uris: Vec<_> = (0..50).map(|number| format!("s{number}")).collect();
        let shares = batch(uris.iter().map(String::as_str));
        while !self.storm.over.load(Ordering::SeqCst) {
            self.evaluate_once(&shares).await;
        }
        self.evaluate_once(&shares).await;
        self
    }

    async fn evaluate_once(&mut self, shares: &Arc<[Item]>) {
        let since = self.storm.serving.load(Ordering::SeqCst);
        let strategy = self.storm.registry.strategy("echo").expect("one generation serves always");
        let until = self.storm.begun.load(Ordering::SeqCst);
        let found = timeout(DEADLINE, strategy.evaluate(Arc::clone(shares), &context())).await;
        let found = found.expect("the call ends").expect("no fault");
        assert_eq!(found.len(), 50);
        let reason = &found[0].reason;
        assert!(found.iter().all(|finding| finding.reason == *reason), "two generations in one answer");
        let of = |swap: usize| ["echo", "echo-again"][swap % 2];
        self.saw(since, until, reason, |swap| of(swap) == reason);
    }

    /// The same with the channel.
    async fn send(mut self) -> Self {
        while !self.storm.over.load(Ordering::SeqCst) {
            self.send_once().await;
        }
        self.send_once().await;
        self
    }

    async fn send_once(&mut self) {
        let since = self.storm.serving.load(Ordering::SeqCst);
        let channel = self.storm.registry.channel("rejects").expect("one generation serves always");
        let until = self.storm.begun.load(Ordering::SeqCst);
        let sent = timeout(DEADLINE, channel.send(Arc::new(notification("pam@x.test")), Ways::default())).await;
        let sent = sent.expect("the call ends").expect("no fault");
        assert_eq!(sent.outcome, Outcome::Rejected("nobody here is pam@x.test".to_owned()));
        let (generation, storm) = (channel.generation(), Arc::clone(&self.storm));
        self.saw(since, until, &generation, |swap| generation == format!("rejects@{}", storm.rejects[swap % KNOWN].1));
    }

    /// The answer is of a generation that served when the call began, and of none before one that was seen already.
    fn saw(&mut self, since: usize, until: usize, what: &str, is_of: impl Fn(usize) -> bool) {
        let swap = (since.max(self.newest)..=until).find(|swap| is_of(*swap));
        let newest = self.newest;
        let swap = swap.unwrap_or_else(|| panic!("{what} after {newest}, while {since} to {until} may serve"));
        self.changes += usize::from(swap != newest);
        (self.newest, self.calls) = (swap, self.calls + 1);
    }
}

/// Three callers of the strategy and one of the channel.
fn callers(storm: &Arc<Storm>) -> Vec<JoinHandle<Caller>> {
    let mut callers: Vec<_> = (0..3).map(|_| tokio::spawn(Caller::new(storm).evaluate())).collect();
    callers.push(tokio::spawn(Caller::new(storm).send()));
    callers
}

/// All that was called was answered, by many generations.
async fn end(storm: &Storm, callers: Vec<JoinHandle<Caller>>, last: usize, changes: usize) {
    storm.over.store(true, Ordering::SeqCst);
    for caller in callers {
        let caller = caller.await.expect("no call failed");
        println!("{} calls, {} changes", caller.calls, caller.changes);
        assert_eq!(caller.newest % KNOWN % 2, last % 2, "the last call is answered by the last generation");
        assert!(caller.calls > caller.changes && caller.changes >= changes, "{} changes", caller.changes);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn each_call_in_a_storm_of_rescans_sees_one_generation_and_none_fails() {
    let storm = Storm::brewing().await;
    let callers = callers(&storm);
    let last = KNOWN + 200;
    for swap in KNOWN + 1..=last {
        storm.put(swap);
        storm.rescan(swap).await;
    }
    end(&storm, callers, last, 30).await;
}

/// Files change before the watcher has taken the change before: it need not serve each, but never an older one.
#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn each_call_in_a_storm_of_files_sees_one_generation_and_none_fails() {
    let storm = Storm::brewing().await;
    let stop = CancellationToken::new();
    let watching =
        tokio::spawn(watch(Arc::clone(&storm.registry), Duration::from_secs(5), Noticing::Both, stop.clone()));
    let callers = callers(&storm);
    let last = KNOWN + 60;
    for swap in KNOWN + 1..=last {
        storm.put(swap);
        if swap % 4 == 2 || swap == last {
            storm.until_served(swap).await;
        } else {
            // Sometimes within the time that the watcher waits for, sometimes after it.
            tokio::time::sleep(Duration::from_millis((swap * 37 % 80) as u64)).await;
        }
    }
    end(&storm, callers, last, 15).await;
    stop.cancel();
    watching.await.expect("the watcher ends when it is told to");
}
