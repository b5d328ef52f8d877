//! The folder that nudged runs from: the binary, `plugins/*.wasm` and `config.json`. `build`, `demo` and `dist`
//! all make it here.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};

use nudged_toolchain::{rust::Toolchain, shell::Shell};

use crate::{files, guests, paths::Paths};

/// How the host is compiled.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Profile {
    /// Quick to compile.
    Debug,
    /// What is handed out.
    Release,
}

impl Profile {
    /// For cargo.
    pub(crate) fn flags(self) -> &'static [&'static str] {
        match self {
            Self::Debug => &[],
            Self::Release => &["--release"],
        }
    }

    /// Below cargo's target folder.
    pub(crate) fn folder(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Release => "release",
        }
    }
}

/// Everything that goes into the folder, compiled.
#[derive(Debug)]
pub(crate) struct Parts {
    binary: PathBuf,
    plugins: Vec<PathBuf>,
    config: PathBuf,
}

impl Parts {
    /// Compiles plugins and host.
    pub(crate) fn build(shell: &Shell, paths: &Paths, profile: Profile) -> Result<Self> {
        let plugins = guests::plugins(shell, paths, &Toolchain::find(shell, &paths.target)?)?;
        let mut cargo = host_cargo(paths);
        cargo.args(["build", "--package", "nudged", "--target-dir"]).arg(&paths.target);
        shell.run(cargo.args(profile.flags()))?;
        Ok(Self {
            binary: paths.target.join(profile.folder()).join("nudged"),
            plugins,
            config: paths.root.join("config.json"),
        })
    }

    /// Lays the parts into a folder; other files in it stay.
    pub(crate) fn lay_into(&self, folder: &Path) -> Result<()> {
        files::publish(&self.binary, &folder.join("nudged"))?;
        for plugin in &self.plugins {
            let name = plugin.file_name().context("a plugin without a name")?;
            files::publish(plugin, &folder.join("plugins").join(name))?;
        }
        files::publish(&self.config, &folder.join("config.json"))
    }

    /// Builds the folder aside and swaps it in: what was there before goes.
    pub(crate) fn swap_into(&self, folder: &Path) -> Result<()> {
        let parent = folder.parent().context("a folder without a parent")?;
        fs::create_dir_all(parent)?;
        let aside = tempfile::Builder::new().prefix(".swap-").tempdir_in(parent)?;
        let (new, old) = (aside.path().join("new"), aside.path().join("old"));
        self.lay_into(&new)?;
        if folder.exists() {
            fs::rename(folder, &old)?;
        }
        fs::rename(&new, folder).with_context(|| format!("cannot move the new folder to {}", folder.display()))
    }
}

/// The cargo that runs xtask, in the repository.
pub(crate) fn host_cargo(paths: &Paths) -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(&paths.root);
    cargo
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Parts in `dir`, and a folder `dir/out` that holds a file of someone else's.
    fn world(dir: &Path) -> (Parts, PathBuf) {
        for name in ["nudged", "email.wasm", "config.json"] {
            fs::write(dir.join(name), name).unwrap();
        }
        let out = dir.join("out");
        fs::create_dir(&out).unwrap();
        fs::write(out.join("nudged.db"), "data").unwrap();
        let plugins = vec![dir.join("email.wasm")];
        (Parts { binary: dir.join("nudged"), plugins, config: dir.join("config.json") }, out)
    }

    #[test]
    fn laying_into_a_folder_keeps_what_else_is_there() {
        let dir = tempfile::tempdir().unwrap();
        let (parts, out) = world(dir.path());

        parts.lay_into(&out).unwrap();

        let expected = ["config.json", "nudged", "nudged.db", "plugins"].map(|name| out.join(name));
        assert_eq!(files::entries(&out).unwrap(), expected);
        assert_eq!(fs::read_to_string(out.join("plugins/email.wasm")).unwrap(), "email.wasm");
    }

    #[test]
    fn swapping_leaves_the_parts_alone_and_nothing_beside_the_folder() {
        let dir = tempfile::tempdir().unwrap();
        let (parts, out) = world(dir.path());
        let beside = files::entries(dir.path()).unwrap();

        parts.swap_into(&out).unwrap();

        let expected = ["config.json", "nudged", "plugins"].map(|name| out.join(name));
        assert_eq!(files::entries(&out).unwrap(), expected);
        assert_eq!(files::entries(dir.path()).unwrap(), beside);
    }
}
