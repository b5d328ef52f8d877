//! Closing notices: those who were told of what is over are told that it is.

use std::sync::Arc;

use super::{About, Decided, Decider, Due, LOOK_UP, blank};
use crate::{
    model::{Code, Decision, Notice, Verdict},
    pipeline::{audience::Ways, occurrences::Over, preferences::Wishes},
    policy::Moment,
    store::{Histories, StoreError},
};

impl Decider<'_> {
    /// Those who were told of what is over are told that it is, where the reminder says so.
    pub(super) async fn decide_closing(&self, moments: &[Moment], decided: &mut Decided) -> Result<(), StoreError> {
        let wanted = self.occurrences.over.iter().enumerate().filter(|(_, over)| self.is_announced(over));
        let wanted: Vec<_> = wanted.collect();
        for chunk in wanted.chunks(LOOK_UP) {
            let asked: Vec<_> = chunk.iter().map(|(_, over)| over.open.occurrence.clone()).collect();
            let histories = self.store.history(&asked, self.now).await?;
            for (place, over) in chunk {
                self.close(*place, over, moments[over.reminder], &histories, decided);
            }
        }
        Ok(())
    }

    fn is_announced(&self, over: &Over) -> bool {
        self.reminders[over.reminder].closing_notice && !over.succeeded
    }

    fn close(&self, place: usize, over: &Over, moment: Moment, histories: &Histories, decided: &mut Decided) {
        let reminder = self.reminders[over.reminder];
        let occurrence = &over.open.occurrence;
        for ((channel, recipient), history) in histories.get(occurrence).into_iter().flatten() {
            // What is on its way may still be delivered: its recipient is told that it is over once it was.
            let told = history.delivered > 0 || history.in_flight;
            if !told || !reminder.channels.contains(channel) {
                continue;
            }
            let wishes = Wishes::of(self.preferences, recipient, &Ways::default());
            // Other channels that they have wished for since do not count: there they were told nothing that could end.
            let muted = wishes.refuse(reminder, channel).filter(|code| *code == Code::Muted);
            let judgement = muted.map(|code| (Decision::Drop, code)).unwrap_or_else(|| {
                self.rule(reminder, Notice::Closing, occurrence, None, history, moment, &wishes.habits(reminder))
            });
            let verdict = Verdict {
                recipient: Some(recipient.clone()),
                ordinal: history.delivered,
                first_sent: history.first_sent,
                ..blank(reminder, occurrence, judgement, Some(channel))
            };
            let due = Due {
                verdict: decided.verdicts.push(verdict),
                about: About::Over(place.into()),
                reminder: over.reminder.into(),
                notice: Notice::Closing,
                to: Arc::new((channel.clone(), recipient.clone())),
                ways: Arc::default(),
                sequence: history.sequence + 1,
                thread: history.thread.clone().map(Box::new),
                slot: moment.slot,
            };
            decided.due.extend((judgement.0 == Decision::Send).then_some(due));
        }
    }
}
