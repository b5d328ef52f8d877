//! A strategy over the items of a database.

use std::sync::Arc;

use anyhow::Context as _;

use super::{Database, Read};
use crate::{
    model::Problem,
    pipeline::{Trial, try_out},
    plugin::{Account, Admission, Context, Workbench},
};

/// What came of trying a strategy.
pub struct Tried {
    /// Items that it was asked about.
    pub items: usize,
    /// What is wrong with rows of the database.
    pub problems: Vec<Problem>,
    /// What it found, and the items on which it fails.
    pub trial: Trial,
    /// What its calls came to.
    pub account: Account,
}

/// Asks an admitted strategy about at most `limit` items of a database, as a run of a reminder with these parameters would.
/// Nothing is written there or anywhere else.
///
/// # Errors
/// If it is no strategy, or the database cannot be read.
pub async fn try_on(
    workbench: &Workbench,
    admission: &Admission,
    database: &Database,
    context: Context,
    limit: usize,
) -> anyhow::Result<Tried> {
    let name = &admission.manifest.name;
    let strategy = admission.strategy();
    let strategy =
        strategy.with_context(|| format!("{name} is a channel: it finds nothing; try it with `nudged plugin test`"))?;
    let Read { items, problems } = database.read(&admission.manifest, context.now, limit).await?;
    let trial = try_out(Arc::clone(&strategy), context, &items).await;
    Ok(Tried { items: items.len(), problems, trial, account: workbench.account(name) })
}
