//! From occurrences to verdicts: the cadence's pure rules, fed with the ledger, the audience and what people want.

use std::collections::{BTreeSet, HashMap};

use chrono::DateTime;
use chrono_tz::Tz;

use super::{
    audience::{Audience, Resolver, Unreachable, Ways, Whom},
    evaluate::Found,
    occurrences::{Occurrences, Over},
    preferences::Wishes,
};
use crate::{
    config::{ExpiryAction, Preferences, ReminderConfig},
    model::{Code, Decision, History, Instant, Notice, Occurrence, Recipient, Role, Verdict},
    policy::{self, Case, Habits, Judgement, Mode, Moment, Repeating, Wait},
    store::{Histories, Store, StoreError},
};

/// Occurrences looked up in the ledger at one time.
const LOOK_UP: usize = 500;

/// A channel and an address on it.
pub(super) type Destination = (String, Recipient);

/// What was decided, and what is to be sent.
#[derive(Default)]
pub(super) struct Decided {
    pub(super) verdicts: Vec<Verdict>,
    pub(super) due: Vec<Due>,
    /// Who of its requesters was told of each finding, by its place: a revoke waits for that.
    pub(super) requesters_told: HashMap<usize, BTreeSet<Destination>>,
    /// Reminders some of whose groups the directory could not be asked about.
    pub(super) unresolved: BTreeSet<String>,
}

/// What a notice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum About {
    /// The finding at this place.
    Found(usize),
    /// The occurrence at this place of those that are over.
    Over(usize),
}

/// One notice to one recipient that is to be sent now.
pub(super) struct Due {
    /// Place of its verdict.
    pub(super) verdict: usize,
    pub(super) about: About,
    /// Place of its reminder in the run.
    pub(super) reminder: usize,
    pub(super) notice: Notice,
    pub(super) occurrence: Occurrence,
    pub(super) channel: String,
    pub(super) recipient: Recipient,
    pub(super) ways: Ways,
    pub(super) sequence: u32,
    pub(super) ordinal: u32,
    pub(super) first_sent: Option<Instant>,
    pub(super) slot: Instant,
}

/// What deciding needs to know: one run's view of the world.
pub(super) struct Decider<'a> {
    pub(super) store: &'a dyn Store,
    pub(super) reminders: &'a [&'a ReminderConfig],
    pub(super) found: &'a [Found],
    pub(super) occurrences: &'a Occurrences,
    pub(super) preferences: &'a Preferences,
    /// Reminders that the sanity brake holds.
    pub(super) braked: &'a BTreeSet<String>,
    /// The zone of each reminder's source.
    pub(super) zones: Vec<Tz>,
    pub(super) now: Instant,
}

impl Decider<'_> {
    /// Decides about every finding for every recipient, and about closing notices.
    pub(super) async fn decide(&self, resolver: &mut Resolver<'_>) -> Result<Decided, StoreError> {
        let mut decided = Decided::default();
        let moments: Vec<_> = (0..self.reminders.len()).map(|reminder| self.moment(reminder)).collect();
        for (start, chunk) in (0..).step_by(LOOK_UP).zip(self.occurrences.of.chunks(LOOK_UP)) {
            let histories = self.store.history(chunk, self.now).await?;
            for (place, occurrence) in (start..).zip(chunk) {
                let reminder = self.found[place].reminder;
                let matter = Matter { decider: self, place, reminder, moment: moments[reminder], occurrence };
                matter.decide(histories.get(occurrence), resolver, &mut decided).await;
            }
        }
        self.decide_closing(&moments, &mut decided).await?;
        Ok(decided)
    }

    /// Those who were told of what is over are told that it is, where the reminder says so.
    async fn decide_closing(&self, moments: &[Moment], decided: &mut Decided) -> Result<(), StoreError> {
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
                verdict: decided.verdicts.len(),
                about: About::Over(place),
                reminder: over.reminder,
                notice: Notice::Closing,
                occurrence: occurrence.clone(),
                channel: channel.clone(),
                recipient: recipient.clone(),
                ways: Ways::default(),
                sequence: history.sequence + 1,
                ordinal: history.delivered,
                first_sent: history.first_sent,
                slot: moment.slot,
            };
            decided.verdicts.push(verdict);
            decided.due.extend((judgement.0 == Decision::Send).then_some(due));
        }
    }

    /// Decides again about what could not be written because another run had told part of it meanwhile; answers with
    /// what is still to be sent.
    pub(super) async fn decide_again(&self, taken: Vec<Due>, verdicts: &mut [Verdict]) -> Result<Vec<Due>, StoreError> {
        let occurrences: Vec<_> = taken.iter().map(|due| due.occurrence.clone()).collect();
        let histories = self.store.history(&occurrences, self.now).await?;
        let mut still = Vec::new();
        for due in taken {
            let reminder = self.reminders[due.reminder];
            let to = (due.channel.clone(), due.recipient.clone());
            let history = histories.get(&due.occurrence).and_then(|known| known.get(&to)).cloned().unwrap_or_default();
            let deadline = verdicts[due.verdict].deadline;
            let habits = Wishes::of(self.preferences, &due.recipient, &due.ways).habits(reminder);
            let moment = self.moment(due.reminder);
            let (decision, code) =
                self.rule(reminder, due.notice, &due.occurrence, deadline, &history, moment, &habits);
            let coming = u32::from(due.notice != Notice::Closing);
            let (ordinal, first_sent) = (history.delivered + coming, history.first_sent);
            let verdict = &mut verdicts[due.verdict];
            (verdict.decision, verdict.code) = (decision, code);
            (verdict.ordinal, verdict.first_sent) = (ordinal, first_sent);
            if decision == Decision::Send {
                still.push(Due { sequence: history.sequence + 1, ordinal, first_sent, ..due });
            }
        }
        Ok(still)
    }

    /// The cadence's word, unless the brake holds.
    #[allow(clippy::too_many_arguments)] // one for each thing that a rule may look at
    fn rule(
        &self,
        reminder: &ReminderConfig,
        notice: Notice,
        occurrence: &Occurrence,
        deadline: Option<Instant>,
        history: &History,
        moment: Moment,
        habits: &Habits<'_>,
    ) -> Judgement {
        let case = Case { episode: occurrence.episode, deadline, history };
        let judgement = match notice {
            Notice::Reminder => policy::judge(&reminder.cadence, &case, moment, habits),
            Notice::Escalation => policy::judge_escalation(&case, moment, habits),
            Notice::Closing | Notice::Action => policy::judge_closing(&case, moment, habits),
        };
        let held = judgement.0 == Decision::Send && self.braked.contains(&reminder.name);
        if held { (Decision::Hold(None), Code::Brake) } else { judgement }
    }

    fn moment(&self, place: usize) -> Moment {
        let reminder = self.reminders[place];
        let slot = reminder.schedule.last_until(self.now).unwrap_or(DateTime::UNIX_EPOCH);
        Moment { now: self.now, slot, next: reminder.schedule.next_after(self.now), source_zone: self.zones[place] }
    }
}

/// A verdict about nobody in particular, yet.
fn blank(reminder: &ReminderConfig, occurrence: &Occurrence, judgement: Judgement, channel: Option<&str>) -> Verdict {
    Verdict {
        decision: judgement.0,
        code: judgement.1,
        reminder: reminder.name.clone(),
        strategy: reminder.strategy.clone(),
        item: occurrence.item.clone(),
        reason: occurrence.reason.clone(),
        roles: Vec::new(),
        groups: Vec::new(),
        recipient: None,
        channel: channel.map(str::to_owned),
        ordinal: 1,
        first_sent: None,
        deadline: None,
        notification: None,
    }
}

/// One finding of one reminder.
struct Matter<'a> {
    decider: &'a Decider<'a>,
    place: usize,
    reminder: usize,
    moment: Moment,
    occurrence: &'a Occurrence,
}

/// What the ledger knows of one occurrence.
type Known<'a> = Option<&'a HashMap<(String, Recipient), History>>;

impl Matter<'_> {
    async fn decide(&self, known: Known<'_>, resolver: &mut Resolver<'_>, decided: &mut Decided) {
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
        let mut told: BTreeSet<_> = audience.keys().cloned().collect();
        let mut exhausted = false;
        for (recipient, ways) in audience {
            let history = history(known, channel, &recipient);
            exhausted |= self.is_exhausted(&history);
            if ways.roles.iter().any(|role| role == "requesters" || role == "requester") {
                self.note_told(&history, (channel, &recipient), decided);
            }
            self.judge(Notice::Reminder, channel, recipient, ways, &history, decided);
        }
        for role in self.escalates_to(exhausted) {
            self.escalate(role, channel, &mut told, known, resolver, decided).await;
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
                for (recipient, ways) in audience {
                    if !told.insert(recipient.clone()) {
                        continue;
                    }
                    let history = history(known, channel, &recipient);
                    self.judge(Notice::Escalation, channel, recipient, ways, &history, decided);
                }
            }
            Err(Unreachable) => self.unreachable(channel, decided),
        }
    }

    fn unreachable(&self, channel: &str, decided: &mut Decided) {
        decided.verdicts.push(self.of_all((Decision::Hold(None), Code::DirectoryFailed), Some(channel)));
        decided.unresolved.insert(self.config().name.clone());
    }

    fn note_told(&self, history: &History, (channel, recipient): (&str, &Recipient), decided: &mut Decided) {
        if history.delivered > 0 {
            let told = decided.requesters_told.entry(self.place).or_default();
            told.insert((channel.to_owned(), recipient.clone()));
        }
    }

    fn judge(
        &self,
        notice: Notice,
        channel: &str,
        recipient: Recipient,
        ways: Ways,
        history: &History,
        decided: &mut Decided,
    ) {
        let config = self.config();
        let wishes = Wishes::of(self.decider.preferences, &recipient, &ways);
        let habits = wishes.habits(config);
        let deadline = self.found().finding.deadline;
        let judgement = wishes.refuse(config, channel).map(|code| (Decision::Drop, code));
        let judgement = judgement
            .or_else(|| policy::too_young(&config.cadence, self.occurrence.episode, self.moment, &habits))
            .unwrap_or_else(|| {
                self.decider.rule(config, notice, self.occurrence, deadline, history, self.moment, &habits)
            });
        let ordinal = history.delivered + 1;
        decided.verdicts.push(Verdict {
            roles: ways.roles.iter().cloned().collect(),
            groups: ways.groups.iter().cloned().collect(),
            recipient: Some(recipient.clone()),
            ordinal,
            first_sent: history.first_sent,
            ..self.of_all(judgement, Some(channel))
        });
        if judgement.0 == Decision::Send {
            decided.due.push(Due {
                verdict: decided.verdicts.len() - 1,
                about: About::Found(self.place),
                reminder: self.reminder,
                notice,
                occurrence: self.occurrence.clone(),
                channel: channel.to_owned(),
                recipient,
                ways,
                sequence: history.sequence + 1,
                ordinal,
                first_sent: history.first_sent,
                slot: policy::slot(&config.cadence, deadline, self.moment),
            });
        }
    }

    /// A verdict that holds whoever the recipient is.
    fn of_all(&self, judgement: Judgement, channel: Option<&str>) -> Verdict {
        Verdict {
            roles: self.roles().to_vec(),
            groups: Resolver::groups(self.whom(self.roles())),
            deadline: self.found().finding.deadline,
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
        let share = self.found().item.share().filter(|_| self.found().finding.action.is_some())?;
        Some(self.config().on_expiry.for_confidentiality(&share.confidentiality))
    }

    fn found(&self) -> &Found {
        &self.decider.found[self.place]
    }

    fn config(&self) -> &ReminderConfig {
        self.decider.reminders[self.reminder]
    }

    fn whom<'w>(&'w self, roles: &'w [Role]) -> Whom<'w> {
        let group_notifications = self.config().group_notifications;
        Whom { roles, item: &self.found().item, group_notifications }
    }

    /// The configured audience replaces the roles that the strategy names.
    fn roles(&self) -> &[Role] {
        self.config().audience.as_ref().unwrap_or(&self.found().finding.roles)
    }
}

fn history(known: Known<'_>, channel: &str, recipient: &Recipient) -> History {
    let key = (channel.to_owned(), recipient.clone());
    known.and_then(|known| known.get(&key)).cloned().unwrap_or_default()
}
