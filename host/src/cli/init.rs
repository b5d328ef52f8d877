//! `nudged init`.

use std::path::Path;

use anyhow::{Context, bail};
use clap::Args;

use super::{End, Failure, load, output};
use crate::{
    config::DatabaseUrl,
    model::Instant,
    source::{self, Person},
};

/// The configuration that a beginner gets.
const CONFIG: &str = include_str!("../../../config.json");

/// Who is in the groups of a sample, beside its database: what `directory.file` may name.
const PEOPLE: &str = "nudged-sample-people.csv";

/// What `nudged init` is told.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Make a sample database too, with a share of every kind.
    #[arg(long)]
    sample: bool,
    /// Generate so many more shares, of twenty departments.
    #[arg(long, requires = "sample", value_name = "N", default_value_t = 0)]
    shares: u32,
}

pub(super) async fn init(path: &Path, options: Arguments, now: Instant) -> Result<End, Failure> {
    if path.exists() {
        output::line(&format!("{} is there already and stays as it is", path.display()));
    } else {
        std::fs::write(path, CONFIG).with_context(|| format!("{} cannot be written", path.display()))?;
        output::line(&format!("wrote {}", path.display()));
    }
    if options.sample {
        let config = load(path)?;
        create(&config.source.url, now, options.shares).await?;
    }
    Ok(End::Well)
}

async fn create(url: &DatabaseUrl, now: Instant, shares: u32) -> anyhow::Result<()> {
    let DatabaseUrl::Sqlite(path) = url else {
        bail!(
            "source.url is a PostgreSQL database: nothing is ever created there; set it to sqlite://nudged-sample.db"
        );
    };
    if path.exists() {
        bail!("{} is there already; remove it to make the sample anew", path.display());
    }
    source::create_sample(path, now, shares).await?;
    output::line(&format!("wrote {}", path.display()));
    let people = path.with_file_name(PEOPLE);
    std::fs::write(&people, people_csv(shares)).with_context(|| format!("{} cannot be written", people.display()))?;
    output::line(&format!("wrote {}", people.display()));
    Ok(())
}

/// Who is in the sample's groups; no field needs quotes.
fn people_csv(shares: u32) -> String {
    let rows = source::sample_people(shares).into_iter();
    let rows = rows.map(|Person { group, channel, address }| format!("{group},{channel},{address}\n"));
    std::iter::once("group,channel,address\n".to_owned()).chain(rows).collect()
}
