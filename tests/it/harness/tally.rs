//! What has arrived, against what was to be told and what the store says.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::World;

/// What has arrived so far. Nothing is lost.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Tally {
    /// Different notices.
    pub(super) notices: usize,
    /// Copies beyond the first of each.
    pub(super) repeated: usize,
    /// The most copies of one notice beyond the first.
    pub(super) most: usize,
}

/// A notice as the other side has it.
struct Copy {
    channel: &'static str,
    recipient: String,
    id: String,
    content: Vec<u8>,
}

impl Copy {
    fn says(&self, label: &str) -> bool {
        self.content.windows(label.len()).any(|part| part == label.as_bytes())
    }
}

impl World {
    /// Looks at everything when nothing is left to do.
    ///
    /// # Panics
    /// If a notice is lost, or told under two ids, or differs from its first copy, or if the store says otherwise.
    pub(super) async fn look(&self) -> Tally {
        let copies = self.copies();
        self.each_is_told_under_one_id(&copies);
        self.store_agrees(&copies).await;
        tally(&copies)
    }

    fn copies(&self) -> Vec<Copy> {
        let mails = self.relay.taken().into_iter().map(|mail| {
            let [recipient] = &mail.to[..] else { panic!("a mail to {:?}", mail.to) };
            Copy { channel: "email", recipient: recipient.clone(), id: mail.field("Message-ID"), content: mail.mail }
        });
        let events = self.recorder.requests().into_iter().map(|request| {
            let id = request.field("webhook-id").expect("a signed request").to_owned();
            let said: Value = serde_json::from_slice(&request.body).expect("JSON");
            assert_eq!(said["id"], id, "the body's and the head's");
            let recipient = said["recipient"].as_str().expect("a recipient").to_owned();
            Copy { channel: "events", recipient, id, content: request.body }
        });
        mails.chain(events).collect()
    }

    /// Whoever was to be told something was told, by one notice, however often that came.
    fn each_is_told_under_one_id(&self, copies: &[Copy]) {
        for channel in self.channels {
            for due in &self.due {
                let recipient = Self::recipient(channel, due.team);
                let theirs = copies.iter().filter(|copy| copy.channel == *channel && copy.recipient == recipient);
                let ids: BTreeSet<_> = theirs.filter(|copy| copy.says(&due.label)).map(|copy| &copy.id).collect();
                assert!(!ids.is_empty(), "lost: {} for {recipient} on {channel}", due.label);
                assert_eq!(ids.len(), 1, "{} is told twice to {recipient} on {channel}: {ids:?}", due.label);
            }
        }
    }

    async fn store_agrees(&self, copies: &[Copy]) {
        assert_eq!(self.count("outbox").await, 0, "rows that are dead, rejected or never sent");
        let delivered = self.count("ledger WHERE state = 'delivered'").await;
        assert_eq!(self.count("ledger").await, delivered, "entries of the ledger that are not delivered");
        assert_eq!(delivered, i64::try_from(self.due.len() * self.channels.len()).expect("a few"));
        let (ledger, ids) = (self.table("ledger"), copies.iter().map(|copy| &copy.id).collect::<BTreeSet<_>>());
        let known = self.store.number(&format!("SELECT COUNT(DISTINCT notification) FROM {ledger}")).await;
        assert_eq!(known, i64::try_from(ids.len()).expect("a few"), "notices in the ledger, and such as arrived");
    }
}

/// # Panics
/// If two copies of a notice differ.
fn tally(copies: &[Copy]) -> Tally {
    let mut notices: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for copy in copies {
        notices.entry(&copy.id).or_default().push(copy);
    }
    for (id, copies) in &notices {
        let [first, rest @ ..] = &copies[..] else { unreachable!("a notice without copies") };
        let same = |copy: &&Copy| copy.recipient == first.recipient && copy.content == first.content;
        let other = rest.iter().find(|copy| !same(copy)).map(|copy| String::from_utf8_lossy(&copy.content));
        let content = String::from_utf8_lossy(&first.content);
        assert!(other.is_none(), "{id} is not repeated as it was:\n{content}\n{}", other.unwrap_or_default());
    }
    Tally {
        notices: notices.len(),
        repeated: copies.len() - notices.len(),
        most: notices.values().map(|copies| copies.len() - 1).max().unwrap_or(0),
    }
}
