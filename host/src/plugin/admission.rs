//! From a file's bytes to a loaded plugin, or to one reason for refusal.

use std::{
    io::Read,
    path::{Path, PathBuf},
    sync::Arc,
};

use rustix::fs::{Mode, OFlags};
use sha2::{Digest, Sha256};
use wasmtime::{Store, component::Component};

use super::{
    Channel, Strategy,
    bindings::{
        channel::ChannelPre,
        record_strategy::RecordStrategyPre,
        share_strategy::{ShareStrategyPre, exports::nudged::plugin::plugin},
        stack_strategy::StackStrategyPre,
    },
    cache::{self, CodeCache},
    call::Caller,
    channel::LoadedChannel,
    compile::NotCompiled,
    conduct::{Conduct, Conducts},
    engine::PluginEngine,
    examination::{Examination, Going},
    guest::{Guest, Heard, Lent, linker},
    private,
    shadow::Recents,
    strategy::{Evaluation, LoadedStrategy},
};
use crate::{
    config::{Limits, PluginsConfig},
    model::{Fault, Kind, Manifest},
};

/// Why a file was not admitted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {reason}")]
pub struct Refusal {
    /// The file's name in the plugins folder.
    pub file: String,
    /// What is wrong and what would mend it.
    pub reason: String,
    /// Whether the same bytes may be admitted another time: the machine was busy.
    pub passing: bool,
}

/// An admitted plugin: one generation.
#[derive(Clone)]
pub struct Admission {
    /// The manifest it gave.
    pub manifest: Manifest,
    /// SHA-256 of the component, hexadecimal.
    pub digest: String,
    /// The file's name in the plugins folder.
    pub file: String,
    plugin: Loaded,
}

#[derive(Clone)]
pub(super) enum Loaded {
    Strategy(Arc<LoadedStrategy>),
    Channel(Arc<LoadedChannel>),
}

impl Admission {
    /// The strategy, if it is one.
    pub fn strategy(&self) -> Option<Arc<dyn Strategy>> {
        match &self.plugin {
            Loaded::Strategy(strategy) => Some(Arc::clone(strategy) as Arc<dyn Strategy>),
            Loaded::Channel(_) => None,
        }
    }

    /// The channel, if it is one.
    pub fn channel(&self) -> Option<Arc<dyn Channel>> {
        match &self.plugin {
            Loaded::Channel(channel) => Some(Arc::clone(channel) as Arc<dyn Channel>),
            Loaded::Strategy(_) => None,
        }
    }

    /// `echo 1.0.0 (echo.wasm, 0123456789ab)`, for people.
    pub(super) fn label(&self) -> String {
        let (name, version) = (&self.manifest.name, &self.manifest.version);
        format!("{name} {version} ({}, {})", self.file, &self.digest[..12])
    }

    /// The same plugin, from a file of another name.
    pub(super) fn moved(self, file: String) -> Self {
        Self { file, ..self }
    }

    /// The same plugin within other limits.
    pub(super) fn with_limits(&self, limits: &Limits) -> Self {
        Self { plugin: self.plugin.with(|caller| caller.limits.clone_from(limits)), ..self.clone() }
    }

    /// The plugin as it is tried: nothing is held against it, and what it logs is heard here.
    pub(super) fn on_trial(&self, heard: &Heard) -> Loaded {
        self.plugin.with(|caller| (caller.conduct, caller.heard) = (None, Some(heard.clone())))
    }

    /// The plugin with another conduct, to which alone its calls are told.
    pub(super) fn measured(&self, conduct: Arc<Conduct>) -> Loaded {
        self.plugin.with(|caller| (caller.conduct, caller.heard) = (Some(conduct), Some(Heard::default())))
    }

    /// The strategy, if it is one, with another conduct: what it does is told to nobody else.
    pub(super) fn apart(&self, conduct: Arc<Conduct>) -> Option<Arc<LoadedStrategy>> {
        match self.plugin.with(|caller| caller.conduct = Some(conduct)) {
            Loaded::Strategy(strategy) => Some(strategy),
            Loaded::Channel(_) => None,
        }
    }
}

impl Loaded {
    /// The same plugin, whose calls are measured and noted.
    fn served(&self, conduct: Arc<Conduct>, recents: &Arc<Recents>) -> Self {
        match self.with(|caller| caller.conduct = Some(conduct)) {
            Self::Strategy(strategy) => {
                let recents = Some(Arc::clone(recents));
                Self::Strategy(Arc::new(LoadedStrategy { recents, ..strategy.as_ref().clone() }))
            }
            channel => channel,
        }
    }

    /// The same plugin, called otherwise.
    fn with(&self, change: impl FnOnce(&mut Caller)) -> Self {
        match self {
            Self::Strategy(strategy) => {
                let mut strategy = strategy.as_ref().clone();
                change(&mut strategy.caller);
                Self::Strategy(Arc::new(strategy))
            }
            Self::Channel(channel) => {
                let mut channel = channel.as_ref().clone();
                change(&mut channel.caller);
                Self::Channel(Arc::new(channel))
            }
        }
    }
}

/// Admits files: everything that stays the same from one to the next.
#[derive(Clone)]
pub(super) struct Gate {
    pub(super) engine: PluginEngine,
    pub(super) cache: Option<CodeCache>,
    pub(super) config: Arc<PluginsConfig>,
    pub(super) conducts: Arc<Conducts>,
    pub(super) recents: Arc<Recents>,
}

/// Bytes of a file and their digest, read once.
pub(super) struct Candidate {
    pub(super) file: String,
    pub(super) digest: String,
    pub(super) bytes: Arc<[u8]>,
}

impl Candidate {
    pub(super) fn new(file: &str, bytes: Vec<u8>) -> Self {
        let digest = private::hex(&Sha256::digest(&bytes));
        Self { file: file.to_owned(), digest, bytes: bytes.into() }
    }
}

impl Gate {
    /// Reads a file, within the size limit, and leaves the async threads alone meanwhile.
    pub(super) async fn read(&self, path: PathBuf) -> Result<Candidate, Refusal> {
        let (gate, file) = (self.clone(), file_name(&path));
        let read = tokio::task::spawn_blocking(move || gate.read_now(&path));
        read.await
            .unwrap_or_else(|error| Err(Refusal { file, reason: format!("cannot be read: {error}"), passing: true }))
    }

    fn read_now(&self, path: &Path) -> Result<Candidate, Refusal> {
        let file = file_name(path);
        let refuse = |reason: String| Refusal { file: file.clone(), reason, passing: false };
        let unread = |error: std::io::Error| refuse(format!("cannot be read: {error}"));
        // What was opened is what is looked at and read; opening does not wait for the other end of a pipe.
        let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let open = rustix::fs::open(path, flags, Mode::empty()).map_err(|error| unread(error.into()))?;
        let open = std::fs::File::from(open);
        if !open.metadata().map_err(unread)?.is_file() {
            return Err(refuse("is not a file".to_owned()));
        }
        let (mut bytes, limit) = (Vec::new(), self.config.limits_of(stem(&file)).file_bytes);
        open.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(unread)?;
        if bytes.len() as u64 > limit {
            return Err(refuse(format!("has more bytes than plugins.limits.file_bytes allows ({limit})")));
        }
        Ok(Candidate::new(&file, bytes))
    }

    /// Takes a candidate through all stages, up to the first that has anything against it.
    pub(super) async fn admit(&self, candidate: Candidate) -> Result<Admission, Refusal> {
        let mut seen = self.look(&candidate, Going::ToTheFirst).await;
        self.try_cases(&mut seen, Going::ToTheFirst).await;
        self.admission(seen)
    }

    /// What was looked at as a plugin that serves: from here on calls are measured, and held against it.
    pub(super) fn admission(&self, seen: Examination) -> Result<Admission, Refusal> {
        let (file, digest, manifest, plugin) = seen.sound()?;
        let plugin = plugin.served(self.conducts.of(&manifest.name), &self.recents);
        Ok(Admission { manifest, digest, file, plugin })
    }

    /// The compiled component, from the cache if there is one.
    pub(super) async fn compile(&self, file: &str, digest: &str, bytes: &[u8]) -> Result<Component, NotCompiled> {
        let (engine, limits) = (&self.engine, self.config.limits_of(stem(file)));
        match &self.cache {
            Some(cache) => cache.compile(engine, digest, bytes, limits).await,
            None => {
                let code = engine.compiler().compile(engine, bytes, limits).await?;
                cache::trust(engine.wasmtime(), &code).map_err(NotCompiled::lasting)
            }
        }
    }

    /// Links the component to its world; with `stubs` also what its world does not have, so that it can be asked who it is.
    pub(super) fn link(&self, kind: Kind, component: &Component, stubs: bool) -> wasmtime::Result<Linked> {
        let pre = linker(self.engine.wasmtime(), kind, component, stubs)?.instantiate_pre(component)?;
        Ok(match kind {
            Kind::ShareStrategy => Linked::Strategy(Evaluation::Share(ShareStrategyPre::new(pre)?)),
            Kind::StackStrategy => Linked::Strategy(Evaluation::Stack(StackStrategyPre::new(pre)?)),
            Kind::RecordStrategy => Linked::Strategy(Evaluation::Record(RecordStrategyPre::new(pre)?)),
            Kind::Channel => Linked::Channel(ChannelPre::new(pre)?),
        })
    }
}

/// Linked, but not yet known by its manifest.
pub(super) enum Linked {
    Strategy(Evaluation),
    Channel(ChannelPre<Guest>),
}

impl Linked {
    /// The manifest as it is given.
    pub(super) async fn describe(&self, caller: &Caller) -> Result<String, Fault> {
        let pre = match self {
            Self::Strategy(evaluation) => evaluation.instance_pre(),
            Self::Channel(pre) => pre.instance_pre(),
        };
        caller
            .call(caller.limits.strategy_wall, Lent::default(), async |store: &mut Store<Guest>| {
                let instance = pre.instantiate_async(&mut *store).await?;
                // The interface is the same in every world: one world's bindings stand for all.
                let plugin = plugin::GuestIndices::new(pre)?.load(&mut *store, &instance)?;
                plugin.call_describe(store).await
            })
            .await
    }

    /// The plugin, known by its manifest.
    pub(super) fn load(self, caller: Caller, manifest: Manifest) -> Loaded {
        match self {
            Self::Strategy(evaluation) => {
                Loaded::Strategy(Arc::new(LoadedStrategy { caller, manifest, evaluation, recents: None }))
            }
            Self::Channel(pre) => Loaded::Channel(Arc::new(LoadedChannel::new(caller, manifest, pre))),
        }
    }
}

/// What stands for a plugin's name until it has said it.
pub(super) fn stem(file: &str) -> &str {
    file.strip_suffix(".wasm").unwrap_or(file)
}

/// The last part of a path, as text.
pub(super) fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
