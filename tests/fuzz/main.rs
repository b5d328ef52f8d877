//! Bytes that nobody wrote, brought to the host's admission.
//!
//! Whatever a file holds, the host admits it or refuses it with one line, within its limits of time and memory, and does
//! not panic. `NUDGED_TEST_FUZZ_SECONDS` says how long to try (60 without it) and `NUDGED_TEST_FUZZ_SEED` what to begin
//! with. An input that brings the host down is kept in `tests/fixtures/fuzz/` and tried first from then on; one that ends
//! this whole process is left in `target/fuzz-last.wasm`.
//!
//! This is no coverage-guided fuzzer: `cargo fuzz` needs a nightly compiler with its sanitizers, and the parsers behind
//! admission are fuzzed that way by those who write them. What is tried here is what the host makes of their answers.

mod corpus;
mod generate;
mod manifest;
mod mutate;

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use nudged::plugin::Registry;
use nudged_tests::PluginsFolder;

use corpus::Corpus;
use manifest::Describer;

/// Time for one input beside its limits: this is a debug build on a busy machine.
const SLACK: Duration = Duration::from_secs(20);

/// Most memory that this process may ever hold, in MiB. Compiling happens in it or beside it.
const MOST: u64 = 2048;

#[test]
fn whatever_a_file_holds_is_admitted_or_refused_with_one_line() {
    let seconds = number("NUDGED_TEST_FUZZ_SECONDS").unwrap_or(60);
    let seed = number("NUDGED_TEST_FUZZ_SEED").unwrap_or_else(|| fastrand::u64(..));
    println!("NUDGED_TEST_FUZZ_SEED={seed}");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let mut host = Host::new();
    for (name, bytes) in corpus::known() {
        runtime.block_on(host.takes(&bytes)).unwrap_or_else(|why| panic!("{name}: {why}"));
    }
    let (mut random, corpus, describer) = (fastrand::Rng::with_seed(seed), Corpus::new(), Describer::new());
    let end = Instant::now() + Duration::from_secs(seconds);
    while Instant::now() < end {
        let bytes = match random.u8(..10) {
            0 => generate::component(&mut random),
            1 => generate::noise(&mut random),
            2 => describer.some(&mut random),
            _ => mutate::some(&mut random, &corpus),
        };
        if let Err(why) = runtime.block_on(host.takes(&bytes)) {
            let kept = corpus::keep(&bytes);
            panic!("{why}\nthe input is kept as {} (seed {seed}, {} tried)", kept.display(), host.tried);
        }
    }
    println!("{} tried, {} admitted; peak {} MiB; refusals:", host.tried, host.admitted, high_water());
    let mut refusals: Vec<_> = host.refusals.iter().collect();
    refusals.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    refusals.iter().take(25).for_each(|(reason, count)| println!("{count:7}  {reason}"));
    assert!(host.tried > 10 && host.refusals.len() > 3, "nothing was tried");
    runtime.shutdown_background();
}

fn number(variable: &str) -> Option<u64> {
    env::var(variable).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{variable} is a number")))
}

/// The host's admission over a folder of one file.
struct Host {
    folder: PluginsFolder,
    registry: Registry,
    last: PathBuf,
    tried: u64,
    admitted: u64,
    /// How often which kind of refusal came.
    refusals: BTreeMap<String, u64>,
}

impl Host {
    fn new() -> Self {
        let mut folder = PluginsFolder::default().strategy_wall(Duration::from_millis(200));
        folder.limits.compile_wall = Duration::from_secs(10);
        let registry = folder.registry();
        let last = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/fuzz-last.wasm");
        Self { folder, registry, last, tried: 0, admitted: 0, refusals: BTreeMap::new() }
    }

    /// Tries an input; an error says how the host did not hold.
    async fn takes(&mut self, bytes: &[u8]) -> Result<(), String> {
        fs::write(&self.last, bytes).expect("the input is kept");
        self.folder.put("fuzz.wasm", bytes);
        let limits = &self.folder.limits;
        let patience = limits.compile_wall + limits.strategy_wall + SLACK;
        let rescan = tokio::time::timeout(patience, self.registry.rescan()).await;
        rescan.map_err(|_| format!("no answer within {patience:?}"))?.expect("the folder is there");
        let (admitted, refusals) = (self.registry.admissions(), self.registry.refusals());
        match (&admitted[..], &refusals[..]) {
            ([_], []) => self.admitted += 1,
            ([], [refusal]) => self.judge(&refusal.reason)?,
            _ => return Err(format!("{} admissions and {refusals:?} for one file", admitted.len())),
        }
        self.tried += 1;
        // The next input finds nothing that serves.
        self.folder.remove("fuzz.wasm");
        self.registry.rescan().await.expect("the folder is there");
        if high_water() > MOST { Err(format!("{} MiB of memory", high_water())) } else { Ok(()) }
    }

    fn judge(&mut self, reason: &str) -> Result<(), String> {
        let kind: String = reason.chars().filter(|c| !c.is_ascii_digit()).take(70).collect();
        *self.refusals.entry(kind).or_default() += 1;
        let whole = !reason.is_empty() && !reason.contains(char::is_control) && reason.chars().count() <= 2001;
        if whole && !reason.contains("panic") { Ok(()) } else { Err(format!("refused with {reason:?}")) }
    }
}

/// The most memory that this process held, in MiB.
fn high_water() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a line");
    line.trim().trim_end_matches(" kB").parse::<u64>().expect("kilobytes") >> 10
}
