//! Findings as a run keeps them between reading and telling. A run holds all of them, so that each is small: of an item what
//! says whom it concerns, of a finding what is judged by; texts are packed until they are shown.

use std::{collections::HashSet, sync::Arc};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::model::{Finding, Instant, Item, ItemKey, Record, Role, Severity, Share, Stack, Word, Words};

/// Findings whose texts are packed together: enough that what they have in common is there once, few enough that one of them
/// is unpacked in microseconds.
const TOGETHER: usize = 16;

/// A finding with the item it is about and the reminder (by its place in the run) that asked.
pub(super) struct Found {
    pub(super) reminder: usize,
    pub(super) subject: Subject,
    pub(super) item: ItemKey,
    pub(super) reason: Word,
    pub(super) since: Option<Instant>,
    pub(super) roles: Arc<[Role]>,
    pub(super) severity: Severity,
    pub(super) deadline: Option<Instant>,
    pub(super) action: Option<Word>,
    pub(super) texts: Packed,
}

/// What is kept of an item that was judged.
pub(super) enum Subject {
    Share(Shared),
    Stack(Arc<Stack>),
    Record(Arc<Record>),
}

impl Subject {
    /// The share, if it is one.
    pub(super) fn share(&self) -> Option<&Shared> {
        match self {
            Self::Share(share) => Some(share),
            Self::Stack(_) | Self::Record(_) => None,
        }
    }
}

/// What is kept of a share: see [`Share`] for what is what.
pub(super) struct Shared {
    pub(super) status: Word,
    pub(super) owner: Word,
    pub(super) group: Word,
    pub(super) environment_admins: Option<Word>,
    pub(super) expiry_day: Option<NaiveDate>,
    pub(super) dataset: Arc<Dataset>,
}

/// What is kept of a share's dataset, once for all its shares.
#[derive(PartialEq, Eq, Hash)]
pub(super) struct Dataset {
    pub(super) uri: String,
    pub(super) label: String,
    pub(super) confidentiality: String,
    pub(super) producers: Option<String>,
    pub(super) stewards: Option<String>,
}

/// What a finding says to people.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Texts {
    pub(super) title: String,
    pub(super) text: String,
    pub(super) attributes: Vec<(String, String)>,
}

/// The texts of one finding, packed with those of its neighbours.
#[derive(Clone)]
pub(super) struct Packed {
    pack: Arc<[u8]>,
    place: u8,
}

impl Packed {
    /// What was packed.
    pub(super) fn texts(&self) -> Texts {
        Unpacker::default().texts(self)
    }
}

/// Unpacks texts; whoever goes through findings in their order has each pack unpacked once.
#[derive(Default)]
pub(super) struct Unpacker {
    pack: Option<Arc<[u8]>>,
    plain: Plain,
}

/// Texts one after the other, and where each of them ends.
#[derive(Default)]
struct Plain {
    ends: Vec<usize>,
    texts: Vec<u8>,
}

impl Unpacker {
    /// The texts of one finding. Those of its neighbours are not read.
    pub(super) fn texts(&mut self, packed: &Packed) -> Texts {
        if !self.pack.as_ref().is_some_and(|pack| Arc::ptr_eq(pack, &packed.pack)) {
            self.plain = unpack(&packed.pack).unwrap_or_default();
            self.pack = Some(Arc::clone(&packed.pack));
        }
        self.plain.at(usize::from(packed.place)).unwrap_or_default()
    }
}

impl Plain {
    fn at(&self, place: usize) -> Option<Texts> {
        let from = place.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied())?;
        postcard::from_bytes(self.texts.get(from..*self.ends.get(place)?)?).ok()
    }
}

/// Makes what is kept of what was found; what many findings say is there once.
#[derive(Default)]
pub(super) struct Keeper {
    words: Words,
    roles: HashSet<Arc<[Role]>>,
    datasets: HashSet<Arc<Dataset>>,
}

impl Keeper {
    /// What is kept of the findings of one batch, in their order.
    pub(super) fn keep(&mut self, reminder: usize, answers: Vec<(Item, Finding)>) -> Vec<Found> {
        let mut kept = Vec::with_capacity(answers.len());
        let mut answers = answers.into_iter();
        loop {
            let (brief, texts): (Vec<_>, Vec<_>) = answers.by_ref().take(TOGETHER).map(split).unzip();
            if brief.is_empty() {
                return kept;
            }
            let pack = pack(&texts);
            kept.extend(brief.into_iter().zip(0..).map(|((item, finding), place)| {
                let texts = Packed { pack: Arc::clone(&pack), place };
                self.found(reminder, &item, finding, texts)
            }));
        }
    }

    fn found(&mut self, reminder: usize, item: &Item, finding: Finding, texts: Packed) -> Found {
        let Finding { item: key, reason, since, roles, severity, deadline, action, .. } = finding;
        Found {
            reminder,
            subject: self.subject(item),
            item: key,
            reason: self.words.word(&reason),
            since,
            roles: self.roles(roles),
            severity,
            deadline,
            action: action.map(|action| self.words.word(&action)),
            texts,
        }
    }

    fn subject(&mut self, item: &Item) -> Subject {
        match item {
            Item::Share(share) => Subject::Share(self.share(share)),
            Item::Stack(stack) => Subject::Stack(Arc::clone(stack)),
            Item::Record(record) => Subject::Record(Arc::clone(record)),
        }
    }

    fn share(&mut self, share: &Share) -> Shared {
        Shared {
            status: self.words.word(&share.status),
            owner: self.words.word(&share.owner),
            group: self.words.word(&share.group),
            environment_admins: share.environment_admins.as_ref().map(|group| self.words.word(group)),
            expiry_day: share.expiry_day,
            dataset: self.dataset(share),
        }
    }

    fn dataset(&mut self, share: &Share) -> Arc<Dataset> {
        let dataset = Dataset {
            uri: share.dataset_uri.clone(),
            label: share.dataset_label.clone(),
            confidentiality: share.confidentiality.clone(),
            producers: share.producers.clone(),
            stewards: share.stewards.clone(),
        };
        if let Some(known) = self.datasets.get(&dataset) {
            return Arc::clone(known);
        }
        let dataset = Arc::new(dataset);
        self.datasets.insert(Arc::clone(&dataset));
        dataset
    }

    fn roles(&mut self, roles: Vec<Role>) -> Arc<[Role]> {
        if let Some(known) = self.roles.get(roles.as_slice()) {
            return Arc::clone(known);
        }
        let roles: Arc<[Role]> = roles.into();
        self.roles.insert(Arc::clone(&roles));
        roles
    }
}

/// Takes a finding's texts off.
fn split((item, mut finding): (Item, Finding)) -> ((Item, Finding), Texts) {
    let texts = Texts {
        title: std::mem::take(&mut finding.title),
        text: std::mem::take(&mut finding.text),
        attributes: std::mem::take(&mut finding.attributes),
    };
    ((item, finding), texts)
}

fn pack(texts: &[Texts]) -> Arc<[u8]> {
    let mut plain = Plain::default();
    for one in texts {
        // It cannot fail: these are texts, and the memory grows as it must.
        plain.texts.extend(postcard::to_stdvec(one).unwrap_or_default());
        plain.ends.push(plain.texts.len());
    }
    let mut whole = postcard::to_stdvec(&plain.ends).unwrap_or_default();
    whole.append(&mut plain.texts);
    lz4_flex::compress_prepend_size(&whole).into()
}

fn unpack(pack: &[u8]) -> Option<Plain> {
    let whole = lz4_flex::decompress_size_prepended(pack).ok()?;
    let (ends, texts) = postcard::take_from_bytes(&whole).ok()?;
    Some(Plain { ends, texts: texts.to_vec() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(n: usize) -> Texts {
        let attributes = vec![("Waiting since".to_owned(), format!("{n} May 2026")), (String::new(), "ü".to_owned())];
        Texts { title: format!("Pending request {n}"), text: "It waits. ".repeat(n), attributes }
    }

    #[test]
    fn what_was_packed_comes_out_again_whole_and_in_any_order() {
        let all: Vec<_> = (0..TOGETHER).map(texts).collect();
        let pack = pack(&all);
        let packed: Vec<_> = (0..).take(TOGETHER).map(|place| Packed { pack: Arc::clone(&pack), place }).collect();
        let mut unpacker = Unpacker::default();
        for place in [3, 0, TOGETHER - 1, 3] {
            assert_eq!(unpacker.texts(&packed[place]), all[place]);
            assert_eq!(packed[place].texts(), all[place]);
        }
    }

    #[test]
    fn words_are_kept_once() {
        let mut keeper = Keeper::default();
        let (one, other) = (keeper.words.word("producers"), keeper.words.word("producers"));
        assert!(std::ptr::eq(&*one, &*other));
        assert!(Arc::ptr_eq(&keeper.roles(vec!["a".to_owned()]), &keeper.roles(vec!["a".to_owned()])));
    }
}
