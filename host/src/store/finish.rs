//! Ending leases: all of a batch in one transaction, with a handful of statements however many there are.
//!
//! The rows are locked first, in the order of their ids: two daemons that end batches at the same time wait for each
//! other instead of blocking each other. Whatever is not held any more by then is left out.

use std::collections::HashMap;

use sqlx::{Any, Row, Transaction};

use super::{
    Attempt, Disposal, Finish, SqlStore,
    rows::{CHUNK, Statement, millis, placeholders, statement, text},
};
use crate::crash;

/// How a lease ended.
#[derive(Clone, Copy)]
pub(super) struct Outcome<'a> {
    /// The notification.
    pub(super) id: &'a str,
    pub(super) fence: i64,
    pub(super) attempt: &'a Attempt,
    pub(super) disposal: Disposal,
}

impl SqlStore {
    /// Records outcomes; says of each, in their order, whether its lease was held.
    pub(super) async fn settle(&self, outcomes: impl Iterator<Item = Outcome<'_>>) -> Result<Vec<Finish>, sqlx::Error> {
        let outcomes: Vec<_> = outcomes.collect();
        if outcomes.is_empty() {
            return Ok(Vec::new());
        }
        let mut transaction = self.pool.begin_with(self.dialect.begin()).await?;
        let leases: Vec<_> = outcomes.iter().map(|outcome| (outcome.id, outcome.fence)).collect();
        let held = self.hold(&mut transaction, &leases).await?;
        let ended: Vec<_> = outcomes.iter().zip(&held).filter_map(|(outcome, held)| held.then_some(outcome)).collect();
        for chunk in ended.chunks(CHUNK) {
            leave(&mut transaction, chunk).await?;
            stay(&mut transaction, chunk).await?;
            tell_ledger(&mut transaction, chunk).await?;
            record(&mut transaction, chunk).await?;
        }
        crash::point("finish.commit");
        transaction.commit().await?;
        crash::point("finish.committed");
        Ok(held.into_iter().map(|held| if held { Finish::Done } else { Finish::Stale }).collect())
    }

    /// Locks the rows of these leases, by notification and fencing number, and says of each, in their order, whether it is
    /// held. A lease that is named twice is held once.
    pub(super) async fn hold(
        &self,
        transaction: &mut Transaction<'_, Any>,
        leases: &[(&str, i64)],
    ) -> Result<Vec<bool>, sqlx::Error> {
        let mut ids: Vec<_> = leases.iter().map(|(id, _)| text(id)).collect();
        ids.sort();
        ids.dedup();
        let mut fences = HashMap::new();
        for chunk in ids.chunks(CHUNK) {
            let sql = format!(
                "SELECT id, fence FROM outbox WHERE state = 'leased' AND id IN (VALUES {}) ORDER BY id {}",
                placeholders(chunk.len(), 1),
                self.dialect.lock()
            );
            let query = chunk.iter().fold(statement(sql, chunk.len()), |query, id| query.bind(id.clone()));
            for row in query.fetch_all(&mut **transaction).await? {
                fences.insert(row.try_get::<String, _>("id")?, row.try_get::<i64, _>("fence")?);
            }
        }
        let mut is_held = |(id, fence): &(&str, i64)| {
            let id = text(id);
            let held = fences.get(&id) == Some(fence);
            held && fences.remove(&id).is_some()
        };
        Ok(leases.iter().map(&mut is_held).collect())
    }
}

/// The state that a disposal leaves the ledger in, if it ends the matter.
fn final_state(disposal: Disposal) -> Option<&'static str> {
    match disposal {
        Disposal::Delivered => Some("delivered"),
        Disposal::Requeue { .. } => None,
        Disposal::Rejected => Some("rejected"),
        Disposal::Dead => Some("dead"),
        Disposal::Cancelled => Some("cancelled"),
    }
}

fn leaves(disposal: Disposal) -> bool {
    matches!(disposal, Disposal::Delivered | Disposal::Cancelled)
}

/// Runs a statement with a VALUES list of the chosen outcomes, if there are any.
async fn run(
    transaction: &mut Transaction<'_, Any>,
    chosen: &[&&Outcome<'_>],
    columns: usize,
    sql: impl FnOnce(&str) -> String,
    bind: impl for<'q> Fn(Statement<'q>, &Outcome<'_>) -> Statement<'q>,
) -> Result<(), sqlx::Error> {
    if chosen.is_empty() {
        return Ok(());
    }
    let query = statement(sql(&placeholders(chosen.len(), columns)), chosen.len());
    chosen.iter().fold(query, |query, one| bind(query, one)).execute(&mut **transaction).await.map(drop)
}

async fn leave(transaction: &mut Transaction<'_, Any>, ended: &[&Outcome<'_>]) -> Result<(), sqlx::Error> {
    let gone: Vec<_> = ended.iter().filter(|one| leaves(one.disposal)).collect();
    let sql = |values: &str| format!("DELETE FROM outbox WHERE id IN (VALUES {values})");
    run(transaction, &gone, 1, sql, |query, one| query.bind(text(one.id))).await
}

async fn stay(transaction: &mut Transaction<'_, Any>, ended: &[&Outcome<'_>]) -> Result<(), sqlx::Error> {
    let kept: Vec<_> = ended.iter().filter(|one| !leaves(one.disposal)).collect();
    let sql = |values: &str| {
        format!(
            "WITH asked (id, state, due) AS (VALUES {values}) UPDATE outbox \
             SET state = asked.state, holder = NULL, attempts = attempts + 1, due = asked.due, \
               not_before = COALESCE(asked.due, not_before) \
             FROM asked WHERE outbox.id = asked.id"
        )
    };
    run(transaction, &kept, 3, sql, |query, one| {
        let due = match one.disposal {
            Disposal::Requeue { not_before } => Some(millis(not_before)),
            _ => None,
        };
        query.bind(text(one.id)).bind(final_state(one.disposal).unwrap_or("queued")).bind(due)
    })
    .await
}

async fn tell_ledger(transaction: &mut Transaction<'_, Any>, ended: &[&Outcome<'_>]) -> Result<(), sqlx::Error> {
    let settled: Vec<_> = ended.iter().filter(|one| final_state(one.disposal).is_some()).collect();
    let sql = |values: &str| {
        format!(
            "WITH asked (id, state, receipt) AS (VALUES {values}) UPDATE ledger \
             SET state = asked.state, receipt = asked.receipt \
             FROM asked WHERE ledger.notification = asked.id AND ledger.state = 'queued'"
        )
    };
    run(transaction, &settled, 3, sql, |query, one| {
        let receipt = one.attempt.receipt.as_deref().filter(|_| one.disposal == Disposal::Delivered);
        query.bind(text(one.id)).bind(final_state(one.disposal)).bind(receipt.map(text))
    })
    .await
}

async fn record(transaction: &mut Transaction<'_, Any>, ended: &[&Outcome<'_>]) -> Result<(), sqlx::Error> {
    let all: Vec<_> = ended.iter().collect();
    let sql = |values: &str| {
        format!(
            "WITH asked (id, started, took, outcome, detail, plugin) AS (VALUES {values}) \
             INSERT INTO attempt (notification, n, started, took_ms, outcome, detail, plugin) \
             SELECT id, COALESCE((SELECT MAX(n) FROM attempt WHERE notification = asked.id), 0) + 1, \
               started, took, outcome, detail, plugin FROM asked"
        )
    };
    run(transaction, &all, 6, sql, |query, Outcome { id, attempt, disposal, .. }| {
        query
            .bind(text(id))
            .bind(millis(attempt.started))
            .bind(i64::try_from(attempt.took.as_millis()).unwrap_or(i64::MAX))
            .bind(final_state(*disposal).unwrap_or("retry"))
            .bind(text(&attempt.detail))
            .bind(attempt.plugin.as_deref().map(text))
    })
    .await
}
