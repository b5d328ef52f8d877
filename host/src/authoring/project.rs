//! A plugin's folder.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::{
    build::build,
    language::{Described, Language},
    sources,
};
use crate::model::Kind;

/// The folder with what is built.
pub(super) const BUILT: &str = "dist";

/// The folder with cases, `*.json`.
pub(super) const CASES: &str = "cases";

/// A folder that a plugin is written in.
#[derive(Debug, Clone)]
pub struct Project {
    /// The folder.
    pub folder: PathBuf,
    /// What it is written in.
    pub language: Language,
    /// The plugin's name.
    pub name: String,
    /// The world that it is for.
    pub kind: Kind,
}

impl Project {
    /// Reads what the folder's project file says.
    ///
    /// # Errors
    /// If it has none, or it does not say what nudged needs to know.
    pub fn read(folder: &Path) -> anyhow::Result<Self> {
        let Some(language) = Language::ALL.into_iter().find(|one| folder.join(one.project_file()).is_file()) else {
            let files = Language::ALL.map(Language::project_file).join(", ");
            bail!(
                "{} is no plugin's folder: none of {files} is there; `nudged plugin new` makes one",
                folder.display()
            );
        };
        let Described { name, kind } = language.describe(folder)?;
        let folder = std::path::absolute(folder).with_context(|| format!("{} cannot be used", folder.display()))?;
        Ok(Self { folder, language, name, kind })
    }

    /// The name of its world in the WIT.
    pub fn world(&self) -> &'static str {
        self.kind.world()
    }

    /// Where its component is built.
    pub fn component(&self) -> PathBuf {
        self.folder.join(BUILT).join(format!("{}.wasm", self.name))
    }

    /// Its cases, by name of file.
    ///
    /// # Errors
    /// If the folder cannot be read; that there is none is no error.
    pub fn cases(&self) -> anyhow::Result<Vec<PathBuf>> {
        let folder = self.folder.join(CASES);
        if !folder.is_dir() {
            return Ok(Vec::new());
        }
        let read = || -> std::io::Result<Vec<PathBuf>> {
            let entries = folder.read_dir()?.map(|entry| Ok(entry?.path()));
            entries.collect()
        };
        let mut files = read().with_context(|| format!("{} cannot be read", folder.display()))?;
        files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
        files.sort();
        Ok(files)
    }
}

/// The component that `plugin` stands for: the file itself, or what its folder builds, which is done first if it is missing
/// or its sources have changed since.
///
/// # Errors
/// If there is no such file, or it cannot be built.
pub fn component(plugin: &Path) -> anyhow::Result<PathBuf> {
    if !plugin.is_dir() {
        return match plugin.exists() {
            true => Ok(plugin.to_owned()),
            false => bail!("{} does not exist: name a component (x.wasm) or a plugin's folder", plugin.display()),
        };
    }
    let project = Project::read(plugin)?;
    if sources::have_changed(&project)? {
        build(&project)?;
    }
    Ok(project.component())
}
