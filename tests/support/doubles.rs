//! A source and strategies that do as they are told.

use std::sync::Arc;

use futures_util::{StreamExt, stream, stream::BoxStream};
use nudged::{
    model::{Fault, Finding, Item, Kind, Manifest, Reads, Severity, Share},
    pipeline::Strategies,
    plugin::{Context, Strategy},
    source::{Row, Source, SourceError, Want},
};
use serde_json::json;

/// Hands out these shares.
#[derive(Debug, Clone)]
pub struct Shares(pub Vec<Share>);

#[async_trait::async_trait]
impl Source for Shares {
    async fn check(&self) -> Result<(), SourceError> {
        Ok(())
    }

    fn shares<'a>(&'a self, _: &'a Want) -> BoxStream<'a, Result<Row, SourceError>> {
        stream::iter(self.0.iter().map(|share| Ok(Row::Item(Item::Share(Arc::new(share.clone())))))).boxed()
    }

    fn stacks<'a>(&'a self, _: &'a Want) -> BoxStream<'a, Result<Row, SourceError>> {
        stream::empty().boxed()
    }
}

/// Whatever the name, a strategy that finds every share and names the role `producers`.
#[derive(Debug, Clone, Copy)]
pub struct FindsEach;

struct FindEach(Manifest);

impl Strategies for FindsEach {
    fn strategy(&self, name: &str) -> Result<Arc<dyn Strategy>, Fault> {
        Ok(Arc::new(FindEach(Manifest {
            name: name.to_owned(),
            version: "1.0.0".to_owned(),
            kind: Kind::ShareStrategy,
            licence: None,
            reads: Reads::default(),
            parameters: json!({}),
            proposes: Vec::new(),
            asks: Vec::new(),
            hosts: Vec::new(),
            secrets: Vec::new(),
            budget: None,
        })))
    }
}

#[async_trait::async_trait]
impl Strategy for FindEach {
    fn manifest(&self) -> &Manifest {
        &self.0
    }

    async fn evaluate(&self, items: Arc<[Item]>, _: &Context) -> Result<Vec<Finding>, Fault> {
        Ok(items.iter().filter_map(Item::share).map(|share| finding(share)).collect())
    }
}

fn finding(share: &Share) -> Finding {
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
