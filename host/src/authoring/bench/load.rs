//! What a plugin is asked while it is measured.

use std::sync::Arc;

use anyhow::{Context as _, anyhow};
use chrono_tz::UTC;
use serde_json::{Value, json};

use super::{CALLS, made_up::made_up};
use crate::{
    model::{Instant, Item, Kind, Manifest},
    plugin::{
        Admission, Context, Took, Workbench,
        cases::{self, Case},
        parameters_fit,
    },
};

/// What the calls are about.
pub enum Load {
    /// Items for a strategy, and what it is told beside them.
    Items {
        /// Handed out in turn, again and again.
        items: Vec<Item>,
        /// The same in every call.
        context: Context,
    },
    /// Notifications for a channel, each with the answers of the other side.
    Sending(Vec<Case>),
}

/// Where the calls' content comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum From {
    /// The items or notifications of so many cases.
    Cases(usize),
    /// Made up, the same each time.
    MadeUp,
}

impl Load {
    /// What these cases ask about, so many items in turn; if there are none, what is made up for a plugin with this
    /// manifest, as of this instant. `parameters` take the place of the first case's.
    ///
    /// # Errors
    /// If the parameters do not fit the manifest's schema.
    pub fn new(
        manifest: &Manifest,
        cases: Vec<Case>,
        count: usize,
        parameters: Option<Value>,
        now: Instant,
    ) -> anyhow::Result<(Self, From)> {
        if manifest.kind == Kind::Channel {
            return sending(manifest, cases, parameters);
        }
        let with_items = cases.iter().filter_map(Case::batch).filter(|(items, _)| !items.is_empty());
        let of_cases: Vec<_> = with_items.clone().flat_map(|(items, _)| items).cloned().collect();
        let told = with_items.clone().next().map(|(_, context)| context.clone());
        let mut context = told.unwrap_or_else(|| Context {
            now,
            today: now.with_timezone(&UTC).date_naive(),
            parameters: json!({}),
            attributes: Vec::new(),
        });
        if let Some(parameters) = parameters {
            context.parameters = parameters;
        }
        fits(manifest, &context.parameters)?;
        let from = if of_cases.is_empty() { From::MadeUp } else { From::Cases(with_items.count()) };
        let items = match from {
            From::MadeUp => made_up(manifest, &context, count),
            From::Cases(_) => of_cases.into_iter().cycle().take(count).collect(),
        };
        Ok((Self::Items { items, context }, from))
    }

    /// Calls of one round with batches of this size.
    pub(super) fn calls(&self, size: usize) -> usize {
        match self {
            Self::Items { items, .. } => (items.len() / size).clamp(1, CALLS),
            Self::Sending(_) => CALLS,
        }
    }

    /// Makes the call of this number of a round.
    pub(super) async fn call(&self, workbench: &Workbench, admission: &Admission, size: usize, number: usize) -> Took {
        match self {
            Self::Items { items, context } => {
                let batch: Arc<[Item]> =
                    items.iter().cycle().skip(number * size % items.len()).take(size).cloned().collect();
                workbench.measure_batch(admission, batch, context).await
            }
            Self::Sending(cases) => workbench.measure_case(admission, &cases[number % cases.len()]).await,
        }
    }
}

fn fits(manifest: &Manifest, parameters: &Value) -> anyhow::Result<()> {
    let name = &manifest.name;
    parameters_fit(manifest, parameters).map_err(|why| {
        anyhow!("{why}: give parameters that fit the schema of {name} with --parameters, or cases with --cases")
    })
}

fn sending(manifest: &Manifest, cases: Vec<Case>, parameters: Option<Value>) -> anyhow::Result<(Load, From)> {
    if !cases.is_empty() {
        let from = From::Cases(cases.len());
        return Ok((Load::Sending(cases), from));
    }
    let parameters = parameters.unwrap_or_else(|| json!({}));
    fits(manifest, &parameters)?;
    let case = json!([{ "name": "made up", "parameters": parameters, "notification": {}, "expect": {} }]);
    let cases =
        cases::read(&case.to_string(), Kind::Channel, 1).map_err(|why| anyhow!(why)).context("a made-up case")?;
    Ok((Load::Sending(cases), From::MadeUp))
}
