//! Strategies as they are shipped, in this program.

use std::{
    path::{self, PathBuf},
    sync::Arc,
    time::Duration,
};

use anyhow::{Context as _, Result, anyhow};
use nudged::{
    clock::SystemClock,
    config::{Limits, PluginsConfig},
    plugin::{Admission, Compiler, Strategy, Workbench},
};
use tempfile::TempDir;

use crate::bench::Bench;

/// A workbench with the daemon's limits, and the component to be put on it.
pub(crate) struct Component {
    workbench: Workbench,
    file: PathBuf,
    /// Holds the compiled code: it is compiled once.
    _cache: TempDir,
}

impl Component {
    /// The shipped strategy of this name.
    pub(crate) fn new(bench: &Bench, name: &str) -> Result<Self> {
        let cache = TempDir::new()?;
        // A benchmark may take more than an hour's share of the processor.
        let limits = Limits { hourly: Duration::from_secs(86_400), ..Limits::default() };
        let config = PluginsConfig { cache: cache.path().to_owned(), limits, ..PluginsConfig::default() };
        // Compilers are started in another folder.
        let compiler = Compiler::of(path::absolute(&bench.nudged)?);
        let workbench = Workbench::new(compiler, &config, Arc::new(SystemClock))?;
        Ok(Self { workbench, file: bench.plugins.join(name).with_extension("wasm"), _cache: cache })
    }

    /// Loads it anew: compiled code is had from the cache from the second time on.
    pub(crate) async fn load(&self) -> Result<Admission> {
        let seen = self.workbench.look(&self.file).await;
        self.workbench.admission(seen).map_err(|refusal| anyhow!("{refusal}"))
    }
}

/// What an admitted strategy is called by.
pub(super) fn strategy(admission: &Admission) -> Result<Arc<dyn Strategy>> {
    admission.strategy().context("pending-share is no strategy")
}
