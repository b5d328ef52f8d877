//! Reading the ledger back: one query for many occurrences, summed up by recipient and channel.

use std::collections::HashMap;

use sqlx::{Row, any::AnyRow};

use super::{
    Histories, SqlStore,
    given::{Column, Given, Value},
    occurrence::{MANY, bind, values},
    rows::{count, instant, millis},
};
use crate::model::{History, Instant, NotificationId, Occurrence, Thread};

/// The number `n` leads back to the question: the ledger keeps milliseconds, the caller's key may be finer. What was
/// cancelled was never told.
const ASKED: [Column; 6] = [
    Column::Number("n"),
    Column::Number("now"),
    Column::Text("reminder"),
    Column::Text("item"),
    Column::Text("reason"),
    Column::Number("episode"),
];

const ANSWER: &str = "), summed AS (\
    SELECT asked.n AS n, asked.reminder AS reminder, asked.item AS item, asked.reason AS reason, \
      asked.episode AS episode, ledger.channel AS channel, ledger.recipient AS recipient, \
      MAX(ledger.sequence) AS sequence, \
      COUNT(*) FILTER (WHERE ledger.state = 'delivered' AND ledger.notice = 'reminder') AS delivered, \
      MIN(ledger.decided) FILTER (WHERE ledger.state = 'delivered' AND ledger.notice = 'reminder') AS first_sent, \
      MIN(ledger.sequence) FILTER (WHERE ledger.state = 'delivered' AND ledger.notice = 'reminder') AS first_sequence, \
      MAX(ledger.decided) FILTER (WHERE ledger.state = 'delivered' AND ledger.notice = 'reminder') AS last_sent, \
      MAX(ledger.slot) FILTER (WHERE ledger.slot <= asked.now AND ledger.notice = 'reminder' AND ledger.state <> 'cancelled') AS last_slot, \
      COUNT(*) FILTER (WHERE ledger.state = 'queued') AS queued, \
      COUNT(*) FILTER (WHERE ledger.notice = 'escalation' AND (ledger.state IN ('queued', 'delivered') OR ledger.state <> 'cancelled' AND ledger.decided > asked.now - 86400000)) AS escalated, \
      COUNT(*) FILTER (WHERE ledger.notice = 'closing' AND (ledger.state IN ('queued', 'delivered') OR ledger.state <> 'cancelled' AND ledger.decided > asked.now - 86400000)) AS closed, \
      COUNT(*) FILTER (WHERE ledger.notice = 'action') AS acted \
    FROM asked JOIN ledger ON ledger.reminder = asked.reminder AND ledger.item = asked.item \
      AND ledger.reason = asked.reason AND ledger.episode = asked.episode \
    GROUP BY asked.n, asked.reminder, asked.item, asked.reason, asked.episode, ledger.channel, ledger.recipient) \
    SELECT summed.n AS n, summed.channel AS channel, summed.recipient AS recipient, summed.sequence AS sequence, \
      summed.delivered AS delivered, summed.first_sent AS first_sent, summed.last_sent AS last_sent, \
      summed.last_slot AS last_slot, summed.queued AS queued, summed.escalated AS escalated, summed.closed AS closed, \
      summed.acted AS acted, thread.notification AS thread, thread.receipt AS receipt \
    FROM summed LEFT JOIN ledger AS thread ON thread.reminder = summed.reminder AND thread.item = summed.item \
      AND thread.reason = summed.reason AND thread.episode = summed.episode AND thread.recipient = summed.recipient \
      AND thread.channel = summed.channel AND thread.sequence = summed.first_sequence";

/// The ledger says when a notice was decided; the attempt that got through says when it was delivered.
const DELIVERIES: &str = "SELECT ledger.channel AS channel, ledger.recipient AS recipient, MIN(attempt.started) AS delivered \
    FROM ledger JOIN attempt ON attempt.notification = ledger.notification AND attempt.outcome = 'delivered' \
    WHERE ledger.reminder = $1 AND ledger.item = $2 AND ledger.reason = $3 AND ledger.episode = $4 \
      AND ledger.notice = 'reminder' \
    GROUP BY ledger.channel, ledger.recipient";

impl SqlStore {
    pub(super) async fn read_history(
        &self,
        occurrences: &[Occurrence],
        now: Instant,
    ) -> Result<Histories, sqlx::Error> {
        let mut histories = Histories::new();
        for chunk in occurrences.chunks(MANY) {
            let mut given = Given::new(self.dialect, &ASKED);
            for (n, occurrence) in (0..).zip(chunk) {
                let [reminder, item, reason, episode] = values(occurrence);
                given.push(&[Value::Number(n), Value::Number(millis(now)), reminder, item, reason, episode]);
            }
            let sql = ["WITH asked AS MATERIALIZED (", &given.select(), ANSWER].concat();
            for row in given.query(sql).fetch_all(&self.pool).await? {
                let Some(occurrence) = usize::try_from(row.try_get::<i64, _>("n")?).ok().and_then(|n| chunk.get(n))
                else {
                    continue;
                };
                let (to, history) = answer(&row)?;
                histories.entry(occurrence.clone()).or_default().insert(to, history);
            }
        }
        Ok(histories)
    }

    pub(super) async fn read_first_deliveries(
        &self,
        occurrence: &Occurrence,
    ) -> Result<HashMap<(String, String), Instant>, sqlx::Error> {
        let rows = bind(sqlx::query(DELIVERIES), occurrence).fetch_all(&self.pool).await?;
        let read = |row: &AnyRow| {
            Ok(((row.try_get("channel")?, row.try_get("recipient")?), instant(row.try_get("delivered")?)))
        };
        rows.iter().map(read).collect()
    }
}

fn answer(row: &AnyRow) -> Result<((String, String), History), sqlx::Error> {
    let history = History {
        sequence: count(row.try_get("sequence")?),
        delivered: count(row.try_get("delivered")?),
        first_sent: row.try_get::<Option<i64>, _>("first_sent")?.map(instant),
        thread: thread(row)?,
        last_slot: row.try_get::<Option<i64>, _>("last_slot")?.map(instant),
        last_sent: row.try_get::<Option<i64>, _>("last_sent")?.map(instant),
        in_flight: row.try_get::<i64, _>("queued")? > 0,
        escalated: row.try_get::<i64, _>("escalated")? > 0,
        closed: row.try_get::<i64, _>("closed")? > 0,
        acted: row.try_get::<i64, _>("acted")? > 0,
    };
    Ok(((row.try_get("channel")?, row.try_get("recipient")?), history))
}

/// The first delivered reminder's notification.
fn thread(row: &AnyRow) -> Result<Option<Thread>, sqlx::Error> {
    let Some(id) = row.try_get::<Option<String>, _>("thread")? else { return Ok(None) };
    Ok(Some(Thread { notification: NotificationId::from_stored(id), receipt: row.try_get("receipt")? }))
}
