//! One table of faults: what each made of a notice, and what became of the notice once the fault was over.
//!
//! Every row has a server and a channel of its own, and two notices: the one that meets the fault, and a witness behind
//! it in the same lane, which shows what the fault has done to the destination. Then all servers are mended, and
//! there is a second go.

use chrono::TimeDelta;
use nudged::{
    clock::Clock,
    model::Notification,
    pipeline::{Delivery, LaneConfig},
    store::{Custody, Filter, Kept},
};
use nudged_tests::{Database, Means, Office, Plan, at, notice_about};

use super::expected::{Destination, Expected};

/// The other side of one row's channel.
#[async_trait::async_trait]
pub(super) trait Other: Send + Sync {
    /// Ends the fault.
    async fn mend(&self);

    /// Every copy that it has of a notice: the id that is in it.
    fn copies(&self, notice: &Notification) -> Vec<String>;
}

/// One fault and what is expected of it.
pub(super) struct Row {
    pub(super) fault: String,
    pub(super) other: Box<dyn Other>,
    pub(super) means: Means,
    /// The addresses of the notice and of the witness.
    pub(super) to: [String; 2],
    pub(super) expected: Expected,
}

/// What has happened in one row.
pub(super) struct Seen {
    pub(super) outcome: &'static str,
    pub(super) detail: String,
    /// Seconds until the next attempt.
    pub(super) wait: Option<i64>,
    pub(super) destination: Destination,
    pub(super) end: String,
    pub(super) copies: usize,
    complaints: Vec<String>,
}

/// A row in the course of its test.
struct Trial {
    row: Row,
    notice: Notification,
    witness: Notification,
}

/// Runs all rows through one deliverer, and prints them as a table.
///
/// # Panics
/// If a row is not as expected, or one of the secrets stands in an attempt's record; with all such rows.
pub(super) async fn run(title: &str, plan: Plan, plugin: &str, rows: Vec<Row>, secrets: &[&str]) {
    let database = Database::fresh_sqlite();
    let (plan, trials) = lay_out(plan, plugin, rows);
    let lane = LaneConfig { concurrency: 1, rate: None, one_destination: plugin == "email" };
    let office = filled(plan.open(&database.url(), at("2026-05-04T09:00:00Z")).await, &lane, &trials).await;
    let seen = watched(&office, &trials, secrets).await;
    print(title, &trials, &seen);
    let wrong: Vec<_> = trials.iter().zip(&seen).filter(|(_, seen)| !seen.complaints.is_empty()).collect();
    let wrong = wrong.iter().map(|(trial, seen)| format!("{}: {}", trial.row.fault, seen.complaints.join("; ")));
    let wrong: Vec<_> = wrong.collect();
    assert!(wrong.is_empty(), "{} of {} rows of {title}:\n{}", wrong.len(), trials.len(), wrong.join("\n"));
}

/// An office with all notices in its outbox, where the first failure makes a destination dead and the second a notice.
async fn filled(mut office: Office, lane: &LaneConfig, trials: &[Trial]) -> Office {
    office.deliverer.config.attempts = 2;
    office.deliverer.config.dead_after = 1;
    office.deliverer.lanes = trials.iter().map(|trial| (trial.notice.channel.clone(), lane.clone())).collect();
    office.put(trials.iter().map(|trial| trial.notice.clone())).await;
    // The witness is due after the notice.
    office.clock.advance(TimeDelta::milliseconds(1));
    office.put(trials.iter().map(|trial| trial.witness.clone())).await;
    office
}

/// The first go, the mending and the second go.
async fn watched(office: &Office, trials: &[Trial], secrets: &[&str]) -> Vec<Seen> {
    let first = office.deliver().await;
    let between = listed(office).await;
    let begun = office.clock.now();
    for trial in trials {
        trial.row.other.mend().await;
    }
    office.clock.advance(TimeDelta::hours(2));
    let second = office.deliver().await;
    let after = listed(office).await;
    // Where the fault lasts, one of the two probes and the other waits for it: each gets its turn.
    for _ in 0..20 {
        office.clock.advance(TimeDelta::hours(2));
        office.deliver().await;
    }
    let late = listed(office).await;

    let end = End { first: &first, between: &between, second: &second, after: &after, late: &late };
    let mut seen = Vec::new();
    for trial in trials {
        let mut row = trial.seen(&end, begun);
        row.complaints.extend(trial.records(office, secrets).await);
        row.complaints.extend(trial.row.expected.complaints(&row));
        seen.push(row);
    }
    seen
}

/// A channel for each row.
fn lay_out(plan: Plan, plugin: &str, rows: Vec<Row>) -> (Plan, Vec<Trial>) {
    let (mut plan, mut trials) = (plan, Vec::new());
    for (n, mut row) in rows.into_iter().enumerate() {
        let channel = format!("row-{n:03}");
        plan = plan.channel_with(&channel, plugin, std::mem::take(&mut row.means));
        let [notice, witness] =
            [("notice", &row.to[0]), ("witness", &row.to[1])].map(|(about, to)| notice_about(about, &channel, to));
        trials.push(Trial { row, notice, witness });
    }
    (plan, trials)
}

async fn listed(office: &Office) -> Vec<Kept> {
    office.store.list(&Filter::default()).await.expect("a store")
}

/// What both goes have come to.
struct End<'r> {
    first: &'r [Delivery],
    between: &'r [Kept],
    second: &'r [Delivery],
    after: &'r [Kept],
    /// Later still.
    late: &'r [Kept],
}

impl Trial {
    fn seen(&self, end: &End<'_>, begun: nudged::model::Instant) -> Seen {
        let of = |all: &[Delivery], notice: &Notification| {
            all.iter().find(|delivery| delivery.notification.id == notice.id).cloned()
        };
        let due = |notice: &Notification| {
            let kept = end.between.iter().find(|kept| kept.id == notice.id)?;
            Some((kept.due? - begun).num_milliseconds())
        };
        // To the nearest second: the clock has moved by a millisecond.
        let seconds = |millis: i64| (millis + 500) / 1000;
        let first = of(end.first, &self.notice);
        let wait = due(&self.notice).map(seconds);
        let destination = match (of(end.first, &self.witness), due(&self.witness).map(seconds)) {
            (None, Some(waits)) if Some(waits) == self.row.expected.rest => Destination::Rests,
            (None, Some(_)) => Destination::Dead,
            _ => Destination::Alive,
        };
        let kept = end.late.iter().find(|kept| kept.id == self.notice.id);
        let copies = self.row.other.copies(&self.notice);
        let mut complaints = Vec::new();
        complaints.extend(first.is_none().then(|| "it was not tried".to_owned()));
        let others: Vec<_> = copies.iter().filter(|id| !id.contains(self.notice.id.as_str())).collect();
        complaints.extend((!others.is_empty()).then(|| format!("other ids than {}: {others:?}", self.notice.id)));
        complaints.extend(self.unfinished(end));
        Seen {
            outcome: first.as_ref().map_or("-", |first| first.outcome),
            detail: first.map(|first| first.detail).unwrap_or_default(),
            wait,
            destination,
            end: kept.map_or("delivered", |kept| kept.state.as_str()).to_owned(),
            copies: copies.len(),
            complaints,
        }
    }

    /// After the second go nothing waits any more, if the fault is over.
    fn unfinished(&self, end: &End<'_>) -> Option<String> {
        if self.row.expected.end == "dead" {
            return None;
        }
        let waits = end.after.iter().find(|kept| kept.channel == self.notice.channel && kept.due.is_some())?;
        let second: Vec<_> = end.second.iter().filter(|one| one.notification.id == waits.id).collect();
        Some(format!("{} is {} after the second go, which came to {second:?}", waits.subject, waits.state.as_str()))
    }

    /// What is wrong with the records of both notices.
    async fn records(&self, office: &Office, secrets: &[&str]) -> Vec<String> {
        let mut wrong = Vec::new();
        for notice in [&self.notice, &self.witness] {
            let known = office.store.show(&notice.id).await.expect("a store").expect("it is known");
            let leaks = |detail: &str| secrets.iter().any(|secret| detail.contains(secret));
            let leaking = known.attempts.iter().filter(|(_, attempt)| leaks(&attempt.detail));
            wrong.extend(leaking.map(|(_, attempt)| format!("a secret is recorded: {}", attempt.detail)));
        }
        let known = office.store.show(&self.notice.id).await.expect("a store").expect("it is known");
        let says = self.row.expected.says;
        if !known.attempts.first().is_some_and(|(_, attempt)| attempt.detail.contains(says)) {
            wrong.push(format!("the record of the first attempt does not say {says:?}: {:?}", known.attempts));
        }
        wrong
    }
}

fn print(title: &str, trials: &[Trial], seen: &[Seen]) {
    let mut table = format!(
        "\n### {title}\n\n| fault | outcome | detail | next | destination | in the end | copies |\n\
         | --- | --- | --- | --- | --- | --- | --- |\n"
    );
    for (trial, seen) in trials.iter().zip(seen) {
        let detail = seen.detail.chars().take(110).collect::<String>().replace('|', "\\|");
        let next = seen.wait.map(|wait| format!("{wait} s")).unwrap_or_default();
        let Seen { outcome, destination, end, copies, complaints, .. } = seen;
        let mark = if complaints.is_empty() { "" } else { "**!** " };
        let fault = &trial.row.fault;
        table += &format!("| {mark}{fault} | {outcome} | {detail} | {next} | {destination} | {end} | {copies} |\n");
    }
    println!("{table}");
}
