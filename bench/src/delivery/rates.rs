//! Notices a second, each sender in turn with nudged.

use std::time::Duration;

use anyhow::Result;

use super::{
    CONNECTIONS,
    hooks::Hooks,
    load::{Load, Sent},
    mail::{Connections, Mails},
    place::Kind,
};
use crate::{
    bench::Bench,
    sample::{Sample, Unit},
    section::{Figure, Goal, Section, Table},
};

/// What is meant of `smtp-source`'s rate and of `wrk`'s.
const MAILS: Goal = Goal::RatioAtLeast(0.7);
const HOOKS: Goal = Goal::RatioAtLeast(0.5);

/// Seconds that `wrk` posts, and posts a second that it is not expected to fall below.
const LONGEST: usize = 5;
const SLOWEST: usize = 4000;

/// What is measured so far.
pub(super) struct Rates<'b> {
    bench: &'b Bench,
    notices: usize,
    beside: Vec<Vec<String>>,
}

impl<'b> Rates<'b> {
    /// Nothing yet; so many notices a run.
    pub(super) fn new(bench: &'b Bench, notices: usize) -> Self {
        Self { bench, notices, beside: Vec::new() }
    }

    /// Mails, for each store and number of connections.
    pub(super) async fn mails(&mut self, mails: &Mails<'_>, section: &mut Section) -> Result<()> {
        for connections in CONNECTIONS {
            for kind in Kind::ALL {
                let what = format!("Mails from {kind}, {connections} connections");
                let source = async || mails.source(connections, Connections::Kept, self.notices).await;
                let (load, notices, runs) = (mails.load(), self.notices, self.bench.runs);
                let turns = Turns { what: &what, load: &load, kind, connections, notices, runs };
                let (rates, theirs, sent) = turns.against(source).await?;
                let other = format!("`smtp-source -d -s {connections}`");
                section.figures.push(Figure::against(&what, rates, other, theirs).meant(MAILS));
                self.beside.push(row(what, &sent));
            }
            let (what, new) = self.new_connections(mails, connections).await?;
            section.figures.push(Figure::alone(what, new));
        }
        Ok(())
    }

    async fn new_connections(&self, mails: &Mails<'_>, connections: usize) -> Result<(String, Sample)> {
        let what = format!("`smtp-source -s {connections}`: a connection for every mail");
        eprintln!("delivery: {what}");
        let mut rates = Vec::new();
        for _ in 0..self.bench.runs {
            rates.push(mails.source(connections, Connections::New, self.notices).await?);
        }
        Ok((what, Sample::new(Unit::PerSecond, rates)))
    }

    /// Webhooks, for each store and number of connections.
    pub(super) async fn hooks(&mut self, hooks: &Hooks<'_>, section: &mut Section) -> Result<()> {
        let script = hooks.script().await?;
        let seconds = (self.notices / SLOWEST).clamp(1, LONGEST);
        for connections in CONNECTIONS {
            for kind in Kind::ALL {
                let what = format!("Webhooks from {kind}, {connections} connections");
                let wrk = async || hooks.wrk(&script, connections, seconds).await;
                let (load, notices, runs) = (hooks.load(), self.notices, self.bench.runs);
                let turns = Turns { what: &what, load: &load, kind, connections, notices, runs };
                let (rates, theirs, sent) = turns.against(wrk).await?;
                let other = format!("`wrk -c {connections}`, a body of {} bytes", script.body);
                section.figures.push(Figure::against(&what, rates, other, theirs).meant(HOOKS));
                self.beside.push(row(what, &sent));
            }
        }
        Ok(())
    }

    /// What nudged took for it.
    pub(super) fn beside(self) -> Table {
        let columns = ["delivered", "start and end", "processor time a notice", "peak memory"];
        Table {
            title: "What nudged takes to deliver, medians".to_owned(),
            columns: columns.map(str::to_owned).to_vec(),
            rows: self.beside,
        }
    }
}

struct Turns<'t> {
    what: &'t str,
    load: &'t Load<'t>,
    kind: Kind,
    connections: usize,
    notices: usize,
    runs: usize,
}

impl Turns<'_> {
    /// Rates of nudged and of another program, taken in turn after one of each that does not count.
    async fn against(&self, other: impl AsyncFn() -> Result<f64>) -> Result<(Sample, Sample, Vec<Sent>)> {
        let Self { what, load, kind, connections, notices, runs } = *self;
        let (mut sent, mut theirs) = (Vec::new(), Vec::new());
        for turn in 0..=runs {
            let one = load.run(kind, connections, notices).await?;
            let their = other().await?;
            eprintln!("delivery: {what}: {:.0}/s, the other {their:.0}/s", one.rate());
            if turn > 0 {
                sent.push(one);
                theirs.push(their);
            }
        }
        let rates = Sample::new(Unit::PerSecond, sent.iter().map(Sent::rate));
        Ok((rates, Sample::new(Unit::PerSecond, theirs), sent))
    }
}

fn row(what: String, sent: &[Sent]) -> Vec<String> {
    let median = |figure: fn(&Sent) -> f64| Sample::new(Unit::Seconds, sent.iter().map(figure)).median();
    let idle = Duration::from_secs_f64(median(|sent| sent.idle.wall.as_secs_f64()));
    let memory = median(|sent| sent.all.memory as f64) / f64::from(1 << 20);
    vec![
        what,
        format!("{} ms", idle.as_millis()),
        format!("{:.0} µs", median(Sent::cpu) * 1e6),
        format!("{memory:.0} MiB"),
    ]
}
