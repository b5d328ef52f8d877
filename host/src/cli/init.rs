//! `nudged init`.

use std::path::Path;

use anyhow::{Context, bail};

use super::{End, Failure, load, output};
use crate::{config::DatabaseUrl, model::Instant, source};

/// The configuration that a beginner gets.
const CONFIG: &str = include_str!("../../../config.json");

pub(super) async fn init(path: &Path, sample: bool, now: Instant) -> Result<End, Failure> {
    if path.exists() {
        output::line(&format!("{} is there already and stays as it is", path.display()));
    } else {
        std::fs::write(path, CONFIG).with_context(|| format!("{} cannot be written", path.display()))?;
        output::line(&format!("wrote {}", path.display()));
    }
    if sample {
        let config = load(path)?;
        create(&config.source.url, now).await?;
    }
    Ok(End::Well)
}

async fn create(url: &DatabaseUrl, now: Instant) -> anyhow::Result<()> {
    let DatabaseUrl::Sqlite(path) = url else {
        bail!(
            "source.url is a PostgreSQL database: nothing is ever created there; set it to sqlite://nudged-sample.db"
        );
    };
    if path.exists() {
        bail!("{} is there already; remove it to make the sample anew", path.display());
    }
    source::create_sample(path, now).await?;
    output::line(&format!("wrote {}", path.display()));
    Ok(())
}
