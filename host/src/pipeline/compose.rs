//! From what is due to notifications: grouping, order, texts.

use std::{cmp::Reverse, collections::BTreeSet};

use chrono_tz::Tz;

use super::{
    act::Intent,
    audience::Destination,
    decide::{About, Due},
    found::{Found, Subject, Unpacker},
    occurrences::Occurrences,
    text::{clean, day, history, plain},
    verdicts::{Told, Verdicts},
};
use crate::{
    config::{GroupBy, Links, ReminderConfig},
    model::{Instant, ItemKey, Notice, Notification, NotificationId, Occurrence, OpenOccurrence, Reminder, Severity},
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
    pub(super) occurrences: &'a Occurrences,
    /// Where to act.
    pub(super) links: &'a Links,
    /// The run's `now`.
    pub(super) now: Instant,
    /// The wall clock.
    pub(super) created: Instant,
}

impl Composer<'_> {
    /// What goes into one notification each: all for one recipient and channel, or one item where the reminder says so.
    pub(super) fn groups(&self, mut due: Vec<Due>) -> impl Iterator<Item = Vec<Due>> {
        due.sort_unstable_by(|one, other| self.group(one).cmp(&self.group(other)));
        let mut due = due.into_iter().peekable();
        std::iter::from_fn(move || {
            let mut group = vec![due.next()?];
            while let Some(next) = due.next_if(|next| self.group(next) == self.group(&group[0])) {
                group.push(next);
            }
            Some(group)
        })
    }

    /// What goes into one notification has this in common.
    fn group<'d>(&'d self, due: &'d Due) -> (&'d Destination, Option<&'d Occurrence>) {
        let alone = match self.reminder(due).group_by {
            GroupBy::Recipient => None,
            GroupBy::Item => Some(self.occurrence(due)),
        };
        (&due.to, alone)
    }

    fn occurrence(&self, due: &Due) -> &Occurrence {
        self.occurrences.about(due.about)
    }

    /// The notification about a group; what is worst comes first.
    pub(super) fn compose(&self, mut group: Vec<Due>, verdicts: &Verdicts, unpacker: &mut Unpacker) -> Composed {
        group.sort_unstable_by(|one, other| self.urgency(one).cmp(&self.urgency(other)));
        let (channel, recipient) = group[0].to.as_ref().clone();
        let most = group.iter().map(|due| self.reminder(due).digest_limit).max().unwrap_or(usize::MAX);
        let reminders: Vec<_> =
            group.iter().take(most).map(|due| self.compose_one(due, verdicts.told(due.verdict), unpacker)).collect();
        let more = u32::try_from(group.len() - reminders.len()).unwrap_or(u32::MAX);
        let parts = group.iter().map(|due| (self.occurrence(due), due.sequence));
        let id = NotificationId::derive(&channel, &recipient, parts);
        let because = because(&group);
        let count = Count::of(group.iter().map(|due| due.notice));
        let (preamble, subject) = (preamble(count, &because), subject(&reminders[0].title, count));
        let text = plain(&preamble, &reminders, more);
        let notification = Notification {
            id,
            channel,
            recipient,
            subject,
            preamble,
            because,
            text,
            reminders,
            more,
            decided: self.now,
            refusable: group.iter().all(|due| !self.reminder(due).mandatory),
        };
        let entries = group.iter().map(|due| self.ledger_entry(due)).collect();
        Composed { enqueue: Enqueue { notification, entries, decided: self.now, created: self.created }, due: group }
    }

    /// What is worst is first, then what can be mended for the shortest time, then what has lasted longest.
    fn urgency(&self, due: &Due) -> (Reverse<Severity>, i64, Instant, &Occurrence) {
        let (severity, deadline) = match due.about {
            About::Found(place) => {
                let found = &self.found[usize::from(place)];
                (found.severity, found.deadline)
            }
            About::Over(_) => (Severity::Info, None),
        };
        let deadline = deadline.map_or(i64::MAX, |at| at.timestamp_millis());
        (Reverse(severity), deadline, self.occurrence(due).episode, self.occurrence(due))
    }

    fn compose_one(&self, due: &Due, told: Told, unpacker: &mut Unpacker) -> Reminder {
        match due.about {
            About::Found(place) => self.found(&self.found[usize::from(place)], due, told, unpacker),
            About::Over(place) => self.over(&self.occurrences.over[usize::from(place)].open, due, told),
        }
    }

    fn found(&self, found: &Found, due: &Due, told: Told, unpacker: &mut Unpacker) -> Reminder {
        let Found { subject, item, reason, severity, deadline, .. } = found;
        let texts = unpacker.texts(&found.texts);
        let dataset = subject.share().map(|share| ("Dataset".to_owned(), clean(&share.dataset.label, FACT)));
        let mut facts: Vec<_> = dataset.into_iter().collect();
        facts.extend(texts.attributes.iter().map(|(name, value)| (clean(name, HEADLINE), clean(value, FACT))));
        let sentence = match due.notice {
            Notice::Escalation => format!("Those who should act have been told. {}", texts.text),
            Notice::Reminder | Notice::Closing | Notice::Action => texts.text.clone(),
        };
        let occurrence = self.occurrence(due);
        Reminder {
            item: item.to_string(),
            reminder: occurrence.reminder.to_string(),
            notice: due.notice,
            reason: reason.to_string(),
            since: occurrence.episode,
            deadline: *deadline,
            target: subject.share().zip(item.share_uri()).map(|(share, uri)| format!("{uri}|{}", share.dataset.uri)),
            title: clean(&texts.title, HEADLINE),
            sentence: clean(&sentence, SENTENCE),
            severity: *severity,
            facts,
            link: self.links.to(subject, item),
            ordinal: told.ordinal,
            first_sent: told.first_sent,
            history: history(told.ordinal, told.first_sent, self.zone(due)),
            thread: due.thread.as_deref().cloned(),
        }
    }

    fn over(&self, open: &OpenOccurrence, due: &Due, told: Told) -> Reminder {
        let since = told.first_sent.unwrap_or(open.opened);
        Reminder {
            item: open.occurrence.item.to_string(),
            reminder: open.occurrence.reminder.to_string(),
            notice: due.notice,
            reason: open.occurrence.reason.to_string(),
            since: open.occurrence.episode,
            title: format!("Resolved: {}", clean(&open.title, HEADLINE)),
            sentence: format!(
                "What you were told of on {} is over. There is nothing left to do.",
                day(since, self.zone(due))
            ),
            severity: Severity::Info,
            link: self.links.to_share(&open.occurrence.item),
            ordinal: told.ordinal,
            first_sent: told.first_sent,
            thread: due.thread.as_deref().cloned(),
            ..Reminder::default()
        }
    }

    fn ledger_entry(&self, due: &Due) -> LedgerEntry {
        let occurrence = self.occurrence(due).clone();
        LedgerEntry { occurrence, sequence: due.sequence, slot: due.slot, notice: due.notice }
    }

    fn reminder(&self, due: &Due) -> &ReminderConfig {
        self.reminders[usize::from(due.reminder)]
    }

    fn zone(&self, due: &Due) -> Tz {
        self.reminder(due).schedule.zone()
    }
}

/// Something that was done, and by which intent.
pub(super) struct DoneBy {
    pub(super) intent: Intent,
    /// Names of the items; empty if an earlier attempt did it.
    pub(super) items: Vec<String>,
    /// The new row in data.all.
    pub(super) uri: String,
}

/// One thing that was done, as one recipient is told of it.
pub(super) struct Announced<'a> {
    pub(super) done: &'a DoneBy,
    /// Whether they get the new row's id too.
    pub(super) event: bool,
    pub(super) sequence: u32,
}

/// One recipient's notification about what was done.
pub(super) fn announce(
    (channel, recipient): &Destination,
    group: &[Announced<'_>],
    links: &Links,
    decided: Instant,
    created: Instant,
) -> Enqueue {
    let reminders: Vec<_> = group.iter().map(|one| revoked(one.done, one.event, links)).collect();
    let parts = group.iter().map(|one| (&one.done.intent.occurrence, one.sequence));
    let id = NotificationId::derive(channel, recipient, parts);
    let (channel, recipient) = (channel.clone(), recipient.clone());
    let preamble = "Access that had outlived its day of expiry was revoked.".to_owned();
    let subject = match group.len() {
        1 => reminders[0].title.clone(),
        n => format!("{}, and {} more", reminders[0].title, n - 1),
    };
    let text = plain(&preamble, &reminders, 0);
    let notification = Notification {
        id,
        channel,
        recipient,
        subject,
        preamble,
        because: String::new(),
        text,
        reminders,
        more: 0,
        decided,
        refusable: false,
    };
    let entry = |one: &Announced<'_>| LedgerEntry {
        occurrence: one.done.intent.occurrence.clone(),
        sequence: one.sequence,
        slot: one.done.intent.slot,
        notice: Notice::Action,
    };
    Enqueue { notification, entries: group.iter().map(entry).collect(), decided, created }
}

fn revoked(done: &DoneBy, event: bool, links: &Links) -> Reminder {
    let Intent { occurrence, order, dataset, team, .. } = &done.intent;
    let (dataset, team) = (clean(dataset, FACT), clean(team, FACT));
    let last = order.expiry_day.format("%-d %B %Y");
    let mut facts = vec![("Dataset".to_owned(), dataset.clone()), ("Team".to_owned(), team.clone())];
    facts.extend((!done.items.is_empty()).then(|| ("Items".to_owned(), clean(&done.items.join(", "), FACT))));
    facts.extend(event.then(|| ("Task".to_owned(), done.uri.clone())));
    Reminder {
        item: occurrence.item.to_string(),
        reminder: occurrence.reminder.to_string(),
        notice: Notice::Action,
        reason: occurrence.reason.to_string(),
        since: occurrence.episode,
        title: format!("Access to {dataset} was revoked"),
        sentence: format!(
            "The access of the team {team} to {dataset} was to end on {last} and had not ended: it is being revoked. \
             Whoever needs it again asks for a new share."
        ),
        severity: Severity::Warning,
        facts,
        link: links.to_share(&occurrence.item),
        ordinal: 1,
        ..Reminder::default()
    }
}

impl Links {
    /// The page of the item, or of what a stack deploys.
    fn to(&self, subject: &Subject, key: &ItemKey) -> Option<String> {
        let (template, uri) = match subject {
            Subject::Share(_) => return self.to_share(key),
            Subject::Stack(stack) if stack.kind == "dataset" => (self.dataset.as_deref()?, &*stack.target_uri),
            Subject::Stack(stack) if stack.kind == "environment" => (self.environment.as_deref()?, &*stack.target_uri),
            Subject::Stack(_) => return None,
            Subject::Record(record) => return record.link.clone(),
        };
        Some(template.replace("{uri}", &encoded(uri)))
    }

    /// The page of a share of which only the key is known.
    fn to_share(&self, key: &ItemKey) -> Option<String> {
        let uri = key.share_uri()?;
        Some(self.share.as_deref()?.replace("{uri}", &encoded(uri)))
    }
}

/// A URI is written by people and programs: only what is safe in a path goes into a link as it is.
fn encoded(uri: &str) -> String {
    url::form_urlencoded::byte_serialize(uri.as_bytes()).collect::<String>().replace('+', "%20")
}

/// How many things a notification is about.
#[derive(Clone, Copy)]
struct Count {
    waiting: usize,
    over: usize,
}

impl Count {
    fn of(notices: impl Iterator<Item = Notice>) -> Self {
        notices.fold(Self { waiting: 0, over: 0 }, |count, notice| match notice {
            Notice::Closing => Self { over: count.over + 1, ..count },
            Notice::Reminder | Notice::Escalation | Notice::Action => Self { waiting: count.waiting + 1, ..count },
        })
    }
}

fn subject(first: &str, Count { waiting, over }: Count) -> String {
    let tag = if waiting == 0 { "" } else { "[ACTION REQUIRED] " };
    match waiting + over {
        1 => format!("{tag}{first}"),
        n => format!("{tag}{first}, and {} more", n - 1),
    }
}

/// Why this person gets the message.
fn preamble(Count { waiting, over }: Count, because: &str) -> String {
    let what = match (waiting, over) {
        (0, 1) => "This is resolved".to_owned(),
        (0, over) => format!("{over} things are resolved"),
        (1, 0) => "This waits for you".to_owned(),
        (n, 0) => format!("{n} things wait for you"),
        (n, over) => format!("Of {} things, {n} wait for you and {over} are resolved", n + over),
    };
    format!("{what}{because}.")
}

fn because(group: &[Due]) -> String {
    let groups: BTreeSet<_> = group.iter().flat_map(|due| &due.ways.groups).map(|name| clean(name, FACT)).collect();
    let stranded = group.iter().filter(|due| due.ways.stranded && due.notice == Notice::Reminder).count();
    match (groups.is_empty(), stranded) {
        (true, 0) => String::new(),
        (false, 0) => format!(" as a member of {}", joined(&groups)),
        (true, _) => " because no address is known of those who should act".to_owned(),
        (false, n) => {
            format!(
                " as a member of {}, {n} of them because no address is known of those who should act",
                joined(&groups)
            )
        }
    }
}

/// The notification without what is over; `None` if nothing is left of what it shows. It keeps its id: it is the same
/// notice.
pub(super) fn without(notification: &Notification, gone: &[Occurrence]) -> Option<Notification> {
    let is_gone = |reminder: &Reminder| {
        gone.iter().any(|one| {
            (&*one.reminder, one.item.as_str(), &*one.reason, one.episode.timestamp_millis())
                == (&*reminder.reminder, &*reminder.item, &*reminder.reason, reminder.since.timestamp_millis())
        })
    };
    let (over, reminders): (Vec<_>, Vec<_>) = notification.reminders.iter().cloned().partition(is_gone);
    let unshown = u32::try_from(gone.len() - over.len()).unwrap_or(u32::MAX);
    let more = notification.more.saturating_sub(unshown);
    let first = reminders.first()?.title.clone();
    // What is not shown is less urgent than what is: if that is over, so is this.
    let last = reminders.last()?.notice;
    let hidden = std::iter::repeat_n(last, more as usize);
    let count = Count::of(reminders.iter().map(|reminder| reminder.notice).chain(hidden));
    let preamble = preamble(count, &notification.because);
    let (subject, text) = (subject(&first, count), plain(&preamble, &reminders, more));
    Some(Notification { subject, text, preamble, more, reminders, ..notification.clone() })
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
