//! A loaded strategy.

use std::{collections::HashSet, sync::Arc};

use chrono::{DateTime, Datelike};
use wasmtime::{
    Result as WasmResult, Store,
    component::{InstancePre, Resource},
};

use super::{
    Context, Strategy,
    bindings::{
        record_strategy::RecordStrategyPre,
        share_strategy::{
            ShareStrategyPre,
            nudged::plugin::findings::{Context as GuestContext, Finding as GuestFinding},
        },
        stack_strategy::StackStrategyPre,
    },
    call::Caller,
    guest::{About, Batch, Guest, Lent, epoch_day, millis},
    shadow::Recents,
};
use crate::model::{Fault, FaultKind, Finding, Instant, Item, ItemKey, Manifest, Severity, is_name};

/// A strategy with its pre-linked instance.
#[derive(Clone)]
pub(super) struct LoadedStrategy {
    pub(super) caller: Caller,
    pub(super) manifest: Manifest,
    pub(super) evaluation: Evaluation,
    /// Where calls are noted, for whoever wants to repeat them.
    pub(super) recents: Option<Arc<Recents>>,
}

/// The way into a strategy, for each world.
#[derive(Clone)]
pub(super) enum Evaluation {
    Share(ShareStrategyPre<Guest>),
    Stack(StackStrategyPre<Guest>),
    Record(RecordStrategyPre<Guest>),
}

impl Evaluation {
    pub(super) fn instance_pre(&self) -> &InstancePre<Guest> {
        match self {
            Self::Share(pre) => pre.instance_pre(),
            Self::Stack(pre) => pre.instance_pre(),
            Self::Record(pre) => pre.instance_pre(),
        }
    }

    /// The guest's own answer: findings, or its error.
    async fn call(
        &self,
        store: &mut Store<Guest>,
        items: Arc<[Item]>,
        context: &GuestContext,
    ) -> WasmResult<Result<Vec<GuestFinding>, String>> {
        let own = store.data_mut().table.push(Batch(items))?;
        let batch = Resource::new_borrow(own.rep());
        match self {
            Self::Share(pre) => {
                let guest = pre.instantiate_async(&mut *store).await?;
                guest.nudged_plugin_share_evaluation().call_evaluate(store, batch, context).await
            }
            Self::Stack(pre) => {
                let guest = pre.instantiate_async(&mut *store).await?;
                guest.nudged_plugin_stack_evaluation().call_evaluate(store, batch, context).await
            }
            Self::Record(pre) => {
                let guest = pre.instantiate_async(&mut *store).await?;
                guest.nudged_plugin_record_evaluation().call_evaluate(store, batch, context).await
            }
        }
    }
}

#[async_trait::async_trait]
impl Strategy for LoadedStrategy {
    fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    async fn evaluate(&self, items: Arc<[Item]>, context: &Context) -> Result<Vec<Finding>, Fault> {
        if let Some(recents) = &self.recents {
            recents.note(&self.manifest.name, &items, context);
        }
        self.ask(items, context).await
    }
}

impl LoadedStrategy {
    /// See [`Strategy::evaluate`].
    pub(super) async fn ask(&self, items: Arc<[Item]>, context: &Context) -> Result<Vec<Finding>, Fault> {
        let wall = self.caller.limits.strategy_wall;
        let lent = Lent { now: context.now, about: About::Items(Arc::clone(&items)), ..Lent::default() };
        let context = guest_context(context);
        let batch = Arc::clone(&items);
        let body = async |store: &mut Store<Guest>| self.evaluation.call(store, batch, &context).await;
        let judge = |answer: Result<Result<Vec<GuestFinding>, String>, Fault>| {
            let findings = answer?.map_err(|text| self.caller.fault(FaultKind::Error, text))?;
            self.check(&items, findings)
        };
        self.caller.call_and_judge(wall, lent, body, judge).await
    }

    /// Holds the answer against the contract of the WIT and makes our findings of it.
    fn check(&self, items: &[Item], findings: Vec<GuestFinding>) -> Result<Vec<Finding>, Fault> {
        let broken = |text: String| self.caller.fault(FaultKind::Contract, text);
        let limits = &self.caller.limits;
        if findings.len() > limits.findings {
            return Err(broken(format!(
                "{} findings in a batch, at most {} are allowed (plugins.limits.findings)",
                findings.len(),
                limits.findings
            )));
        }
        let bytes: usize = findings.iter().map(size).sum();
        if bytes > limits.result_bytes {
            let limit = limits.result_bytes;
            let text = format!("{bytes} bytes of findings, at most {limit} are allowed (plugins.limits.result_bytes)");
            return Err(broken(text));
        }
        let mut seen = HashSet::with_capacity(findings.len());
        for finding in &findings {
            let (index, reason) = (finding.item, finding.reason.as_str());
            let item = items
                .get(index as usize)
                .ok_or_else(|| broken(format!("a finding about item {index} of a batch of {}", items.len())))?;
            if !is_name(reason) {
                return Err(broken(format!("the reason {reason:?} is not a code such as \"pending\"")));
            }
            if !seen.insert((index, reason)) {
                return Err(broken(format!("two findings about {} for reason {reason}", item.key())));
            }
        }
        let key = |finding: &GuestFinding| items[finding.item as usize].key();
        findings.into_iter().map(|finding| convert(key(&finding), finding).map_err(broken)).collect()
    }
}

fn guest_context(context: &Context) -> GuestContext {
    GuestContext {
        now: millis(context.now),
        today: epoch_day(context.today),
        parameters: context.parameters.to_string(),
        attributes: context.attributes.clone(),
    }
}

fn convert(item: ItemKey, finding: GuestFinding) -> Result<Finding, String> {
    Ok(Finding {
        item,
        since: finding.since.map(instant).transpose()?,
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

/// Years that an instant may be of: data.all's go to 9999, and the last of those days ends in 10000. What lies far beyond
/// would overflow date arithmetic.
const YEARS: std::ops::RangeInclusive<i32> = 1..=10_000;

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
