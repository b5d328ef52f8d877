//! One guest among others: what it comes to, and what they notice.

mod admission;
mod channel;
mod strategy;

use std::{fs, sync::Arc, time::Duration};

use nudged::plugin::{Admission, Registry};
use nudged_tests::{Log, PluginsFolder, batch, context, guest};
use tokio::time::timeout;

use super::{
    Told,
    counts::Counts,
    row::{Body, End, Row},
    weigh,
};

/// The file that the guest takes from a good generation.
const FILE: &str = "candidate.wasm";

/// What any part may take at most, beside its own limits.
const PATIENCE: Duration = Duration::from_secs(60);

/// The stage: two good plugins and a good channel serve.
struct Stage {
    folder: PluginsFolder,
    registry: Arc<Registry>,
    log: Log,
    counts: Counts,
}

/// Plays one row on a thread of its own: what is logged and counted there is this row's.
pub(super) fn play(name: &str, row: &Row) -> Told {
    if row.end == End::Tool {
        return Told::default();
    }
    let stage = Stage::new(row);
    let _log = stage.log.capture();
    let _counts = ::metrics::set_default_local_recorder(&stage.counts.recorder);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let told = runtime.block_on(async {
        let mut told = timeout(PATIENCE * 2, stage.perform(name, row)).await.expect("it takes too long");
        if row.weighed {
            told.peak = Some(weigh::peak(name, row).await);
        }
        told
    });
    // What is still being compiled is not waited for.
    runtime.shutdown_background();
    told
}

impl Stage {
    fn new(row: &Row) -> Self {
        let mut folder = PluginsFolder::with_guests(&["poison", "rejects"]);
        folder.put(FILE, &guest("echo"));
        (row.limits)(&mut folder.limits);
        let registry = Arc::new(folder.kept_registry());
        Self { folder, registry, log: Log::default(), counts: Counts::new() }
    }

    async fn perform(&self, name: &str, row: &Row) -> Told {
        self.registry.rescan().await.expect("the folder is there");
        assert_eq!(self.registry.refusals(), [], "what is good serves");
        let told = match row.end {
            End::Refused | End::RefusedForNow => self.refuses(name, row).await,
            End::Either => self.survives(row).await,
            End::Fault(_) | End::Answers => self.calls(name, row).await,
            End::Tool => Told::default(),
        };
        self.neighbour_answers().await;
        told
    }

    /// Puts the guest in the place of what served, and reads the folder while the neighbour is called.
    async fn rescan(&self) -> Vec<nudged::plugin::Change> {
        let limits = &self.folder.limits;
        let patience = PATIENCE + limits.compile_wall.min(PATIENCE);
        let rescan = async { timeout(patience, self.registry.rescan()).await.expect("the rescan ends") };
        let (changes, ()) = tokio::join!(rescan, self.neighbour_answers());
        let changes = changes.expect("the folder is there");
        changes.iter().for_each(nudged::plugin::Change::log);
        changes
    }

    /// Three calls of the neighbour.
    async fn neighbour_answers(&self) {
        for _ in 0..3 {
            assert_eq!(self.reason_of("poison").await, "seen");
        }
    }

    /// What a strategy finds in a share.
    async fn reason_of(&self, strategy: &str) -> String {
        let strategy = self.registry.strategy(strategy).expect("serves");
        let found = strategy.evaluate(batch(["s1"]), &context()).await.expect("an answer");
        found[0].reason.clone()
    }

    /// The plugin that serves from the guest's file.
    fn admitted(&self) -> Admission {
        let mut all = self.registry.admissions().into_iter();
        all.find(|admission| admission.file == FILE).expect("it serves")
    }
}

/// The guest's bytes: more than one where each has to come to the same end.
pub(super) fn bytes(name: &str, row: &Row) -> Vec<Vec<u8>> {
    match &row.body {
        Body::Built => vec![guest(name)],
        Body::Bytes(bytes) => bytes(),
        Body::Told(_) => vec![guest("does-as-told")],
        Body::File(_) => Vec::new(),
    }
}

/// A line without anything that moves a terminal, and not too long for one.
fn is_tidy(text: &str) -> bool {
    !text.contains(char::is_control) && text.chars().count() <= 2100
}

/// Removes what stands in a file's place.
fn clear(folder: &PluginsFolder) {
    let file = folder.file(FILE);
    if file.is_dir() { fs::remove_dir(file) } else { fs::remove_file(file) }.expect("something was there");
}
