//! Single components on their author's desk.

use std::{path::Path, sync::Arc};

use super::{
    Account, Admission, Compiler, Examination, PluginEngine, Refusal, admission::Gate, cache::CodeCache,
    conduct::Conducts, examination::Going, selftest, shadow::Recents,
};
use crate::{clock::Clock, config::PluginsConfig};

/// Admits components as a daemon does, but each by itself and from anywhere: nothing serves, and nothing is remembered
/// but compiled code.
pub struct Workbench {
    pub(super) gate: Gate,
    pub(super) clock: Arc<dyn Clock>,
}

impl Workbench {
    /// A workbench with the limits and grants of this configuration. Compiled code is kept in its folder `cache`, if that
    /// can be used.
    ///
    /// # Errors
    /// If the engine cannot be started.
    pub fn new(compiler: Compiler, config: &PluginsConfig, clock: Arc<dyn Clock>) -> anyhow::Result<Self> {
        let gate = Gate {
            engine: PluginEngine::new(config, compiler)?,
            cache: CodeCache::open(&config.cache, config.cache_bytes).ok(),
            config: Arc::new(config.clone()),
            conducts: Arc::new(Conducts::new(Arc::clone(&clock), None)),
            recents: Arc::new(Recents::new(false)),
        };
        Ok(Self { gate, clock })
    }

    /// Takes the file through all stages of admission.
    ///
    /// # Errors
    /// The first reason why a daemon would refuse it.
    pub async fn admit(&self, file: &Path) -> Result<Admission, Refusal> {
        let candidate = self.gate.read(file.to_owned()).await?;
        self.gate.admit(candidate).await
    }

    /// Looks at the file as far as there is anything to see, and leaves out the cases that it carries.
    pub async fn look(&self, file: &Path) -> Examination {
        match self.gate.read(file.to_owned()).await {
            Ok(candidate) => self.gate.look(&candidate, Going::On).await,
            Err(refusal) => Examination::unread(refusal),
        }
    }

    /// The same with the cases: what has no reason for refusal then, a daemon admits.
    pub async fn check(&self, file: &Path) -> Examination {
        let mut seen = self.look(file).await;
        self.gate.try_cases(&mut seen, Going::On).await;
        seen
    }

    /// How many cases the component carries; `None` if it carries none, or could not be loaded.
    ///
    /// # Errors
    /// Why they cannot be had.
    pub async fn cases(&self, seen: &Examination) -> Result<Option<usize>, String> {
        match seen.plugin() {
            Some(plugin) => selftest::count(plugin).await,
            None => Ok(None),
        }
    }

    /// What was looked at, as a plugin that can be called.
    ///
    /// # Errors
    /// The first reason why a daemon would refuse it.
    pub fn admission(&self, seen: Examination) -> Result<Admission, Refusal> {
        self.gate.admission(seen)
    }

    /// What the calls of the plugin of this name came to on this workbench.
    pub fn account(&self, plugin: &str) -> Account {
        self.gate.conducts.of(plugin).account()
    }
}
