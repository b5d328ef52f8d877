//! Which plugins are serving.

use std::{
    collections::{BTreeMap, HashMap, hash_map::Entry},
    fmt, io,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
};

use super::{
    Channel, Pause, PluginStatus, Strategy,
    admission::{Admission, Candidate, Gate, Refusal},
    cache::CodeCache,
    conduct::Conducts,
    engine::PluginEngine,
};
use crate::{
    clock::Clock,
    config::PluginsConfig,
    model::{Fault, FaultKind},
    telemetry::metrics,
};

/// Who uses a plugin, and with what parameters.
#[derive(Debug, Clone, PartialEq)]
pub struct Use {
    /// Where it stands in the configuration: `reminders.pending-share`.
    pub place: String,
    /// The plugin's parameters there.
    pub parameters: serde_json::Value,
}

/// Who uses which plugin, by the plugin's name.
pub type Uses = BTreeMap<String, Vec<Use>>;

/// The plugins of one folder, by name. [`Registry::rescan`] brings it up to date; a broken file never takes the place
/// of the generation that serves.
pub struct Registry {
    folder: PathBuf,
    gate: Gate,
    serving: RwLock<Arc<Serving>>,
    /// One rescan at a time: two would admit the same file twice.
    scanning: tokio::sync::Mutex<()>,
}

/// What the files in the folder came to. Replaced as a whole, so that readers see one folder's state.
#[derive(Clone, Default)]
struct Serving {
    /// By file name: what the file's newest content came to, and what it serves.
    files: BTreeMap<String, File>,
    /// By plugin name.
    plugins: HashMap<String, Admission>,
    /// Files whose plugin name another file serves.
    clashes: Vec<Refusal>,
}

#[derive(Clone)]
struct File {
    /// Digest of the newest content that was read; `None` if it could not be.
    digest: Option<String>,
    /// Why that content was refused.
    refusal: Option<Refusal>,
    /// The generation that serves from this file: the newest, or the last good one.
    serves: Option<Admission>,
}

/// What a rescan changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A plugin serves that did not before.
    Loaded(String),
    /// Another generation of a plugin serves.
    Replaced(String),
    /// A plugin's file is gone.
    Removed(String),
    /// A file was refused; what served before goes on serving.
    Refused(Refusal),
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Loaded(plugin) => write!(f, "plugin loaded: {plugin}"),
            Self::Replaced(plugin) => write!(f, "plugin replaced: {plugin}"),
            Self::Removed(plugin) => write!(f, "plugin removed: {plugin}"),
            Self::Refused(refusal) => write!(f, "plugin refused: {refusal}"),
        }
    }
}

impl Change {
    /// Tells the operator: a refusal is an error.
    pub fn log(&self) {
        match self {
            Self::Refused(_) => tracing::error!("{self}"),
            _ => tracing::info!("{self}"),
        }
    }
}

impl Registry {
    /// An empty registry of the configured folder. With `cached`, compiled code is kept on disk; a cache that cannot be
    /// used is a warning, not an error.
    pub fn new(engine: PluginEngine, config: &PluginsConfig, cached: bool, clock: Arc<dyn Clock>) -> Self {
        let open = || {
            CodeCache::open(&config.cache)
                .inspect_err(|error| tracing::warn!(%error, "compiled plugins will not be cached"))
                .ok()
        };
        let cache = cached.then(open).flatten();
        let conducts = Arc::new(Conducts::new(clock, cache.as_ref().map(|_| config.cache.join("quarantine"))));
        Self {
            folder: config.directory.clone(),
            gate: Gate { engine, cache, config: Arc::new(config.clone()), conducts },
            serving: RwLock::default(),
            scanning: tokio::sync::Mutex::new(()),
        }
    }

    /// The plugins folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Reads the folder again and swaps what has changed.
    ///
    /// # Errors
    /// If the folder cannot be listed; what serves goes on serving.
    pub async fn rescan(&self) -> io::Result<Vec<Change>> {
        let _alone = self.scanning.lock().await;
        let before = self.snapshot();
        let mut files = BTreeMap::new();
        for path in component_files(&self.folder)? {
            let name = super::admission::file_name(&path);
            let file = match self.gate.read(path).await {
                Ok(candidate) => self.update(&before, candidate).await,
                Err(refusal) => before.broken(&name, None, refusal),
            };
            files.insert(name, file);
        }
        let after = Serving::of(files);
        let changes = changes(&before, &after);
        measure(before.plugins.values(), after.plugins.values());
        *self.serving.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(after);
        Ok(changes)
    }

    async fn update(&self, before: &Serving, candidate: Candidate) -> File {
        let (name, digest) = (candidate.file.clone(), candidate.digest.clone());
        if let Some(known) = before.files.get(&name).filter(|file| file.digest.as_ref() == Some(&digest)) {
            return known.clone();
        }
        if let Some(renamed) = before.plugins.values().find(|admission| admission.digest == digest) {
            let mut serves = renamed.clone();
            serves.file = name;
            return File { digest: Some(digest), refusal: None, serves: Some(serves) };
        }
        match self.gate.admit(candidate).await {
            Ok(admission) => File { digest: Some(digest), refusal: None, serves: Some(admission) },
            // What may pass is looked at again by the next rescan, although the bytes are the same.
            Err(refusal) => before.broken(&name, (!refusal.passing).then_some(digest), refusal),
        }
    }

    /// The strategy of this name.
    ///
    /// # Errors
    /// A [`FaultKind::Missing`] fault that says what there is instead.
    pub fn strategy(&self, name: &str) -> Result<Arc<dyn Strategy>, Fault> {
        let serving = self.snapshot();
        serving.plugins.get(name).and_then(Admission::strategy).ok_or_else(|| self.missing(&serving, name, "strategy"))
    }

    /// The channel of this name.
    ///
    /// # Errors
    /// As for [`Registry::strategy`].
    pub fn channel(&self, name: &str) -> Result<Arc<dyn Channel>, Fault> {
        let serving = self.snapshot();
        serving.plugins.get(name).and_then(Admission::channel).ok_or_else(|| self.missing(&serving, name, "channel"))
    }

    /// What serves, by name.
    pub fn admissions(&self) -> Vec<Admission> {
        let mut all: Vec<_> = self.snapshot().plugins.values().cloned().collect();
        all.sort_by(|a, b| a.manifest.name.cmp(&b.manifest.name));
        all
    }

    /// Has the metrics say that these plugins serve, and those of the registry before them no more.
    pub fn follow(&self, before: &Self) {
        measure(before.snapshot().plugins.values(), self.snapshot().plugins.values());
    }

    /// Files that were refused, by file name.
    pub fn refusals(&self) -> Vec<Refusal> {
        self.snapshot().refusals().cloned().collect()
    }

    /// What is known of each plugin that serves, by name.
    pub fn statuses(&self) -> Vec<PluginStatus> {
        Vec::new()
    }

    /// Why the plugin of this name is not called now.
    pub fn paused(&self, plugin: &str) -> Option<Pause> {
        let serving = self.snapshot();
        let admission = serving.plugins.get(plugin)?;
        self.gate.conducts.of(plugin).pause(&admission.digest)
    }

    /// An operator's word: a held generation of this plugin serves, and a quarantine ends. Answers what was done.
    ///
    /// # Errors
    /// A text for the operator: no such plugin, nothing to release, or what else keeps it from serving.
    pub async fn release(&self, name: &str) -> Result<String, String> {
        Err(format!("there is no plugin {name}"))
    }

    fn missing(&self, serving: &Serving, name: &str, what: &str) -> Fault {
        let folder = self.folder.display();
        let detail = match serving.plugins.get(name) {
            Some(other) => format!("is a {}, not a {what}", other.manifest.kind.world()),
            None => match serving.refusals().find(|refusal| refusal.file == format!("{name}.wasm")) {
                Some(refusal) => format!("was refused: {}", refusal.reason),
                None => format!("no component in {folder} gives this name in its manifest"),
            },
        };
        Fault { plugin: name.to_owned(), digest: "-".to_owned(), kind: FaultKind::Missing, detail }
    }

    /// Every call of a plugin begins with this: it copies nothing.
    fn snapshot(&self) -> Arc<Serving> {
        Arc::clone(&self.serving.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Serving {
    /// Two files with one plugin name: the first by file name serves, the other is refused.
    fn of(files: BTreeMap<String, File>) -> Self {
        let mut serving = Self::default();
        for (name, file) in &files {
            let Some(admission) = &file.serves else { continue };
            match serving.plugins.entry(admission.manifest.name.clone()) {
                Entry::Vacant(free) => drop(free.insert(admission.clone())),
                Entry::Occupied(taken) => {
                    let reason = format!("gives the name {}, which {} already serves", taken.key(), taken.get().file);
                    serving.clashes.push(Refusal { file: name.clone(), reason, passing: false });
                }
            }
        }
        serving.files = files;
        serving
    }

    fn refusals(&self) -> impl Iterator<Item = &Refusal> {
        self.files.values().filter_map(|file| file.refusal.as_ref()).chain(&self.clashes)
    }

    /// A file whose newest content is refused goes on serving what it served.
    fn broken(&self, name: &str, digest: Option<String>, refusal: Refusal) -> File {
        let serves = self.files.get(name).and_then(|file| file.serves.clone());
        File { digest, refusal: Some(refusal), serves }
    }
}

/// Tells the metrics which generations serve.
fn measure<'a>(before: impl Iterator<Item = &'a Admission>, after: impl Iterator<Item = &'a Admission>) {
    let tell = |one: &Admission, serves| {
        metrics::generation(&one.manifest.name, &one.digest, &one.manifest.version, serves);
    };
    before.for_each(|one| tell(one, false));
    for one in after {
        metrics::announce_plugin(&one.manifest.name);
        tell(one, true);
    }
}

fn changes(before: &Serving, after: &Serving) -> Vec<Change> {
    let mut changes = Vec::new();
    for (name, admission) in &after.plugins {
        let label = format!("{name} {} ({}, {})", admission.manifest.version, admission.file, &admission.digest[..12]);
        match before.plugins.get(name) {
            None => changes.push(Change::Loaded(label)),
            Some(old) if old.digest != admission.digest => changes.push(Change::Replaced(label)),
            Some(_) => {}
        }
    }
    let removed = before.plugins.keys().filter(|name| !after.plugins.contains_key(*name));
    changes.extend(removed.map(|name| Change::Removed(name.clone())));
    let known: Vec<_> = before.refusals().collect();
    changes.extend(after.refusals().filter(|refusal| !known.contains(refusal)).cloned().map(Change::Refused));
    changes.sort_by_key(ToString::to_string);
    changes
}

/// `*.wasm` in the folder; `.cwasm` and whatever else is not looked at.
fn component_files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "wasm") && path.is_file() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
