//! A loaded strategy.

use std::{collections::HashSet, sync::Arc};

use chrono::{DateTime, Datelike};
use wasmtime::component::Resource;

use super::{
    Context, Strategy,
    bindings::share_strategy::{
        ShareStrategyPre,
        exports::nudged::plugin::share_evaluation::{Context as GuestContext, Finding as GuestFinding},
    },
    call::Caller,
    guest::{Guest, ShareBatch, epoch_day, millis},
};
use crate::model::{Fault, FaultKind, Finding, Instant, Item, Manifest, Severity, Share, is_name};

/// A share strategy with its pre-linked instance.
pub(super) struct LoadedStrategy {
    pub(super) caller: Caller,
    pub(super) manifest: Manifest,
    pub(super) pre: ShareStrategyPre<Guest>,
}

#[async_trait::async_trait]
impl Strategy for LoadedStrategy {
    fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    async fn evaluate(&self, items: Arc<[Item]>, context: &Context) -> Result<Vec<Finding>, Fault> {
        let wall = self.caller.limits.strategy_wall;
        let context = guest_context(context);
        let shares: Arc<[Arc<Share>]> = items.iter().filter_map(Item::share).cloned().collect();
        let batch = Arc::clone(&shares);
        let answer = self
            .caller
            .call(wall, None, async |store| {
                let instance = self.pre.instantiate_async(&mut *store).await?;
                let own = store.data_mut().table.push(ShareBatch(batch))?;
                let borrowed = Resource::new_borrow(own.rep());
                instance.nudged_plugin_share_evaluation().call_evaluate(&mut *store, borrowed, &context).await
            })
            .await?;
        let findings = answer.map_err(|text| self.caller.fault(FaultKind::Error, text))?;
        self.check(&shares, findings)
    }
}

impl LoadedStrategy {
    /// Holds the answer against the contract of the WIT and makes our findings of it.
    fn check(&self, shares: &[Arc<Share>], findings: Vec<GuestFinding>) -> Result<Vec<Finding>, Fault> {
        let broken = |text: String| self.caller.fault(FaultKind::Contract, text);
        let limits = &self.caller.limits;
        if findings.len() > limits.findings {
            return Err(broken(format!(
                "{} findings in a batch, at most {} are allowed",
                findings.len(),
                limits.findings
            )));
        }
        let bytes: usize = findings.iter().map(size).sum();
        if bytes > limits.result_bytes {
            return Err(broken(format!("{bytes} bytes of findings, at most {} are allowed", limits.result_bytes)));
        }
        let mut seen = HashSet::new();
        let mut checked = Vec::with_capacity(findings.len());
        for finding in findings {
            let share = shares.get(finding.share as usize).ok_or_else(|| {
                broken(format!("a finding about share {} of a batch of {}", finding.share, shares.len()))
            })?;
            if !is_name(&finding.reason) {
                return Err(broken(format!("the reason {:?} is not a code such as \"pending\"", finding.reason)));
            }
            if !seen.insert((finding.share, finding.reason.clone())) {
                return Err(broken(format!("two findings about share {} for reason {}", share.uri, finding.reason)));
            }
            checked.push(convert(share, finding).map_err(broken)?);
        }
        Ok(checked)
    }
}

fn guest_context(context: &Context) -> GuestContext {
    GuestContext {
        now: millis(context.now),
        today: epoch_day(context.today),
        parameters: context.parameters.to_string(),
        attributes: Vec::new(),
    }
}

fn convert(share: &Share, finding: GuestFinding) -> Result<Finding, String> {
    Ok(Finding {
        item: share.key(),
        since: Some(instant(finding.since)?),
        deadline: finding.deadline.map(instant).transpose()?,
        severity: Severity::from_registry(&finding.severity),
        reason: finding.reason,
        roles: finding.roles,
        title: finding.title,
        text: finding.text,
        action: finding.action,
        attributes: finding.attributes,
    })
}

/// Years that dates are made of in every zone: what lies beyond would overflow date arithmetic.
const YEARS: std::ops::RangeInclusive<i32> = 1..=9998;

fn instant(millis: i64) -> Result<Instant, String> {
    let at = DateTime::from_timestamp_millis(millis).filter(|at| YEARS.contains(&at.year()));
    at.ok_or_else(|| format!("{millis} is not an instant between the years {} and {}", YEARS.start(), YEARS.end()))
}

fn size(finding: &GuestFinding) -> usize {
    let held = size_of::<String>();
    let attributes: usize = finding.attributes.iter().map(|(name, value)| 2 * held + name.len() + value.len()).sum();
    let roles: usize = finding.roles.iter().map(|role| held + role.len()).sum();
    let action = finding.action.as_ref().map_or(0, String::len) + finding.severity.len();
    size_of::<GuestFinding>()
        + finding.reason.len()
        + finding.title.len()
        + finding.text.len()
        + roles
        + attributes
        + action
}
