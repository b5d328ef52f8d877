//! Single components on their author's desk.

use std::{path::Path, sync::Arc};

use super::{
    Admission, Compiler, PluginEngine, Refusal, admission::Gate, cache::CodeCache, conduct::Conducts, shadow::Recents,
};
use crate::{clock::Clock, config::PluginsConfig};

/// Admits components as a daemon does, but each by itself and from anywhere: nothing serves, and nothing is remembered
/// but compiled code.
pub struct Workbench {
    pub(super) gate: Gate,
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
            conducts: Arc::new(Conducts::new(clock, None)),
            recents: Arc::new(Recents::new(false)),
        };
        Ok(Self { gate })
    }

    /// Takes the file through all stages of admission.
    ///
    /// # Errors
    /// The first reason why a daemon would refuse it.
    pub async fn admit(&self, file: &Path) -> Result<Admission, Refusal> {
        let candidate = self.gate.read(file.to_owned()).await?;
        self.gate.admit(candidate).await
    }

    /// Takes the file through all stages but the last: the cases that it carries are not tried.
    ///
    /// # Errors
    /// The first reason why a daemon would refuse it.
    pub async fn load(&self, file: &Path) -> Result<Admission, Refusal> {
        let candidate = self.gate.read(file.to_owned()).await?;
        self.gate.load(candidate).await
    }
}
