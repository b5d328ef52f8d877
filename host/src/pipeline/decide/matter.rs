//! One finding: whom it concerns, and what the rules say to each of them.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use super::{About, Decided, Decider, Due, blank};
use crate::{
    config::{ExpiryAction, ReminderConfig},
    model::{Code, Decision, History, Notice, Occurrence, Recipient, Role, Verdict},
    pipeline::{
        audience::{Audience, Destination, Member, Resolver, Unreachable, Whom},
        found::Found,
        preferences::Wishes,
    },
    policy::{self, Habits, Judgement, Mode, Moment, Repeating, Wait},
};

/// One finding of one reminder.
pub(super) struct Matter<'a> {
    pub(super) decider: &'a Decider<'a>,
    /// The finding's place.
    pub(super) place: usize,
    /// The place of its reminder in the run.
    pub(super) reminder: usize,
    pub(super) moment: Moment,
    pub(super) occurrence: &'a Occurrence,
}

/// What the ledger knows of one occurrence.
type Known<'a> = Option<&'a HashMap<Destination, History>>;

impl Matter<'_> {
    pub(super) async fn decide(&self, known: Known<'_>, resolver: &mut Resolver<'_>, decided: &mut Decided) {
        let config = self.config();
        let habits =
            Habits { zone: config.schedule.zone(), calendar: &config.calendar, quiet_hours: config.quiet_hours };
        // Working days are counted by each recipient's own calendar.
        let young = policy::too_young(&config.cadence, self.occurrence.episode, self.moment, &habits);
        if let (Wait::Span(_), Some(judgement)) = (config.cadence.after, young) {
            decided.verdicts.push(self.of_all(judgement, None));
            return;
        }
        for channel in &config.channels {
            match resolver.resolve(self.whom(self.roles()), channel).await {
                Ok(audience) => self.on_channel(channel, audience, known, resolver, decided).await,
                Err(Unreachable) => self.unreachable(channel, decided),
            }
        }
    }

    async fn on_channel(
        &self,
        channel: &str,
        audience: Audience,
        known: Known<'_>,
        resolver: &mut Resolver<'_>,
        decided: &mut Decided,
    ) {
        if audience.is_empty() {
            decided.verdicts.push(self.of_all((Decision::Hold(None), Code::NoRecipient), Some(channel)));
        }
        let mut exhausted = false;
        for member in audience.iter() {
            let history = history(known, &member.to);
            exhausted |= self.is_exhausted(&history);
            if member.ways.roles.iter().any(|role| role == "requesters" || role == "requester") {
                self.note_told(&history, &member.to, decided);
            }
            self.judge(Notice::Reminder, member, &history, decided);
        }
        let escalates_to = self.escalates_to(exhausted);
        if !escalates_to.is_empty() {
            let mut told = audience.iter().map(|member| member.to.1.clone()).collect();
            for role in escalates_to {
                self.escalate(role, channel, &mut told, known, resolver, decided).await;
            }
        }
    }

    /// Tells the role that the cadence, or what is done at expiry, names; whoever was told anyway is left out.
    async fn escalate(
        &self,
        role: &Role,
        channel: &str,
        told: &mut BTreeSet<Recipient>,
        known: Known<'_>,
        resolver: &mut Resolver<'_>,
        decided: &mut Decided,
    ) {
        match resolver.resolve(self.whom(std::slice::from_ref(role)), channel).await {
            Ok(audience) => {
                for member in audience.iter() {
                    if told.insert(member.to.1.clone()) {
                        self.judge(Notice::Escalation, member, &history(known, &member.to), decided);
                    }
                }
            }
            Err(Unreachable) => self.unreachable(channel, decided),
        }
    }

    fn unreachable(&self, channel: &str, decided: &mut Decided) {
        decided.verdicts.push(self.of_all((Decision::Hold(None), Code::DirectoryFailed), Some(channel)));
        decided.unresolved.insert(self.config().name.clone());
    }

    fn note_told(&self, history: &History, to: &Destination, decided: &mut Decided) {
        if history.delivered > 0 {
            decided.requesters_told.entry(self.place).or_default().insert(to.clone());
        }
    }

    fn judge(&self, notice: Notice, Member { to, ways }: &Member, history: &History, decided: &mut Decided) {
        let config = self.config();
        let (channel, recipient) = to.as_ref();
        let wishes = Wishes::of(self.decider.preferences, recipient, ways);
        let habits = wishes.habits(config);
        let deadline = self.found().deadline;
        let judgement = wishes.refuse(config, channel).map(|code| (Decision::Drop, code));
        let judgement = judgement
            .or_else(|| policy::too_young(&config.cadence, self.occurrence.episode, self.moment, &habits))
            .unwrap_or_else(|| {
                self.decider.rule(config, notice, self.occurrence, deadline, history, self.moment, &habits)
            });
        let ordinal = history.delivered + 1;
        let verdict = decided.verdicts.push(Verdict {
            roles: ways.roles.iter().cloned().collect(),
            groups: ways.groups.iter().cloned().collect(),
            recipient: Some(recipient.clone()),
            ordinal,
            first_sent: history.first_sent,
            ..self.of_all(judgement, Some(channel))
        });
        if judgement.0 == Decision::Send {
            decided.due.push(Due {
                verdict,
                about: About::Found(self.place.into()),
                reminder: self.reminder.into(),
                notice,
                to: Arc::clone(to),
                ways: Arc::clone(ways),
                sequence: history.sequence + 1,
                thread: history.thread.clone().map(Box::new),
                slot: policy::slot(&config.cadence, deadline, self.moment),
            });
        }
    }

    /// A verdict that holds whoever the recipient is.
    fn of_all(&self, judgement: Judgement, channel: Option<&str>) -> Verdict {
        Verdict {
            roles: self.roles().to_vec(),
            groups: Resolver::groups(self.whom(self.roles())),
            deadline: self.found().deadline,
            ..blank(self.config(), self.occurrence, judgement, channel)
        }
    }

    /// Whether this recipient was told as often as the cadence allows.
    fn is_exhausted(&self, history: &History) -> bool {
        match &self.config().cadence.mode {
            Mode::Repeating(Repeating { max: Some(max), .. }) => history.delivered >= *max,
            _ => false,
        }
    }

    /// The roles that are told too: that of `on_expiry` at once, that of the cadence when the audience is exhausted.
    fn escalates_to(&self, exhausted: bool) -> BTreeSet<&Role> {
        let at_once = self.expiry_action() == Some(ExpiryAction::Escalate);
        let of_cadence = match &self.config().cadence.mode {
            Mode::Repeating(repeating) => repeating.escalate_to.as_ref().filter(|_| exhausted),
            _ => None,
        };
        of_cadence.into_iter().chain(at_once.then_some(&self.config().on_expiry.escalate_to)).collect()
    }

    /// What is configured to be done about the finding, if it proposes the one thing that nudged can do.
    fn expiry_action(&self) -> Option<ExpiryAction> {
        let share = self.found().subject.share().filter(|_| self.found().action.is_some())?;
        Some(self.config().on_expiry.for_confidentiality(&share.dataset.confidentiality))
    }

    fn found(&self) -> &Found {
        &self.decider.found[self.place]
    }

    fn config(&self) -> &ReminderConfig {
        self.decider.reminders[self.reminder]
    }

    fn whom<'w>(&'w self, roles: &'w [Role]) -> Whom<'w> {
        let group_notifications = self.config().group_notifications;
        Whom { roles, subject: &self.found().subject, item: &self.found().item, group_notifications }
    }

    /// The configured audience replaces the roles that the strategy names.
    fn roles(&self) -> &[Role] {
        self.config().audience.as_ref().map_or(&self.found().roles, Vec::as_slice)
    }
}

fn history(known: Known<'_>, to: &Destination) -> History {
    known.and_then(|known| known.get(to)).cloned().unwrap_or_default()
}
