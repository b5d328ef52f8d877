//! Acting at expiry: marking and revoking what has outlived its day.
//!
//! An action is written down before it is done, with everything that is needed to come to its end: the order, and who is to
//! be told. A crash anywhere leaves a row that the next run takes up; orders and notices are the same then, and whoever
//! receives them twice knows them by their ids.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use super::{
    audience::{Resolver, Whom},
    compose::{DoneBy, announce},
    decide::Decided,
    evaluate::Found,
    occurrences::Occurrences,
    scan::{ActionReport, Report, ScanError, Scanner},
};
use crate::{
    config::{ExpiryAction, ReminderConfig},
    error::chain,
    model::{Instant, Occurrence, Problem, Recipient, Role},
    source::{Acted, Actions, Order},
    store::{Action, Store, StoreError},
};

/// Who the rows in data.all's tables say did it.
const ACTOR: &str = "nudged";

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

/// Somebody who is told of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Addressee {
    pub(super) channel: String,
    pub(super) recipient: Recipient,
    pub(super) sequence: u32,
    /// Whether this is the configured receiver of actions, who gets the new row's id too.
    pub(super) event: bool,
}

/// One run's actions.
pub(super) struct Acting<'a> {
    pub(super) scanner: &'a Scanner,
    pub(super) actions: &'a dyn Actions,
    pub(super) reminders: &'a [&'a ReminderConfig],
    pub(super) now: Instant,
}

/// What is proposed about one finding.
struct Proposal<'a> {
    place: usize,
    reminder: &'a ReminderConfig,
    action: ExpiryAction,
}

impl Acting<'_> {
    /// Comes to the end of what an earlier run began.
    pub(super) async fn resume(&self, report: &mut Report) -> Result<(), ScanError> {
        let names: Vec<_> = self.reminders.iter().map(|reminder| reminder.name.as_str()).collect();
        let begun = self.scanner.store.begun_actions(&names).await?;
        let mut done = Vec::new();
        for Action { occurrence, intent } in begun {
            match serde_json::from_str::<Intent>(&intent) {
                Ok(intent) => done.extend(self.perform(intent, report).await?),
                Err(error) => report.problems.push(Problem {
                    item: Some(occurrence.item),
                    text: format!("what was begun cannot be read back and is not done: {error}"),
                }),
            }
        }
        self.finish(done, report).await
    }

    /// Does what the findings propose and the configuration wants.
    pub(super) async fn act(
        &self,
        found: &[Found],
        occurrences: &Occurrences,
        decided: &Told,
        resolver: &mut Resolver<'_>,
        report: &mut Report,
    ) -> Result<(), ScanError> {
        let mut done = Vec::new();
        for proposal in proposals(self.reminders, found) {
            let occurrence = &occurrences.of[proposal.place];
            if let Some(code) = self.guard(&proposal, occurrence, decided).await? {
                report.actions.push(told(&proposal, occurrence, code, false));
                continue;
            }
            let Some(intent) = self.intend(&proposal, found, occurrence, decided, resolver).await? else { continue };
            let text = serde_json::to_string(&intent).unwrap_or_default();
            let action = Action { occurrence: occurrence.clone(), intent: text };
            if self.scanner.store.begin_action(&action, self.now).await? {
                done.extend(self.perform(intent, report).await?);
            }
        }
        self.finish(done, report).await
    }

    /// Why nothing is done, if nothing is.
    async fn guard(
        &self,
        proposal: &Proposal<'_>,
        occurrence: &Occurrence,
        decided: &Told,
    ) -> Result<Option<&'static str>, ScanError> {
        if let Some(code) = refusal(proposal, decided, self.now) {
            return Ok(Some(code));
        }
        let acted = self.scanner.store.acted(std::slice::from_ref(occurrence)).await?;
        Ok((!acted.is_empty()).then_some("already-done"))
    }

    async fn intend(
        &self,
        proposal: &Proposal<'_>,
        found: &[Found],
        occurrence: &Occurrence,
        decided: &Told,
        resolver: &mut Resolver<'_>,
    ) -> Result<Option<Intent>, ScanError> {
        let item = &found[proposal.place].item;
        let (Some(share), reminder) = (item.share(), proposal.reminder) else { return Ok(None) };
        let Some(expiry_day) = share.expiry_day else { return Ok(None) };
        let revoke = proposal.action == ExpiryAction::Revoke;
        let mut tell = Vec::new();
        if revoke {
            let histories = self.scanner.store.history(std::slice::from_ref(occurrence), self.now).await?;
            let known = histories.get(occurrence);
            let roles: Vec<Role> = BOTH_SIDES.map(str::to_owned).to_vec();
            let whom = Whom { roles: &roles, item, group_notifications: reminder.group_notifications };
            let next = |channel: &str, recipient: &Recipient| {
                let key = (channel.to_owned(), recipient.clone());
                let before = known.and_then(|known| known.get(&key)).map_or(0, |history| history.sequence);
                // A reminder of this very run comes first.
                before.max(decided.sequences.get(&(proposal.place, key)).copied().unwrap_or_default()) + 1
            };
            for channel in &reminder.channels {
                let Ok(audience) = resolver.resolve(whom, channel).await else { return Ok(None) };
                tell.extend(audience.into_keys().map(|recipient| Addressee {
                    sequence: next(channel, &recipient),
                    channel: channel.clone(),
                    recipient,
                    event: false,
                }));
            }
            if let Some((channel, to)) = &reminder.on_expiry.actions {
                tell.retain(|one| (&one.channel, &one.recipient) != (channel, to));
                let (channel, recipient) = (channel.clone(), to.clone());
                tell.push(Addressee { sequence: next(&channel, &recipient), channel, recipient, event: true });
            }
        }
        let order = Order {
            share_uri: share.uri.clone(),
            dataset_uri: share.dataset_uri.clone(),
            seen_status: share.status.clone(),
            expiry_day,
            id: format!("{}|{}|{}|{}", occurrence.reminder, occurrence.item, occurrence.reason, occurrence.episode),
            now: self.now,
            actor: ACTOR.to_owned(),
        };
        let (dataset, team) = (share.dataset_label.clone(), share.group.clone());
        let slot = reminder.schedule.last_until(self.now).unwrap_or(self.now);
        Ok(Some(Intent { occurrence: occurrence.clone(), revoke, order, dataset, team, tell, slot }))
    }

    /// Does one thing; answers with it if it is done, now or by an earlier attempt.
    async fn perform(&self, intent: Intent, report: &mut Report) -> Result<Option<DoneBy>, ScanError> {
        let action = if intent.revoke { ExpiryAction::Revoke } else { ExpiryAction::Mark };
        let acted = match action {
            ExpiryAction::Revoke => self.actions.revoke(&intent.order).await,
            _ => self.actions.mark(&intent.order).await,
        };
        let item = intent.occurrence.item.clone();
        let mut say = |code: &str, detail: String, applied| {
            let (reminder, item) = (intent.occurrence.reminder.clone(), item.clone());
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
                report.incomplete.insert(intent.occurrence.reminder.clone());
                None
            }
        })
    }

    /// Tells of what was done, one notification per recipient and channel, and ends it.
    async fn finish(&self, done: Vec<DoneBy>, report: &mut Report) -> Result<(), ScanError> {
        let mut groups: BTreeMap<(String, Recipient), Vec<(&DoneBy, &Addressee)>> = BTreeMap::new();
        for one in &done {
            for to in &one.intent.tell {
                groups.entry((to.channel.clone(), to.recipient.clone())).or_default().push((one, to));
            }
        }
        let links = &self.scanner.links;
        let created = self.scanner.clock.now();
        let notices: Vec<_> = groups.into_values().map(|group| announce(&group, links, self.now, created)).collect();
        let unwritten = self.scanner.store.enqueue(&notices).await?;
        report.notifications += (notices.len() - unwritten.len()) as u64;
        for one in &done {
            self.scanner.store.end_action(&one.intent.occurrence).await?;
        }
        Ok(())
    }
}

/// What deciding has found out that acting builds on.
pub(super) struct Told {
    /// When each finding was first told to one of its requesters, by its place.
    requesters: HashMap<usize, Instant>,
    /// Sequence numbers that this run has given out to findings that propose an action.
    sequences: HashMap<(usize, (String, Recipient)), u32>,
    /// Reminders that the sanity brake holds.
    braked: BTreeSet<String>,
}

impl Told {
    pub(super) fn of(decided: &Decided, found: &[Found], braked: BTreeSet<String>) -> Self {
        let sequences = decided.due.iter().filter_map(|due| {
            let place = due.about.found().filter(|place| found[*place].finding.action.is_some())?;
            Some(((place, (due.channel.clone(), due.recipient.clone())), due.sequence))
        });
        Self { requesters: decided.requesters_told.clone(), sequences: sequences.collect(), braked }
    }
}

/// What a dry run would do.
pub(super) async fn foresee(
    store: &dyn Store,
    reminders: &[&ReminderConfig],
    found: &[Found],
    occurrences: &Occurrences,
    decided: &Told,
    now: Instant,
) -> Result<Vec<ActionReport>, StoreError> {
    let proposals: Vec<_> = proposals(reminders, found).collect();
    let all: Vec<_> = proposals.iter().map(|proposal| occurrences.of[proposal.place].clone()).collect();
    let acted = store.acted(&all).await?;
    let foreseen = proposals.iter().zip(&all).map(|(proposal, occurrence)| {
        let done = || acted.contains(occurrence).then_some("already-done");
        told(proposal, occurrence, refusal(proposal, decided, now).or_else(done).unwrap_or("due"), false)
    });
    Ok(foreseen.collect())
}

/// Findings that propose an action which the configuration wants.
fn proposals<'a>(reminders: &'a [&'a ReminderConfig], found: &'a [Found]) -> impl Iterator<Item = Proposal<'a>> {
    found.iter().enumerate().filter_map(|(place, found)| {
        let reminder = reminders[found.reminder];
        let share = found.item.share().filter(|_| found.finding.action.is_some())?;
        let action = reminder.on_expiry.for_confidentiality(&share.confidentiality);
        let acts = matches!(action, ExpiryAction::Mark | ExpiryAction::Revoke);
        acts.then_some(Proposal { place, reminder, action })
    })
}

/// The rules of a revoke that need no look at the source: a last notice must have reached a requester long enough ago.
fn refusal(proposal: &Proposal<'_>, decided: &Told, now: Instant) -> Option<&'static str> {
    let reminder = proposal.reminder;
    if decided.braked.contains(&reminder.name) {
        return Some("brake");
    }
    if proposal.action != ExpiryAction::Revoke {
        return None;
    }
    let Some(first) = decided.requesters.get(&proposal.place) else { return Some("not-told") };
    (reminder.on_expiry.last_notice.after(*first, reminder.schedule.zone()) > now).then_some("too-soon")
}

fn told(proposal: &Proposal<'_>, occurrence: &Occurrence, code: &str, applied: bool) -> ActionReport {
    let (reminder, item) = (occurrence.reminder.clone(), occurrence.item.clone());
    let detail = explained(code).to_owned();
    ActionReport { action: proposal.action, reminder, item, code: code.to_owned(), detail, applied }
}

/// The host's own codes as sentences.
fn explained(code: &str) -> &'static str {
    match code {
        "not-told" => "no last notice has reached a requester",
        "too-soon" => "the last notice reached the requesters less than `last_notice` ago",
        "brake" => "the sanity brake holds everything of this reminder",
        "already-done" => "an earlier run did it",
        _ => "",
    }
}
