//! Reading each source once, and asking every reminder's strategy about each batch.

use std::{collections::HashSet, sync::Arc, time::Duration};

use futures_util::{
    StreamExt, TryStreamExt,
    stream::{self, BoxStream, TryChunksError},
};
use tokio::sync::mpsc;
use tokio_util::task::AbortOnDropHandle;
use tracing::Instrument;

use super::{
    evaluate::{Asking, BATCH},
    found::{Found, Keeper},
    report::{Report, ScanError},
    scan::Scanner,
};
use crate::{
    config::{ExpiryAction, OnExpiry, ReminderConfig},
    error::chain,
    model::{Instant, Item, ItemKey, Kind, Manifest, Problem},
    plugin::Context,
    source::{Records, Row, Source, SourceError, Want},
};

/// Problems that a run lists; more are counted.
const LISTED: usize = 10_000;

/// How long an operator's own query has: one that hangs must not keep the others waiting until the run is given up.
const RECORDS: Duration = Duration::from_secs(120);

/// Batches that are read while one is judged.
const AHEAD: usize = 4;

/// One reminder's strategy, and where its items come from.
struct Seat<'a> {
    /// The place of the reminder in the run.
    place: usize,
    reminder: &'a ReminderConfig,
    asking: Asking,
}

/// Reads everything that the reminders' strategies want. Answers with what they found, and with the items about which
/// nothing is known, because they could not be read or their strategy failed on them.
pub(super) async fn read(
    scanner: &Scanner,
    reminders: &[&ReminderConfig],
    now: Instant,
    report: &mut Report,
) -> Result<(Vec<Found>, HashSet<ItemKey>), ScanError> {
    let mut seats = seats(scanner, reminders, now, report);
    let mut reader =
        Reader { report, found: Vec::new(), keeper: Keeper::default(), troubled: HashSet::new(), unlisted: 0 };
    let today = now.with_timezone(&scanner.zone).date_naive();
    let of_dataall = |seat: &Seat<'_>| seat.asking.strategy().manifest().kind != Kind::RecordStrategy;
    let (mut dataall, mut records): (Vec<_>, Vec<_>) = seats.drain(..).partition(of_dataall);
    if !dataall.is_empty() {
        let want = Want::of(dataall.iter().map(|seat| seat.asking.strategy().manifest()), today);
        reader.feed(ahead(Arc::clone(&scanner.source), want), &mut dataall).await?;
    }
    while let Some(name) = records.first().and_then(|seat| seat.reminder.records.clone()) {
        let same = |seat: &Seat<'_>| seat.reminder.records.as_deref() == Some(&name);
        let (mut own, others): (Vec<_>, Vec<_>) = records.drain(..).partition(same);
        records = others;
        let Some(source) = scanner.records.get(&name) else {
            own.iter().for_each(|seat| give_up(seat.reminder, &format!("there is no source {name}"), reader.report));
            continue;
        };
        // The operator's own query is apart from data.all: what fails there stops nothing here.
        let fed = tokio::time::timeout(RECORDS, reader.feed_records(source.as_ref(), &mut own)).await;
        match fed {
            Ok(Ok(())) => {}
            Ok(Err(error)) => reader.miss(&own, &chain(&error)),
            Err(_) => reader.miss(&own, &format!("the query of sources.{name} took more than {RECORDS:?}")),
        }
    }
    Ok(reader.end(reminders))
}

/// The shares and stacks that are wanted, read by a task of its own: what comes next is decoded while strategies are asked.
fn ahead(source: Arc<dyn Source>, want: Want) -> BoxStream<'static, Result<Row, SourceError>> {
    let (send, receive) = mpsc::channel(AHEAD);
    let reading = async move {
        let mut chunks = source.shares(&want).chain(source.stacks(&want)).try_chunks(BATCH);
        loop {
            let chunk = match chunks.next().await {
                None => break,
                Some(Ok(rows)) => Ok(rows),
                // What came before the error is of no use: nothing is told of half a reading.
                Some(Err(TryChunksError(_, error))) => Err(error),
            };
            if send.send(chunk).await.is_err() {
                break;
            }
        }
    };
    let reading = AbortOnDropHandle::new(tokio::spawn(reading.in_current_span()));
    let chunks = stream::unfold((receive, reading), |(mut receive, reading)| async {
        let Some(chunk) = receive.recv().await else {
            // What panicked has not come to the end: to take it for that would be to close whatever it did not reach.
            if let Some(panic) = reading.await.err().and_then(|error| error.try_into_panic().ok()) {
                std::panic::resume_unwind(panic);
            }
            return None;
        };
        Some((chunk, (receive, reading)))
    });
    chunks.map_ok(|rows| stream::iter(rows.into_iter().map(Ok))).try_flatten().boxed()
}

/// The strategies that can be asked.
fn seats<'a>(scanner: &Scanner, reminders: &[&'a ReminderConfig], now: Instant, report: &mut Report) -> Vec<Seat<'a>> {
    let mut seats = Vec::new();
    for (place, reminder) in reminders.iter().enumerate() {
        match scanner.strategies.strategy(&reminder.strategy) {
            Ok(strategy) => match misfit(reminder, strategy.manifest()) {
                None => {
                    let asking = Asking::new(Some(&reminder.name), strategy, context(scanner, reminder, now));
                    seats.push(Seat { place, reminder, asking });
                }
                Some(why) => give_up(reminder, why, report),
            },
            Err(fault) => give_up(reminder, &fault.to_string(), report),
        }
    }
    seats
}

fn context(scanner: &Scanner, reminder: &ReminderConfig, now: Instant) -> Context {
    let today = now.with_timezone(&scanner.zone_of(reminder)).date_naive();
    let attributes = attributes(scanner.expiry_of(reminder));
    Context { now, today, parameters: reminder.parameters.clone(), attributes }
}

/// Why a reminder cannot be run with this strategy, if it cannot.
pub(crate) fn misfit(reminder: &ReminderConfig, manifest: &Manifest) -> Option<&'static str> {
    if reminder.on_expiry.acts() && manifest.proposes.is_empty() {
        return Some("its strategy proposes nothing that could be done: remove `on_expiry`");
    }
    match (manifest.kind, &reminder.records) {
        (Kind::RecordStrategy, None) => Some("its strategy is about records: set `source` to one of `sources`"),
        (Kind::RecordStrategy, Some(_)) | (_, None) => None,
        (_, Some(_)) => Some("its strategy is about data.all: remove `source`"),
    }
}

/// Why a reminder finds nothing in a query with these columns: its strategy would take a misspelled one for an empty one.
pub(crate) fn misnamed(reminder: &ReminderConfig, manifest: &Manifest, columns: &[String]) -> Option<String> {
    let wrong = |(_, name): &(&str, &str)| !columns.iter().any(|column| column == name);
    let (parameter, name) = manifest.columns(&reminder.parameters).find(wrong)?;
    let source = reminder.records.as_deref().unwrap_or_default();
    let has = columns.join(", ");
    Some(format!("parameters.{parameter}: the query of sources.{source} has no column \"{name}\"; it has: {has}"))
}

fn give_up(reminder: &ReminderConfig, why: &str, report: &mut Report) {
    let text = format!("reminder {} did not run: {why}", reminder.name);
    report.problems.push(Problem { item: None, text });
    report.incomplete.insert(reminder.name.clone());
}

/// What strategies are told about what is done at expiry, so that a message can say what happens if nobody acts: `on-expiry`, and
/// `on-expiry.<confidentiality>` where datasets differ; `last-notice`, the least time between a notice and a revoke.
fn attributes(expiry: &OnExpiry) -> Vec<(String, String)> {
    let mut attributes = vec![("on-expiry".to_owned(), expiry.default.as_str().to_owned())];
    let special = expiry.confidentiality.iter();
    attributes.extend(special.map(|(name, action)| (format!("on-expiry.{name}"), action.as_str().to_owned())));
    attributes
        .extend(expiry.does(ExpiryAction::Revoke).then(|| ("last-notice".to_owned(), expiry.last_notice.to_string())));
    attributes
}

struct Reader<'r> {
    report: &'r mut Report,
    found: Vec<Found>,
    keeper: Keeper,
    /// Items that could not be read, or that their strategy failed on: nothing is known about them.
    troubled: HashSet<ItemKey>,
    /// Problems of rows that are not listed any more.
    unlisted: usize,
}

impl Reader<'_> {
    async fn feed(
        &mut self,
        mut rows: BoxStream<'_, Result<Row, SourceError>>,
        seats: &mut [Seat<'_>],
    ) -> Result<(), SourceError> {
        let mut batch = Vec::with_capacity(BATCH);
        while let Some(row) = rows.try_next().await? {
            match row {
                Row::Problem(problem) => self.list(problem),
                Row::Item(item) => {
                    self.report.scanned += 1;
                    // What was wrong with it is a flaw: it could be read all the same.
                    if !self.troubled.is_empty() {
                        self.troubled.remove(&item.key());
                    }
                    batch.push(item);
                }
            }
            if batch.len() == BATCH {
                self.ask(seats, &batch).await;
                batch.clear();
            }
        }
        self.ask(seats, &batch).await;
        let incomplete = seats.iter().filter(|seat| seat.asking.overlooked);
        self.report.incomplete.extend(incomplete.map(|seat| seat.reminder.name.clone()));
        Ok(())
    }

    /// Lists what is wrong with a row; a query that goes wrong in every row is not listed to its end.
    fn list(&mut self, problem: Problem) {
        self.troubled.extend(problem.item.clone());
        if self.report.problems.len() < LISTED {
            self.report.problems.push(problem);
        } else {
            self.unlisted += 1;
        }
    }

    /// Feeds those whose parameters fit the query; the others are given up.
    async fn feed_records(&mut self, source: &dyn Records, seats: &mut Vec<Seat<'_>>) -> Result<(), SourceError> {
        let columns = source.columns().await?;
        seats.retain(|Seat { reminder, asking, .. }| {
            let why = misnamed(reminder, asking.strategy().manifest(), &columns);
            why.inspect(|why| give_up(reminder, why, self.report)).is_none()
        });
        if seats.is_empty() { Ok(()) } else { self.feed(source.records(), seats).await }
    }

    async fn ask(&mut self, seats: &mut [Seat<'_>], batch: &[Item]) {
        for Seat { place, asking, .. } in seats {
            let before = self.report.problems.len();
            let answers = asking.ask(batch, &mut self.report.problems).await;
            self.troubled.extend(self.report.problems[before..].iter().filter_map(|problem| problem.item.clone()));
            self.found.extend(self.keeper.keep(*place, answers));
        }
    }

    /// What was found, and what nothing is known about.
    ///
    /// Each matter is there once. A source may hand out an item twice, and a strategy may say a thing twice; the ledger has one place
    /// for it, and whatever shared a digest with the second would wait for ever.
    fn end(self, reminders: &[&ReminderConfig]) -> (Vec<Found>, HashSet<ItemKey>) {
        if self.unlisted > 0 {
            let text = format!("{} more rows have something wrong with them", self.unlisted);
            self.report.problems.push(Problem { item: None, text });
        }
        let mut seen = HashSet::new();
        let mut found = self.found;
        found.retain(|Found { reminder, item, reason, since, .. }| {
            let since = since.map(|since| since.timestamp_millis());
            seen.insert((&reminders[*reminder].name, item.clone(), reason.clone(), since))
        });
        (found, self.troubled)
    }

    /// Forgets what was found before the source failed: half a reading closes and tells nothing.
    fn miss(&mut self, seats: &[Seat<'_>], why: &str) {
        for Seat { place, reminder, .. } in seats {
            self.found.retain(|found| found.reminder != *place);
            give_up(reminder, why, self.report);
        }
    }
}
