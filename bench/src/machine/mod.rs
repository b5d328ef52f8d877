//! What was measured on, kept beside the results: a report may be written elsewhere, and parts on several days.

mod look;
mod proc;

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

pub(crate) use look::look;

/// The file among the results.
pub(crate) const FILE: &str = "machine.json";

/// Something that a reader of figures wants to know, and its value.
pub(crate) type Fact = (String, String);

/// What each part of the benchmark was measured on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Machine {
    parts: BTreeMap<String, Vec<Fact>>,
}

/// Notes what a part was measured on; what is noted of other parts stays.
///
/// # Errors
/// If the file is damaged or cannot be written.
pub(crate) fn keep(results: &Path, part: &str, facts: &[Fact]) -> Result<()> {
    let file = results.join(FILE);
    let mut machine = match fs::read_to_string(&file) {
        Ok(text) => serde_json::from_str(&text).with_context(|| format!("{} is damaged", file.display()))?,
        Err(_) => Machine::default(),
    };
    machine.parts.insert(part.to_owned(), facts.to_vec());
    fs::write(&file, serde_json::to_string_pretty(&machine)?)
        .with_context(|| format!("cannot write {}", file.display()))
}

impl Machine {
    /// Every fact once; where parts differ, each value with the parts that it was so for.
    pub(crate) fn lines(&self, parts: &[&str]) -> Vec<Fact> {
        let known: Vec<_> = parts.iter().filter_map(|part| Some((*part, self.parts.get(*part)?))).collect();
        let mut lines: Vec<(&str, Vec<Value<'_>>)> = Vec::new();
        for (part, facts) in known {
            for (name, value) in facts {
                let at = lines.iter().position(|(there, _)| there == name).unwrap_or_else(|| {
                    lines.push((name, Vec::new()));
                    lines.len() - 1
                });
                add(&mut lines[at].1, value, part);
            }
        }
        lines.into_iter().map(|(name, values)| (name.to_owned(), told(&values))).collect()
    }
}

/// A value, and the parts that it was so for.
type Value<'a> = (&'a str, Vec<&'a str>);

fn add<'a>(values: &mut Vec<Value<'a>>, value: &'a str, part: &'a str) {
    match values.iter_mut().find(|(there, _)| *there == value) {
        Some((_, parts)) => parts.push(part),
        None => values.push((value, vec![part])),
    }
}

fn told(values: &[Value<'_>]) -> String {
    match values {
        [(value, _)] => (*value).to_owned(),
        several => {
            let each = several.iter().map(|(value, parts)| format!("{value} ({})", parts.join(", ")));
            each.collect::<Vec<_>>().join("; ")
        }
    }
}

#[cfg(test)]
impl Machine {
    /// What one part was measured on.
    pub(crate) fn of<const N: usize>(part: &str, facts: [(&str, &str); N]) -> Self {
        let facts = facts.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        Self { parts: BTreeMap::from([(part.to_owned(), facts)]) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_that_differ_say_which_parts_they_are_of() {
        let mut machine = Machine::of("scan", [("cores", "2"), ("day", "1 May")]);
        machine.parts.extend(Machine::of("growth", [("cores", "2"), ("day", "2 May"), ("wrk", "4.1")]).parts);
        machine.parts.extend(Machine::of("others", [("day", "1 May")]).parts);

        let lines = machine.lines(&["scan", "growth", "others"]);

        let expected = [("cores", "2"), ("day", "1 May (scan, others); 2 May (growth)"), ("wrk", "4.1")];
        assert_eq!(lines, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }

    #[test]
    fn what_a_part_was_measured_on_takes_the_place_of_what_was_noted_before() {
        let results = tempfile::tempdir().unwrap();
        let fact = |value: &str| [("day".to_owned(), value.to_owned())];
        keep(results.path(), "scan", &fact("1 May")).unwrap();
        keep(results.path(), "growth", &fact("1 May")).unwrap();
        keep(results.path(), "scan", &fact("2 May")).unwrap();

        let text = fs::read_to_string(results.path().join(FILE)).unwrap();
        let machine: Machine = serde_json::from_str(&text).unwrap();
        assert_eq!(machine.lines(&["scan", "growth"]), fact("2 May (scan); 1 May (growth)"));
    }
}
