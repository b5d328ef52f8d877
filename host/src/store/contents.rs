//! What is in a notification, and taking parts out of it.

use std::collections::HashMap;

use sqlx::{Any, Row, Transaction};

use super::{
    Contained, Finish, Lease, SqlStore,
    occurrence::{KEY, bind, read},
    recall::notice,
    rows::{CHUNK, placeholders, statement, text},
};
use crate::model::{NotificationId, Occurrence};

impl SqlStore {
    /// What of the ledger is still to be told by these notifications.
    pub(super) async fn read_contents(
        &self,
        ids: &[NotificationId],
    ) -> Result<HashMap<NotificationId, Vec<Contained>>, sqlx::Error> {
        let mut contents: HashMap<_, Vec<_>> = HashMap::new();
        for chunk in ids.chunks(CHUNK) {
            let sql = format!(
                "SELECT notification, {KEY}, notice FROM ledger \
                 WHERE state = 'queued' AND notification IN (VALUES {}) ORDER BY notification, {KEY}",
                placeholders(chunk.len(), 1)
            );
            let query = chunk.iter().fold(statement(sql, chunk.len()), |query, id| query.bind(text(id.as_str())));
            for row in query.fetch_all(&self.pool).await? {
                let contained = Contained { occurrence: read(&row)?, notice: notice(row.try_get("notice")?) };
                let id = NotificationId::from_stored(row.try_get("notification")?);
                contents.entry(id).or_default().push(contained);
            }
        }
        Ok(contents)
    }

    /// Cancels entries of a leased notification and replaces its body.
    pub(super) async fn write_amended(
        &self,
        lease: &Lease,
        gone: &[Occurrence],
        left: String,
    ) -> Result<Finish, sqlx::Error> {
        let id = lease.notification.id.as_str();
        let mut transaction = self.pool.begin_with(self.dialect.begin()).await?;
        if !self.hold(&mut transaction, &[(id, lease.fence)]).await?.contains(&true) {
            transaction.rollback().await?;
            return Ok(Finish::Stale);
        }
        cancel(&mut transaction, id, gone).await?;
        let query = sqlx::query("UPDATE outbox SET body = $1 WHERE id = $2");
        query.bind(left).bind(text(id)).execute(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(Finish::Done)
    }
}

async fn cancel(transaction: &mut Transaction<'_, Any>, id: &str, gone: &[Occurrence]) -> Result<(), sqlx::Error> {
    for chunk in gone.chunks(CHUNK) {
        let sql = format!(
            "WITH asked (id, {KEY}) AS (VALUES {}) UPDATE ledger SET state = 'cancelled' FROM asked \
             WHERE ledger.notification = asked.id AND ledger.state = 'queued' AND ledger.reminder = asked.reminder \
               AND ledger.item = asked.item AND ledger.reason = asked.reason AND ledger.episode = asked.episode",
            placeholders(chunk.len(), 5)
        );
        let query = statement(sql, chunk.len());
        chunk.iter().fold(query, |query, one| bind(query.bind(text(id)), one)).execute(&mut **transaction).await?;
    }
    Ok(())
}
