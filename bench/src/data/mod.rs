//! data.all's tables filled with made-up shares: always the same for the same seed, by the million if need be.
//!
//! [`shape`] draws what there is, one thing at a time from its number alone, so that no table is ever held in memory;
//! [`tables`] makes rows of it, and [`postgres`] and [`sqlite`] load these.

mod postgres;
mod shape;
mod sqlite;
mod tables;
mod value;
mod words;

use std::{fs, io::Write, path::PathBuf};

use anyhow::{Context, Result, bail};
use chrono::{DateTime, Utc};
use clap::Args;

pub(crate) use postgres::SCHEMA;
pub(crate) use shape::{Findings, Shape};

/// The instant that scans of made-up shares are told it is, unless another is named.
pub(crate) const NOW: &str = "2026-06-01T00:00:00Z";

/// How many of the shares wait for a decision, unless told otherwise.
pub(crate) const PENDING: f64 = 0.1;

/// What is made, and where.
#[derive(Debug, Clone, Args)]
pub(crate) struct Data {
    /// The database: postgres://… (its schema `bench` is made anew) or sqlite:///path (a new file)
    #[arg(long, value_name = "URL")]
    pub(crate) url: String,
    /// Shares
    #[arg(long, default_value_t = 1_000_000, value_name = "N")]
    pub(crate) shares: u64,
    /// The same seed makes the same rows
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub(crate) seed: u64,
    /// How many of the shares wait for a decision, from 0 to 1
    #[arg(long, default_value_t = PENDING, value_name = "FRACTION")]
    pub(crate) pending: f64,
    /// The instant that all dates are relative to
    #[arg(long, default_value = NOW, value_name = "RFC3339")]
    pub(crate) now: DateTime<Utc>,
    /// Write the teams' addresses to this file, for `directory.file`
    #[arg(long, value_name = "FILE")]
    pub(crate) people: Option<PathBuf>,
}

/// Makes the tables and fills them. Answers with what reminders are to find in them.
///
/// # Errors
/// If the database or the file of people cannot be written, or the file of an SQLite database is there already.
pub(crate) async fn fill(data: &Data) -> Result<Findings> {
    let shape = Shape { seed: data.seed, shares: data.shares, pending: data.pending, now: data.now.naive_utc() };
    match data.url.split_once("://") {
        Some(("postgres" | "postgresql", _)) => postgres::fill(&data.url, &shape).await?,
        Some(("sqlite", path)) => sqlite::fill(path.as_ref(), &shape).await?,
        _ => bail!("--url: write postgres://… or sqlite:///path"),
    }
    if let Some(file) = &data.people {
        people(file.clone(), &shape).with_context(|| format!("cannot write {}", file.display()))?;
    }
    Ok(shape.findings())
}

/// One list address a team.
fn people(file: PathBuf, shape: &Shape) -> std::io::Result<()> {
    let mut file = std::io::BufWriter::new(fs::File::create(file)?);
    writeln!(file, "group,channel,address")?;
    for team in (0..shape.teams()).map(words::team) {
        writeln!(file, "{team},email,{team}@example.com")?;
    }
    file.flush()
}
