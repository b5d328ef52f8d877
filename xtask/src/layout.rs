//! The folder that nudged runs from: the binary, `plugins/*.wasm` and `config.json`. `build`, `demo` and `dist`
//! all make it here.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};

use crate::{files, guests, paths::Paths, shell::Shell, toolchain::Toolchain};

/// How the host is compiled.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Profile {
    /// Quick to compile.
    Debug,
    /// What is handed out.
    Release,
}

impl Profile {
    fn flags(self) -> &'static [&'static str] {
        match self {
            Self::Debug => &[],
            Self::Release => &["--release"],
        }
    }

    fn folder(self) -> &'static str {
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
        let plugins = guests::plugins(shell, paths, &Toolchain::find(shell, paths)?)?;
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
