//! What is kept between commands: nothing that could not be made again.

use std::{env, path::PathBuf};

/// The user's own folder for it, after the XDG base directory specification: `$XDG_CACHE_HOME/nudged`, else
/// `~/.cache/nudged`. `None` where neither can be told.
pub(super) fn folder() -> Option<PathBuf> {
    let absolute = |name| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let caches = absolute("XDG_CACHE_HOME").or_else(|| Some(absolute("HOME")?.join(".cache")))?;
    Some(caches.join("nudged"))
}
