//! Everything that a daemon would say of a component.

use std::{path::Path, sync::Arc};

use super::{Language, Project, remarks::remarks, workbench_with};
use crate::{
    clock::Clock,
    config::{Config, PluginsConfig},
    daemon::{self, Finding},
    plugin::Examination,
};

/// What came of checking a component.
pub struct Checked {
    /// What it is.
    pub seen: Seen,
    /// Why a daemon would refuse it or hold it back, each with what would mend it; none if it would serve.
    pub reasons: Vec<String>,
    /// What is odd about it and refuses nothing.
    pub warnings: Vec<String>,
    /// What the configuration uses it for, where that fits.
    pub uses: Vec<String>,
}

/// What a component is, in short.
pub struct Seen {
    /// The file's name.
    pub file: String,
    /// Its name, version and world, as far as they are known.
    pub label: Option<(String, String, &'static str)>,
    /// SHA-256, hexadecimal; empty if the file could not be read.
    pub digest: String,
    /// Its size, in bytes.
    pub bytes: usize,
    /// How many cases of its own it was tried on.
    pub cases: usize,
}

/// Takes a component through all that a daemon would put it through, and goes on after what refuses it. With a
/// configuration: whether one that has it would let it serve, and everything that uses it fits.
///
/// # Errors
/// If the engine cannot be started, or the configuration's plugins folder cannot be read.
pub async fn check(component: &Path, config: Option<&Config>, clock: Arc<dyn Clock>) -> anyhow::Result<Checked> {
    let plugins = config.map_or_else(PluginsConfig::default, |config| config.plugins.clone());
    let workbench = workbench_with(&plugins)?;
    let mut examined = workbench.check(component).await;
    // What keeps its cases from being read is among the reasons.
    let cases = workbench.cases(&examined).await.unwrap_or_default();
    let mut reasons = std::mem::take(&mut examined.reasons);
    let mut warnings = remarks(&examined, cases, could_carry_cases(component, &examined.imports));
    let seen = Seen::of(&examined, cases.unwrap_or_default());
    let mut uses = Vec::new();
    if let (Some(config), Some(manifest)) = (config, examined.manifest.clone()) {
        let admission = if reasons.is_empty() { workbench.admission(examined).ok() } else { None };
        let findings = daemon::candidate(config, &manifest, &seen.digest, admission, clock).await?;
        if findings.is_empty() {
            warnings.push(format!("no reminder and no channel of the configuration uses {}", manifest.name));
        }
        let (faults, fits): (Vec<_>, Vec<_>) = findings.into_iter().partition(|finding| finding.fault);
        reasons.extend(faults.into_iter().map(told));
        uses.extend(fits.into_iter().map(told));
    }
    Ok(Checked { seen, reasons, warnings, uses })
}

/// Only Rust's SDK puts cases into a component. What JavaScript is built into imports interfaces of WASI, and of Python
/// the folder tells that a component is built in.
fn could_carry_cases(component: &Path, imports: &[String]) -> bool {
    let folder = component.parent().and_then(Path::parent);
    let language = folder.and_then(|folder| Project::read(folder).ok()).map(|project| project.language);
    language.is_none_or(|language| language == Language::Rust) && !imports.iter().any(|name| name.starts_with("wasi:"))
}

fn told(Finding { what, detail, .. }: Finding) -> String {
    format!("{what}: {detail}")
}

impl Seen {
    fn of(examined: &Examination, cases: usize) -> Self {
        let Examination { file, digest, bytes, kind, manifest, .. } = examined;
        let label = manifest.as_ref().map(|manifest| {
            let kind = kind.unwrap_or(manifest.kind);
            (manifest.name.clone(), manifest.version.clone(), kind.world())
        });
        Self { file: file.clone(), label, digest: digest.clone(), bytes: *bytes, cases }
    }
}
