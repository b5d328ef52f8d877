//! What findings propose to do at expiry, and why it is not done yet.

use std::collections::{BTreeSet, HashMap};

use super::{audience::Destination, decide::Decided, found::Found, occurrences::Occurrences, report::ActionReport};
use crate::{
    config::{ExpiryAction, ReminderConfig},
    model::{Instant, Occurrence},
    store::{Store, StoreError},
};

/// What is proposed about one finding.
pub(super) struct Proposal<'a> {
    pub(super) place: usize,
    pub(super) reminder: &'a ReminderConfig,
    pub(super) action: ExpiryAction,
}

impl Proposal<'_> {
    pub(super) fn report(&self, occurrence: &Occurrence, code: &str) -> ActionReport {
        ActionReport {
            action: self.action,
            reminder: occurrence.reminder.to_string(),
            item: occurrence.item.clone(),
            code: code.to_owned(),
            detail: explained(code).to_owned(),
            applied: false,
        }
    }
}

/// Findings that propose an action which the configuration wants.
pub(super) fn proposals<'a>(
    reminders: &'a [&'a ReminderConfig],
    found: &'a [Found],
) -> impl Iterator<Item = Proposal<'a>> {
    found.iter().enumerate().filter_map(|(place, found)| {
        let reminder = reminders[found.reminder];
        let share = found.subject.share().filter(|_| found.action.is_some())?;
        let action = reminder.on_expiry.for_confidentiality(&share.dataset.confidentiality);
        let acts = matches!(action, ExpiryAction::Mark | ExpiryAction::Revoke);
        acts.then_some(Proposal { place, reminder, action })
    })
}

/// What stands in the way of a proposal, as far as nudged itself knows.
pub(super) struct Guard<'a> {
    pub(super) store: &'a dyn Store,
    /// Requesters who were told of each finding, by its place.
    requesters: HashMap<usize, BTreeSet<Destination>>,
    /// Reminders that the sanity brake holds.
    braked: &'a BTreeSet<String>,
    now: Instant,
}

impl<'a> Guard<'a> {
    pub(super) fn new(store: &'a dyn Store, decided: &mut Decided, braked: &'a BTreeSet<String>, now: Instant) -> Self {
        Self { store, requesters: std::mem::take(&mut decided.requesters_told), braked, now }
    }

    /// Whether the sanity brake lets the reminder act.
    pub(super) fn lets(&self, reminder: &ReminderConfig) -> bool {
        !self.braked.contains(&reminder.name)
    }

    /// Why nothing is done, if nothing is.
    pub(super) async fn refusal(
        &self,
        proposal: &Proposal<'_>,
        occurrence: &Occurrence,
    ) -> Result<Option<&'static str>, StoreError> {
        if !self.lets(proposal.reminder) {
            return Ok(Some("brake"));
        }
        if !self.store.acted(std::slice::from_ref(occurrence)).await?.is_empty() {
            return Ok(Some("already-done"));
        }
        match proposal.action {
            ExpiryAction::Revoke => self.last_notice(proposal, occurrence).await,
            _ => Ok(None),
        }
    }

    /// A last notice must have reached a requester long enough ago. What counts is when it was delivered, not when it was
    /// decided: a relay may have been away for days in between.
    async fn last_notice(
        &self,
        proposal: &Proposal<'_>,
        occurrence: &Occurrence,
    ) -> Result<Option<&'static str>, StoreError> {
        let Some(requesters) = self.requesters.get(&proposal.place) else { return Ok(Some("not-told")) };
        let deliveries = self.store.first_deliveries(occurrence).await?;
        let first = deliveries.into_iter().filter(|(to, _)| requesters.contains(to)).map(|(_, at)| at).min();
        let Some(first) = first else { return Ok(Some("not-told")) };
        let reminder = proposal.reminder;
        let ripe = reminder.on_expiry.last_notice.after(first, reminder.schedule.zone());
        Ok((ripe > self.now).then_some("too-soon"))
    }
}

/// What a dry run would do.
pub(super) async fn foresee(
    guard: &Guard<'_>,
    reminders: &[&ReminderConfig],
    found: &[Found],
    occurrences: &Occurrences,
) -> Result<Vec<ActionReport>, StoreError> {
    let mut foreseen = Vec::new();
    for proposal in proposals(reminders, found) {
        let occurrence = &occurrences.of[proposal.place];
        let code = guard.refusal(&proposal, occurrence).await?.unwrap_or("due");
        foreseen.push(proposal.report(occurrence, code));
    }
    Ok(foreseen)
}

/// The host's own codes as sentences.
fn explained(code: &str) -> &'static str {
    match code {
        "not-told" => "no last notice has reached a requester",
        "too-soon" => "the last notice reached the requesters less than `last_notice` ago",
        "brake" => "the sanity brake holds everything of this reminder",
        "already-done" => "an earlier run did it, or another is doing it",
        "directory-failed" => "the directory could not be asked who is to be told: tried again soon",
        "no-expiry-day" => "the share has no day of expiry",
        _ => "",
    }
}
