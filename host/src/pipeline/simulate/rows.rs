//! Items as they were read once: a source for as many runs as are wanted.

use std::{collections::BTreeMap, sync::Arc};

use chrono_tz::Tz;
use futures_util::{
    StreamExt, TryStreamExt,
    stream::{self, BoxStream},
};
use tokio::sync::OnceCell;

use crate::{
    error::chain,
    model::{Item, Problem},
    source::{Records, Row, Source, SourceError, Want},
};

/// One row of a source: what is wrong with it, and the item if it can be read.
#[derive(Debug, Clone)]
struct Piece {
    problems: Vec<Problem>,
    item: Option<Item>,
}

/// data.all's shares and stacks.
#[derive(Debug, Default)]
pub(super) struct Frozen {
    pieces: Vec<Piece>,
}

impl Frozen {
    /// Reads all that these strategies want on any day up to `want.today`: what is near enough on an earlier day is so
    /// then.
    pub(super) async fn read(source: &dyn Source, want: Want) -> Result<Self, SourceError> {
        let rows = source.shares(&want).chain(source.stacks(&want));
        Ok(Self { pieces: pieces(rows.boxed()).await? })
    }

    /// One item alone.
    pub(super) fn only(item: Item) -> Self {
        Self { pieces: vec![Piece { problems: Vec::new(), item: Some(item) }] }
    }

    /// How many items there are.
    pub(super) fn len(&self) -> usize {
        self.pieces.iter().filter(|piece| piece.item.is_some()).count()
    }

    fn rows<'a>(&'a self, is_wanted: impl Fn(&Item) -> bool + Send + 'a) -> BoxStream<'a, Result<Row, SourceError>> {
        let wanted = self.pieces.iter().filter(move |piece| piece.item.as_ref().is_none_or(&is_wanted));
        stream::iter(wanted.flat_map(rows).map(Ok)).boxed()
    }
}

#[async_trait::async_trait]
impl Source for Frozen {
    async fn check(&self) -> Result<(), SourceError> {
        Ok(())
    }

    fn shares<'a>(&'a self, want: &'a Want) -> BoxStream<'a, Result<Row, SourceError>> {
        self.rows(|item| {
            item.share().is_some_and(|share| want.shares.iter().any(|reads| reads.wants_share(share, want.today)))
        })
    }

    fn stacks<'a>(&'a self, want: &'a Want) -> BoxStream<'a, Result<Row, SourceError>> {
        let is_wanted =
            |item: &Item| item.stack().is_some_and(|stack| want.stacks.iter().any(|reads| reads.wants_stack(stack)));
        // What cannot be read has been told of among the shares.
        self.rows(is_wanted).try_filter(|row| std::future::ready(matches!(row, Row::Item(_)))).boxed()
    }
}

/// One of the operator's own queries; or why it could not be read.
pub(super) struct FrozenRecords {
    source: Arc<dyn Records>,
    /// Asked for once.
    columns: OnceCell<Vec<String>>,
    pieces: Result<Vec<Piece>, String>,
}

impl FrozenRecords {
    /// Reads every query that is asked for.
    pub(super) async fn read_all(
        records: &BTreeMap<String, Arc<dyn Records>>,
        wanted: impl Fn(&str) -> bool,
    ) -> BTreeMap<String, Arc<dyn Records>> {
        let mut frozen = BTreeMap::new();
        for (name, source) in records.iter().filter(|(name, _)| wanted(name)) {
            let pieces = pieces(source.records()).await.map_err(|error| chain(&error));
            frozen.insert(name.clone(), Self::of(source, pieces));
        }
        frozen
    }

    /// One record alone, or none.
    pub(super) fn only(source: &Arc<dyn Records>, item: Option<Item>) -> Arc<dyn Records> {
        let piece = item.map(|item| Piece { problems: Vec::new(), item: Some(item) });
        Self::of(source, Ok(piece.into_iter().collect()))
    }

    fn of(source: &Arc<dyn Records>, pieces: Result<Vec<Piece>, String>) -> Arc<dyn Records> {
        Arc::new(Self { source: Arc::clone(source), columns: OnceCell::new(), pieces })
    }
}

#[async_trait::async_trait]
impl Records for FrozenRecords {
    async fn columns(&self) -> Result<Vec<String>, SourceError> {
        self.columns.get_or_try_init(|| self.source.columns()).await.cloned()
    }

    fn zone(&self) -> Tz {
        self.source.zone()
    }

    fn records<'a>(&'a self) -> BoxStream<'a, Result<Row, SourceError>> {
        match &self.pieces {
            Ok(pieces) => stream::iter(pieces.iter().flat_map(rows).map(Ok)).boxed(),
            Err(what) => stream::iter([Err(SourceError { what: what.clone(), cause: None })]).boxed(),
        }
    }
}

/// A source hands out an item right after what is wrong with it.
async fn pieces(mut rows: BoxStream<'_, Result<Row, SourceError>>) -> Result<Vec<Piece>, SourceError> {
    let mut pieces: Vec<Piece> = Vec::new();
    while let Some(row) = rows.try_next().await? {
        match row {
            Row::Problem(problem) => pieces.push(Piece { problems: vec![problem], item: None }),
            Row::Item(item) => {
                let key = Some(item.key());
                let own = |piece: &Piece| piece.item.is_none() && piece.problems[0].item == key;
                let first = pieces.iter().rposition(|piece| !own(piece)).map_or(0, |last| last + 1);
                let problems = pieces.split_off(first).into_iter().flat_map(|piece| piece.problems).collect();
                pieces.push(Piece { problems, item: Some(item) });
            }
        }
    }
    Ok(pieces)
}

fn rows(piece: &Piece) -> impl Iterator<Item = Row> {
    let problems = piece.problems.iter().cloned().map(Row::Problem);
    problems.chain(piece.item.clone().map(Row::Item))
}
