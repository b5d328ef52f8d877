//! `nudged simulate`.

use std::{
    collections::BTreeMap,
    io::{IsTerminal, Write},
    sync::Arc,
};

use anyhow::anyhow;
use chrono::{NaiveDate, NaiveTime, TimeDelta};
use clap::Args;
use serde_json::{Value, json};

use super::{
    End, Failure, Format,
    output::{self, line, rfc3339},
    scan::chosen,
};
use crate::{
    clock::Clock,
    config::Config,
    daemon,
    model::Instant,
    pipeline::{ActionReport, Codes, Count, Foreseen, Jump, Simulation, Writing},
};

/// Longer ranges say nothing: no state of today lasts a year.
const LONGEST: TimeDelta = TimeDelta::days(366);

/// People listed by name for people to read.
const PEOPLE: usize = 20;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The first instant, or a date, which is its midnight in UTC.
    #[arg(long, value_name = "WHEN", value_parser = when)]
    from: Instant,
    /// The end, itself not included: an instant or a date.
    #[arg(long, value_name = "WHEN", value_parser = when)]
    to: Instant,
    /// Simulate this reminder only (may be given several times), active or not; without it, all active ones.
    #[arg(long = "reminder", value_name = "NAME")]
    reminders: Vec<String>,
    /// The form of the answer.
    #[arg(long, value_enum, default_value = "text", value_name = "FORM")]
    format: Format,
}

/// An instant, or a date.
pub(super) fn when(text: &str) -> Result<Instant, String> {
    let date = text.parse::<NaiveDate>().map(|day| day.and_time(NaiveTime::MIN).and_utc());
    date.or_else(|_| text.parse())
        .map_err(|_| "it is neither a date nor an instant; write 2026-05-01 or 2026-05-01T09:00:00Z".to_owned())
}

pub(super) async fn simulate(config: Config, arguments: Arguments, clock: Arc<dyn Clock>) -> Result<End, Failure> {
    let Arguments { from, to, reminders, format } = arguments;
    check(from, to).map_err(Failure::Configuration)?;
    let reminders = chosen(&config, &reminders).map_err(Failure::Configuration)?;
    let scanner = daemon::scanner(&config, clock, Writing::DryRun).await?;
    let simulation = Simulation::read(scanner, &reminders, (from, to)).await?;
    let foreseen = simulation.run(progress(from, to)).await?;
    match format {
        Format::Text => text(&foreseen, from, to),
        Format::Json => objects(&foreseen),
    }
    Ok(if foreseen.incomplete.is_empty() { End::Well } else { End::No })
}

fn check(from: Instant, to: Instant) -> anyhow::Result<()> {
    if from >= to {
        return Err(anyhow!("--to {}: it is not after --from {}; name a later day", rfc3339(to), rfc3339(from)));
    }
    if to - from > LONGEST {
        let days = (to - from).num_days();
        return Err(anyhow!("--to {}: the range has {days} days; name at most {}", rfc3339(to), LONGEST.num_days()));
    }
    Ok(())
}

/// How far it is, on a terminal only.
fn progress(from: Instant, to: Instant) -> impl FnMut(Instant) {
    let is_watched = std::io::stderr().is_terminal();
    let mut shown = None;
    move |at| {
        let day = at.date_naive();
        if is_watched && shown.replace(day) != Some(day) {
            let percent = (at - from).num_seconds() * 100 / (to - from).num_seconds().max(1);
            eprint!("\r{percent:>3} % {day}\r");
            // Nobody misses a progress that cannot be shown.
            let _ = std::io::stderr().flush();
        }
    }
}

fn objects(foreseen: &Foreseen) {
    let object = |value: Value| line(&value.to_string());
    for (day, Count { notifications, reminders }) in &foreseen.days {
        object(json!({ "day": day.to_string(), "notifications": notifications, "reminders": reminders }));
    }
    for ((recipient, channel), Count { notifications, reminders }) in &foreseen.people {
        let count = json!({
            "recipient": recipient, "channel": channel, "notifications": notifications, "reminders": reminders,
        });
        object(count);
    }
    for (reminder, codes) in &foreseen.reminders {
        let counts: BTreeMap<_, _> = codes.iter().map(|((_, code), count)| (*code, *count)).collect();
        object(json!({ "reminder": reminder, "sends": sends(codes), "codes": counts }));
    }
    for (at, ActionReport { action, reminder, item, .. }) in &foreseen.actions {
        let (action, item) = (action.as_str(), item.as_str());
        object(json!({ "action": action, "item": item, "reminder": reminder, "at": rfc3339(*at) }));
    }
    for Jump { reminder, at, findings, most } in &foreseen.jumps {
        object(json!({ "brake": reminder, "at": rfc3339(*at), "findings": findings, "most": most }));
    }
    foreseen.problems.iter().for_each(|problem| object(output::problem_json(problem)));
    let Count { notifications, reminders } = foreseen.total();
    object(json!({ "summary": {
        "items": foreseen.items,
        "runs": foreseen.runs,
        "notifications": notifications,
        "reminders": reminders,
        "recipients": foreseen.people.len(),
        "actions": foreseen.actions.len(),
        "problems": foreseen.problems.len(),
    } }));
}

fn text(foreseen: &Foreseen, from: Instant, to: Instant) {
    line(&format!("What would be sent from {} to {}.", rfc3339(from), rfc3339(to)));
    line(&format!("{} items of data.all as they are now: dates count down, states do not change.", foreseen.items));
    line("");
    days(foreseen);
    people(foreseen);
    for (reminder, codes) in &foreseen.reminders {
        line(&format!("{reminder}: {} reminders sent", sends(codes)));
        for ((word, code), count) in codes {
            line(&format!("  {word:<4} {code:<16} {count:>8}"));
        }
        line("");
    }
    for (at, ActionReport { action, reminder, item, .. }) in &foreseen.actions {
        line(&format!("{reminder} would {} {item} at {}", action.as_str(), rfc3339(*at)));
    }
    for Jump { reminder, at, findings, most } in &foreseen.jumps {
        line(&format!(
            "warning: at {} {reminder} finds {findings}, more than the {most} that pass for likely: it would send \
             nothing until `nudged release {reminder}`; shown is what follows when it is released at once",
            rfc3339(*at)
        ));
    }
    foreseen.problems.iter().for_each(|problem| line(&output::problem_text(problem)));
    line(&format!("{} runs, {} problems", foreseen.runs, foreseen.problems.len()));
}

fn days(foreseen: &Foreseen) {
    line("day         notices  reminders");
    let row = |name: &str, count: &Count| {
        line(&format!("{name:<10} {:>8}  {:>9}", count.notifications, count.reminders));
    };
    foreseen.days.iter().for_each(|(day, count)| row(&day.to_string(), count));
    row("total", &foreseen.total());
    line("");
}

/// Whoever gets most comes first.
fn people(foreseen: &Foreseen) {
    if foreseen.people.is_empty() {
        return;
    }
    let mut people: Vec<_> = foreseen.people.iter().collect();
    people.sort_by_key(|(_, count)| std::cmp::Reverse((count.notifications, count.reminders)));
    line("notices  reminders  to");
    for ((recipient, channel), count) in people.iter().take(PEOPLE) {
        line(&format!("{:>7}  {:>9}  {recipient} ({channel})", count.notifications, count.reminders));
    }
    if people.len() > PEOPLE {
        line(&format!("and {} more", grouped(people.len() - PEOPLE)));
    }
    line("");
}

fn sends(codes: &Codes) -> u64 {
    codes.iter().filter(|((word, _), _)| *word == "send").map(|(_, count)| count).sum()
}

/// 1,234
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let commas = |(place, digit): (usize, char)| {
        let comma = place > 0 && (digits.len() - place).is_multiple_of(3);
        comma.then_some(',').into_iter().chain([digit])
    };
    digits.chars().enumerate().flat_map(commas).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_its_midnight_in_utc() {
        for text in ["2026-05-01", "2026-05-01T00:00:00Z", "2026-05-01T02:00:00+02:00"] {
            assert_eq!(when(text).map(rfc3339).as_deref(), Ok("2026-05-01T00:00:00Z"));
        }
        for text in ["", "soon", "2026-13-01", "2026-05-01T09:00"] {
            assert!(when(text).expect_err(text).contains("2026-05-01"), "{text}");
        }
    }

    #[test]
    fn a_range_has_a_length() {
        let day = |text| when(text).expect("a date");
        for (from, to, why) in [
            ("2026-05-01", "2026-05-01", Some("not after")),
            ("2026-05-02", "2026-05-01", Some("not after")),
            ("2026-01-01", "2027-01-03", Some("at most 366")),
            ("2026-01-01", "2027-01-02", None),
        ] {
            let error = check(day(from), day(to)).err().map(|error| error.to_string());
            assert_eq!(error.is_some(), why.is_some(), "{from} {to}");
            assert!(error.unwrap_or_default().contains(why.unwrap_or_default()), "{from} {to}");
        }
    }

    #[test]
    fn long_numbers_are_grouped() {
        for (number, shown) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), shown);
        }
    }
}
