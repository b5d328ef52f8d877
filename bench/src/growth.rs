//! How time and memory of a scan grow with the shares, and with what is open.

use anyhow::Result;

use crate::{
    bench::Bench,
    child::Cost,
    data::PENDING,
    sample::{Sample, Unit},
    scan::{Rig, Rows, Store},
    section::{Figure, Line, Plot, Section, Table},
    text::{self, MEBIBYTE},
};

/// The fewest shares that tell anything; from there to the most in steps of ten.
const FEWEST: u64 = 10_000;

/// How much of the shares is open.
const OPEN: [f64; 4] = [0.0001, 0.01, 0.1, 1.0];

/// Runs of each size: the larger ones take minutes.
const RUNS: usize = 2;

/// The reminder whose findings are made more and more.
const PENDING_SHARE: &str = "pending-share";

const INTRO: &str = "\
The scans of the section above, on tables of different sizes. First with a tenth of the shares pending and all eight strategies \
due, beside `psql \\copy` of the same columns of all shares. Then with one number of shares, of which more and more wait for a \
decision, and `pending-share` due alone: once into a fresh store, and once more when all is told already.";

/// Two programs measured in turn at one size.
struct Point {
    size: u64,
    one: Vec<Cost>,
    other: Vec<Cost>,
}

pub(crate) async fn measure(bench: &Bench) -> Result<Section> {
    let rig = Rig::new(bench)?;
    let points = points(&rig).await;
    rig.clear().await?;
    let (shares, open) = points?;
    Ok(section(bench, &shares, &open))
}

async fn points(rig: &Rig<'_>) -> Result<(Vec<Point>, Vec<Point>)> {
    let (mut shares, mut open) = (Vec::new(), Vec::new());
    for size in sizes(rig.bench.shares) {
        shares.push(of_shares(rig, size).await?);
    }
    for part in OPEN {
        open.push(of_open(rig, part).await?);
    }
    Ok((shares, open))
}

/// From small to large.
fn sizes(most: u64) -> Vec<u64> {
    let least = FEWEST.min(most / 10).max(1);
    let mut sizes: Vec<_> = (0..4).map(|tens| most / 10u64.pow(tens)).filter(|size| *size >= least).collect();
    sizes.reverse();
    sizes
}

/// A first scan, and `psql`.
async fn of_shares(rig: &Rig<'_>, size: u64) -> Result<Point> {
    let findings = rig.fill(size, PENDING).await?;
    rig.fresh(Store::Postgres).await?;
    rig.check(&[], &findings)?;
    rig.copy(Rows::All)?;
    let mut point = Point { size, one: Vec::new(), other: Vec::new() };
    for _ in 0..rig.bench.runs.min(RUNS) {
        rig.fresh(Store::Postgres).await?;
        point.one.push(rig.scan(&[])?);
        rig.fresh(Store::Postgres).await?;
        point.other.push(rig.copy(Rows::All)?);
    }
    Ok(point)
}

/// A first scan, and a second one.
async fn of_open(rig: &Rig<'_>, part: f64) -> Result<Point> {
    let findings = rig.fill(rig.bench.shares, part).await?;
    rig.fresh(Store::Postgres).await?;
    rig.check(&[PENDING_SHARE], &findings)?;
    let size = findings.get(PENDING_SHARE).copied().unwrap_or_default();
    let mut point = Point { size, one: Vec::new(), other: Vec::new() };
    for _ in 0..rig.bench.runs.min(RUNS) {
        rig.fresh(Store::Postgres).await?;
        point.one.push(rig.scan(&[PENDING_SHARE])?);
        point.other.push(rig.scan(&[PENDING_SHARE])?);
    }
    Ok(point)
}

fn section(bench: &Bench, shares: &[Point], open: &[Point]) -> Section {
    let fixed = text::count(bench.shares);
    let of_shares = Growth { points: shares, x: "shares", names: ["nudged scan", "psql \\copy"] };
    let of_open = Growth { points: open, x: "open occurrences", names: ["first scan", "second scan"] };
    let title = |what: &str| format!("{what}, {fixed} shares");
    Section {
        name: "growth".to_owned(),
        title: "Growth".to_owned(),
        intro: INTRO.to_owned(),
        figures: shares.iter().map(figure).collect(),
        tables: vec![of_shares.table("By shares".to_owned()), of_open.table(title("By open occurrences"))],
        plots: vec![
            of_shares.time("growth-shares-time", "Time by shares".to_owned()),
            of_shares.memory("growth-shares-memory", "Peak memory by shares".to_owned()),
            of_open.time("growth-open-time", title("Time by open occurrences")),
            of_open.memory("growth-open-memory", title("Peak memory by open occurrences")),
        ],
        remarks: Vec::new(),
    }
}

fn figure(point: &Point) -> Figure {
    let wall = |costs: &[Cost]| Sample::new(Unit::Seconds, costs.iter().map(|cost| cost.wall));
    let what = format!("Scan of {} shares, all strategies due", text::count(point.size));
    Figure::against(what, wall(&point.one), "`psql \\copy` of the same columns", wall(&point.other))
}

/// Points by something that grows.
struct Growth<'p> {
    points: &'p [Point],
    x: &'static str,
    /// Of what was measured at each point.
    names: [&'static str; 2],
}

impl Growth<'_> {
    fn time(&self, name: &str, title: String) -> Plot {
        self.plot(name, title, "seconds", |cost| cost.wall)
    }

    fn memory(&self, name: &str, title: String) -> Plot {
        self.plot(name, title, "MiB", |cost| cost.memory / MEBIBYTE)
    }

    fn plot(&self, name: &str, title: String, y: &str, of: fn(&Cost) -> f64) -> Plot {
        // Nothing has no place on a logarithmic axis.
        let sized = || self.points.iter().filter(|point| point.size > 0);
        let line = |name: &str, costs: fn(&Point) -> &Vec<Cost>| Line {
            name: name.to_owned(),
            points: sized().map(|point| (point.size as f64, median(costs(point), of))).collect(),
        };
        Plot {
            name: name.to_owned(),
            title,
            x: self.x.to_owned(),
            y: y.to_owned(),
            logarithmic: true,
            lines: vec![line(self.names[0], |point| &point.one), line(self.names[1], |point| &point.other)],
        }
    }

    fn table(&self, title: String) -> Table {
        let headings = self.names.iter().flat_map(|name| [format!("{name}: time"), format!("{name}: peak memory")]);
        let row = |point: &Point| {
            let cells = [&point.one, &point.other].into_iter().flat_map(|costs| {
                let memory = text::mebibytes(median(costs, |cost| cost.memory));
                [text::seconds(median(costs, |cost| cost.wall)), memory]
            });
            [text::count(point.size)].into_iter().chain(cells).collect()
        };
        Table {
            title,
            columns: [self.x.to_owned()].into_iter().chain(headings).collect(),
            rows: self.points.iter().map(row).collect(),
        }
    }
}

fn median(costs: &[Cost], of: fn(&Cost) -> f64) -> f64 {
    Sample::new(Unit::Seconds, costs.iter().map(of)).median()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_grow_tenfold_from_what_tells_anything() {
        assert_eq!(sizes(1_000_000), [10_000, 100_000, 1_000_000]);
        assert_eq!(sizes(10_000_000), [10_000, 100_000, 1_000_000, 10_000_000]);
        assert_eq!(sizes(500), [50, 500]);
    }
}
