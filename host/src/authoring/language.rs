//! The languages that there is an SDK for.

use std::{fs, path::Path};

use anyhow::{Context, bail};
use serde::Deserialize;

use crate::model::Kind;

/// What a plugin is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Language {
    /// Compiled with cargo.
    Rust,
    /// Built by Node.js, with the engine QuickJS in the component.
    #[value(name = "javascript")]
    JavaScript,
    /// Built by componentize-py, with CPython in the component.
    Python,
}

/// What a plugin's own project file says of it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Described {
    pub(super) name: String,
    pub(super) kind: Kind,
}

/// The part that is nudged's, in whichever file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Own {
    kind: Kind,
}

impl Language {
    pub(super) const ALL: [Self; 3] = [Self::Rust, Self::JavaScript, Self::Python];

    /// The file that the language's own tools know a project by, and nudged too.
    pub(super) fn project_file(self) -> &'static str {
        match self {
            Self::Rust => "Cargo.toml",
            Self::JavaScript => "package.json",
            Self::Python => "pyproject.toml",
        }
    }

    /// Its folder of templates.
    pub(super) fn folder(self) -> &'static str {
        match self {
            Self::Rust => "rust",
            Self::JavaScript => "javascript",
            Self::Python => "python",
        }
    }

    /// Where its SDK is among the SDKs, and where below `vendor` a plugin has it.
    pub(super) fn sdk(self) -> (&'static str, &'static str) {
        match self {
            Self::Rust => ("", "nudged-sdk"),
            Self::JavaScript => ("javascript/nudged", "nudged"),
            Self::Python => ("python/nudged", "nudged"),
        }
    }

    /// Whether a file of that folder is one of the SDK's; the other languages' are beside Rust's.
    pub(super) fn is_of_sdk(self, path: &Path) -> bool {
        match self {
            Self::Rust => ["Cargo.toml", "src", "derive"].iter().any(|part| path.starts_with(part)),
            Self::JavaScript | Self::Python => true,
        }
    }

    /// Where in that file nudged looks.
    fn own_part(self) -> &'static str {
        match self {
            Self::Rust => "[package.metadata.nudged]",
            Self::JavaScript => "\"nudged\"",
            Self::Python => "[tool.nudged]",
        }
    }

    /// Reads the project file of this folder.
    ///
    /// # Errors
    /// What is missing there, and what to write.
    pub(super) fn describe(self, folder: &Path) -> anyhow::Result<Described> {
        let file = folder.join(self.project_file());
        let text = fs::read_to_string(&file).with_context(|| format!("{} cannot be read", file.display()))?;
        let read = match self {
            Self::Rust => of_cargo(&text),
            Self::JavaScript => of_npm(&text),
            Self::Python => of_python(&text),
        };
        let Described { name, kind } = read.with_context(|| {
            format!("{}: name the plugin, and write its kind into {}", file.display(), self.own_part())
        })?;
        if !crate::model::is_name(&name) {
            bail!("{}: the name {name:?} is not like \"pending-share\": a-z, 0-9 and -", file.display());
        }
        Ok(Described { name, kind })
    }
}

fn of_cargo(text: &str) -> anyhow::Result<Described> {
    #[derive(Deserialize)]
    struct Manifest {
        package: Package,
    }
    #[derive(Deserialize)]
    struct Package {
        name: String,
        metadata: Metadata,
    }
    #[derive(Deserialize)]
    struct Metadata {
        nudged: Own,
    }
    let Manifest { package } = toml::from_str(text)?;
    Ok(Described { name: package.name, kind: package.metadata.nudged.kind })
}

fn of_npm(text: &str) -> anyhow::Result<Described> {
    #[derive(Deserialize)]
    struct Package {
        name: String,
        nudged: Own,
    }
    let Package { name, nudged } = serde_json::from_str(text)?;
    Ok(Described { name, kind: nudged.kind })
}

fn of_python(text: &str) -> anyhow::Result<Described> {
    #[derive(Deserialize)]
    struct Manifest {
        project: Project,
        tool: Tool,
    }
    #[derive(Deserialize)]
    struct Project {
        name: String,
    }
    #[derive(Deserialize)]
    struct Tool {
        nudged: Own,
    }
    let Manifest { project, tool } = toml::from_str(text)?;
    Ok(Described { name: project.name, kind: tool.nudged.kind })
}
