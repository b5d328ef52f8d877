//! Runs reminders at their fire times.
//!
//! A unique row for each reminder and fire time decides which daemon runs it; the row says when the run came to its
//! end. A daemon that dies in between leaves a claim that runs out and is taken up by whoever is there. Running a fire
//! time twice is harmless: the ledger knows what its slot has told.

use std::{collections::HashMap, sync::Arc, time::Duration};

use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use crate::{
    clock::Clock,
    config::ReminderConfig,
    crash,
    error::chain,
    model::{Instant, Problem},
    pipeline::{Report, Scanner, Wake, Writing},
    policy::Backoff,
    store::{Claim, Store, StoreError},
    telemetry::metrics,
};

/// How long a daemon has for a run; then it has failed, and another may take it up. A source that does not answer any
/// more would otherwise hold up every reminder.
const CLAIM: Duration = Duration::from_secs(600);

/// Wait before a failed run is tried again; doubles up to half an hour.
pub const TRY_AGAIN: Duration = Duration::from_secs(60);

/// Longest wait before a failed run is tried again.
const LONGEST_WAIT: Duration = Duration::from_secs(1800);

/// Longest sleep: a machine that was suspended, or whose clock was set, is noticed within this time.
const LOOK_AGAIN: Duration = Duration::from_secs(30);

/// So late a run may always be: a planned one is noticed within [`LOOK_AGAIN`], another run may be under way then.
const GRACE: Duration = Duration::from_secs(60);

/// Fires reminders.
pub struct Scheduler {
    /// Does the runs.
    pub scanner: Arc<Scanner>,
    /// Remembers them.
    pub store: Arc<dyn Store>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Unique to this process.
    pub holder: String,
    /// Told when a run has filled the outbox.
    pub wake: Wake,
    /// First wait before a failed run is tried again: [`TRY_AGAIN`].
    pub try_again: Duration,
}

/// One reminder and when to look at it next.
struct Timer<'a> {
    reminder: &'a ReminderConfig,
    /// `None` once the schedule has no further fire time.
    next: Option<Instant>,
    /// Failures of the present run.
    failures: u32,
}

impl Timer<'_> {
    fn is_due(&self, now: Instant) -> bool {
        self.next.is_some_and(|next| next <= now)
    }

    fn after(&mut self, now: Instant) {
        self.next = self.reminder.schedule.next_after(now);
        self.failures = 0;
    }

    /// Whether a run for this time is not made up for any more. A daemon that is there is never late, however short the
    /// configured time.
    fn is_too_late(&self, at: Instant, now: Instant) -> bool {
        self.reminder.catch_up.after(at, self.reminder.schedule.zone()).max(at + GRACE) < now
    }

    /// Looks again at the next fire time after `now`, or at `latest` if that comes first.
    fn at_latest(&mut self, latest: Instant, now: Instant) {
        self.after(now);
        self.next = Some(self.next.map_or(latest, |next| next.min(latest)));
    }
}

/// A claimed run: for a fire time, for a time that an earlier run has planned (the end of quiet hours), or for both.
struct Run<'a, 't> {
    timer: &'t mut Timer<'a>,
    claims: Vec<Instant>,
    /// Whether the fire time is among them: the timer then goes on to the next.
    fires: bool,
}

impl Scheduler {
    /// Fires the reminders until `stop`. A run under way is finished first.
    pub async fn run(&self, reminders: &[ReminderConfig], stop: &CancellationToken) {
        let mut timers = self.start(reminders).await;
        while !stop.is_cancelled() {
            let now = self.clock.now();
            self.fire(&mut timers, now).await;
            let next = timers.iter().filter_map(|timer| timer.next).min();
            let wait = next.map_or(LOOK_AGAIN, |next| (next - self.clock.now()).to_std().unwrap_or_default());
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(wait.min(LOOK_AGAIN)) => {}
            }
        }
    }

    /// Sets each timer, or makes it due at once if its last fire time was missed while no daemon was running.
    async fn start<'a>(&self, reminders: &'a [ReminderConfig]) -> Vec<Timer<'a>> {
        let now = self.clock.now();
        let mut timers = Vec::new();
        for reminder in reminders.iter().filter(|reminder| reminder.active) {
            let mut timer = Timer { reminder, next: None, failures: 0 };
            timer.after(now);
            match self.missed(&timer, now).await {
                Ok(Some(slot)) => {
                    tracing::warn!(reminder = reminder.name, %slot, "a run was missed and is made up for");
                    timer.next = Some(now);
                }
                Ok(None) => {}
                Err(error) => {
                    let error = chain(&error);
                    tracing::error!(reminder = reminder.name, error, "whether a run was missed is not known");
                    timer.next = Some(now);
                }
            }
            tracing::info!(reminder = reminder.name, schedule = %reminder.schedule, next = timer.next.map(tracing::field::display), "scheduled");
            timers.push(timer);
        }
        timers
    }

    /// The last fire time, if nobody ran it and it is not too long ago. A reminder that has never run has missed
    /// nothing: it begins to count now.
    async fn missed(&self, timer: &Timer<'_>, now: Instant) -> Result<Option<Instant>, StoreError> {
        let reminder = timer.reminder;
        let Some(slot) = reminder.schedule.last_until(now) else { return Ok(None) };
        let Some(last) = self.store.last_run(&reminder.name).await? else {
            if self.store.claim_run(&reminder.name, slot, &self.holder, now, now).await? == Claim::Taken {
                self.store.finish_run(&reminder.name, slot).await?;
            }
            return Ok(None);
        };
        Ok((last < slot && !timer.is_too_late(slot, now)).then_some(slot))
    }

    /// Runs everything that is due at `now`, or that was planned for a time up to then, in one scan.
    async fn fire(&self, timers: &mut [Timer<'_>], now: Instant) {
        let mut planned = self.planned(timers, now).await;
        let mut runs = Vec::new();
        for timer in timers.iter_mut() {
            let mut claims = Vec::new();
            for at in planned.remove(timer.reminder.name.as_str()).unwrap_or_default() {
                claims.extend((self.claim(timer.reminder, at, now).await == Some(Claim::Taken)).then_some(at));
            }
            let fired = if timer.is_due(now) { self.claim_slot(timer, now).await } else { None };
            claims.extend(fired);
            if !claims.is_empty() {
                runs.push(Run { timer, claims, fires: fired.is_some() });
            }
        }
        if !runs.is_empty() {
            // Every line of the run names it.
            let span = tracing::info_span!("scan", run = format!("{:08x}", fastrand::u32(..)));
            self.scan(runs, now).instrument(span).await;
        }
    }

    /// Claims the fire time that a timer is due for; otherwise sets the timer to when to look again.
    async fn claim_slot(&self, timer: &mut Timer<'_>, now: Instant) -> Option<Instant> {
        let Some(slot) = timer.reminder.schedule.last_until(now) else {
            timer.after(now);
            return None;
        };
        if timer.is_too_late(slot, now) {
            tracing::error!(reminder = timer.reminder.name, %slot, "a run is given up: it is too late for it");
            metrics::run_missed(&timer.reminder.name);
            timer.after(now);
            return None;
        }
        match self.claim(timer.reminder, slot, now).await {
            Some(Claim::Taken) => return Some(slot),
            Some(Claim::Finished) => timer.after(now),
            Some(Claim::Held { until }) => timer.at_latest(until, now),
            None => timer.next = Some(now + self.try_again),
        }
        None
    }

    async fn claim(&self, reminder: &ReminderConfig, at: Instant, now: Instant) -> Option<Claim> {
        let claim = self.store.claim_run(&reminder.name, at, &self.holder, now, now + CLAIM).await;
        let failed = |error: StoreError| {
            let error = chain(&error);
            tracing::error!(reminder = reminder.name, error, "a run cannot be claimed: trying again");
        };
        claim.map_err(failed).ok()
    }

    /// Times that runs were planned for, by reminder. Fire times are the timers' business; what is too late is left.
    async fn planned(&self, timers: &[Timer<'_>], now: Instant) -> HashMap<String, Vec<Instant>> {
        let rows = self.store.planned_runs(now).await.unwrap_or_else(|error| {
            let error = chain(&error);
            tracing::error!(error, "planned runs cannot be looked up: trying again");
            Vec::new()
        });
        let mut planned: HashMap<_, Vec<_>> = HashMap::new();
        for (reminder, at) in rows {
            let timer = timers.iter().find(|timer| timer.reminder.name == reminder);
            let ours =
                |timer: &&Timer<'_>| timer.reminder.schedule.last_until(at) != Some(at) && !timer.is_too_late(at, now);
            if timer.filter(ours).is_some() {
                planned.entry(reminder).or_default().push(at);
            }
        }
        planned
    }

    async fn scan(&self, runs: Vec<Run<'_, '_>>, now: Instant) {
        let reminders: Vec<_> = runs.iter().map(|run| run.timer.reminder).collect();
        let names = reminders.iter().map(|reminder| reminder.name.as_str()).collect::<Vec<_>>().join(", ");
        let scan = self.scanner.scan(&reminders, now, Writing::Outbox);
        let why = match tokio::time::timeout(CLAIM, scan).await {
            Ok(Ok(report)) => {
                log(&report, &names);
                measure(&report);
                self.wake.ring();
                let (failed, ended): (Vec<_>, Vec<_>) =
                    runs.into_iter().partition(|run| report.incomplete.contains(run.name()));
                failed.iter().for_each(|run| metrics::run_ended(run.name(), "incomplete"));
                ended.iter().for_each(|run| metrics::run_ended(run.name(), "done"));
                self.finish(ended, now).await;
                return self.try_again(failed);
            }
            Ok(Err(error)) => chain(&error),
            Err(_) => format!("it took more than {CLAIM:?}"),
        };
        tracing::error!(reminders = names, why, "the scan failed: trying again");
        runs.iter().for_each(|run| metrics::run_ended(run.name(), "failed"));
        self.try_again(runs);
    }

    /// Failed runs are tried again after a while, as long as it is not too late for them.
    fn try_again(&self, runs: Vec<Run<'_, '_>>) {
        let backoff = Backoff { first: self.try_again, longest: LONGEST_WAIT };
        for Run { timer, fires, .. } in runs {
            timer.failures += 1;
            // A run that was planned is found again when the claim has run out; one that fired is the timer's.
            if !fires {
                continue;
            }
            timer.next = Some(self.clock.now() + backoff.wait(timer.failures, None, fastrand::f64()));
        }
    }

    async fn finish(&self, runs: Vec<Run<'_, '_>>, now: Instant) {
        crash::point("run.end");
        for run in runs {
            let name = &run.timer.reminder.name;
            for claim in &run.claims {
                if let Err(error) = self.store.finish_run(name, *claim).await {
                    let error = chain(&error);
                    tracing::error!(reminder = name, error, "the end of a run is not recorded: it may be done again");
                }
            }
            if run.fires {
                run.timer.after(now);
            }
        }
        crash::point("run.ended");
    }
}

impl Run<'_, '_> {
    fn name(&self) -> &str {
        &self.timer.reminder.name
    }
}

fn measure(report: &Report) {
    metrics::scan_ended(report.took, report.scanned);
    report.found.iter().for_each(|(reminder, findings)| metrics::found(reminder, *findings));
    for verdict in report.verdicts.iter() {
        metrics::decided(&verdict.reminder, verdict.decision.word(), verdict.code.as_str());
    }
}

fn log(report: &Report, reminders: &str) {
    for Problem { item, text } in &report.problems {
        // Escaped: the text may quote a database.
        let item = item.as_ref().map(|item| tracing::field::debug(item.as_str()));
        tracing::warn!(item, problem = ?text, "a problem in a scan");
    }
    let (send, hold, drop) = (report.count("send"), report.count("hold"), report.count("drop"));
    let (scanned, notifications, took) = (report.scanned, report.notifications, report.took);
    tracing::info!(reminders, scanned, send, hold, drop, notifications, ?took, "scanned");
}
