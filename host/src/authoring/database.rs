//! The items of a database, as a strategy would be handed them. Nothing is written there.

use anyhow::{Context, ensure};
use chrono_tz::Tz;
use futures_util::{StreamExt, TryStreamExt, stream::BoxStream};

use crate::{
    config::{DatabaseUrl, Links, RecordsConfig, SourceConfig},
    model::{Instant, Item, Kind, Manifest, Problem},
    source::{DataallSource, Records, Row, Source, SourceError, SqlRecords, Want},
};

/// A database to try strategies on.
#[derive(Debug, Clone)]
pub struct Database {
    /// Where it is.
    pub url: DatabaseUrl,
    /// PostgreSQL schema of data.all's tables (its `envname`).
    pub schema: String,
    /// The zone of naive timestamps, and of the strategy's "today".
    pub timezone: Tz,
    /// For strategies over records: the query and the column that names a record.
    pub query: Option<(String, String)>,
}

/// What was read.
#[derive(Debug, Default)]
pub struct Read {
    /// Items that the strategy asks for, in the source's order.
    pub items: Vec<Item>,
    /// Rows that could not be read, and references that lead nowhere.
    pub problems: Vec<Problem>,
}

/// What records of a query on the command line belong to.
const RECORDS: &str = "query";

impl Database {
    /// Reads what a strategy with this manifest would be handed at this instant, at most `limit` items.
    ///
    /// # Errors
    /// If the database or a query cannot be read, or the strategy is about records and there is no query.
    pub async fn read(&self, manifest: &Manifest, now: Instant, limit: usize) -> anyhow::Result<Read> {
        if let DatabaseUrl::Sqlite(path) = &self.url {
            ensure!(path.exists(), "--db: {} does not exist: name a file that does", path.display());
        }
        match manifest.kind {
            Kind::Channel => anyhow::bail!("{} is a channel: it reads no database", manifest.name),
            Kind::RecordStrategy => {
                let records = SqlRecords::new(&self.records()?);
                let read = collect(records.records(), limit, |_| true).await;
                records.close().await;
                Ok(read.map_err(by_option)?)
            }
            Kind::ShareStrategy | Kind::StackStrategy => self.of_dataall(manifest, now, limit).await,
        }
    }

    async fn of_dataall(&self, manifest: &Manifest, now: Instant, limit: usize) -> anyhow::Result<Read> {
        let Self { url, schema, timezone, .. } = self.clone();
        let config = SourceConfig { url, schema, timezone, links: Links::default() };
        let source = DataallSource::connect(&config).await?;
        let today = now.with_timezone(&timezone).date_naive();
        let want = Want::of([manifest], today);
        let wanted = |item: &Item| match item {
            Item::Share(share) => manifest.reads.wants_share(share, today),
            Item::Stack(stack) => manifest.reads.wants_stack(stack),
            Item::Record(_) => false,
        };
        let read = collect(source.shares(&want).chain(source.stacks(&want)).boxed(), limit, wanted).await;
        source.close().await;
        Ok(read?)
    }

    fn records(&self) -> anyhow::Result<RecordsConfig> {
        let (query, id) = self.query.clone().context("the strategy is about records: give --query and --id")?;
        ensure!(!query.trim().is_empty(), "--query is empty: give one SELECT");
        Ok(RecordsConfig {
            name: RECORDS.to_owned(),
            url: self.url.clone(),
            query,
            id,
            timezone: self.timezone,
            roles: Default::default(),
            link: None,
        })
    }
}

/// The error of a source of records, with the option in place of the configuration's key.
fn by_option(error: SourceError) -> SourceError {
    let key = format!("sources.{RECORDS}.");
    let what = match error.what.strip_prefix(&key) {
        Some(rest) => rest.strip_prefix("url: ").map_or_else(|| format!("--{rest}"), |rest| format!("--db: {rest}")),
        None => error.what,
    };
    SourceError { what, cause: error.cause }
}

async fn collect(
    mut rows: BoxStream<'_, Result<Row, SourceError>>,
    limit: usize,
    wanted: impl Fn(&Item) -> bool,
) -> Result<Read, SourceError> {
    let mut read = Read::default();
    while read.items.len() < limit {
        match rows.try_next().await? {
            None => break,
            Some(Row::Item(item)) if wanted(&item) => read.items.push(item),
            Some(Row::Item(_)) => {}
            Some(Row::Problem(problem)) => read.problems.push(problem),
        }
    }
    Ok(read)
}
