//! Acting at expiry: marking and revoking what has outlived its day.
//!
//! An action is written down before it is done, with everything that is needed to come to its end: the order, and who is to
//! be told. A crash anywhere leaves a row that the next run takes up; orders and notices are the same then, and whoever
//! receives them twice knows them by their ids.

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};

use super::{
    audience::{Resolver, Unreachable, Whom},
    compose::{Announced, DoneBy, announce},
    found::{Found, Subject},
    occurrences::Occurrences,
    proposal::{Guard, Proposal, proposals},
    report::{ActionReport, Report, ScanError},
    scan::{ROUNDS, Scanner},
};
use crate::{
    config::{ExpiryAction, ReminderConfig},
    error::chain,
    model::{Instant, ItemKey, Occurrence, Problem, Recipient, Role},
    source::{Acted, Actions, Order},
    store::{Action, Enqueue, StoreError},
};

/// Who the rows in data.all's tables say did it.
const ACTOR: &str = "nudged";

/// Who is to be told cannot be found out now.
const DIRECTORY_FAILED: &str = "directory-failed";

/// Both sides are told of what was done.
const BOTH_SIDES: [&str; 3] = ["requesters", "requester", "producers"];

/// All that is needed to do something and to tell of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Intent {
    pub(super) occurrence: Occurrence,
    pub(super) revoke: bool,
    pub(super) order: Order,
    pub(super) dataset: String,
    pub(super) team: String,
    pub(super) tell: Vec<Addressee>,
    /// The run's slot of the reminder.
    pub(super) slot: Instant,
}

impl Intent {
    fn action(&self) -> ExpiryAction {
        if self.revoke { ExpiryAction::Revoke } else { ExpiryAction::Mark }
    }
}

/// Somebody who is told of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Addressee {
    pub(super) channel: String,
    pub(super) recipient: Recipient,
    /// Whether this is the configured receiver of actions, who gets the new row's id too.
    pub(super) event: bool,
}

/// One run's actions.
pub(super) struct Acting<'a> {
    pub(super) scanner: &'a Scanner,
    pub(super) actions: &'a dyn Actions,
    pub(super) reminders: &'a [&'a ReminderConfig],
    pub(super) guard: &'a Guard<'a>,
    pub(super) now: Instant,
}

impl Acting<'_> {
    /// Comes to the end of what earlier runs began, then does what the findings propose and the configuration wants.
    pub(super) async fn act(
        &self,
        found: &[Found],
        occurrences: &Occurrences,
        resolver: &mut Resolver<'_>,
        report: &mut Report,
    ) -> Result<(), ScanError> {
        let (resumed, mut done) = self.resume(report).await?;
        for proposal in proposals(self.reminders, found) {
            let occurrence = &occurrences.of[proposal.place];
            if resumed.contains(occurrence) {
                continue;
            }
            if let Some(code) = self.guard.refusal(&proposal, occurrence).await? {
                report.actions.push(proposal.report(occurrence, code));
                continue;
            }
            match self.intend(&proposal, found, occurrence, resolver).await {
                Ok(intent) => done.extend(self.begin(intent, report).await?),
                Err(code) => {
                    report.actions.push(proposal.report(occurrence, code));
                    report.incomplete.extend((code == DIRECTORY_FAILED).then(|| occurrence.reminder.to_string()));
                }
            }
        }
        self.finish(done, report).await
    }

    /// Takes up what was begun and not ended, where the configuration still wants it and the brake does not hold it.
    /// Answers with all that it has taken up, and with what is done of that.
    async fn resume(&self, report: &mut Report) -> Result<(HashSet<Occurrence>, Vec<DoneBy>), ScanError> {
        let free = self.reminders.iter().filter(|reminder| self.guard.lets(reminder));
        let names: Vec<_> = free.map(|reminder| reminder.name.as_str()).collect();
        let (mut resumed, mut done) = (HashSet::new(), Vec::new());
        for Action { occurrence, intent } in self.scanner.store.begun_actions(&names).await? {
            match serde_json::from_str::<Intent>(&intent) {
                Ok(intent) if self.is_wanted(&intent) => {
                    done.extend(self.perform(intent, report).await?);
                    resumed.insert(occurrence);
                }
                Ok(_) => {}
                Err(error) => report.problems.push(Problem {
                    item: Some(occurrence.item),
                    text: format!("what was begun cannot be read back and is not done: {error}"),
                }),
            }
        }
        Ok((resumed, done))
    }

    /// Whether the configuration, which may have changed since it was begun, has its reminder do such a thing at all.
    fn is_wanted(&self, intent: &Intent) -> bool {
        let reminder = self.reminders.iter().find(|reminder| reminder.name == intent.occurrence.reminder);
        reminder.is_some_and(|reminder| reminder.on_expiry.does(intent.action()))
    }

    /// Writes down what is intended and does it, unless another run does.
    async fn begin(&self, intent: Intent, report: &mut Report) -> Result<Option<DoneBy>, ScanError> {
        let text = serde_json::to_string(&intent).unwrap_or_default();
        let action = Action { occurrence: intent.occurrence.clone(), intent: text };
        if self.scanner.store.begin_action(&action, self.now).await? {
            self.perform(intent, report).await
        } else {
            Ok(None)
        }
    }

    /// What is to be done and who is told of it; or why that cannot be said.
    async fn intend(
        &self,
        proposal: &Proposal<'_>,
        found: &[Found],
        occurrence: &Occurrence,
        resolver: &mut Resolver<'_>,
    ) -> Result<Intent, &'static str> {
        let subject = &found[proposal.place].subject;
        let share = subject.share().and_then(|share| Some((share, share.expiry_day?)));
        let Some((share, expiry_day)) = share else { return Err("no-expiry-day") };
        let uri = occurrence.item.share_uri().unwrap_or_default();
        let revoke = proposal.action == ExpiryAction::Revoke;
        let tell =
            if revoke { addressees(proposal.reminder, subject, &occurrence.item, resolver).await? } else { Vec::new() };
        let order = Order {
            share_uri: uri.to_owned(),
            dataset_uri: share.dataset.uri.clone(),
            seen_status: share.status.to_string(),
            expiry_day,
            id: format!("{}|{}|{}|{}", occurrence.reminder, occurrence.item, occurrence.reason, occurrence.episode),
            now: self.now,
            actor: ACTOR.to_owned(),
        };
        let (dataset, team) = (share.dataset.label.clone(), share.group.to_string());
        let slot = proposal.reminder.schedule.last_until(self.now).unwrap_or(self.now);
        Ok(Intent { occurrence: occurrence.clone(), revoke, order, dataset, team, tell, slot })
    }

    /// Does one thing; answers with it if it is done, now or by an earlier attempt.
    async fn perform(&self, intent: Intent, report: &mut Report) -> Result<Option<DoneBy>, ScanError> {
        let action = intent.action();
        let acted = match action {
            ExpiryAction::Revoke => self.actions.revoke(&intent.order).await,
            _ => self.actions.mark(&intent.order).await,
        };
        let item = intent.occurrence.item.clone();
        let mut say = |code: &str, detail: String, applied| {
            let (reminder, item) = (intent.occurrence.reminder.to_string(), item.clone());
            report.actions.push(ActionReport { action, reminder, item, code: code.to_owned(), detail, applied });
        };
        Ok(match acted {
            Ok(Acted::Done { items, uri }) => {
                say("done", items.join(", "), true);
                Some(DoneBy { intent, items, uri })
            }
            Ok(Acted::AlreadyDone { uri }) => {
                say("already-done", String::new(), false);
                Some(DoneBy { intent, items: Vec::new(), uri })
            }
            Ok(Acted::Refused(refusal)) => {
                say(refusal.as_str(), refusal.explain().to_owned(), false);
                self.scanner.store.drop_action(&intent.occurrence).await?;
                None
            }
            Err(error) => {
                say("source-failed", String::new(), false);
                let text = format!("{}: tried again at the next run", chain(&error));
                report.problems.push(Problem { item: Some(item), text });
                report.incomplete.insert(intent.occurrence.reminder.to_string());
                None
            }
        })
    }

    /// Tells of what was done and ends it. What could not be told for the bustle of other runs is told by the next.
    async fn finish(&self, done: Vec<DoneBy>, report: &mut Report) -> Result<(), ScanError> {
        if !self.tell(&done, report).await? {
            report.incomplete.extend(done.into_iter().map(|one| one.intent.occurrence.reminder.into()));
            return Ok(());
        }
        for one in &done {
            self.scanner.store.end_action(&one.intent.occurrence).await?;
        }
        Ok(())
    }

    /// Writes the notices; false if other runs kept writing under its hands.
    async fn tell(&self, done: &[DoneBy], report: &mut Report) -> Result<bool, StoreError> {
        for _ in 0..ROUNDS {
            let notices = self.notices(done).await?;
            let unwritten = self.scanner.store.enqueue(&notices).await?;
            report.notifications += (notices.len() - unwritten.len()) as u64;
            if unwritten.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// One notification per recipient and channel about everything that they were not told of yet, by this run or by
    /// another that took up the same.
    async fn notices(&self, done: &[DoneBy]) -> Result<Vec<Enqueue>, StoreError> {
        let occurrences: Vec<_> = done.iter().map(|one| one.intent.occurrence.clone()).collect();
        let histories = self.scanner.store.history(&occurrences, self.now).await?;
        let mut groups: BTreeMap<_, Vec<Announced<'_>>> = BTreeMap::new();
        for one in done {
            let known = histories.get(&one.intent.occurrence);
            for to in &one.intent.tell {
                let key = (to.channel.clone(), to.recipient.clone());
                let history = known.and_then(|known| known.get(&key)).cloned().unwrap_or_default();
                if !history.acted {
                    let announced = Announced { done: one, event: to.event, sequence: history.sequence + 1 };
                    groups.entry(key).or_default().push(announced);
                }
            }
        }
        let (links, created) = (&self.scanner.links, self.scanner.clock.now());
        Ok(groups.iter().map(|(to, group)| announce(to, group, links, self.now, created)).collect())
    }
}

/// Both sides on the reminder's channels, and the configured receiver of actions.
async fn addressees(
    reminder: &ReminderConfig,
    subject: &Subject,
    item: &ItemKey,
    resolver: &mut Resolver<'_>,
) -> Result<Vec<Addressee>, &'static str> {
    let roles: Vec<Role> = BOTH_SIDES.map(str::to_owned).to_vec();
    let whom = Whom { roles: &roles, subject, item, group_notifications: reminder.group_notifications };
    let mut tell = Vec::new();
    for channel in &reminder.channels {
        let audience = resolver.resolve(whom, channel).await.map_err(|Unreachable| DIRECTORY_FAILED)?;
        tell.extend(audience.iter().map(|member| Addressee {
            channel: channel.clone(),
            recipient: member.to.1.clone(),
            event: false,
        }));
    }
    if let Some((channel, to)) = &reminder.on_expiry.actions {
        tell.retain(|one| (&one.channel, &one.recipient) != (channel, to));
        tell.push(Addressee { channel: channel.clone(), recipient: to.clone(), event: true });
    }
    Ok(tell)
}
