//! What it costs that plugins are components: calls, scans, starts and reloads.

mod calls;
mod component;
mod daemon;
mod home;
mod native;
mod pipeline;
mod reloading;
mod starting;

use anyhow::Result;

pub(crate) use self::component::Component;
use self::{
    calls::{Calls, Every, FOUND, SIZES, Single},
    pipeline::Pipeline,
    reloading::Reloading,
    starting::Starting,
};
use crate::{
    bench::Bench,
    section::{Figure, Goal, Line, Plot, Section, Table},
};

/// Shares in a call of the daemon's.
const BATCH: usize = 256;

const INTRO: &str = "The strategy `pending-share` is measured twice: as the component that is shipped, and its very source compiled \
    for this machine, behind the same trait of the host. Calls alone are about the same 4096 made-up shares in batches of \
    different sizes, under the daemon's limits; the time is that of a share. The native one is lent copies of the fields that it \
    reads, as the SDK has it; the last column leaves these copies out. A scan goes from tables in SQLite to a new outbox in \
    SQLite.\n\nStarts and reloads are those of a daemon, `nudged run` with all shipped plugins: from the start of the process to \
    200 on `/-/ready`, and from the renaming of a changed file to its being listed on `/-/plugins`, each asked every 2 ms. A \
    changed file has another digest, so that it is read, compiled and tried as any new version is.";

pub(crate) async fn measure(bench: &Bench) -> Result<Section> {
    let component = Component::new(bench, "pending-share")?;
    let Every { calls, left_out } = calls::measure(bench, &component).await?;
    let single = calls::measure_single(bench, &component).await?;
    let pipeline = pipeline::measure(bench, &component).await?;
    let starting = starting::measure(bench).await?;
    let reloading = reloading::measure(bench).await?;
    let mut figures = vec![scan(&pipeline)];
    for found in FOUND {
        figures.push(share(calls::of(&calls, BATCH, found)?));
    }
    let remarks = left_out.into_iter().chain([failed(&reloading)]).collect();
    figures.extend(singles(single).into_iter().chain(reloads(reloading)).chain(starts(starting)));
    Ok(Section {
        name: "plugins".to_owned(),
        title: "Plugins".to_owned(),
        intro: INTRO.to_owned(),
        figures,
        tables: vec![table(&calls)],
        plots: vec![plot(&calls)],
        remarks,
    })
}

fn scan(Pipeline { shares, findings, component, native }: &Pipeline) -> Figure {
    let what = format!("Scan of {shares} shares, {findings} of them found, with the component");
    let other = "the same scan with native code";
    Figure::against(what, component.clone(), other, native.clone()).meant(Goal::RatioAtMost(1.2))
}

fn share(Calls { size, found, component, native, .. }: &Calls) -> Figure {
    let what = format!("A share in a call about {size}, {found} % found, in the component");
    Figure::against(what, component.clone(), "native code", native.clone())
}

fn singles(Single { first, empty }: Single) -> [Figure; 2] {
    [
        Figure::alone("First call after loading, about one share", first),
        Figure::alone("A call about nothing: a fresh instance", empty),
    ]
}

fn reloads(Reloading { idle, busy, .. }: Reloading) -> [Figure; 2] {
    let goal = Goal::AtMost(0.2);
    [
        Figure::alone("Changed file of pending-share to serving, idle daemon", idle).meant(goal),
        Figure::alone("Changed file of email to serving, daemon sending through it", busy).meant(goal),
    ]
}

fn starts(Starting { cold, warm, resident, peak, plugins }: Starting) -> [Figure; 4] {
    let start = format!("Start to ready with {plugins} plugins");
    [
        Figure::alone(format!("{start}, nothing compiled yet"), cold),
        Figure::alone(format!("{start}, compiled before"), warm).meant(Goal::AtMost(0.15)),
        Figure::alone("Resident memory of the idle daemon, one second after", resident).meant(Goal::AtMost(MEMORY)),
        Figure::alone("The most resident memory until then", peak),
    ]
}

/// Bytes that an idle daemon is meant to have.
const MEMORY: f64 = (60_u64 << 20) as f64;

fn failed(Reloading { calls, faults, .. }: &Reloading) -> String {
    format!(
        "While the daemon took up changed files of email again and again, it sent {calls} mails; {faults} calls failed."
    )
}

fn table(calls: &[Calls]) -> Table {
    let columns = ["shares in a call", "found", "component, µs", "native, µs", "ratio", "native without copies, µs"];
    let micros = |seconds: f64| format!("{:.2}", seconds * 1e6);
    let row = |calls: &Calls| {
        let Calls { size, found, component, native, judged } = calls;
        let ratio = component.over(native).median();
        let times = [component, native].map(|sample| micros(sample.median()));
        let [component, native] = times;
        let ratio = format!("{ratio:.2}");
        vec![size.to_string(), format!("{found} %"), component, native, ratio, micros(judged.median())]
    };
    Table {
        title: "Time of a share in calls of a strategy (medians)".to_owned(),
        columns: columns.map(str::to_owned).to_vec(),
        rows: calls.iter().map(row).collect(),
    }
}

fn plot(calls: &[Calls]) -> Plot {
    let line = |name: &str, found: usize, micros: fn(&Calls) -> f64| Line {
        name: format!("{name}, {found} % found"),
        points: calls.iter().filter(|one| one.found == found).map(|one| (one.size as f64, micros(one))).collect(),
    };
    let component = |found| line("component", found, |calls| calls.component.median() * 1e6);
    let native = |found| line("native", found, |calls| calls.native.median() * 1e6);
    Plot {
        name: "plugins-calls".to_owned(),
        title: format!("Calls about {} to {} shares", SIZES[0], SIZES[SIZES.len() - 1]),
        x: "shares in a call".to_owned(),
        y: "µs a share".to_owned(),
        logarithmic: true,
        lines: FOUND.into_iter().flat_map(|found| [component(found), native(found)]).collect(),
    }
}
