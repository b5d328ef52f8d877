//! Building a plugin's component with the tools of its language.

mod javascript;
mod python;
mod rust;

use std::{fs, path::PathBuf};

use anyhow::Context;

use super::{language::Language, project::Project};
use crate::model::Kind;

/// What was built.
#[derive(Debug)]
pub struct Built {
    /// The component.
    pub file: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
}

/// Builds the component of this project into its folder `dist`.
///
/// # Errors
/// What the tools complain of, or which of them is missing and how to install it.
pub fn build(project: &Project) -> anyhow::Result<Built> {
    let file = project.component();
    let folder = file.parent().context("the component has no folder")?;
    fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    match project.language {
        Language::Rust => rust::build(project, &file),
        Language::JavaScript => javascript::build(project, &file),
        Language::Python => python::build(project, &file),
    }?;
    let bytes = fs::metadata(&file).with_context(|| format!("{} was not built", file.display()))?.len();
    Ok(Built { file, bytes })
}

/// The file that a plugin of this kind is written in, where the language has no rule of its own.
fn source(kind: Kind) -> &'static str {
    match kind {
        Kind::ShareStrategy | Kind::StackStrategy | Kind::RecordStrategy => "strategy",
        Kind::Channel => "channel",
    }
}
