//! `nudged plugin build`.

use std::{path::PathBuf, time::Instant};

use clap::Args;

use crate::{
    authoring::{self, Built, Project},
    cli::{End, Failure, output},
};

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// The plugin's folder.
    #[arg(value_name = "FOLDER", default_value = ".")]
    folder: PathBuf,
}

pub(super) async fn build(arguments: Arguments) -> Result<End, Failure> {
    let began = Instant::now();
    let project = Project::read(&arguments.folder).map_err(Failure::Configuration)?;
    let built = tokio::task::spawn_blocking(move || authoring::build(&project)).await;
    let Built { file, bytes } = built.map_err(anyhow::Error::from)??;
    let file =
        std::env::current_dir().ok().and_then(|here| file.strip_prefix(here).map(PathBuf::from).ok()).unwrap_or(file);
    output::line(&format!("built {} ({bytes} bytes) in {:.1} s", file.display(), began.elapsed().as_secs_f64()));
    Ok(End::Well)
}
