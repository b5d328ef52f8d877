//! Reading back what was found and told: for explanations, and for whatever goes on from here in memory.

use sqlx::{AssertSqlSafe, Row, any::AnyRow};

use super::{
    Fate, Remembered, SqlStore, Told,
    occurrence::{KEY, bind, read},
    rows::{CHUNK, count, instant, placeholders, statement, text},
};
use crate::model::{ItemKey, Notice, NotificationId, Occurrence, OpenOccurrence};

/// What is read of each row of the ledger.
pub(super) const TOLD: &str = "ledger.reminder AS reminder, ledger.item AS item, ledger.reason AS reason, \
    ledger.episode AS episode, ledger.channel AS channel, ledger.recipient AS recipient, ledger.sequence AS sequence, \
    ledger.slot AS slot, ledger.decided AS decided, ledger.notice AS notice, ledger.state AS state, \
    ledger.notification AS notification";

impl SqlStore {
    pub(super) async fn read_told(&self, occurrences: &[Occurrence]) -> Result<Vec<Told>, sqlx::Error> {
        let mut all = Vec::new();
        for chunk in occurrences.chunks(CHUNK) {
            let sql = format!(
                "WITH asked ({KEY}) AS (VALUES {}) SELECT {TOLD} FROM asked \
                 JOIN ledger ON ledger.reminder = asked.reminder AND ledger.item = asked.item \
                   AND ledger.reason = asked.reason AND ledger.episode = asked.episode \
                 ORDER BY ledger.decided, ledger.notification",
                placeholders(chunk.len(), 4)
            );
            let rows = chunk.iter().fold(statement(sql, chunk.len()), bind).fetch_all(&self.pool).await?;
            all.extend(rows.iter().map(told).collect::<Result<Vec<_>, _>>()?);
        }
        if occurrences.len() > CHUNK {
            all.sort_by_key(|told| told.decided);
        }
        Ok(all)
    }

    pub(super) async fn read_occurrences(&self, item: &ItemKey) -> Result<Vec<Remembered>, sqlx::Error> {
        let sql =
            format!("SELECT {KEY}, title, opened, closed FROM occurrence WHERE item = $1 ORDER BY opened, reason");
        let query = sqlx::query(AssertSqlSafe(sql)).persistent(false).bind(text(item.as_str()));
        query.fetch_all(&self.pool).await?.iter().map(remembered).collect()
    }
}

/// A row of [`TOLD`].
pub(super) fn told(row: &AnyRow) -> Result<Told, sqlx::Error> {
    Ok(Told {
        occurrence: read(row)?,
        channel: row.try_get("channel")?,
        recipient: row.try_get("recipient")?,
        sequence: count(row.try_get("sequence")?),
        slot: instant(row.try_get("slot")?),
        decided: instant(row.try_get("decided")?),
        notice: notice(row.try_get("notice")?),
        fate: fate(row.try_get("state")?),
        notification: NotificationId::from_stored(row.try_get("notification")?),
    })
}

/// The table takes no other words than these.
pub(super) fn notice(word: &str) -> Notice {
    let all = [Notice::Escalation, Notice::Closing, Notice::Action];
    all.into_iter().find(|notice| notice.as_str() == word).unwrap_or_default()
}

/// The table takes no other words than these.
fn fate(word: &str) -> Fate {
    let all = [Fate::Delivered, Fate::Rejected, Fate::Dead, Fate::Cancelled];
    all.into_iter().find(|fate| fate.as_str() == word).unwrap_or(Fate::Queued)
}

fn remembered(row: &AnyRow) -> Result<Remembered, sqlx::Error> {
    let (occurrence, opened) = (read(row)?, instant(row.try_get("opened")?));
    let closed = row.try_get::<Option<i64>, _>("closed")?.map(instant);
    Ok(Remembered { open: OpenOccurrence { occurrence, title: row.try_get("title")?, opened }, closed })
}
