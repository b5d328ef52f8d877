//! Calls alone: no source, no store, the same shares again and again.

use std::{
    hint::black_box,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail, ensure};
use chrono::SubsecRound as _;
use nudged::{
    authoring::bench::Load,
    clock::{Clock, SystemClock},
    model::{FaultKind, Item, Manifest},
    plugin::{Context, Strategy},
};

use super::{
    component::{Component, strategy},
    native::{Native, judge, lend},
};
use crate::{
    bench::Bench,
    sample::{Sample, Unit},
};

/// Shares in a call.
pub(super) const SIZES: [usize; 7] = [1, 4, 16, 64, 256, 1024, 4096];

/// Of a hundred shares, how many are found.
pub(super) const FOUND: [usize; 2] = [10, 100];

/// Shares in a call where calls are compared.
const SAMPLE: usize = 256;

/// All batches of a size together.
const SHARES: usize = 4096;

/// A run goes through the batches until this has passed.
const RUN: Duration = Duration::from_millis(100);

/// What was measured for batches of one size.
pub(super) struct Calls {
    /// Shares in a call.
    pub(super) size: usize,
    /// Of a hundred shares, how many were found.
    pub(super) found: usize,
    /// Seconds a share, in the component.
    pub(super) component: Sample,
    /// Seconds a share, in native code.
    pub(super) native: Sample,
    /// The same without what it takes to lend it the shares.
    pub(super) judged: Sample,
}

/// What came of all sizes.
pub(super) struct Every {
    /// By what is found, and by size.
    pub(super) calls: Vec<Calls>,
    /// Why a size was left out.
    pub(super) left_out: Vec<String>,
}

/// One call by itself.
pub(super) struct Single {
    /// Seconds of the first call after the component was loaded, about one share.
    pub(super) first: Sample,
    /// Seconds of a call about no share at all: a fresh instance and nothing else.
    pub(super) empty: Sample,
}

/// What the calls are about.
struct Shares {
    context: Context,
    /// All of them are found.
    waiting: Vec<Item>,
}

/// Calls of every size.
pub(super) async fn measure(bench: &Bench, component: &Component) -> Result<Every> {
    let admission = component.load().await?;
    let native = Native { manifest: admission.manifest.clone() };
    let wasm = strategy(&admission)?;
    let shares = Shares::made_up(&admission.manifest)?;
    ensure_same(wasm.as_ref(), &native, &shares).await?;
    let mut every = Every { calls: Vec::new(), left_out: Vec::new() };
    for found in FOUND {
        for size in SIZES {
            eprintln!("plugins: calls about {size} shares, {found} % found");
            let (batches, context) = (shares.batches(size, found), &shares.context);
            if let Some(why) = beyond_limits(wasm.as_ref(), &batches, context).await {
                every
                    .left_out
                    .push(format!("Calls about {size} shares, {found} % of them found, are left out: {why}."));
                continue;
            }
            every.calls.push(of_size(bench, (wasm.as_ref(), &native), &batches, context, (size, found)).await?);
        }
    }
    Ok(every)
}

/// What is compared finds the same, word for word.
async fn ensure_same(one: &dyn Strategy, other: &dyn Strategy, shares: &Shares) -> Result<()> {
    for batch in shares.batches(SAMPLE, FOUND[0]) {
        let findings = one.evaluate(Arc::clone(&batch), &shares.context).await?;
        ensure!(findings == other.evaluate(batch, &shares.context).await?, "the two strategies find different things");
    }
    Ok(())
}

/// Why the daemon's limits do not allow what is found in such batches, if they do not.
async fn beyond_limits(strategy: &dyn Strategy, batches: &[Arc<[Item]>], context: &Context) -> Option<String> {
    let fault = strategy.evaluate(Arc::clone(batches.first()?), context).await.err()?;
    (fault.kind == FaultKind::Contract).then_some(fault.detail)
}

async fn of_size(
    bench: &Bench,
    (wasm, native): (&dyn Strategy, &Native),
    batches: &[Arc<[Item]>],
    context: &Context,
    (size, found): (usize, usize),
) -> Result<Calls> {
    let lent: Vec<_> = batches.iter().map(|batch| lend(batch)).collect();
    let mut seconds = [Vec::new(), Vec::new(), Vec::new()];
    for run in 0..=bench.runs {
        let taken =
            [asked(wasm, batches, context).await?, asked(native, batches, context).await?, judged(&lent, context)?];
        let counts = run > 0;
        seconds.iter_mut().zip(taken).filter(|_| counts).for_each(|(all, one)| all.push(one));
    }
    let [component, native, judged] = seconds.map(|seconds| Sample::new(Unit::Seconds, seconds));
    Ok(Calls { size, found, component, native, judged })
}

/// Seconds a share.
async fn asked(strategy: &dyn Strategy, batches: &[Arc<[Item]>], context: &Context) -> Result<f64> {
    let (began, mut shares) = (Instant::now(), 0);
    while began.elapsed() < RUN {
        for batch in batches {
            black_box(strategy.evaluate(Arc::clone(batch), context).await?);
            shares += batch.len();
        }
    }
    Ok(began.elapsed().as_secs_f64() / shares as f64)
}

/// The same with the shares at hand.
fn judged(batches: &[Vec<nudged_sdk::Share<'static>>], context: &Context) -> Result<f64> {
    let (began, mut shares) = (Instant::now(), 0);
    while began.elapsed() < RUN {
        for batch in batches {
            black_box(judge(batch, context)?);
            shares += batch.len();
        }
    }
    Ok(began.elapsed().as_secs_f64() / shares as f64)
}

/// The first call after loading, and calls about nothing.
pub(super) async fn measure_single(bench: &Bench, component: &Component) -> Result<Single> {
    eprintln!("plugins: first calls");
    let (mut first, mut empty) = (Vec::new(), Vec::new());
    for run in 0..=bench.runs {
        let admission = component.load().await?;
        let (wasm, shares) = (strategy(&admission)?, Shares::made_up(&admission.manifest)?);
        let one: Arc<[Item]> = shares.waiting.iter().take(1).cloned().collect();
        let began = Instant::now();
        black_box(wasm.evaluate(one, &shares.context).await?);
        let once = began.elapsed().as_secs_f64();
        let nothing = about_nothing(wasm.as_ref(), &shares.context).await?;
        if run > 0 {
            first.push(once);
            empty.push(nothing);
        }
    }
    Ok(Single { first: Sample::new(Unit::Seconds, first), empty: Sample::new(Unit::Seconds, empty) })
}

/// Seconds a call.
async fn about_nothing(strategy: &dyn Strategy, context: &Context) -> Result<f64> {
    let (began, mut calls) = (Instant::now(), 0.0);
    while began.elapsed() < RUN {
        black_box(strategy.evaluate(Arc::from([]), context).await?);
        calls += 1.0;
    }
    Ok(began.elapsed().as_secs_f64() / calls)
}

impl Shares {
    /// The same each time, as `nudged plugin bench` makes them up.
    fn made_up(manifest: &Manifest) -> Result<Self> {
        // Components know no less than a millisecond.
        let now = SystemClock.now().trunc_subsecs(0);
        match Load::new(manifest, Vec::new(), SHARES, None, now)?.0 {
            Load::Items { items, context } => Ok(Self { context, waiting: items }),
            Load::Sending(_) => bail!("{} is no strategy", manifest.name),
        }
    }

    /// Batches of which so many of a hundred shares are found.
    fn batches(&self, size: usize, found: usize) -> Vec<Arc<[Item]>> {
        let items: Vec<_> = self.waiting.iter().enumerate().map(|(n, item)| mixed(n, item, found)).collect();
        items.chunks(size).map(Arc::from).collect()
    }
}

/// The share as it is if its number says that it is found; else one that nobody waits for.
fn mixed(number: usize, item: &Item, found: usize) -> Item {
    match item {
        // Evenly spread, so that small batches have their part too.
        Item::Share(share) if number * found % 100 >= found => {
            let mut settled = share.as_ref().clone();
            settled.status = "Processed".to_owned();
            Item::Share(Arc::new(settled))
        }
        other => other.clone(),
    }
}

/// The calls of this size.
///
/// # Errors
/// If it was not measured.
pub(super) fn of(calls: &[Calls], size: usize, found: usize) -> Result<&Calls> {
    calls.iter().find(|calls| (calls.size, calls.found) == (size, found)).context("a size that was not measured")
}

#[cfg(test)]
mod tests {
    use nudged::model::{Kind, Reads};
    use serde_json::json;

    use super::*;

    fn manifest() -> Manifest {
        Manifest {
            name: "pending-share".to_owned(),
            version: "0.1.0".to_owned(),
            kind: Kind::ShareStrategy,
            licence: None,
            reads: Reads { statuses: vec!["Submitted".to_owned()], ..Reads::default() },
            parameters: json!({ "type": "object" }),
            proposes: vec![],
            asks: vec![],
            hosts: vec![],
            secrets: vec![],
            budget: None,
        }
    }

    #[test]
    fn so_many_of_a_hundred_shares_are_found_whatever_the_size() {
        let shares = Shares::made_up(&manifest()).expect("parameters that fit");
        for (found, expected) in [(10, 410), (100, SHARES)] {
            for size in SIZES {
                let batches = shares.batches(size, found);
                assert_eq!(batches.iter().map(|batch| batch.len()).sum::<usize>(), SHARES);
                let findings =
                    batches.iter().map(|batch| judge(&lend(batch), &shares.context).expect("findings").len());
                assert_eq!(findings.sum::<usize>(), expected, "{found} % in batches of {size}");
            }
        }
    }
}
