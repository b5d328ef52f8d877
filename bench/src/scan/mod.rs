//! How fast a scan is, beside reading the same rows with `psql`.

mod reference;
mod rig;

use anyhow::Result;

pub(crate) use reference::Rows;
pub(crate) use rig::{Rig, Store};

use crate::{
    bench::Bench,
    child::Cost,
    data::PENDING,
    sample::{Sample, Unit},
    section::{Figure, Goal, Section, Table},
    text::{self, MEBIBYTE},
};

/// The scan may take so many times what reading alone takes, and so many bytes of memory.
const TIMES: f64 = 1.5;
const MEMORY: f64 = 150.0 * MEBIBYTE;

const INTRO: &str = "\
`nudged scan` reads every share that a strategy may have something to say about, calls the strategies, finds recipients, and \
writes verdicts and notices into the outbox; nothing is sent. All eight shipped strategies are due, on data.all's tables with \
made-up shares (`nudged-bench data`): a tenth of them waits for a decision, two in a hundred end within the month, and beside \
them are pending extensions, expired, failed and unhealthy shares, failing stacks, and a record of the operator's own for each \
environment.

`psql` reads the same columns, with items and since when a share waits, joined and sorted in the same way, by `\\copy` to \
`/dev/null`. Both sessions have the same settings of the planner. They take turns, and each begins after a checkpoint. Peak \
memory and processor time are GNU time's, of the program alone: PostgreSQL's own work is in the wall time only.";

const REMARK: &str = "\
A run holds all that it found until all is told, since digests and the sanity brake need it: memory grows with what is found, \
not with the shares. What it takes beyond reading is mostly the ledger: a row for each notice that is told.";

/// What one round took, in the order in which it was run.
struct Round {
    first: Cost,
    again: Cost,
    all: Cost,
    own: Cost,
    telling: Cost,
    only_pending: Cost,
    pending: Cost,
    in_file: Cost,
}

/// A heading and what it took in a round.
type Column = (&'static str, fn(&Round) -> Cost);

const COLUMNS: [Column; 8] = [
    ("scan, all strategies due, fresh store", |round| round.first),
    ("the same again: all is told already", |round| round.again),
    ("scan, fresh store in SQLite", |round| round.in_file),
    ("scan for `pending-share` alone, fresh store", |round| round.only_pending),
    ("`\\copy` of all shares", |round| round.all),
    ("`\\copy` of nudged's own statement", |round| round.own),
    ("`\\copy` of the shares that something is found in", |round| round.telling),
    ("`\\copy` of the pending shares", |round| round.pending),
];

pub(crate) async fn measure(bench: &Bench) -> Result<Section> {
    let rig = Rig::new(bench)?;
    let rounds = rounds(&rig).await;
    rig.clear().await?;
    Ok(section(bench, &rounds?))
}

/// A round that is not counted, then those that are.
async fn rounds(rig: &Rig<'_>) -> Result<Vec<Round>> {
    let findings = rig.fill(rig.bench.shares, PENDING).await?;
    rig.fresh(Store::Postgres).await?;
    rig.check(&[], &findings)?;
    let own = rig.own().await?;
    let mut rounds = Vec::new();
    for number in 0..=rig.bench.runs {
        eprintln!("scan: round {number} of {}", rig.bench.runs);
        rounds.push(round(rig, &own).await?);
    }
    rounds.remove(0);
    Ok(rounds)
}

async fn round(rig: &Rig<'_>, own: &str) -> Result<Round> {
    rig.fresh(Store::Postgres).await?;
    let first = rig.scan(&[])?;
    let again = rig.scan(&[])?;
    rig.fresh(Store::Postgres).await?;
    let all = rig.copy(Rows::All)?;
    let own = rig.copy_of(own)?;
    let telling = rig.copy(Rows::Telling)?;
    let only_pending = rig.scan(&["pending-share"])?;
    rig.fresh(Store::Sqlite).await?;
    let pending = rig.copy(Rows::Pending)?;
    let in_file = rig.scan(&[])?;
    Ok(Round { first, again, all, own, telling, only_pending, pending, in_file })
}

fn section(bench: &Bench, rounds: &[Round]) -> Section {
    let shares = text::count(bench.shares);
    let wall = |of: fn(&Round) -> Cost| sample(Unit::Seconds, rounds, |round| of(round).wall);
    let against = |what: String, ours: fn(&Round) -> Cost, other: &str, theirs: fn(&Round) -> Cost| {
        Figure::against(what, wall(ours), other, wall(theirs))
    };
    let memory = sample(Unit::Bytes, rounds, |round| round.first.memory);
    let scan = format!("Scan of {shares} shares, all strategies due, fresh store");
    let all = "`psql \\copy` of the same columns of all shares";
    Section {
        name: "scan".to_owned(),
        title: "Scanning".to_owned(),
        intro: INTRO.to_owned(),
        figures: vec![
            against(scan.clone(), |r| r.first, all, |r| r.all).meant(Goal::RatioAtMost(TIMES)),
            Figure::alone("Peak memory of that scan", memory).meant(Goal::AtMost(MEMORY)),
            against(scan.clone(), |r| r.first, "`psql \\copy` of what nudged's own statement selects", |r| r.own),
            against(scan, |r| r.first, "`psql \\copy` of the shares that something is found in", |r| r.telling),
            against("The same scan again: all is told already".to_owned(), |r| r.again, all, |r| r.all),
            against("The first scan with the store in SQLite".to_owned(), |r| r.in_file, all, |r| r.all),
            against(
                "Scan for `pending-share` alone, fresh store".to_owned(),
                |r| r.only_pending,
                "`psql \\copy` of the pending shares",
                |r| r.pending,
            ),
        ],
        tables: vec![table(rounds)],
        plots: Vec::new(),
        remarks: vec![REMARK.to_owned()],
    }
}

fn table(rounds: &[Round]) -> Table {
    let row = |(what, of): &Column| {
        let median = |of: &dyn Fn(&Round) -> f64| Sample::new(Unit::Seconds, rounds.iter().map(of)).median();
        vec![
            (*what).to_owned(),
            text::seconds(median(&|round| of(round).wall)),
            text::seconds(median(&|round| of(round).cpu)),
            text::mebibytes(median(&|round| of(round).memory)),
        ]
    };
    Table {
        title: "What each took, at the median".to_owned(),
        columns: ["", "wall time", "processor", "peak memory"].map(str::to_owned).into(),
        rows: COLUMNS.iter().map(row).collect(),
    }
}

fn sample(unit: Unit, rounds: &[Round], of: impl Fn(&Round) -> f64) -> Sample {
    Sample::new(unit, rounds.iter().map(of))
}
