//! From findings to verdicts: the cadence's pure rules, fed with the ledger and the audience.

use std::collections::HashMap;

use chrono::DateTime;

use super::{
    audience::{Resolver, Ways},
    evaluate::Found,
};
use crate::{
    config::ReminderConfig,
    model::{Code, Decision, History, Instant, ItemKey, Occurrence, Recipient, Role, Verdict},
    policy::{self, Habits, Moment, judge, too_young},
    store::{Histories, Store, StoreError},
};

/// Occurrences looked up in the ledger at one time.
const LOOK_UP: usize = 500;

/// What was decided, and what is to be sent.
#[derive(Default)]
pub(super) struct Decided {
    pub(super) verdicts: Vec<Verdict>,
    pub(super) due: Vec<Due>,
}

/// One reminder to one recipient that is to be sent now.
pub(super) struct Due {
    /// Place of its verdict.
    pub(super) verdict: usize,
    /// Place of its finding.
    pub(super) found: usize,
    pub(super) occurrence: Occurrence,
    pub(super) channel: String,
    pub(super) recipient: Recipient,
    pub(super) ways: Ways,
    pub(super) sequence: u32,
    pub(super) ordinal: u32,
    pub(super) first_sent: Option<Instant>,
    pub(super) slot: Instant,
}

/// Decides about every finding for every recipient.
pub(super) async fn decide(
    store: &dyn Store,
    resolver: &mut Resolver<'_>,
    reminders: &[&ReminderConfig],
    found: &[Found],
    now: Instant,
) -> Result<Decided, StoreError> {
    let mut decided = Decided::default();
    let moments: Vec<_> = reminders.iter().map(|reminder| moment(reminder, now)).collect();
    for (start, chunk) in (0..).step_by(LOOK_UP).zip(found.chunks(LOOK_UP)) {
        let occurrences: Vec<_> = chunk.iter().map(|found| occurrence(reminders[found.reminder], found, now)).collect();
        let histories = store.history(&occurrences, now).await?;
        for (offset, (found, occurrence)) in chunk.iter().zip(occurrences).enumerate() {
            let reminder = reminders[found.reminder];
            let moment = moments[found.reminder];
            let case = Case { place: start + offset, reminder, found, moment, occurrence };
            case.decide(&histories, resolver, &mut decided).await;
        }
    }
    Ok(decided)
}

/// Decides again about what could not be written because another run had told part of it meanwhile; answers with what is
/// still to be sent.
pub(super) async fn decide_again(
    store: &dyn Store,
    reminders: &[&ReminderConfig],
    found: &[Found],
    taken: Vec<Due>,
    verdicts: &mut [Verdict],
    now: Instant,
) -> Result<Vec<Due>, StoreError> {
    let occurrences: Vec<_> = taken.iter().map(|due| due.occurrence.clone()).collect();
    let histories = store.history(&occurrences, now).await?;
    let mut still = Vec::new();
    for due in taken {
        let reminder = reminders[found[due.found].reminder];
        let to = (due.channel.clone(), due.recipient.clone());
        let history = histories.get(&due.occurrence).and_then(|known| known.get(&to)).cloned().unwrap_or_default();
        let (ordinal, first_sent) = (history.delivered + 1, history.first_sent);
        let (decision, code) = {
            let case = policy::Case { episode: due.occurrence.episode, deadline: None, history: &history };
            judge(&reminder.cadence, &case, moment(reminder, now), &habits(reminder))
        };
        let verdict = &mut verdicts[due.verdict];
        (verdict.decision, verdict.code) = (decision, code);
        (verdict.ordinal, verdict.first_sent) = (ordinal, first_sent);
        if decision == Decision::Send {
            still.push(Due { sequence: history.sequence + 1, ordinal, first_sent, ..due });
        }
    }
    Ok(still)
}

fn occurrence(reminder: &ReminderConfig, found: &Found, now: Instant) -> Occurrence {
    // Whole milliseconds: what the store keeps and what a notification's id is made of.
    let since = found.finding.since.unwrap_or(now);
    let millis = since.timestamp_millis();
    Occurrence {
        reminder: reminder.name.clone(),
        item: found.finding.item.clone(),
        reason: found.finding.reason.clone(),
        episode: DateTime::from_timestamp_millis(millis).unwrap_or(since),
    }
}

fn moment(reminder: &ReminderConfig, now: Instant) -> Moment {
    let slot = reminder.schedule.last_until(now).unwrap_or(DateTime::UNIX_EPOCH);
    Moment { now, slot, next: reminder.schedule.next_after(now), source_zone: reminder.schedule.zone() }
}

fn habits(reminder: &ReminderConfig) -> Habits<'_> {
    Habits { zone: reminder.schedule.zone(), calendar: &reminder.calendar, quiet_hours: reminder.quiet_hours }
}

/// One finding of one reminder.
struct Case<'a> {
    place: usize,
    reminder: &'a ReminderConfig,
    found: &'a Found,
    moment: Moment,
    occurrence: Occurrence,
}

impl Case<'_> {
    async fn decide(&self, histories: &Histories, resolver: &mut Resolver<'_>, decided: &mut Decided) {
        if let Some((decision, code)) =
            too_young(&self.reminder.cadence, self.occurrence.episode, self.moment, &habits(self.reminder))
        {
            decided.verdicts.push(self.of_all(decision, code, None));
            return;
        }
        let none = HashMap::new();
        let known = histories.get(&self.occurrence).unwrap_or(&none);
        for channel in &self.reminder.channels {
            let audience = resolver.resolve(self.roles(), &self.found.item, channel).await;
            if audience.is_empty() {
                decided.verdicts.push(self.of_all(Decision::Hold(None), Code::NoRecipient, Some(channel)));
            }
            for (recipient, ways) in audience {
                let history = known.get(&(channel.clone(), recipient.clone())).cloned().unwrap_or_default();
                self.judge(channel, recipient, ways, &history, decided);
            }
        }
    }

    fn judge(&self, channel: &str, recipient: Recipient, ways: Ways, history: &History, decided: &mut Decided) {
        let (decision, code) = {
            let case = policy::Case { episode: self.occurrence.episode, deadline: None, history };
            judge(&self.reminder.cadence, &case, self.moment, &habits(self.reminder))
        };
        let ordinal = history.delivered + 1;
        decided.verdicts.push(Verdict {
            roles: ways.roles.iter().cloned().collect(),
            groups: ways.groups.iter().cloned().collect(),
            recipient: Some(recipient.clone()),
            ordinal,
            first_sent: history.first_sent,
            ..self.of_all(decision, code, Some(channel))
        });
        if decision == Decision::Send {
            decided.due.push(Due {
                verdict: decided.verdicts.len() - 1,
                found: self.place,
                occurrence: self.occurrence.clone(),
                channel: channel.to_owned(),
                recipient,
                ways,
                sequence: history.sequence + 1,
                ordinal,
                first_sent: history.first_sent,
                slot: self.moment.slot,
            });
        }
    }

    /// A verdict that holds whoever the recipient is.
    fn of_all(&self, decision: Decision, code: Code, channel: Option<&str>) -> Verdict {
        Verdict {
            decision,
            code,
            reminder: self.reminder.name.clone(),
            strategy: self.reminder.strategy.clone(),
            item: self.item().clone(),
            reason: self.found.finding.reason.clone(),
            roles: self.roles().to_vec(),
            groups: Resolver::groups(self.roles(), &self.found.item),
            recipient: None,
            channel: channel.map(str::to_owned),
            ordinal: 1,
            first_sent: None,
            deadline: self.found.finding.deadline,
            notification: None,
        }
    }

    fn item(&self) -> &ItemKey {
        &self.found.finding.item
    }

    /// The configured audience replaces the roles that the strategy names.
    fn roles(&self) -> &[Role] {
        self.reminder.audience.as_ref().unwrap_or(&self.found.finding.roles)
    }
}
