//! Which plugins are serving.

use std::{
    collections::{BTreeMap, HashMap},
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::Duration,
};

use super::{
    Channel, Held, Pause, PluginStatus, Strategy,
    admission::{Admission, Gate, Refusal},
    cache::CodeCache,
    conduct::Conducts,
    desk::Desk,
    engine::PluginEngine,
    good::GoodCopies,
    grants::{Asked, Grants},
    private,
    serving::{File, Generation, Serving, Waiting},
    shadow::Recents,
};
use crate::{
    clock::Clock,
    config::PluginsConfig,
    model::{Fault, FaultKind, Manifest},
    telemetry::{generations, metrics},
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

/// The plugins of one folder, by name. [`Registry::rescan`] brings it up to date; each plugin is swapped by itself, at
/// once, and a broken file never takes the place of the generation that serves.
pub struct Registry {
    folder: PathBuf,
    engine: PluginEngine,
    cache: Option<CodeCache>,
    pub(super) good: Option<GoodCopies>,
    pub(super) conducts: Arc<Conducts>,
    pub(super) recents: Arc<Recents>,
    pub(super) clock: Arc<dyn Clock>,
    setting: RwLock<Arc<Setting>>,
    serving: RwLock<Arc<Serving>>,
    pub(super) desk: Desk,
    /// Counts the generations of each plugin.
    numbers: Mutex<HashMap<String, u64>>,
}

/// What the configuration says of plugins.
pub(super) struct Setting {
    pub(super) config: Arc<PluginsConfig>,
    pub(super) uses: Uses,
}

impl Registry {
    /// An empty registry of the configured folder. With `cached`, compiled code, last good copies and quarantines are kept
    /// on disk; a folder that cannot be used for that is a warning, not an error.
    pub fn new(engine: PluginEngine, config: &PluginsConfig, cached: bool, clock: Arc<dyn Clock>) -> Self {
        let open = || {
            CodeCache::open(&config.cache, config.cache_bytes)
                .inspect_err(|error| tracing::warn!(%error, "compiled plugins will not be cached"))
                .ok()
        };
        let cache = cached.then(open).flatten();
        let good = cache.as_ref().and_then(|_| {
            GoodCopies::open(&config.cache, &config.directory)
                .inspect_err(|error| tracing::warn!(%error, "last good copies of plugins will not be kept"))
                .ok()
        });
        let quarantine = cache.as_ref().map(|_| private::of_folder(&config.cache, "quarantine", &config.directory));
        Self {
            folder: config.directory.clone(),
            engine,
            cache,
            good,
            conducts: Arc::new(Conducts::new(Arc::clone(&clock), quarantine)),
            recents: Arc::new(Recents::new(config.shadow)),
            clock,
            setting: RwLock::new(Arc::new(Setting { config: Arc::new(config.clone()), uses: Uses::new() })),
            serving: RwLock::default(),
            desk: Desk::default(),
            numbers: Mutex::default(),
        }
    }

    /// The plugins folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whether [`Registry::configure`] can put this configuration in force: it is about the same folders, and needs no
    /// other engine.
    pub fn can_follow(&self, config: &PluginsConfig) -> bool {
        let now = &self.setting().config;
        now.directory == config.directory
            && now.cache == config.cache
            && now.cache_bytes == config.cache_bytes
            && PluginEngine::same(now, config)
    }

    /// Puts other limits, grants and uses in force. What was refused or held is looked at again by the next rescan.
    pub fn configure(&self, config: &PluginsConfig, uses: Uses) {
        self.recents.keep(config.shadow);
        let config = Arc::new(config.clone());
        let before = self.setting();
        *self.setting.write().unwrap_or_else(PoisonError::into_inner) =
            Arc::new(Setting { config: Arc::clone(&config), uses: uses.clone() });
        if before.config == config && before.uses == uses {
            return;
        }
        self.amend(|files| {
            for (name, file) in files {
                if file.refusal.is_some() || file.held.is_some() {
                    self.desk.forget(name);
                }
                let Some(generation) = file.serves.take() else { continue };
                let Generation { admission, since, number } = generation.as_ref();
                let admission = admission.with_limits(config.limits_of(&admission.manifest.name));
                match unpinned(&admission, &config) {
                    None => file.serves = Some(Arc::new(Generation { admission, since: *since, number: *number })),
                    Some(why) => {
                        self.desk.forget(name);
                        file.held = Some(Arc::new(Waiting { admission, why: vec![why], releasable: false }));
                    }
                }
            }
        });
    }

    /// The strategy of this name.
    ///
    /// # Errors
    /// A [`FaultKind::Missing`] fault that says what there is instead.
    pub fn strategy(&self, name: &str) -> Result<Arc<dyn Strategy>, Fault> {
        let serving = self.snapshot();
        let found = serving.plugins.get(name).and_then(|generation| generation.admission.strategy());
        found.ok_or_else(|| self.missing(&serving, name, "strategy"))
    }

    /// The channel of this name.
    ///
    /// # Errors
    /// As for [`Registry::strategy`].
    pub fn channel(&self, name: &str) -> Result<Arc<dyn Channel>, Fault> {
        let serving = self.snapshot();
        let found = serving.plugins.get(name).and_then(|generation| generation.admission.channel());
        found.ok_or_else(|| self.missing(&serving, name, "channel"))
    }

    /// Why the plugin of this name is not called now, if it is not.
    pub fn paused(&self, name: &str) -> Option<Pause> {
        let serving = self.snapshot();
        let generation = serving.plugins.get(name)?;
        self.conducts.of(name).pause(&generation.admission.digest, self.hourly(name))
    }

    /// The time on a processor that the plugin of this name has in an hour, as the configuration says now.
    fn hourly(&self, name: &str) -> Duration {
        self.setting().config.limits_of(name).hourly
    }

    /// What serves, by name.
    pub fn admissions(&self) -> Vec<Admission> {
        let serving = self.snapshot();
        let mut all: Vec<_> = serving.plugins.values().map(|generation| generation.admission.clone()).collect();
        all.sort_by(|a, b| a.manifest.name.cmp(&b.manifest.name));
        all
    }

    /// Has the metrics say that these plugins serve, and those of the registry before them no more.
    pub fn follow(&self, before: &Self) {
        measure(&before.snapshot(), &self.snapshot());
    }

    /// Files that were refused, by file name; and what is held although nothing serves under its name.
    pub fn refusals(&self) -> Vec<Refusal> {
        let serving = self.snapshot();
        serving.refusals().cloned().chain(serving.held_alone()).collect()
    }

    /// What is known of each plugin that serves, by name.
    pub fn statuses(&self) -> Vec<PluginStatus> {
        let serving = self.snapshot();
        let mut all: Vec<_> = serving.plugins.values().map(|generation| self.status(&serving, generation)).collect();
        all.sort_by(|a, b| a.name.cmp(&b.name));
        all
    }

    fn status(&self, serving: &Serving, generation: &Generation) -> PluginStatus {
        let Admission { manifest, digest, file, .. } = &generation.admission;
        let conduct = self.conducts.of(&manifest.name);
        let held = serving.held_of(&manifest.name).map(|(_, waiting)| Held {
            digest: waiting.admission.digest.clone(),
            version: waiting.admission.manifest.version.clone(),
            why: waiting.why.clone(),
            releasable: waiting.releasable,
        });
        let about = serving.held_of(&manifest.name).map_or(file, |(file, _)| file);
        PluginStatus {
            name: manifest.name.clone(),
            version: manifest.version.clone(),
            kind: manifest.kind,
            file: file.clone(),
            digest: digest.clone(),
            since: generation.since,
            generation: generation.number,
            account: conduct.account(),
            pause: conduct.pause(digest, self.hourly(&manifest.name)),
            held,
            difference: serving.files.get(about).and_then(|file| file.difference.as_deref().cloned()),
        }
    }

    /// An operator's word: a held generation of this plugin serves, and it is called again. Answers what was done.
    ///
    /// # Errors
    /// A text for the operator: no such plugin, nothing to release, or what else keeps it from serving.
    pub async fn release(&self, name: &str) -> Result<String, String> {
        let serving = self.snapshot();
        let held = serving.held_of(name).map(|(file, waiting)| (file.clone(), Arc::clone(waiting)));
        if held.is_none() && !serving.plugins.contains_key(name) {
            return Err(format!("there is no plugin {name}"));
        }
        if let Some((_, waiting)) = held.as_ref().filter(|(_, waiting)| !waiting.releasable) {
            let label = waiting.admission.label();
            return Err(format!("{label} waits for more than a word: {}", waiting.why.join("; ")));
        }
        let mut done = Vec::new();
        if let Some((file, waiting)) = held {
            self.serve_released(&file, &waiting).await?;
            done.push(format!("{} serves", waiting.admission.label()));
        }
        if self.conducts.of(name).release(self.hourly(name)) {
            done.push(format!("{name} is called again"));
        }
        match done.is_empty() {
            true => Err(format!("nothing of {name} is held, in quarantine or out of time")),
            false => Ok(done.join("; ")),
        }
    }

    fn missing(&self, serving: &Serving, name: &str, what: &str) -> Fault {
        let folder = self.folder.display();
        let detail = match serving.plugins.get(name) {
            Some(other) => format!("is a {}, not a {what}", other.admission.manifest.kind.world()),
            None => match serving.refusals().find(|refusal| refusal.file == format!("{name}.wasm")) {
                Some(refusal) => format!("was refused: {}", refusal.reason),
                None => match serving.held_of(name) {
                    Some((_, waiting)) => format!("is held: {}", waiting.why.join("; ")),
                    None => format!("no component in {folder} gives this name in its manifest"),
                },
            },
        };
        Fault { plugin: name.to_owned(), digest: "-".to_owned(), kind: FaultKind::Missing, detail }
    }

    /// What admits files as the configuration says now.
    pub(super) fn gate(&self) -> Gate {
        Gate {
            engine: self.engine.clone(),
            cache: self.cache.clone(),
            config: Arc::clone(&self.setting().config),
            conducts: Arc::clone(&self.conducts),
            recents: Arc::clone(&self.recents),
        }
    }

    pub(super) fn setting(&self) -> Arc<Setting> {
        Arc::clone(&self.setting.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Every call of a plugin begins with this: it copies nothing.
    pub(super) fn snapshot(&self) -> Arc<Serving> {
        Arc::clone(&self.serving.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes the files' states and swaps what comes of it, as one step.
    pub(super) fn amend(&self, change: impl FnOnce(&mut BTreeMap<String, File>)) -> Vec<super::Change> {
        let mut serving = self.serving.write().unwrap_or_else(PoisonError::into_inner);
        let mut files = serving.files.clone();
        change(&mut files);
        let after = Serving::of(files);
        let changes = after.changes_since(&serving);
        measure(&serving, &after);
        *serving = Arc::new(after);
        changes
    }

    /// A generation that begins to serve now.
    pub(super) fn generation(&self, admission: Admission) -> Arc<Generation> {
        let mut numbers = self.numbers.lock().unwrap_or_else(PoisonError::into_inner);
        let number = numbers.entry(admission.manifest.name.clone()).or_default();
        *number += 1;
        Arc::new(Generation { admission, since: self.clock.now(), number: *number })
    }

    /// `*.wasm` in the folder, also what turns out to be no file; `.cwasm` and whatever else is not looked at.
    pub(super) fn component_files(&self) -> io::Result<Vec<PathBuf>> {
        let mut found = Vec::new();
        for entry in std::fs::read_dir(&self.folder)? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "wasm") {
                found.push(path);
            }
        }
        found.sort();
        Ok(found)
    }
}

/// Why this version may not serve, if the operator has pinned others.
fn unpinned(admission: &Admission, config: &PluginsConfig) -> Option<String> {
    let grants = Grants::new(config.grants.get(&admission.manifest.name)?);
    grants.pinned(&Asked::of(&admission.manifest).unwrap_or_default(), &admission.digest).err()
}

/// Tells the metrics which generations serve, and what waits for somebody.
fn measure(before: &Serving, after: &Serving) {
    for one in before.plugins.values() {
        let Admission { manifest, digest, .. } = &one.admission;
        if !after.has(digest) {
            generations::is_gone(&manifest.name, digest);
        }
        metrics::plugin_held(&manifest.name, after.held_of(&manifest.name).is_some());
    }
    for one in after.plugins.values() {
        let Manifest { name, version, .. } = &one.admission.manifest;
        metrics::announce_plugin(name);
        generations::serves(name, &one.admission.digest, version);
        metrics::plugin_held(name, after.held_of(name).is_some());
    }
    metrics::refused_files(after.refusals().count());
}
