//! One reminder's findings about the item, and the verdict for everybody who might be told.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{
    coming::{Coming, Forecast},
    rules::rules,
};
use crate::{
    config::{ExpiryAction, ReminderConfig},
    model::{Decision, History, Instant, Occurrence, Recipient, Role, Verdict},
    pipeline::{
        audience::Ways,
        found::{Found, Texts},
        occurrences::Occurrences,
        preferences::Wishes,
        read::read,
        report::{ActionReport, Report, ScanError, Writing},
        scan::Scanner,
    },
    policy::{Case, Moment},
    store::Histories,
};

/// Something that a strategy found.
#[derive(Debug, Serialize)]
pub struct Finding {
    /// The reason code.
    pub reason: String,
    /// The episode: when the item entered its state, or the day that it is about.
    pub episode: Instant,
    /// How bad it is.
    pub severity: &'static str,
    /// The headline.
    pub title: String,
    /// The sentence for people.
    pub text: String,
    /// After this, acting is too late.
    pub deadline: Option<Instant>,
    /// The roles that are told.
    pub roles: Vec<Role>,
    /// What the strategy proposes to do, and what comes of that.
    pub action: Option<Doing>,
    /// The verdict for everybody who might be told.
    pub notices: Vec<Notice>,
}

/// What would be done to a share.
#[derive(Debug, Serialize)]
pub struct Doing {
    /// What the configuration wants: `notify`, `mark`, `escalate`, `revoke`.
    pub action: &'static str,
    /// `due`, `already-done`, or why not; none where nothing is done to the share.
    pub code: Option<String>,
    /// The same as a sentence.
    pub detail: String,
    /// Since when, or from when on, it may be done: a last notice must have reached a requester before.
    pub from: Option<Instant>,
}

/// One verdict.
#[derive(Debug, Serialize)]
pub struct Notice {
    /// `send`, `hold` or `drop`: what a scan at this moment decides.
    pub verdict: &'static str,
    /// Its code.
    pub code: &'static str,
    /// What the code means.
    pub meaning: &'static str,
    /// When it is judged again at the latest.
    pub hold_until: Option<Instant>,
    /// The channel; none where the verdict holds for all.
    pub channel: Option<String>,
    /// The address; none where the verdict holds for all.
    pub recipient: Option<Recipient>,
    /// The roles that lead there.
    pub roles: Vec<Role>,
    /// The groups that the roles stand for.
    pub groups: Vec<String>,
    /// The zone whose clocks count for them.
    pub zone: Option<String>,
    /// The cadence's rules and what is known, one a line.
    pub rules: Vec<String>,
    /// What they are told next.
    pub next: Option<Coming>,
    /// Why nothing is.
    pub never: Option<String>,
}

/// What one reminder found at this moment.
pub(super) struct Matters {
    found: Vec<Found>,
    occurrences: Vec<Occurrence>,
    /// Those that are over.
    over: Vec<Occurrence>,
    pub(super) verdicts: Vec<Verdict>,
    actions: Vec<ActionReport>,
    pub(super) problems: Vec<String>,
}

impl Matters {
    /// Asks the strategy and judges. The strategy is pure: asked twice, it says the same.
    pub(super) async fn look(world: &Scanner, reminder: &ReminderConfig, now: Instant) -> Result<Self, ScanError> {
        let reminders = [reminder];
        let mut unheard = Report::default();
        let (found, troubled) = read(world, &reminders, now, &mut unheard).await?;
        let store = world.store.as_ref();
        let sorted = Occurrences::sort(store, &reminders, &found, &unheard.incomplete, &troubled, now).await?;
        let report = world.scan(&reminders, now, Writing::DryRun).await?;
        let problems = report.problems.into_iter().map(|problem| problem.text).collect();
        let (verdicts, actions) = (report.verdicts.iter().collect(), report.actions);
        let over = sorted.over.into_iter().map(|over| over.open.occurrence).collect();
        Ok(Self { found, occurrences: sorted.of, over, verdicts, actions, problems })
    }

    /// Each finding with all that is decided about it, and who is told that what was found before is over.
    pub(super) async fn explain(
        &self,
        world: &Scanner,
        reminder: &ReminderConfig,
        now: Instant,
        forecast: &Forecast,
    ) -> Result<(Vec<Finding>, Vec<Notice>), ScanError> {
        let all = [self.occurrences.as_slice(), &self.over].concat();
        let histories = world.store.history(&all, now).await?;
        let slot = reminder.schedule.last_until(now).unwrap_or(Instant::UNIX_EPOCH);
        let moment = Moment { now, slot, next: reminder.schedule.next_after(now), source_zone: world.zone };
        let teller = Teller { world, reminder, moment, histories: &histories, forecast };
        let findings = self.found.iter().zip(&self.occurrences).map(|(found, of)| self.finding(found, of, &teller));
        let is_found = |reason: &str| self.occurrences.iter().any(|of| of.reason == reason);
        let closing = self.over.iter().filter(|over| !is_found(&over.reason)).flat_map(|over| {
            let own = self.verdicts.iter().filter(|verdict| verdict.reason == over.reason);
            own.map(|verdict| teller.notice(verdict, over)).collect::<Vec<_>>()
        });
        Ok((findings.collect(), closing.collect()))
    }

    fn finding(&self, found: &Found, occurrence: &Occurrence, teller: &Teller<'_>) -> Finding {
        let own = self.verdicts.iter().filter(|verdict| *verdict.reason == *found.reason);
        let roles = teller.reminder.audience.as_deref().unwrap_or(&found.roles);
        let Texts { title, text, .. } = found.texts.texts();
        Finding {
            reason: found.reason.to_string(),
            episode: occurrence.episode,
            severity: found.severity.as_str(),
            title,
            text,
            deadline: found.deadline,
            roles: roles.to_vec(),
            action: self.doing(found, occurrence, teller),
            notices: own.map(|verdict| teller.notice(verdict, occurrence)).collect(),
        }
    }

    /// What comes of the one thing that a strategy may propose about a share.
    fn doing(&self, found: &Found, occurrence: &Occurrence, teller: &Teller<'_>) -> Option<Doing> {
        let share = found.subject.share().filter(|_| found.action.is_some())?;
        let action = teller.reminder.on_expiry.for_confidentiality(&share.dataset.confidentiality);
        let report = self.actions.first();
        let detail = match report.map(|report| report.code.as_str()) {
            Some("due") => "the next run does it, unless the tables say otherwise by then".to_owned(),
            Some(_) => report.map(|report| report.detail.clone()).unwrap_or_default(),
            None => "nothing is done to the share".to_owned(),
        };
        let from = (action == ExpiryAction::Revoke).then(|| teller.guarded_until(&self.verdicts, occurrence)).flatten();
        Some(Doing { action: action.as_str(), code: report.map(|report| report.code.clone()), detail, from })
    }
}

/// What is needed to tell of verdicts.
struct Teller<'a> {
    world: &'a Scanner,
    reminder: &'a ReminderConfig,
    moment: Moment,
    histories: &'a Histories,
    forecast: &'a Forecast,
}

impl Teller<'_> {
    fn notice(&self, verdict: &Verdict, occurrence: &Occurrence) -> Notice {
        let hold_until = match verdict.decision {
            Decision::Hold(until) => until,
            Decision::Send | Decision::Drop => None,
        };
        let to = verdict.channel.as_ref().zip(verdict.recipient.as_ref());
        let habits = to.map(|(channel, recipient)| self.habits(channel, recipient, verdict, occurrence));
        let (zone, rules) = habits.unwrap_or_default();
        Notice {
            verdict: verdict.decision.word(),
            code: verdict.code.as_str(),
            meaning: verdict.code.meaning(),
            hold_until,
            channel: verdict.channel.clone(),
            recipient: verdict.recipient.clone(),
            roles: verdict.roles.clone(),
            groups: verdict.groups.clone(),
            zone,
            rules,
            next: self.forecast.next(verdict).cloned(),
            never: to.and_then(|_| self.forecast.end(verdict)),
        }
    }

    /// The recipient's zone, and the rules as they hold for them.
    fn habits(
        &self,
        channel: &str,
        recipient: &Recipient,
        verdict: &Verdict,
        occurrence: &Occurrence,
    ) -> (Option<String>, Vec<String>) {
        let groups: BTreeSet<_> = verdict.groups.iter().cloned().collect();
        let ways = Ways { groups, ..Ways::default() };
        let habits = Wishes::of(&self.world.preferences, recipient, &ways).habits(self.reminder);
        let history = self.history(channel, recipient, occurrence);
        let case = Case { episode: occurrence.episode, deadline: verdict.deadline, history: &history };
        (Some(habits.zone.to_string()), rules(&self.reminder.cadence, &case, self.moment, &habits))
    }

    fn history(&self, channel: &str, recipient: &Recipient, occurrence: &Occurrence) -> History {
        let known = self.histories.get(occurrence);
        known.and_then(|known| known.get(&(channel.to_owned(), recipient.clone()))).cloned().unwrap_or_default()
    }

    /// When the last notice has been with a requester for long enough.
    fn guarded_until(&self, verdicts: &[Verdict], occurrence: &Occurrence) -> Option<Instant> {
        let is_requester = |verdict: &&Verdict| verdict.roles.iter().any(|role| role.starts_with("requester"));
        let told = verdicts.iter().filter(|verdict| verdict.reason == occurrence.reason).filter(is_requester);
        let first = told.filter_map(|verdict| verdict.first_sent).min()?;
        Some(self.reminder.on_expiry.last_notice.after(first, self.reminder.schedule.zone()))
    }
}
