//! A source and strategies that find what a test has written down, and fail when it says so.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use futures_util::{StreamExt, stream, stream::BoxStream};
use nudged::{
    model::{Fault, FaultKind, Finding, Item, ItemKey, Kind, Manifest, Problem, Reads, Severity, Share},
    pipeline::Strategies,
    plugin::{Context, Strategy},
    source::{Row, Source, SourceError, Want},
};
use serde_json::json;

/// Shares, and what strategies find about them. It may be changed between scans.
#[derive(Debug, Clone, Default)]
pub struct Script(Arc<Mutex<Page>>);

#[derive(Debug, Default)]
struct Page {
    shares: Vec<Share>,
    /// Each by the name of the strategy that finds it, or found by every one.
    findings: Vec<(Option<String>, Finding)>,
    /// Listed instead of handed out.
    troubled: BTreeSet<ItemKey>,
    /// The source fails at its end.
    broken: bool,
    /// No strategy is loaded.
    missing: bool,
    /// How often the source was read.
    reads: usize,
}

/// The share waits, for the role `producers`.
pub fn finding(share: &Share) -> Finding {
    Finding {
        item: share.key(),
        reason: "pending".to_owned(),
        since: Some(share.since),
        roles: vec!["producers".to_owned()],
        severity: Severity::Info,
        title: share.dataset_label.clone(),
        text: "It waits.".to_owned(),
        deadline: None,
        action: None,
        attributes: Vec::new(),
    }
}

impl Script {
    fn page(&self) -> MutexGuard<'_, Page> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Every strategy finds this about the share.
    pub fn find(&self, share: Share, finding: Finding) {
        let mut page = self.page();
        page.findings.push((None, finding));
        page.shares.push(share);
    }

    /// The strategy of this name finds this about the share.
    pub fn find_for(&self, strategy: &str, share: Share, finding: Finding) {
        let mut page = self.page();
        page.findings.push((Some(strategy.to_owned()), finding));
        if !page.shares.iter().any(|known| known.uri == share.uri) {
            page.shares.push(share);
        }
    }

    /// Nothing is there any more.
    pub fn clear(&self) {
        let mut page = self.page();
        page.shares.clear();
        page.findings.clear();
    }

    /// Whether the source lists the share as a problem instead of handing it out.
    pub fn trouble(&self, share: &Share, troubled: bool) {
        let mut page = self.page();
        if troubled {
            page.troubled.insert(share.key());
        } else {
            page.troubled.clear();
        }
    }

    /// Whether the source fails at its end.
    pub fn break_source(&self, broken: bool) {
        self.page().broken = broken;
    }

    /// How often the source was read.
    pub fn reads(&self) -> usize {
        self.page().reads
    }

    /// Whether no strategy is loaded.
    pub fn lose_strategies(&self, missing: bool) {
        self.page().missing = missing;
    }
}

#[async_trait::async_trait]
impl Source for Script {
    async fn check(&self) -> Result<(), SourceError> {
        Ok(())
    }

    fn shares<'a>(&'a self, _: &'a Want) -> BoxStream<'a, Result<Row, SourceError>> {
        let mut page = self.page();
        page.reads += 1;
        let row = |share: &Share| match page.troubled.contains(&share.key()) {
            true => Row::Problem(Problem { item: Some(share.key()), text: "no dataset".to_owned() }),
            false => Row::Item(Item::Share(Arc::new(share.clone()))),
        };
        let mut rows: Vec<_> = page.shares.iter().map(|share| Ok(row(share))).collect();
        rows.extend(page.broken.then(|| Err(SourceError { what: "away for a moment".to_owned(), cause: None })));
        stream::iter(rows).boxed()
    }

    fn stacks<'a>(&'a self, _: &'a Want) -> BoxStream<'a, Result<Row, SourceError>> {
        stream::empty().boxed()
    }
}

struct Actor {
    manifest: Manifest,
    script: Script,
}

impl Strategies for Script {
    fn strategy(&self, name: &str) -> Result<Arc<dyn Strategy>, Fault> {
        if self.page().missing {
            let (plugin, detail) = (name.to_owned(), "no such component".to_owned());
            return Err(Fault { plugin, digest: String::new(), kind: FaultKind::Missing, detail });
        }
        let manifest = Manifest {
            name: name.to_owned(),
            version: "1.0.0".to_owned(),
            kind: Kind::ShareStrategy,
            licence: None,
            reads: Reads::default(),
            parameters: json!({}),
            proposes: vec!["revoke".to_owned()],
            asks: Vec::new(),
            hosts: Vec::new(),
            secrets: Vec::new(),
            budget: None,
        };
        Ok(Arc::new(Actor { manifest, script: self.clone() }))
    }
}

#[async_trait::async_trait]
impl Strategy for Actor {
    fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    async fn evaluate(&self, items: Arc<[Item]>, _: &Context) -> Result<Vec<Finding>, Fault> {
        let asked: BTreeSet<_> = items.iter().map(Item::key).collect();
        let page = self.script.page();
        let own = page.findings.iter().filter(|(name, _)| name.as_ref().is_none_or(|name| *name == self.manifest.name));
        Ok(own.map(|(_, finding)| finding.clone()).filter(|finding| asked.contains(&finding.item)).collect())
    }
}
