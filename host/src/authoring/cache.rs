//! What is kept between commands: nothing that could not be made again.

use std::{env, ffi::OsString, path::PathBuf};

/// The user's own folder for it, after the XDG base directory specification: `$XDG_CACHE_HOME/nudged`, else
/// `~/.cache/nudged`. `None` where neither can be told.
pub(super) fn folder() -> Option<PathBuf> {
    folder_in(env::var_os("XDG_CACHE_HOME"), env::var_os("HOME"))
}

/// A relative path counts for nothing, as the specification says.
fn folder_in(caches: Option<OsString>, home: Option<OsString>) -> Option<PathBuf> {
    let absolute = |path: Option<OsString>| path.map(PathBuf::from).filter(|path| path.is_absolute());
    let caches = absolute(caches).or_else(|| Some(absolute(home)?.join(".cache")))?;
    Some(caches.join("nudged"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_where_users_keep_caches() {
        let folder = |caches: &str, home: &str| folder_in(Some(caches.into()), Some(home.into()));
        assert_eq!(folder("/var/cache/pam", "/home/pam"), Some("/var/cache/pam/nudged".into()));
        assert_eq!(folder("cache", "/home/pam"), Some("/home/pam/.cache/nudged".into()));
        assert_eq!(folder("", "/home/pam"), Some("/home/pam/.cache/nudged".into()));
        assert_eq!(folder("", "home"), None);
        assert_eq!(folder_in(None, None), None);
    }
}
