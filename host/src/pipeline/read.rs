//! Reading each source once, and asking every reminder's strategy about each batch.

use std::collections::HashSet;

use futures_util::{StreamExt, TryStreamExt, stream::BoxStream};

use super::{
    evaluate::{Asking, Found},
    scan::{Report, ScanError, Scanner},
};
use crate::{
    config::{ExpiryAction, OnExpiry, ReminderConfig},
    error::chain,
    model::{Instant, Item, Kind, Manifest, Problem},
    source::{Records, Row, SourceError, Want},
};

/// Items in one call of a strategy: large enough that a call's fixed cost vanishes, small enough that a fault is
/// cheap to corner.
const BATCH: usize = 256;

/// One reminder's strategy, and where its items come from.
struct Seat<'a> {
    /// The place of the reminder in the run.
    place: usize,
    asking: Asking<'a>,
}

/// Reads everything that the reminders' strategies want.
pub(super) async fn read(
    scanner: &Scanner,
    reminders: &[&ReminderConfig],
    now: Instant,
    report: &mut Report,
) -> Result<Vec<Found>, ScanError> {
    let mut seats = seats(scanner, reminders, now, report);
    let mut reader = Reader { report, found: Vec::new() };
    let today = now.with_timezone(&scanner.zone).date_naive();
    let of_dataall = |seat: &Seat<'_>| seat.asking.strategy().manifest().kind != Kind::RecordStrategy;
    let (mut dataall, mut records): (Vec<_>, Vec<_>) = seats.drain(..).partition(of_dataall);
    if !dataall.is_empty() {
        let want = Want::of(dataall.iter().map(|seat| seat.asking.strategy().manifest()), today);
        let rows = scanner.source.shares(&want).chain(scanner.source.stacks(&want)).boxed();
        reader.feed(rows, &mut dataall).await?;
    }
    while let Some(name) = records.first().and_then(|seat| seat.asking.reminder.records.clone()) {
        let same = |seat: &Seat<'_>| seat.asking.reminder.records.as_deref() == Some(&name);
        let (mut own, others): (Vec<_>, Vec<_>) = records.drain(..).partition(same);
        records = others;
        let Some(source) = scanner.records.get(&name) else {
            own.iter()
                .for_each(|seat| give_up(seat.asking.reminder, &format!("there is no source {name}"), reader.report));
            continue;
        };
        // The operator's own query is apart from data.all: what fails there stops nothing here.
        if let Err(error) = reader.feed_records(source.as_ref(), &mut own).await {
            reader.miss(&own, &error);
        }
    }
    Ok(reader.distinct(reminders))
}

/// The strategies that can be asked.
fn seats<'a>(scanner: &Scanner, reminders: &[&'a ReminderConfig], now: Instant, report: &mut Report) -> Vec<Seat<'a>> {
    let mut seats = Vec::new();
    for (place, reminder) in reminders.iter().enumerate() {
        match scanner.strategies.strategy(&reminder.strategy) {
            Ok(strategy) => match misfit(reminder, strategy.manifest().kind) {
                None => {
                    let attributes = attributes(scanner.expiry_of(reminder));
                    let asking = Asking::new(reminder, strategy, now, scanner.zone, attributes);
                    seats.push(Seat { place, asking });
                }
                Some(why) => give_up(reminder, why, report),
            },
            Err(fault) => give_up(reminder, &fault.to_string(), report),
        }
    }
    seats
}

/// Why a reminder cannot be run with a strategy of this kind, if it cannot.
pub(crate) fn misfit(reminder: &ReminderConfig, kind: Kind) -> Option<&'static str> {
    match (kind, &reminder.records) {
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
    let revokes = expiry.default == ExpiryAction::Revoke
        || expiry.confidentiality.values().any(|one| *one == ExpiryAction::Revoke);
    attributes.extend(revokes.then(|| ("last-notice".to_owned(), expiry.last_notice.to_string())));
    attributes
}

struct Reader<'r> {
    report: &'r mut Report,
    found: Vec<Found>,
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
                Row::Problem(problem) => self.report.problems.push(problem),
                Row::Item(item) => {
                    self.report.scanned += 1;
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
        self.report.incomplete.extend(incomplete.map(|seat| seat.asking.reminder.name.clone()));
        Ok(())
    }

    /// Feeds those whose parameters fit the query; the others are given up.
    async fn feed_records(&mut self, source: &dyn Records, seats: &mut Vec<Seat<'_>>) -> Result<(), SourceError> {
        let columns = source.columns().await?;
        seats.retain(|Seat { asking, .. }| {
            let why = misnamed(asking.reminder, asking.strategy().manifest(), &columns);
            why.inspect(|why| give_up(asking.reminder, why, self.report)).is_none()
        });
        if seats.is_empty() { Ok(()) } else { self.feed(source.records(), seats).await }
    }

    async fn ask(&mut self, seats: &mut [Seat<'_>], batch: &[Item]) {
        for Seat { place, asking } in seats {
            let answers = asking.ask(batch, &mut self.report.problems).await;
            self.found.extend(answers.into_iter().map(|(item, finding)| Found { reminder: *place, item, finding }));
        }
    }

    /// Each matter once. A source may hand out an item twice, and a strategy may say a thing twice; the ledger has one place
    /// for it, and whatever shared a digest with the second would wait for ever.
    fn distinct(self, reminders: &[&ReminderConfig]) -> Vec<Found> {
        let mut seen = HashSet::new();
        let mut found = self.found;
        found.retain(|Found { reminder, finding, .. }| {
            let since = finding.since.map(|since| since.timestamp_millis());
            seen.insert((&reminders[*reminder].name, finding.item.clone(), finding.reason.clone(), since))
        });
        found
    }

    /// Forgets what was found before the source failed: half a reading closes and tells nothing.
    fn miss(&mut self, seats: &[Seat<'_>], error: &SourceError) {
        for Seat { place, asking } in seats {
            self.found.retain(|found| found.reminder != *place);
            give_up(asking.reminder, &chain(error), self.report);
        }
    }
}
