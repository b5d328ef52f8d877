//! From findings to occurrences: what is new, what lasts, what is over.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::DateTime;

use super::{
    decide::About,
    found::{Found, Unpacker},
};
use crate::{
    config::ReminderConfig,
    model::{Instant, ItemKey, Occurrence, OpenOccurrence, Word},
    store::{Store, StoreError},
};

/// One item's matter with one reminder, whatever the episode.
type Matter<'a> = (&'a str, &'a ItemKey, &'a str);

/// How this run's findings relate to those of the last.
#[derive(Default)]
pub(super) struct Occurrences {
    /// The occurrence of each finding, by its place.
    pub(super) of: Vec<Occurrence>,
    /// The places of those that are seen for the first time, or again after they were over.
    pub(super) new: Vec<usize>,
    /// Those that are over.
    pub(super) over: Vec<Over>,
}

/// An occurrence that is over.
pub(super) struct Over {
    pub(super) open: OpenOccurrence,
    /// The place of its reminder in the run.
    pub(super) reminder: usize,
    /// Whether the reminder finds the same item for another reason or with a new episode: then there is nothing to be
    /// glad of.
    pub(super) succeeded: bool,
}

impl Occurrences {
    /// Compares with what the store remembers. `silent` are reminders about whose missing findings nothing can be said,
    /// because their strategy did not look at everything; `troubled` are items that could not be read or judged.
    pub(super) async fn sort(
        store: &dyn Store,
        reminders: &[&ReminderConfig],
        found: &[Found],
        silent: &BTreeSet<String>,
        troubled: &HashSet<ItemKey>,
        now: Instant,
    ) -> Result<Self, StoreError> {
        let names: Vec<_> = reminders.iter().map(|reminder| reminder.name.as_str()).collect();
        let open = store.open_occurrences(&names).await?;
        // What the tables date needs no memory of ours.
        let undated: BTreeSet<_> =
            found.iter().filter(|found| found.since.is_none()).map(|found| names[found.reminder]).collect();
        let lasting = latest(open.iter().filter(|open| undated.contains(&*open.occurrence.reminder)));
        let words: Vec<_> = names.iter().copied().map(Word::from).collect();
        let of: Vec<_> = found.iter().map(|found| occurrence(&words[found.reminder], found, &lasting, now)).collect();
        let known: HashSet<_> = open.iter().map(|open| &open.occurrence).collect();
        let new = of.iter().enumerate().filter(|(_, occurrence)| !known.contains(occurrence));
        let new = new.map(|(place, _)| place).collect();
        drop(known);
        let present: HashSet<_> = of.iter().collect();
        let gone = open.iter().filter(|open| {
            let Occurrence { reminder, item, .. } = &open.occurrence;
            !present.contains(&open.occurrence) && !silent.contains(&**reminder) && !troubled.contains(item)
        });
        let over = gone.filter_map(|open| {
            let reminder = names.iter().position(|name| open.occurrence.reminder == *name)?;
            Some(Over { open: open.clone(), reminder, succeeded: false })
        });
        let mut over: Vec<_> = over.collect();
        drop(present);
        mark_succeeded(&mut over, &of);
        Ok(Self { of, new, over })
    }

    /// The occurrence that a notice is about.
    pub(super) fn about(&self, about: About) -> &Occurrence {
        match about {
            About::Found(place) => &self.of[usize::from(place)],
            About::Over(place) => &self.over[usize::from(place)].open.occurrence,
        }
    }

    /// Those of the new that `wanted` says, as they are remembered.
    pub(super) fn opened(
        &self,
        found: &[Found],
        now: Instant,
        wanted: impl Fn(&Occurrence) -> bool,
    ) -> impl Iterator<Item = OpenOccurrence> {
        let mut unpacker = Unpacker::default();
        let new = self.new.iter().map(|&place| (&self.of[place], &found[place]));
        new.filter(move |(occurrence, _)| wanted(occurrence)).map(move |(occurrence, found)| {
            let title = unpacker.texts(&found.texts).title;
            OpenOccurrence { occurrence: occurrence.clone(), title, opened: now }
        })
    }
}

/// Marks those whose item the reminder finds all the same.
fn mark_succeeded(over: &mut [Over], of: &[Occurrence]) {
    let items: HashSet<_> = over.iter().map(|one| one.open.occurrence.item.clone()).collect();
    let found = of.iter().filter(|one| items.contains(&one.item));
    let present: HashSet<_> = found.map(|one| (&one.reminder, &one.item)).collect();
    for one in over {
        one.succeeded = present.contains(&(&one.open.occurrence.reminder, &one.open.occurrence.item));
    }
}

fn matter(occurrence: &Occurrence) -> Matter<'_> {
    (&occurrence.reminder, &occurrence.item, &occurrence.reason)
}

/// The latest episode of each matter: what the tables do not date goes on from there.
fn latest<'a>(open: impl Iterator<Item = &'a OpenOccurrence>) -> HashMap<Matter<'a>, Instant> {
    let mut latest = HashMap::new();
    for OpenOccurrence { occurrence, .. } in open {
        let episode = latest.entry(matter(occurrence)).or_insert(occurrence.episode);
        *episode = occurrence.episode.max(*episode);
    }
    latest
}

fn occurrence(reminder: &Word, found: &Found, lasting: &HashMap<Matter<'_>, Instant>, now: Instant) -> Occurrence {
    let seen = || lasting.get(&(&**reminder, &found.item, &*found.reason)).copied();
    let since = found.since.or_else(seen).unwrap_or(now);
    Occurrence {
        reminder: reminder.clone(),
        item: found.item.clone(),
        reason: found.reason.clone(),
        // Whole milliseconds: what the store keeps and what a notification's id is made of.
        episode: DateTime::from_timestamp_millis(since.timestamp_millis()).unwrap_or(since),
    }
}
