//! The desk on which authors' commands try components.

use std::{path::Path, sync::Arc};

use super::cache;
use crate::{
    clock::SystemClock,
    config::{self, PluginsConfig},
    plugin::{Compiler, Workbench},
};

/// A workbench with the limits and grants of this configuration, or those of one that says nothing of plugins. This
/// program compiles, and the user's own cache folder keeps compiled code.
///
/// # Errors
/// If the configuration cannot be used, or the engine cannot be started.
pub fn workbench(config: Option<&Path>) -> anyhow::Result<Workbench> {
    let plugins = match config {
        Some(path) => config::load(path, &|name| std::env::var(name).ok())?.config.plugins,
        None => PluginsConfig::default(),
    };
    workbench_with(&plugins)
}

/// The same with limits and grants that were read already.
///
/// # Errors
/// If the engine cannot be started.
pub fn workbench_with(plugins: &PluginsConfig) -> anyhow::Result<Workbench> {
    // A folder of its own, which only this user may enter. None has an empty path: without a cache every component is
    // compiled each time.
    let cache = cache::folder().map(|folder| folder.join("compiled")).unwrap_or_default();
    let plugins = PluginsConfig { cache, ..plugins.clone() };
    Workbench::new(Compiler::this_program(), &plugins, Arc::new(SystemClock))
}
