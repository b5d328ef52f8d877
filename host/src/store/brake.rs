//! What the sanity brake remembers.

use sqlx::Row;

use super::{
    Braked, SqlStore,
    rows::{instant, millis, text},
};
use crate::{model::Instant, policy::Level};

/// Scans that are compared with: enough to ride out a quiet weekend of a daily reminder.
const SCANS: i64 = 10;

impl SqlStore {
    pub(super) async fn read_level(&self, reminder: &str) -> Result<Level, sqlx::Error> {
        let query = sqlx::query_scalar::<_, i64>("SELECT findings FROM scan WHERE reminder = $1 ORDER BY at DESC");
        let last = query.bind(text(reminder)).fetch_all(&self.pool).await?;
        let query = sqlx::query_scalar::<_, i64>("SELECT findings FROM brake WHERE reminder = $1 AND released = 1");
        let released = query.bind(text(reminder)).fetch_optional(&self.pool).await?;
        let count = |findings: i64| findings.unsigned_abs();
        Ok(Level { last: last.into_iter().map(count).collect(), released: released.map(count) })
    }

    pub(super) async fn write_scan(&self, reminder: &str, at: Instant, findings: u64) -> Result<(), sqlx::Error> {
        let mut transaction = self.pool.begin_with(self.dialect.begin()).await?;
        sqlx::query(
            "INSERT INTO scan (reminder, at, findings) VALUES ($1, $2, $3) \
             ON CONFLICT (reminder, at) DO UPDATE SET findings = excluded.findings",
        )
        .bind(text(reminder))
        .bind(millis(at))
        .bind(i64::try_from(findings).unwrap_or(i64::MAX))
        .execute(&mut *transaction)
        .await?;
        sqlx::query(
            "DELETE FROM scan WHERE reminder = $1 AND at NOT IN \
             (SELECT at FROM scan WHERE reminder = $1 ORDER BY at DESC LIMIT $2)",
        )
        .bind(text(reminder))
        .bind(SCANS)
        .execute(&mut *transaction)
        .await?;
        sqlx::query("DELETE FROM brake WHERE reminder = $1").bind(text(reminder)).execute(&mut *transaction).await?;
        transaction.commit().await
    }

    pub(super) async fn write_brake(&self, braked: &Braked) -> Result<(), sqlx::Error> {
        let query = sqlx::query(
            "INSERT INTO brake (reminder, findings, at) VALUES ($1, $2, $3) \
             ON CONFLICT (reminder) DO UPDATE SET findings = excluded.findings, at = excluded.at, released = 0",
        );
        let query = query.bind(text(&braked.reminder)).bind(i64::try_from(braked.findings).unwrap_or(i64::MAX));
        query.bind(millis(braked.at)).execute(&self.pool).await.map(drop)
    }

    pub(super) async fn read_braked(&self) -> Result<Vec<Braked>, sqlx::Error> {
        let sql = "SELECT reminder, findings, at FROM brake WHERE released = 0 ORDER BY reminder";
        let rows = sqlx::query(sql).fetch_all(&self.pool).await?;
        let read = |row: &sqlx::any::AnyRow| {
            Ok(Braked {
                reminder: row.try_get("reminder")?,
                findings: row.try_get::<i64, _>("findings")?.unsigned_abs(),
                at: instant(row.try_get("at")?),
            })
        };
        rows.iter().map(read).collect()
    }

    pub(super) async fn write_released(&self, reminder: &str) -> Result<bool, sqlx::Error> {
        let query = sqlx::query("UPDATE brake SET released = 1 WHERE reminder = $1 AND released = 0");
        Ok(query.bind(text(reminder)).execute(&self.pool).await?.rows_affected() > 0)
    }
}
