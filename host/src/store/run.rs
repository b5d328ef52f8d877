//! Runs: one row per reminder and fire time decides who does it.

use super::{
    Claim,
    rows::{instant, millis, text},
    sql::SqlStore,
};
use crate::model::Instant;

/// The run that somebody wants to do.
#[derive(Clone, Copy)]
pub(super) struct Run<'a> {
    pub(super) reminder: &'a str,
    pub(super) fire_time: Instant,
    pub(super) holder: &'a str,
}

impl SqlStore {
    /// One conditional statement takes the row if it is new, the holder's own, or left by a claim that ran out; what
    /// stood in the way is read afterwards.
    pub(super) async fn claim(&self, run: Run<'_>, now: Instant, until: Instant) -> Result<Claim, sqlx::Error> {
        let query = sqlx::query(
            "INSERT INTO run (reminder, fire_time, holder, claimed_until, ended) VALUES ($1, $2, $3, $4, 0) \
             ON CONFLICT (reminder, fire_time) DO UPDATE SET holder = excluded.holder, claimed_until = excluded.claimed_until \
             WHERE run.ended = 0 AND (run.holder = excluded.holder OR run.claimed_until <= $5)",
        );
        let query = query.bind(text(run.reminder)).bind(millis(run.fire_time)).bind(text(run.holder));
        let done = query.bind(millis(until)).bind(millis(now)).execute(&self.pool).await?;
        if done.rows_affected() == 1 { Ok(Claim::Taken) } else { self.claimed(run).await }
    }

    async fn claimed(&self, run: Run<'_>) -> Result<Claim, sqlx::Error> {
        let query = sqlx::query_as::<_, (i64, i64)>(
            "SELECT claimed_until, ended FROM run WHERE reminder = $1 AND fire_time = $2",
        );
        let (until, ended) = query.bind(text(run.reminder)).bind(millis(run.fire_time)).fetch_one(&self.pool).await?;
        Ok(if ended == 0 { Claim::Held { until: instant(until) } } else { Claim::Finished })
    }

    pub(super) async fn end_run(&self, reminder: &str, fire_time: Instant) -> Result<(), sqlx::Error> {
        let query = sqlx::query("UPDATE run SET ended = 1 WHERE reminder = $1 AND fire_time = $2");
        query.bind(text(reminder)).bind(millis(fire_time)).execute(&self.pool).await.map(drop)
    }

    pub(super) async fn last_ended_run(&self, reminder: &str) -> Result<Option<Instant>, sqlx::Error> {
        let query =
            sqlx::query_scalar::<_, Option<i64>>("SELECT MAX(fire_time) FROM run WHERE reminder = $1 AND ended = 1");
        Ok(query.bind(text(reminder)).fetch_one(&self.pool).await?.map(instant))
    }

    pub(super) async fn write_planned(&self, reminder: &str, at: Instant) -> Result<(), sqlx::Error> {
        let query = sqlx::query(
            "INSERT INTO run (reminder, fire_time, holder, claimed_until, ended) VALUES ($1, $2, '', 0, 0) \
             ON CONFLICT DO NOTHING",
        );
        query.bind(text(reminder)).bind(millis(at)).execute(&self.pool).await.map(drop)
    }

    pub(super) async fn read_planned(&self, now: Instant) -> Result<Vec<(String, Instant)>, sqlx::Error> {
        let query = sqlx::query_as::<_, (String, i64)>(
            "SELECT reminder, fire_time FROM run WHERE ended = 0 AND fire_time <= $1 AND claimed_until <= $1 ORDER BY 2",
        );
        let rows = query.bind(millis(now)).fetch_all(&self.pool).await?;
        Ok(rows.into_iter().map(|(reminder, at)| (reminder, instant(at))).collect())
    }
}
