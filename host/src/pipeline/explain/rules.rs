//! The rules of a cadence in words, with the values that they were applied to.

use crate::{
    model::{History, Instant},
    pipeline::text::{day, moment},
    policy::{Cadence, Case, Habits, Mode, Moment, Repeating, steps},
};

/// One line a rule.
pub(super) fn rules(cadence: &Cadence, case: &Case<'_>, now: Moment, habits: &Habits<'_>) -> Vec<String> {
    let mut rules = vec![age(cadence, case.episode, now.now, habits)];
    match (&cadence.mode, case.deadline) {
        (Mode::Repeating(rule), _) => rules.extend(repeating(rule, case.history)),
        (Mode::Ladder { days_before }, Some(deadline)) => {
            let mut ladder = steps(days_before, deadline, now.source_zone);
            ladder.sort_by_key(|(_, at)| *at);
            rules.extend(ladder.into_iter().map(|(days, at)| {
                let reached = if at <= now.now { "reached" } else { "ahead" };
                let days = if days == 1 { "1 day".to_owned() } else { format!("{days} days") };
                format!("{days} before the end: {} ({reached})", day(at, now.source_zone))
            }));
        }
        (Mode::Ladder { .. }, None) => rules.push("steps before a deadline, but there is none: once".to_owned()),
        (Mode::Single, _) => rules.push("once".to_owned()),
    }
    rules.push(told(case.history, habits));
    rules.extend(habits.quiet_hours.map(|quiet| format!("not within {quiet} ({})", habits.zone)));
    rules
}

fn age(cadence: &Cadence, episode: Instant, now: Instant, habits: &Habits<'_>) -> String {
    if episode > now {
        return "it counts towards a day that is ahead, whatever its age".to_owned();
    }
    let ripe = cadence.after.after(episode, habits);
    let age = match (now - episode).num_days() {
        0 => "less than a day old".to_owned(),
        1 => "1 day old".to_owned(),
        days => format!("{days} days old"),
    };
    match ripe {
        ripe if ripe <= episode => age,
        ripe if ripe <= now => format!("after {}: {age}", cadence.after),
        ripe => format!("after {}: {age}, old enough at {}", cadence.after, moment(ripe, habits.zone)),
    }
}

fn repeating(rule: &Repeating, history: &History) -> Vec<String> {
    let decay = rule.decay.map(|decay| format!(", each wait {decay} times the one before")).unwrap_or_default();
    let mut rules = vec![match &rule.every {
        Some(every) => format!("every {every}{decay}"),
        None => format!("at every scheduled run{decay}"),
    }];
    rules.extend(rule.max.map(|max| format!("at most {max} times: told {}", history.delivered)));
    rules.extend(rule.escalate_to.as_ref().map(|role| format!("then {role} is told once")));
    rules
}

fn told(history: &History, habits: &Habits<'_>) -> String {
    match (history.first_sent, history.last_sent) {
        (Some(first), Some(last)) => format!(
            "told {} times, first at {}, last at {}",
            history.delivered,
            moment(first, habits.zone),
            moment(last, habits.zone)
        ),
        _ => "not told yet".to_owned(),
    }
}
