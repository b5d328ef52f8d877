//! Thousands of generations, one after the other, with files among them that are refused.

use std::{collections::HashSet, fs, sync::Arc, time::Duration};

use nudged::plugin::Registry;
use nudged_tests::{PluginsFolder, batch, context, generation, guest, times};

use super::{
    recorder, runtime, tell, turn,
    usage::{Course, Room, SLACK},
};

/// What one reload puts into the folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// A generation that may have been there before: its code is cached.
    Known(u16),
    /// A generation that was never there.
    New,
    /// Half a file.
    Half,
    /// A component whose manifest names another world.
    WrongWorld,
    /// A component that never says what it is.
    Hangs,
    /// Nothing: the file is removed, and comes back.
    Gone,
}

impl Step {
    /// One in 50 is of each kind that is not ordinary; what hangs takes a second and is rarer.
    fn of(number: usize, known: u16) -> Self {
        match number % 50 {
            9 => Self::New,
            19 => Self::Half,
            29 => Self::WrongWorld,
            39 if number % 200 == 39 => Self::Hangs,
            49 => Self::Gone,
            // In turn, so that each was used more lately than most of those that are new.
            _ => Self::Known((number % usize::from(known)) as u16),
        }
    }
}

/// A registry that is reloaded again and again.
struct Reloaded {
    folder: PluginsFolder,
    registry: Arc<Registry>,
    /// The components that take turns.
    versions: [Vec<u8>; 2],
    /// Numbers of generations that were admitted.
    admitted: HashSet<u16>,
    /// The last new generation's number: from above, known ones are numbered from below.
    newest: u16,
    /// How often a child compiled something, or found that it cannot be compiled.
    compiled: usize,
    refused: usize,
    /// The reason code of the generation that serves.
    reason: &'static str,
}

impl Reloaded {
    /// With a cache for this many generations.
    async fn new(generations: u64) -> Self {
        let mut folder = PluginsFolder::default().strategy_wall(Duration::from_secs(1));
        folder.cache_bytes = generations * code_bytes().await;
        let registry = Arc::new(folder.cached_registry());
        let versions = ["echo", "echo-v2"].map(guest);
        let admitted = HashSet::new();
        Self { folder, registry, versions, admitted, newest: u16::MAX, compiled: 0, refused: 0, reason: "" }
    }

    async fn step(&mut self, step: Step) {
        match step {
            Step::Known(number) => self.serve(number).await,
            Step::New => {
                self.newest -= 1;
                self.serve(self.newest).await;
            }
            Step::Half => {
                self.compiled += 1;
                let half = self.versions[0].len() / 2;
                let half = self.versions[0][..half].to_vec();
                self.refuse(&half, "is not a valid component").await;
            }
            Step::WrongWorld => self.refuse(&guest("wrong-kind"), "the manifest says channel").await,
            Step::Hangs => self.refuse(&guest("spins-in-describe"), "describe failed").await,
            Step::Gone => {
                self.folder.remove("echo.wasm");
                self.rescan().await;
                assert!(self.registry.strategy("echo").is_err(), "it is gone");
                self.serve(0).await;
            }
        }
        self.call().await;
    }

    async fn serve(&mut self, number: u16) {
        let version = usize::from(number % 2);
        self.compiled += usize::from(self.admitted.insert(number));
        self.reason = ["echo", "echo-again"][version];
        self.folder.put("echo.wasm", &generation(&self.versions[version], number));
        self.rescan().await;
        assert_eq!(self.registry.refusals(), []);
    }

    /// What served before goes on serving.
    async fn refuse(&mut self, bytes: &[u8], reason: &str) {
        self.folder.put("echo.wasm", bytes);
        self.rescan().await;
        let refusals = self.registry.refusals();
        assert!(refusals.len() == 1 && refusals[0].reason.contains(reason), "{refusals:?}");
        self.refused += 1;
    }

    async fn rescan(&self) {
        self.registry.rescan().await.expect("the folder is there");
    }

    async fn call(&self) {
        let strategy = self.registry.strategy("echo").expect("one generation serves always");
        let found = strategy.evaluate(batch(["s1"]), &context()).await.expect("an answer");
        assert_eq!(found[0].reason, self.reason);
    }

    /// Files of compiled code, and their bytes.
    fn cached(&self) -> (usize, u64) {
        let kept = fs::read_dir(self.folder.cache()).expect("the cache is there").map(|entry| entry.expect("an entry"));
        let code = kept.filter(|entry| entry.path().extension().is_some_and(|ending| ending == "compiled"));
        let sizes: Vec<_> = code.map(|entry| entry.metadata().expect("is there").len()).collect();
        (sizes.len(), sizes.iter().sum())
    }
}

/// The size of one generation's compiled code.
async fn code_bytes() -> u64 {
    let folder = PluginsFolder::with_guests(&["echo"]);
    let registry = folder.cached_registry();
    registry.rescan().await.expect("the folder is there");
    let code = fs::read_dir(folder.cache()).expect("the cache is there").map(|entry| entry.expect("an entry"));
    code.filter(|entry| entry.path().is_file()).map(|entry| entry.metadata().expect("is there").len()).sum()
}

/// What is held when so many generations came and went is what was held after the first of them.
#[test]
fn reloads_leave_nothing_behind() {
    let _turn = turn();
    let reloads = times("NUDGED_TEST_RELOADS", 400);
    // Compiling takes the longest by far: most reloads find their code in the cache.
    let known = (reloads / 25).clamp(8, 200) as u16;
    let mut course = Course::default();
    let (compiled, refused, files) = runtime().block_on(async {
        recorder();
        let mut reloaded = Reloaded::new(u64::from(known) + u64::from(known) / 4 + 3).await;
        course.note("0 reloads");
        // By then every place of the pool that keeps a generation's memory image warm has had one.
        let warm = (reloads / 10).max(150);
        for number in 0..reloads {
            reloaded.step(Step::of(number, known)).await;
            if [warm, reloads / 2, reloads].contains(&(number + 1)) {
                course.note(format!("{} reloads", number + 1));
            }
        }
        let (files, bytes) = reloaded.cached();
        assert!(bytes <= reloaded.folder.cache_bytes, "{bytes} bytes of code are cached");
        assert!(files > usize::from(known), "{files} files of code are cached");
        assert!(reloaded.admitted.len() > files || reloads < 1000, "nothing was pruned: {files} files");
        (reloaded.compiled, reloaded.refused, files)
    });
    tell(&format!(
        "\n{reloads} reloads, {refused} of them refused, {compiled} not from the cache ({files} files at the end):\n{}",
        course.table()
    ));
    course.check(1, Room { resident: 12 << 10, descriptors: 0, threads: 0, mappings: SLACK });
}
