//! Not made yet.

use anyhow::{Result, bail};
use clap::Args;

/// What is made, and where.
#[derive(Debug, Clone, Args)]
pub struct Data {
    /// The database: postgres://… (its schema `bench` is made anew) or sqlite:///path (a new file)
    #[arg(long, value_name = "URL")]
    pub url: String,
    /// Shares
    #[arg(long, default_value_t = 1_000_000, value_name = "N")]
    pub shares: u64,
    /// The same seed makes the same rows
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub seed: u64,
}

pub(crate) async fn fill(_: &Data) -> Result<()> {
    bail!("not made yet")
}
