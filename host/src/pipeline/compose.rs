//! From what is due to notifications: grouping, order, texts.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use chrono_tz::Tz;

use super::{
    audience::FALLBACK,
    decide::Due,
    evaluate::Found,
    text::{clean, history, plain},
};
use crate::{
    config::{GroupBy, Links, ReminderConfig},
    model::{Instant, Item, Notification, NotificationId, Reminder},
    store::{Enqueue, LedgerEntry},
};

/// Longest headline and fact, in characters: a label of ten kilobytes must not make a message unreadable.
const HEADLINE: usize = 120;
const FACT: usize = 500;
const SENTENCE: usize = 1000;

/// A notification to be written, and what it is made of.
pub(super) struct Composed {
    pub(super) enqueue: Enqueue,
    pub(super) due: Vec<Due>,
}

/// What composing needs to know beside the findings.
pub(super) struct Composer<'a> {
    pub(super) reminders: &'a [&'a ReminderConfig],
    pub(super) found: &'a [Found],
    /// Where to act.
    pub(super) links: &'a Links,
    /// The run's `now`.
    pub(super) now: Instant,
    /// The wall clock.
    pub(super) created: Instant,
}

impl Composer<'_> {
    /// One notification per recipient and channel, or per item where the reminder says so; what is worst comes first.
    /// They are made one by one, as they are asked for: together they would be much larger than what they are made of.
    pub(super) fn compose(&self, due: Vec<Due>) -> impl Iterator<Item = Composed> {
        let mut groups: BTreeMap<_, Vec<Due>> = BTreeMap::new();
        for due in due {
            let alone = match self.reminder(&due).group_by {
                GroupBy::Recipient => None,
                GroupBy::Item => Some(due.occurrence.clone()),
            };
            groups.entry((due.channel.clone(), due.recipient.clone(), alone)).or_default().push(due);
        }
        groups.into_values().map(|group| self.notification(group))
    }

    fn notification(&self, mut group: Vec<Due>) -> Composed {
        group.sort_by_cached_key(|due| {
            let finding = &self.found[due.found].finding;
            let deadline = finding.deadline.map_or(i64::MAX, |at| at.timestamp_millis());
            (Reverse(finding.severity), deadline, due.occurrence.episode, due.occurrence.clone())
        });
        let (channel, recipient) = (group[0].channel.clone(), group[0].recipient.clone());
        let reminders: Vec<_> = group.iter().map(|due| self.compose_one(due)).collect();
        let id = NotificationId::derive(&channel, &recipient, group.iter().map(|due| (&due.occurrence, due.sequence)));
        let preamble = preamble(&group);
        let text = plain(&preamble, &reminders);
        let notification =
            Notification { id, channel, recipient, subject: subject(&reminders), preamble, text, reminders };
        let entries = group.iter().map(ledger_entry).collect();
        Composed { enqueue: Enqueue { notification, entries, decided: self.now, created: self.created }, due: group }
    }

    fn compose_one(&self, due: &Due) -> Reminder {
        let Found { item, finding, .. } = &self.found[due.found];
        let dataset = item.share().map(|share| ("Dataset".to_owned(), clean(&share.dataset_label, FACT)));
        let mut facts: Vec<_> = dataset.into_iter().collect();
        facts.extend(finding.attributes.iter().map(|(name, value)| (clean(name, HEADLINE), clean(value, FACT))));
        Reminder {
            item: finding.item.to_string(),
            title: clean(&finding.title, HEADLINE),
            sentence: clean(&finding.text, SENTENCE),
            severity: finding.severity,
            facts,
            link: self.links.to(item),
            ordinal: due.ordinal,
            first_sent: due.first_sent,
            history: history(due.ordinal, due.first_sent, self.zone(due)),
        }
    }

    fn reminder(&self, due: &Due) -> &ReminderConfig {
        self.reminders[self.found[due.found].reminder]
    }

    fn zone(&self, due: &Due) -> Tz {
        self.reminder(due).schedule.zone()
    }
}

fn ledger_entry(due: &Due) -> LedgerEntry {
    LedgerEntry { occurrence: due.occurrence.clone(), sequence: due.sequence, slot: due.slot }
}

impl Links {
    /// The page of the item, or of what a stack deploys.
    fn to(&self, item: &Item) -> Option<String> {
        let (template, uri) = match item {
            Item::Share(share) => (self.share.as_deref()?, &share.uri),
            Item::Stack(stack) if stack.kind == "dataset" => (self.dataset.as_deref()?, &stack.target_uri),
            Item::Stack(stack) if stack.kind == "environment" => (self.environment.as_deref()?, &stack.target_uri),
            Item::Stack(_) => return None,
            Item::Record(record) => return record.link.clone(),
        };
        Some(template.replace("{uri}", &encoded(uri)))
    }
}

/// A URI is written by people and programs: only what is safe in a path goes into a link as it is.
fn encoded(uri: &str) -> String {
    url::form_urlencoded::byte_serialize(uri.as_bytes()).collect::<String>().replace('+', "%20")
}

fn subject(reminders: &[Reminder]) -> String {
    let first = &reminders[0].title;
    match reminders.len() {
        1 => format!("[ACTION REQUIRED] {first}"),
        n => format!("[ACTION REQUIRED] {first}, and {} more", n - 1),
    }
}

/// Why this person gets the message.
fn preamble(group: &[Due]) -> String {
    let what = match group.len() {
        1 => "This waits for you".to_owned(),
        n => format!("{n} things wait for you"),
    };
    let groups: BTreeSet<_> = group.iter().flat_map(|due| &due.ways.groups).map(|name| clean(name, FACT)).collect();
    let stranded = group.iter().filter(|due| due.ways.roles.contains(FALLBACK)).count();
    let why = match (groups.is_empty(), stranded) {
        (true, 0) => String::new(),
        (false, 0) => format!(" as a member of {}", joined(&groups)),
        (true, _) => " because no address is known of those who should act".to_owned(),
        (false, n) => {
            format!(
                " as a member of {}, {n} of them because no address is known of those who should act",
                joined(&groups)
            )
        }
    };
    format!("{what}{why}.")
}

/// "a", "a and b", "a, b and c".
fn joined(names: &BTreeSet<String>) -> String {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    match names.as_slice() {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}
