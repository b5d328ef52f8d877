//! `nudged plugin list`.

use serde_json::{Value, json};

use super::figures::{bytes, duration};
use crate::{
    api::{Overview, Refused},
    cli::{
        Format,
        output::{line, rfc3339},
    },
    plugin::{Held, Pause, PauseKind, PluginStatus},
};

/// Digits of a digest that tell generations apart.
const DIGEST: usize = 12;

const TITLES: [&str; 12] =
    ["name", "version", "kind", "gen", "digest", "calls", "faults", "mean", "longest", "busy", "memory", "state"];

/// Columns of numbers: their cells stand to the right.
const NUMBERS: [bool; 12] = [false, false, false, true, false, true, true, true, true, true, true, false];

pub(super) fn show(overview: &Overview, format: Format) {
    match format {
        Format::Json => objects(overview).iter().for_each(|object| line(&object.to_string())),
        Format::Text => text(overview).iter().for_each(|text| line(text)),
    }
}

fn text(Overview { plugins, refused }: &Overview) -> Vec<String> {
    if plugins.is_empty() && refused.is_empty() {
        return vec!["there are no plugins".to_owned()];
    }
    let rows: Vec<_> = plugins.iter().map(cells).collect();
    let titles = TITLES.map(str::to_owned);
    let widths = std::array::from_fn(|column| {
        let widths = rows.iter().chain([&titles]).map(|row: &[String; 12]| row[column].chars().count());
        widths.max().unwrap_or_default()
    });
    let mut lines = Vec::new();
    if !plugins.is_empty() {
        lines.push(aligned(&titles, &widths));
    }
    for (plugin, row) in plugins.iter().zip(&rows) {
        lines.push(aligned(row, &widths));
        lines.extend(remarks(plugin).into_iter().map(|remark| format!("    {remark}")));
    }
    lines.extend(refused.iter().flat_map(refusal));
    lines
}

fn aligned(row: &[String; 12], widths: &[usize; 12]) -> String {
    let cells = row.iter().zip(widths).zip(NUMBERS).map(|((cell, &width), number)| match number {
        true => format!("{cell:>width$}"),
        false => format!("{cell:<width$}"),
    });
    cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
}

fn cells(plugin: &PluginStatus) -> [String; 12] {
    let account = &plugin.account;
    let mean = match u32::try_from(account.calls) {
        Ok(calls @ 1..) => duration(account.wall / calls),
        _ => "-".to_owned(),
    };
    let called = |figure: String| if account.calls > 0 { figure } else { "-".to_owned() };
    [
        plugin.name.clone(),
        plugin.version.clone(),
        plugin.kind.world().to_owned(),
        plugin.generation.to_string(),
        short(&plugin.digest),
        account.calls.to_string(),
        account.faults.values().sum::<u64>().to_string(),
        mean,
        called(duration(account.longest)),
        called(duration(account.busy)),
        called(bytes(account.peak_memory)),
        state(plugin).to_owned(),
    ]
}

fn state(plugin: &PluginStatus) -> &'static str {
    match (&plugin.pause, &plugin.held) {
        (Some(pause), _) => paused(pause),
        (None, Some(_)) => "serving, newer held",
        (None, None) => "serving",
    }
}

fn paused(pause: &Pause) -> &'static str {
    match pause.kind {
        PauseKind::Quarantine => "quarantined",
        PauseKind::HourlyBudget => "out of time",
    }
}

/// What is to be known beside the figures, and what clears it.
fn remarks(plugin: &PluginStatus) -> Vec<String> {
    let name = &plugin.name;
    let pause = plugin.pause.iter().map(|pause| {
        let other = match pause.kind {
            PauseKind::Quarantine => "another generation",
            PauseKind::HourlyBudget => "a higher limit",
        };
        let (what, until, why) = (paused(pause), rfc3339(pause.until), &pause.why);
        format!("{what} until {until}: {why}; {other} or `nudged plugin release {name}` ends it before")
    });
    let held = plugin.held.iter().map(|Held { digest, version, why, releasable }| {
        let (digest, why) = (short(digest), why.join("; "));
        let release = format!("`nudged plugin release {name}`");
        let unsaid = *releasable && !why.contains(&release);
        let word = if unsaid { format!("; {release} has it serve") } else { String::new() };
        format!("held {version} ({digest}): {why}{word}")
    });
    let account = &plugin.account;
    let classes: Vec<_> = account.faults.iter().map(|(class, count)| format!("{count} {class}")).collect();
    let faults = (!classes.is_empty()).then(|| format!("faults: {}", classes.join(", ")));
    let last = account.last_fault.iter().map(|fault| format!("last fault: {fault}"));
    let difference = plugin.difference.as_ref().filter(|difference| !super::diff::is_none(difference));
    let difference =
        difference.map(|_| format!("its newest generation finds otherwise: see `nudged plugin diff {name}`"));
    pause.chain(held).chain(faults).chain(last).chain(difference).collect()
}

fn refusal(Refused { file, reason }: &Refused) -> [String; 2] {
    [
        format!("refused {file}: {reason}"),
        "    it is looked at again as soon as the file changes; what serves goes on serving meanwhile".to_owned(),
    ]
}

pub(super) fn short(digest: &str) -> String {
    digest.chars().take(DIGEST).collect()
}

fn objects(Overview { plugins, refused }: &Overview) -> Vec<Value> {
    let refused = refused.iter().map(|Refused { file, reason }| json!({ "refused": file, "reason": reason }));
    plugins.iter().map(object).chain(refused).collect()
}

fn object(plugin: &PluginStatus) -> Value {
    let account = &plugin.account;
    let held = plugin.held.as_ref().map(|Held { digest, version, why, releasable }| {
        json!({ "version": version, "digest": digest, "why": why, "releasable": releasable })
    });
    json!({
        "plugin": plugin.name,
        "version": plugin.version,
        "kind": plugin.kind.world(),
        "file": plugin.file,
        "generation": plugin.generation,
        "digest": plugin.digest,
        "since": rfc3339(plugin.since),
        "state": plugin.pause.as_ref().map_or("serving", paused),
        "until": plugin.pause.as_ref().map(|pause| rfc3339(pause.until)),
        "why": plugin.pause.as_ref().map(|pause| &pause.why),
        "held": held,
        "calls": account.calls,
        "faults": account.faults,
        "wall_seconds": account.wall.as_secs_f64(),
        "longest_seconds": account.longest.as_secs_f64(),
        "busy_seconds": account.busy.as_secs_f64(),
        "peak_memory_bytes": account.peak_memory,
        "last_fault": account.last_fault,
        "differs": plugin.difference.as_ref().map(|difference| !super::diff::is_none(difference)),
    })
}

#[cfg(test)]
mod tests {
    use super::{
        super::samples::{busy, difference, status},
        *,
    };

    #[test]
    fn what_serves_stands_in_aligned_columns() {
        let overview = Overview { plugins: vec![busy(status("email")), status("pending-share")], refused: vec![] };
        assert_eq!(
            text(&overview),
            [
                "name           version  kind            gen  digest        calls  faults     mean  longest    busy    memory  state",
                "email          1.2.0    share-strategy    3  0123456789ab   1200       3  1.25 ms   400 ms  1.20 s  1.25 MiB  serving",
                "    faults: 1 timeout, 2 trap",
                "    last fault: trap: wasm `unreachable` instruction executed (share:s1)",
                "pending-share  1.2.0    share-strategy    3  0123456789ab      0       0        -        -       -         -  serving",
            ]
        );
    }

    #[test]
    fn why_one_does_not_serve_stands_below_it_with_what_clears_it() {
        let until = "2026-05-04T09:00:00Z".parse().unwrap();
        let pause = Pause { kind: PauseKind::Quarantine, until, why: "5 faults in a row".to_owned() };
        let why = vec!["plugins.hold is on".to_owned(), "its findings differ".to_owned()];
        let held =
            |releasable| Held { digest: "f".repeat(64), version: "2.0.0".to_owned(), why: why.clone(), releasable };
        let plugin = PluginStatus {
            pause: Some(pause),
            held: Some(held(true)),
            difference: Some(difference(2)),
            ..status("email")
        };
        assert_eq!(
            remarks(&plugin),
            [
                "quarantined until 2026-05-04T09:00:00Z: 5 faults in a row; another generation or \
                 `nudged plugin release email` ends it before",
                "held 2.0.0 (ffffffffffff): plugins.hold is on; its findings differ; \
                 `nudged plugin release email` has it serve",
                "its newest generation finds otherwise: see `nudged plugin diff email`",
            ]
        );
        assert_eq!(state(&plugin), "quarantined");
        let held = PluginStatus { held: Some(held(false)), ..status("email") };
        assert_eq!(remarks(&held), ["held 2.0.0 (ffffffffffff): plugins.hold is on; its findings differ"]);
        assert_eq!(state(&held), "serving, newer held");
        let why = vec!["plugins.hold is on: `nudged plugin release email` has it serve".to_owned()];
        let held = Held { digest: "f".repeat(64), version: "2.0.0".to_owned(), why, releasable: true };
        let told = remarks(&PluginStatus { held: Some(held), ..status("email") }).join("");
        assert_eq!(told.matches("nudged plugin release").count(), 1, "it is said once: {told}");
    }

    #[test]
    fn to_be_out_of_time_is_no_quarantine() {
        let until = "2026-05-04T09:00:00Z".parse().unwrap();
        let pause = Pause { kind: PauseKind::HourlyBudget, until, why: "busy for more than 600s".to_owned() };
        let plugin = PluginStatus { pause: Some(pause), ..status("email") };
        assert_eq!((state(&plugin), &object(&plugin)["state"]), ("out of time", &json!("out of time")));
        let remark = "out of time until 2026-05-04T09:00:00Z: busy for more than 600s; a higher limit or \
                      `nudged plugin release email` ends it before";
        assert_eq!(remarks(&plugin), [remark]);
    }

    #[test]
    fn files_that_were_refused_come_last() {
        let refused = vec![Refused { file: "x.wasm".to_owned(), reason: "is not a component".to_owned() }];
        let lines = text(&Overview { plugins: vec![], refused: refused.clone() });
        assert_eq!(lines[0], "refused x.wasm: is not a component");
        let objects = objects(&Overview { plugins: vec![status("email")], refused });
        assert_eq!(objects[0]["plugin"], "email");
        assert_eq!(objects[1], json!({ "refused": "x.wasm", "reason": "is not a component" }));
        assert_eq!(text(&Overview::default()), ["there are no plugins"]);
    }

    #[test]
    fn an_object_counts_in_base_units() {
        let object = object(&busy(status("email")));
        let figures =
            ["calls", "wall_seconds", "longest_seconds", "busy_seconds", "peak_memory_bytes", "state", "differs"];
        let figures = figures.map(|name| object[name].clone());
        assert_eq!(json!(figures), json!([1200, 1.5, 0.4, 1.2, 1_310_720, "serving", null]));
        assert_eq!(object["faults"], json!({ "timeout": 1, "trap": 2 }));
    }
}
