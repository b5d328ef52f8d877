//! Whether a plugin that is not in the folder yet would serve there.

use std::sync::Arc;

use super::{Finding, fit::would_fit, registry};
use crate::{
    clock::Clock,
    config::Config,
    model::Manifest,
    pipeline::Writing,
    plugin::{Admission, Asked, Grants},
};

/// What a daemon with this configuration would say of a plugin with this manifest and digest if its file were put into the
/// folder: whether it would serve in the place of what serves there, and whether everything that uses it fits.
/// `admission` is the plugin itself, if it can be admitted at all. Writes nothing.
///
/// # Errors
/// If the engine cannot be started or the plugins folder cannot be read.
pub async fn candidate(
    config: &Config,
    manifest: &Manifest,
    digest: &str,
    admission: Option<Admission>,
    clock: Arc<dyn Clock>,
) -> anyhow::Result<Vec<Finding>> {
    let what = format!("plugins.{}", manifest.name);
    let objections = match admission {
        Some(admission) => registry(config, &clock, Writing::DryRun).await?.objections(admission).await,
        None => pinned(config, manifest, digest).err().into_iter().collect(),
    };
    let mut findings: Vec<_> = objections.into_iter().map(|why| Finding::new(what.clone(), Err(why))).collect();
    findings.extend(would_fit(config, manifest, digest, &clock).await);
    Ok(findings)
}

fn pinned(config: &Config, manifest: &Manifest, digest: &str) -> Result<(), String> {
    let grants = config.plugins.grants.get(&manifest.name).map(Grants::new).unwrap_or_default();
    grants.pinned(&Asked::of(manifest).unwrap_or_default(), digest)
}
