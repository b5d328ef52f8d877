//! What is measured on: made-up shares in PostgreSQL, a nudged that reads them, and `psql`, which reads the same.

use std::fs;

use anyhow::{Context, Result, ensure};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use super::reference::{self, Rows};
use crate::{
    bench::Bench,
    child::{self, Cost},
    data::{self, Data, Findings, NOW, SCHEMA},
    home::{Home, RECORDS},
    text,
};

/// The schema of nudged's own tables.
const STORE: &str = "nudged";

/// Where nudged writes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Store {
    /// The same PostgreSQL.
    Postgres,
    /// A file.
    Sqlite,
}

pub(crate) struct Rig<'b> {
    pub(crate) bench: &'b Bench,
    home: Home,
}

impl<'b> Rig<'b> {
    /// Without any shares yet.
    pub(crate) fn new(bench: &'b Bench) -> Result<Self> {
        Ok(Self { bench, home: Home::new(bench)? })
    }

    /// Makes so many shares anew, of which so many wait for a decision. Answers with what a scan is to find.
    pub(crate) async fn fill(&self, shares: u64, pending: f64) -> Result<Findings> {
        eprintln!("filling PostgreSQL with {} shares", text::count(shares));
        let mut findings = data::fill(&Data {
            url: self.bench.postgres.clone(),
            shares,
            seed: 1,
            pending,
            now: NOW.parse().context("the instant of the made-up shares")?,
            people: Some(self.home.people()),
        })
        .await?;
        let records: i64 = sqlx::query_scalar(AssertSqlSafe(format!("SELECT count(*) FROM {SCHEMA}.environment")))
            .fetch_one(&mut self.connect().await?)
            .await?;
        findings.insert(RECORDS, records.unsigned_abs());
        Ok(findings)
    }

    /// Forgets all that was told, and has the disk at rest.
    pub(crate) async fn fresh(&self, store: Store) -> Result<()> {
        let mut connection = self.connect().await?;
        connection.execute(AssertSqlSafe(dropped(STORE))).await?;
        connection.execute("CHECKPOINT").await?;
        let url = match store {
            Store::Postgres => self.bench.postgres.clone(),
            Store::Sqlite => format!("sqlite://{}", self.empty_file()?),
        };
        self.home.configure(self.bench, &url)
    }

    /// Removes the file of an earlier run with what SQLite keeps beside it.
    fn empty_file(&self) -> Result<String> {
        for name in ["store.db", "store.db-wal", "store.db-shm"].map(|name| self.home.file(name)) {
            if name.exists() {
                fs::remove_file(&name).with_context(|| format!("cannot remove {}", name.display()))?;
            }
        }
        Ok(self.home.file("store.db").display().to_string())
    }

    /// `nudged scan` for these reminders; without any, for all.
    pub(crate) fn scan(&self, reminders: &[&str]) -> Result<Cost> {
        let cost = child::run(self.bench, &self.home.scan(self.bench, reminders))?;
        Ok(told("nudged scan", cost))
    }

    /// Scans once, to see that what is measured does what it should: the figures of a scan that finds nothing mean nothing.
    ///
    /// # Errors
    /// If it finds anything but what is there.
    pub(crate) fn check(&self, reminders: &[&str], findings: &Findings) -> Result<()> {
        let mut scan = self.home.scan(self.bench, reminders);
        let said = child::last_line(self.bench, scan.args(["--format", "json"]))?;
        let summary: Option<serde_json::Value> = serde_json::from_str(&said).ok();
        let found = summary.and_then(|said| said["summary"]["findings"].as_u64());
        let chosen = |name: &&str| reminders.is_empty() || reminders.contains(name);
        let expected: u64 = findings.iter().filter(|(name, _)| chosen(name)).map(|(_, count)| count).sum();
        ensure!(found == Some(expected), "the scan is to find {expected} things, but said {said}");
        Ok(())
    }

    /// The statement by which nudged reads shares.
    pub(crate) async fn own(&self) -> Result<String> {
        reference::own(self.bench).await
    }

    /// `psql`'s `\copy` of these rows to nowhere.
    pub(crate) fn copy(&self, rows: Rows) -> Result<Cost> {
        self.copy_of(&rows.sql())
    }

    /// The same of what a statement selects.
    pub(crate) fn copy_of(&self, sql: &str) -> Result<Cost> {
        let mut psql = self.bench.tool("psql")?;
        // As nudged has it for itself: compiling such queries takes longer than it saves.
        psql.env("PGOPTIONS", "-c jit=off -c enable_nestloop=off");
        psql.args(["--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--dbname", &self.bench.postgres]);
        let cost = child::run(self.bench, psql.arg("--command").arg(reference::copy(sql)))?;
        Ok(told("psql \\copy", cost))
    }

    /// Drops what was made in PostgreSQL.
    pub(crate) async fn clear(self) -> Result<()> {
        let mut connection = self.connect().await?;
        for schema in [STORE, SCHEMA] {
            connection.execute(AssertSqlSafe(dropped(schema))).await?;
        }
        Ok(connection.close().await?)
    }

    async fn connect(&self) -> Result<PgConnection> {
        let mut connection =
            PgConnection::connect(&self.bench.postgres).await.context("cannot connect to PostgreSQL")?;
        connection.execute("SET client_min_messages = warning").await?;
        Ok(connection)
    }
}

fn dropped(schema: &str) -> String {
    format!("DROP SCHEMA IF EXISTS {schema} CASCADE")
}

fn told(what: &str, cost: Cost) -> Cost {
    let Cost { wall, cpu, memory } = cost;
    eprintln!("{what}: {}, {} of the processor, {}", text::seconds(wall), text::seconds(cpu), text::mebibytes(memory));
    cost
}
