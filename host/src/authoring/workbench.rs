//! The desk on which authors' commands try components.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    sync::Arc,
};

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
    let cache = cache_folder(std::env::var_os("XDG_CACHE_HOME"), std::env::var_os("HOME"));
    // No folder has an empty path: without a cache every component is compiled each time.
    let plugins = PluginsConfig { cache: cache.unwrap_or_default(), ..plugins.clone() };
    Workbench::new(Compiler::this_program(), &plugins, Arc::new(SystemClock))
}

/// `$XDG_CACHE_HOME/nudged`, or `~/.cache/nudged`. Relative paths count for nothing, as the XDG specification says.
fn cache_folder(xdg: Option<OsString>, home: Option<OsString>) -> Option<PathBuf> {
    let absolute = |path: Option<OsString>| path.map(PathBuf::from).filter(|path| path.is_absolute());
    let base = absolute(xdg).or_else(|| Some(absolute(home)?.join(".cache")))?;
    Some(base.join("nudged"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compiled_code_is_kept_where_users_keep_caches() {
        let folder = |xdg: &str, home: &str| cache_folder(Some(xdg.into()), Some(home.into()));
        assert_eq!(folder("/var/cache/pam", "/home/pam"), Some("/var/cache/pam/nudged".into()));
        assert_eq!(folder("cache", "/home/pam"), Some("/home/pam/.cache/nudged".into()));
        assert_eq!(folder("", "/home/pam"), Some("/home/pam/.cache/nudged".into()));
        assert_eq!(folder("", "home"), None);
        assert_eq!(cache_folder(None, None), None);
    }
}
