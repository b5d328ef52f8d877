//! `nudged plugin diff`.
//!
//! The question is whether a new generation finds what the one before it found, and fails no more: the answer is yes only
//! if both ran on the same items. So `nudged plugin diff x && nudged plugin release x` releases what was seen to be the same.

use std::fmt::Display;

use anyhow::anyhow;
use serde_json::{Value, json};

use super::{
    figures::{bytes, duration, ratio},
    list::short,
};
use crate::{
    api::Overview,
    cli::{
        End, Failure, Format,
        output::{line, remark, rfc3339},
    },
    model::Kind,
    plugin::{Cost, Difference, PluginStatus, Side},
};

pub(super) fn show(overview: &Overview, name: Option<&str>, shadow: bool, format: Format) -> Result<End, Failure> {
    let asked = asked(overview, name)?;
    let compared = compared(&asked);
    if compared.is_empty() {
        remark(&format!("nudged: nothing to compare: {}", why_none(&asked, shadow)));
    }
    for (plugin, difference) in &compared {
        match format {
            Format::Json => line(&object(plugin, difference).to_string()),
            Format::Text => text(plugin, difference).iter().for_each(|text| line(text)),
        }
    }
    Ok(if is_same(&compared) { End::Well } else { End::No })
}

fn compared<'a>(asked: &[&'a PluginStatus]) -> Vec<(&'a PluginStatus, &'a Difference)> {
    asked.iter().filter_map(|plugin| Some((*plugin, plugin.difference.as_ref()?))).collect()
}

fn is_same(compared: &[(&PluginStatus, &Difference)]) -> bool {
    !compared.is_empty() && compared.iter().all(|(_, difference)| is_none(difference))
}

fn asked<'a>(overview: &'a Overview, name: Option<&str>) -> Result<Vec<&'a PluginStatus>, Failure> {
    let Some(name) = name else { return Ok(overview.plugins.iter().collect()) };
    let known = || overview.plugins.iter().map(|plugin| plugin.name.as_str()).collect::<Vec<_>>().join(", ");
    let missing = || Failure::Work(anyhow!("{name}: there is no such plugin; those that serve: {}", known()));
    overview.plugin(name).map(|plugin| vec![plugin]).ok_or_else(missing)
}

/// Whether the newer generation did as well as the one before.
pub(super) fn is_none(difference: &Difference) -> bool {
    let Difference { added, removed, changed, took_before, took_after, .. } = difference;
    [added, removed, changed].iter().all(|side| side.count == 0) && took_after.faults <= took_before.faults
}

fn why_none(asked: &[&PluginStatus], shadow: bool) -> &'static str {
    match asked {
        [one] if one.kind == Kind::Channel => "it is a channel, and only strategies run beside the one that serves",
        _ if !shadow => {
            "plugins.shadow is off: set it to true, and a new generation of a strategy runs on the last scan's items \
             before it serves"
        }
        _ => {
            "no strategy has had a new generation since the daemon started, or there was no scan yet whose items it could run on"
        }
    }
}

fn text(plugin: &PluginStatus, difference: &Difference) -> Vec<String> {
    let Difference { before, after, scanned, items, added, removed, changed, took_before, took_after } = difference;
    let held = plugin.held.as_ref().is_some_and(|held| held.digest == *after);
    let fate = if held { "held" } else { "serving" };
    let mut lines = vec![format!(
        "{}: {} -> {} ({fate}), over {items} items of the scan of {}",
        plugin.name,
        short(before),
        short(after),
        rfc3339(*scanned)
    )];
    for (what, side) in [("added", added), ("removed", removed), ("changed", changed)] {
        lines.extend(section(what, side));
    }
    let walls = (took_before.wall.as_secs_f64(), took_after.wall.as_secs_f64());
    lines.push(row("time", duration(took_before.wall), duration(took_after.wall), &ratio(walls.0, walls.1)));
    let memory = ratio(took_before.peak_memory as f64, took_after.peak_memory as f64);
    lines.push(row("memory", bytes(took_before.peak_memory), bytes(took_after.peak_memory), &memory));
    lines.push(row("faults", took_before.faults, took_after.faults, ""));
    for (whose, cost) in [("old", took_before), ("new", took_after)] {
        lines.extend(cost.first_fault.iter().map(|fault| format!("    first of the {whose} one: {fault}")));
    }
    lines
}

fn section(what: &str, side: &Side) -> Vec<String> {
    let examples = side.examples.iter().map(|example| format!("    {example}"));
    let more = side.count.saturating_sub(side.examples.len());
    let more = (more > 0).then(|| format!("    and {more} more"));
    [format!("  {what:<8} {}", side.count)].into_iter().chain(examples).chain(more).collect()
}

fn row(what: &str, before: impl Display, after: impl Display, ratio: &str) -> String {
    format!("  {what:<8} {before} -> {after}  {ratio}").trim_end().to_owned()
}

fn object(plugin: &PluginStatus, difference: &Difference) -> Value {
    let Difference { before, after, scanned, items, added, removed, changed, took_before, took_after } = difference;
    let side = |side: &Side| json!({ "count": side.count, "examples": side.examples });
    let cost = |Cost { wall, peak_memory, faults, first_fault }: &Cost| {
        json!({
            "wall_seconds": wall.as_secs_f64(), "peak_memory_bytes": peak_memory, "faults": faults, "first_fault": first_fault,
        })
    };
    json!({
        "plugin": plugin.name,
        "differs": !is_none(difference),
        "before": before,
        "after": after,
        "held": plugin.held.as_ref().is_some_and(|held| held.digest == *after),
        "scanned": rfc3339(*scanned),
        "items": items,
        "added": side(added),
        "removed": side(removed),
        "changed": side(changed),
        "took_before": cost(took_before),
        "took_after": cost(took_after),
    })
}

#[cfg(test)]
mod tests {
    use super::{
        super::samples::{difference, status},
        *,
    };

    fn differing(difference: Difference) -> PluginStatus {
        PluginStatus { difference: Some(difference), ..status("pending-share") }
    }

    #[test]
    fn each_kind_of_difference_is_counted_with_examples_and_what_both_took() {
        assert_eq!(
            text(&status("pending-share"), &difference(5)),
            [
                "pending-share: aaaaaaaaaaaa -> bbbbbbbbbbbb (serving), over 20000 items of the scan of 2026-05-04T09:00:00Z",
                "  added    5",
                "    share:s0 pending",
                "    share:s1 pending",
                "    and 3 more",
                "  removed  0",
                "  changed  0",
                "  time     40.0 ms -> 60.0 ms  ×1.50",
                "  memory   1.00 MiB -> 1.00 MiB  ×1.00",
                "  faults   0 -> 0",
            ]
        );
    }

    #[test]
    fn more_faults_are_a_difference_and_more_time_is_none() {
        assert!(is_none(&difference(0)));
        assert!(!is_none(&difference(1)));
        let mut fails = difference(0);
        (fails.took_after.faults, fails.took_after.first_fault) = (2, Some("trap".to_owned()));
        assert!(!is_none(&fails));
        assert_eq!(text(&status("x"), &fails).pop().unwrap(), "    first of the new one: trap");
        let object = object(&status("x"), &fails);
        assert_eq!((&object["differs"], &object["took_after"]["faults"]), (&json!(true), &json!(2)));
    }

    #[test]
    fn the_answer_is_yes_only_if_both_ran_and_found_the_same() {
        let yes = |plugins: Vec<PluginStatus>, name| {
            let overview = Overview { plugins, refused: vec![] };
            asked(&overview, name).is_ok_and(|asked| is_same(&compared(&asked)))
        };
        assert!(yes(vec![differing(difference(0)), status("email")], None));
        assert!(yes(vec![differing(difference(0))], Some("pending-share")));
        assert!(!yes(vec![differing(difference(0)), differing(difference(1))], None));
        assert!(!yes(vec![status("email")], Some("email")), "nothing was compared");
        assert!(!yes(vec![differing(difference(0))], Some("email")), "there is no such plugin");
    }

    #[test]
    fn why_there_is_nothing_to_compare_is_said() {
        let (strategy, channel) = (status("a"), PluginStatus { kind: Kind::Channel, ..status("b") });
        assert!(why_none(&[&channel], false).contains("channel"));
        assert!(why_none(&[&strategy], false).contains("plugins.shadow"));
        assert!(why_none(&[&strategy], true).contains("scan"));
        assert!(why_none(&[&strategy, &channel], false).contains("plugins.shadow"));
    }
}
