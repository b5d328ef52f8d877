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

/// How long Alertmanager lets a group gather: as short as it can be, and about as long as it takes to hand over all alerts.
const WAITS: [&str; 2] = ["1ms", "1s"];

/// Longest wait for the last one.
const LAST: Duration = Duration::from_secs(120);

const INTRO: &str = "\
So many shares wait for an approval, a hundred for each team. nudged scans them in data.all's tables (SQLite) and delivers one \
webhook to each team: the time is from the start of `nudged scan` until the listener has heard of every share, with the start of a \
process for `scan` and another for `deliver --once`. Alertmanager is running already and is handed as many alerts, a thousand a POST; it groups them by a \
label into as many groups and posts to the same listener: the time is from the first POST until the listener has heard of \
every alert. Its `group_wait` and `group_interval` are 1 ms, so that it waits for nothing but posts a group again and again as it \
grows; and 1 s, so that a group is whole when it is posted.

They are not the same thing. nudged reads the shares from a database, judges them in a sandbox, looks up who is to be told, and \
has every notice and what it says of which share on disk before the first is sent, so that neither a crash nor a second daemon \
loses or repeats any; it writes down what came of each. Alertmanager is given its alerts, keeps them in memory, writes down its \
notifications every few minutes, and expects to be told of the alerts again after a crash.";

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
    if let Err(error) = Alertmanager::start(bench, &listener.url(), WAITS[0]).await {
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
        let (mut ours, mut theirs) = (Vec::new(), WAITS.map(|_| Vec::new()));
        for turn in 0..=self.bench.runs {
            let our = self.ours(kind).await?;
            eprintln!("others: {kind}: {:.2} s", our.seconds);
            ours.extend((turn > 0).then_some(our));
            for (wait, theirs) in WAITS.iter().zip(&mut theirs) {
                let their = self.theirs(wait).await?;
                eprintln!("others: Alertmanager, {wait}: {:.2} s", their.seconds);
                theirs.extend((turn > 0).then_some(their));
            }
        }
        let what = format!("{} shares told to {} teams, {kind}", self.waiting, self.teams());
        let seconds = |told: &[Told]| Sample::new(Unit::Seconds, told.iter().map(|told| told.seconds));
        let memory = |told: &[Told]| Sample::new(Unit::Bytes, told.iter().map(|told| told.memory));
        for (wait, theirs) in WAITS.iter().zip(&theirs) {
            let other = format!("Alertmanager, `group_wait: {wait}`");
            section.figures.push(Figure::against(format!("{what}: time"), seconds(&ours), &other, seconds(theirs)));
            section.figures.push(Figure::against(format!("{what}: peak memory"), memory(&ours), other, memory(theirs)));
        }
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

    async fn theirs(&self, wait: &str) -> Result<Told> {
        self.ears.forget();
        let alertmanager = Alertmanager::start(self.bench, &self.listener.url(), wait).await?;
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
