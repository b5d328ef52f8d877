//! Telling the operator of notices that could not be delivered.

use std::{collections::BTreeSet, sync::Arc};

use super::text::{clean, plain};
use crate::{
    directory::Addresses,
    model::{Instant, Notice, Notification, NotificationId, Reminder, Severity},
    store::{Custody, Kept, OutboxState, StoreError},
};

/// Notices that one report is about; what is over is reported the next time.
const MOST: u32 = 1000;

/// Notices that a report shows.
const SHOWN: usize = 50;

/// What a report names what it is about by.
const ITEM: &str = "notification:";

/// Reports rejected and dead notifications to those who are told when nobody else can be.
pub struct Undelivered {
    /// Where they are kept.
    pub store: Arc<dyn Custody>,
    /// Who is told, by channel.
    pub fallback: Addresses,
}

impl Undelivered {
    /// Writes one notification for each of the fallback's addresses about all that was not reported before; answers how
    /// many notices that were.
    ///
    /// A report that itself cannot be delivered is not reported (see [`Custody::report`]): it would go the same way.
    ///
    /// # Errors
    /// If the store fails; then nothing counts as reported.
    pub async fn report(&self, now: Instant) -> Result<usize, StoreError> {
        let lost = self.store.unreported(MOST).await?;
        if lost.is_empty() {
            return Ok(0);
        }
        let telling: Vec<_> = self.addresses().map(|(channel, address)| tell(channel, address, &lost, now)).collect();
        let told = telling.len();
        // Without anybody to tell, they wait for a fallback to be configured.
        if told > 0 {
            let ids: Vec<_> = lost.iter().map(|kept| kept.id.clone()).collect();
            self.store.report(&ids, &telling, now).await?;
        }
        tracing::error!(notices = lost.len(), told, "notices could not be delivered: see `nudged outbox list`");
        Ok(lost.len())
    }

    fn addresses(&self) -> impl Iterator<Item = (&str, &str)> {
        let all = self.fallback.iter();
        all.flat_map(|(channel, addresses)| addresses.iter().map(|address| (channel.as_str(), address.as_str())))
    }
}

fn tell(channel: &str, address: &str, lost: &[Kept], now: Instant) -> Notification {
    let reminders: Vec<_> = lost.iter().take(SHOWN).map(shown).collect();
    let more = u32::try_from(lost.len() - reminders.len()).unwrap_or(u32::MAX);
    let subject = match lost.len() {
        1 => "1 notice could not be delivered".to_owned(),
        n => format!("{n} notices could not be delivered"),
    };
    let preamble = "You look after nudged. Whoever these were for does not know of them: mend what is wrong and run \
                    `nudged outbox retry`, or drop them."
        .to_owned();
    let ids: BTreeSet<_> = lost.iter().map(|kept| kept.id.as_str()).collect();
    Notification {
        id: NotificationId::of_report(channel, address, ids, now),
        channel: channel.to_owned(),
        recipient: address.to_owned(),
        text: plain(&preamble, &reminders, more),
        subject,
        preamble,
        because: String::new(),
        reminders,
        more,
        decided: now,
        refusable: false,
    }
}

fn shown(kept: &Kept) -> Reminder {
    let what = match kept.state {
        OutboxState::Rejected => "refused",
        OutboxState::Queued | OutboxState::Leased | OutboxState::Dead => "given up",
    };
    let times = if kept.attempts == 1 { "1 attempt".to_owned() } else { format!("{} attempts", kept.attempts) };
    Reminder {
        item: format!("{ITEM}{}", kept.id),
        notice: Notice::Reminder,
        reason: kept.state.as_str().to_owned(),
        since: kept.created,
        title: clean(&kept.subject, 120),
        sentence: format!("It was {what} after {times}: {}", clean(kept.detail.as_deref().unwrap_or("-"), 500)),
        severity: Severity::Warning,
        facts: vec![
            ("To".to_owned(), clean(&kept.recipient, 200)),
            ("Over".to_owned(), clean(&kept.channel, 120)),
            ("Notification".to_owned(), kept.id.to_string()),
        ],
        ordinal: 1,
        ..Reminder::default()
    }
}
