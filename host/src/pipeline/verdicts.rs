//! A run's verdicts, kept small: a million of them say the same few words.

use std::{fmt, hash::Hash};

use indexmap::IndexSet;

use super::place::Place;
use crate::model::{Code, Decision, Instant, ItemKey, NotificationId, Verdict};

/// Every verdict of a run, in the order in which they were decided.
#[derive(Clone, Default)]
pub struct Verdicts {
    rows: Vec<Row>,
    words: Table<String>,
    lists: Table<Vec<String>>,
    matters: Vec<Matter>,
    notifications: Table<NotificationId>,
}

/// Things of one kind, each once.
#[derive(Clone)]
struct Table<T>(IndexSet<T>);

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self(IndexSet::new())
    }
}

impl<T: Eq + Hash> Table<T> {
    fn place(&mut self, one: T) -> Place {
        self.0.insert_full(one).0.into()
    }

    fn at(&self, place: Place) -> &T {
        &self.0[usize::from(place)]
    }
}

/// What a verdict is about.
#[derive(Clone, PartialEq, Eq)]
struct Matter {
    reminder: Place,
    strategy: Place,
    item: ItemKey,
    reason: Place,
    deadline: Option<Instant>,
}

/// One verdict.
#[derive(Clone)]
struct Row {
    decision: Decision,
    first_sent: Option<Instant>,
    code: Code,
    matter: Place,
    roles: Place,
    groups: Place,
    recipient: Option<Place>,
    channel: Option<Place>,
    notification: Option<Place>,
    ordinal: u32,
}

/// Which notice to its recipient a verdict is about, and when they were told first.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told {
    pub(super) ordinal: u32,
    pub(super) first_sent: Option<Instant>,
}

impl Verdicts {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Each in turn.
    pub fn iter(&self) -> impl Iterator<Item = Verdict> {
        self.rows.iter().map(|row| self.verdict(row))
    }

    /// All of them.
    pub fn to_vec(&self) -> Vec<Verdict> {
        self.iter().collect()
    }

    /// Decision and code of each, for whoever only counts them.
    pub(super) fn decisions(&self) -> impl Iterator<Item = (Decision, Code)> {
        self.rows.iter().map(|row| (row.decision, row.code))
    }

    /// Those with one of these codes.
    pub(super) fn with(&self, codes: &[Code]) -> impl Iterator<Item = Verdict> {
        self.rows.iter().filter(|row| codes.contains(&row.code)).map(|row| self.verdict(row))
    }

    /// Adds one; answers with its place.
    pub(super) fn push(&mut self, verdict: Verdict) -> Place {
        let matter = Matter {
            reminder: self.words.place(verdict.reminder),
            strategy: self.words.place(verdict.strategy),
            item: verdict.item,
            reason: self.words.place(verdict.reason),
            deadline: verdict.deadline,
        };
        // Those about the same come one after the other.
        if self.matters.last() != Some(&matter) {
            self.matters.push(matter);
        }
        let matter = Place::from(self.matters.len() - 1);
        self.rows.push(Row {
            decision: verdict.decision,
            first_sent: verdict.first_sent,
            code: verdict.code,
            matter,
            roles: self.lists.place(verdict.roles),
            groups: self.lists.place(verdict.groups),
            recipient: verdict.recipient.map(|recipient| self.words.place(recipient)),
            channel: verdict.channel.map(|channel| self.words.place(channel)),
            notification: verdict.notification.map(|id| self.notifications.place(id)),
            ordinal: verdict.ordinal,
        });
        Place::from(self.rows.len() - 1)
    }

    /// Decides the verdict at this place anew.
    pub(super) fn decide(&mut self, place: Place, decision: Decision, code: Code) {
        let row = &mut self.rows[usize::from(place)];
        (row.decision, row.code) = (decision, code);
    }

    /// Counts the notices of the verdict at this place anew.
    pub(super) fn count(&mut self, place: Place, ordinal: u32, first_sent: Option<Instant>) {
        let row = &mut self.rows[usize::from(place)];
        (row.ordinal, row.first_sent) = (ordinal, first_sent);
    }

    /// How the verdict at this place counts its notices.
    pub(super) fn told(&self, place: Place) -> Told {
        let Row { ordinal, first_sent, .. } = self.rows[usize::from(place)];
        Told { ordinal, first_sent }
    }

    /// The deadline of what the verdict at this place is about.
    pub(super) fn deadline(&self, place: Place) -> Option<Instant> {
        self.matters[usize::from(self.rows[usize::from(place)].matter)].deadline
    }

    /// Says into which notification the verdict at this place went.
    pub(super) fn went_into(&mut self, place: Place, id: &NotificationId) {
        self.rows[usize::from(place)].notification = Some(self.notifications.place(id.clone()));
    }

    fn verdict(&self, row: &Row) -> Verdict {
        let Matter { reminder, strategy, item, reason, deadline } = &self.matters[usize::from(row.matter)];
        let word = |place: Place| self.words.at(place).clone();
        Verdict {
            decision: row.decision,
            code: row.code,
            reminder: word(*reminder),
            strategy: word(*strategy),
            item: item.clone(),
            reason: word(*reason),
            roles: self.lists.at(row.roles).clone(),
            groups: self.lists.at(row.groups).clone(),
            recipient: row.recipient.map(word),
            channel: row.channel.map(word),
            ordinal: row.ordinal,
            first_sent: row.first_sent,
            deadline: *deadline,
            notification: row.notification.map(|place| self.notifications.at(place).clone()),
        }
    }
}

impl fmt::Debug for Verdicts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(item: &str, recipient: Option<&str>) -> Verdict {
        Verdict {
            decision: Decision::Send,
            code: Code::First,
            reminder: "pending".to_owned(),
            strategy: "pending-share".to_owned(),
            item: ItemKey::share(item),
            reason: "pending".to_owned(),
            roles: vec!["producers".to_owned()],
            groups: vec!["sales".to_owned(), "stewards".to_owned()],
            recipient: recipient.map(str::to_owned),
            channel: recipient.map(|_| "email".to_owned()),
            ordinal: 1,
            first_sent: None,
            deadline: Some(Instant::UNIX_EPOCH),
            notification: None,
        }
    }

    #[test]
    fn they_come_out_as_they_went_in() {
        let all = [verdict("a", Some("pam@x.test")), verdict("b", None), verdict("a", Some("jim@x.test"))];
        let mut kept = Verdicts::default();
        let places: Vec<_> = all.iter().map(|one| usize::from(kept.push(one.clone()))).collect();
        assert_eq!((places, kept.len()), (vec![0, 1, 2], 3));
        assert_eq!(kept.iter().collect::<Vec<_>>(), all);
    }

    #[test]
    fn one_that_is_amended_leaves_the_others_as_they_are() {
        let (one, other) = (verdict("a", Some("pam@x.test")), verdict("a", Some("jim@x.test")));
        let mut kept = Verdicts::default();
        kept.push(one.clone());
        kept.push(other.clone());
        let id = NotificationId::from_stored("n1".to_owned());
        kept.decide(Place::from(1), Decision::Hold(None), Code::InFlight);
        kept.count(Place::from(1), 3, Some(Instant::UNIX_EPOCH));
        kept.went_into(Place::from(1), &id);
        let amended = Verdict {
            decision: Decision::Hold(None),
            code: Code::InFlight,
            ordinal: 3,
            first_sent: Some(Instant::UNIX_EPOCH),
            notification: Some(id),
            ..other
        };
        assert_eq!(kept.iter().collect::<Vec<_>>(), [one, amended.clone()]);
        assert_eq!(kept.with(&[Code::InFlight]).collect::<Vec<_>>(), [amended]);
    }
}
