//! Beside Prometheus' Alertmanager, which also groups what it is told of and posts it: for orientation, since it does less.

mod alertmanager;
mod ears;
mod ours;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use tokio::time::timeout;

use self::{alertmanager::Alertmanager, ears::Ears, ours::Ours};
use crate::{
    bench::Bench,
    delivery::{Kind, Listener},
    sample::{Sample, Unit},
    section::{Figure, Section},
};

/// Shares that wait, where the tables have a million.
const WAITING: u64 = 10_000;

/// Shares for each recipient.
const EACH: usize = 100;

/// Longest wait for the last one.
const LAST: Duration = Duration::from_secs(120);

const INTRO: &str = "\
So many shares wait for an approval, a hundred for each team. nudged scans them in data.all's tables (SQLite) and delivers one \
webhook to each team: the time is from the start of `nudged scan` until the listener has heard of every share, with the start of a \
process for `scan` and another for `deliver --once`. Alertmanager is running already and is handed as many alerts, a thousand a POST; it groups them by a \
label into as many groups and posts to the same listener: the time is from the first POST until the listener has heard of \
every alert. Its `group_wait` and `group_interval` are 1 ms, so that it waits for nothing.

They are not the same thing. nudged reads the shares from a database, judges them in a sandbox, looks up who is to be told, and \
has every notice and what it says of which share on disk before the first is sent, so that neither a crash nor a second daemon \
loses or repeats any; it writes down what came of each. Alertmanager is given its alerts, keeps them in memory, writes down its \
notifications every few minutes, and expects to be told of the alerts again after a crash. A group of which something is told while the \
rest is on its way is posted again with the rest in it.";

pub(crate) async fn measure(bench: &Bench) -> Result<Section> {
    std::fs::create_dir_all(&bench.scratch)?;
    let mut section = Section {
        name: "others".to_owned(),
        title: "Beside Alertmanager".to_owned(),
        intro: INTRO.to_owned(),
        ..Section::default()
    };
    let ears = Arc::new(Ears::new());
    let heard = Arc::clone(&ears);
    let listener = Listener::start(move |body| heard.hear(body)).await?;
    if let Err(error) = Alertmanager::start(bench, &listener.url()).await {
        section.remarks.push(format!("Nothing was measured: {error:#}."));
        return Ok(section);
    }
    let stage = Stage { bench, listener, ears, waiting: waiting(bench) };
    for kind in Kind::ALL {
        stage.compare(kind, &mut section).await?;
    }
    Ok(section)
}

/// Fewer where the tables are small: then it is a trial.
fn waiting(bench: &Bench) -> usize {
    let waiting = bench.shares.saturating_mul(WAITING) / 1_000_000;
    usize::try_from(waiting.clamp(1, WAITING)).unwrap_or(usize::MAX)
}

struct Stage<'b> {
    bench: &'b Bench,
    listener: Listener,
    ears: Arc<Ears>,
    waiting: usize,
}

/// How long it took until all were told of, and how much memory at most.
struct Told {
    seconds: f64,
    memory: f64,
}

impl Stage<'_> {
    async fn compare(&self, kind: Kind, section: &mut Section) -> Result<()> {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for turn in 0..=self.bench.runs {
            let our = self.ours(kind).await?;
            let their = self.theirs().await?;
            eprintln!("others: {kind}: {:.2} s, Alertmanager {:.2} s", our.seconds, their.seconds);
            if turn > 0 {
                ours.push(our);
                theirs.push(their);
            }
        }
        let what = format!("{} shares told to {} teams, {kind}", self.waiting, self.teams());
        let both =
            |unit, figure: fn(&Told) -> f64| [&ours, &theirs].map(|told| Sample::new(unit, told.iter().map(figure)));
        let [our, their] = both(Unit::Seconds, |told| told.seconds);
        section.figures.push(Figure::against(format!("{what}: time"), our, "Alertmanager", their));
        let [our, their] = both(Unit::Bytes, |told| told.memory);
        section.figures.push(Figure::against(format!("{what}: peak memory"), our, "Alertmanager", their));
        Ok(())
    }

    fn teams(&self) -> usize {
        self.waiting.div_ceil(EACH)
    }

    async fn ours(&self, kind: Kind) -> Result<Told> {
        self.ears.forget();
        let ours = Ours::make(self.bench, kind, &self.listener, self.waiting, self.teams()).await?;
        let began = Instant::now();
        let took = ours.tell().await?;
        ensure!(self.ears.count() == self.waiting, "nudged told of {} of {}", self.ears.count(), self.waiting);
        let seconds = self.until_all(began).await?;
        let memory = took.iter().map(|took| took.memory).max().unwrap_or_default() as f64;
        Ok(Told { seconds, memory })
    }

    async fn theirs(&self) -> Result<Told> {
        self.ears.forget();
        let alertmanager = Alertmanager::start(self.bench, &self.listener.url()).await?;
        let began = Instant::now();
        alertmanager.post(self.waiting, self.teams()).await?;
        let seconds = self.until_all(began).await?;
        Ok(Told { seconds, memory: alertmanager.memory()? as f64 })
    }

    async fn until_all(&self, began: Instant) -> Result<f64> {
        let all = timeout(LAST, self.ears.all(self.waiting)).await;
        let all = all.ok().flatten().with_context(|| format!("only {} were told of", self.ears.count()))?;
        Ok((all - began).as_secs_f64())
    }
}
