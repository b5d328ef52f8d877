//! Objects of data.all's configuration, taken apart key by key.

use chrono_tz::Tz;
use serde_json::{Map, Value};

use super::note::{Fate, Note};
use crate::{
    config::{problem::Complaint, report::Place, suggest::nearest},
    policy::Schedule,
};

/// Most days before the last day of a month.
const MOST_DAYS: u64 = 30;

/// An object of which keys are taken out; what is left in the end was not understood.
pub(super) struct Block<'r> {
    at: Place<'r>,
    keys: Map<String, Value>,
}

/// A value and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Setting<T> {
    pub(super) value: T,
    path: String,
    line: Option<usize>,
}

impl<'r> Block<'r> {
    /// Complains about what is not an object.
    pub(super) fn open(value: Value, at: Place<'r>) -> Option<Self> {
        match value {
            Value::Object(keys) => Some(Self { at, keys }),
            other => {
                at.error(mismatch(&other, "an object", "{ … }"));
                None
            }
        }
    }

    /// The object of this name.
    pub(super) fn block(&mut self, name: &str) -> Option<Block<'r>> {
        Block::open(self.keys.remove(name)?, self.at.key(name))
    }

    /// The flag of this name.
    pub(super) fn flag(&mut self, name: &str) -> Option<Setting<bool>> {
        self.setting(name, |value, at| {
            let flag = value.as_bool().ok_or_else(|| mismatch(value, "true or false", "true"));
            at.check(flag)
        })
    }

    /// The cron expression of this name, which nudged must be able to run by.
    pub(super) fn cron(&mut self, name: &str) -> Option<Setting<String>> {
        self.setting(name, |value, at| at.check(cron(value)))
    }

    /// The list of numbers of days before the month's end of this name, as it is written.
    pub(super) fn days(&mut self, name: &str) -> Option<Setting<Vec<u32>>> {
        self.setting(name, |value, at| {
            let Value::Array(elements) = value else {
                at.error(mismatch(value, "a list of numbers", "[1, 3, 7]"));
                return None;
            };
            let day = |(index, element)| at.index(index).check(day(element));
            Some(elements.iter().enumerate().filter_map(day).collect())
        })
    }

    /// This block itself as a setting.
    pub(super) fn here(&self) -> Setting<()> {
        setting((), &self.at)
    }

    /// Notes that this key counts for nothing, if it is there.
    pub(super) fn ignore(&mut self, name: &str, why: &str, notes: &mut Vec<Note>) {
        if self.keys.remove(name).is_some() {
            notes.push(setting((), &self.at.key(name)).note(Fate::Ignored, why));
        }
    }

    /// Notes that everything that is left has nothing to do with reminders.
    pub(super) fn ignore_rest(self, notes: &mut Vec<Note>) {
        let why = "says nothing about reminders";
        notes.extend(self.keys.keys().map(|key| setting((), &self.at.key(key)).note(Fate::Ignored, why)));
    }

    /// Complains about everything that is left.
    pub(super) fn refuse_rest(self, known: &[&str]) {
        for key in self.keys.keys() {
            let fix = match nearest(key, known.iter().copied()) {
                Some(word) => format!("did you mean `{word}`?"),
                None => "remove it from a copy of the file, and look whether nudged has a setting for it".to_owned(),
            };
            self.at.key(key).error(Complaint::new("is not known to nudged, which could not keep what it says", fix));
        }
    }

    /// Complains that this key has to be there.
    pub(super) fn require(&self, name: &str, fix: &str) {
        if !self.at.key(name).written() {
            self.at.key(name).error(Complaint::new("is missing", fix));
        }
    }

    fn setting<T>(&mut self, name: &str, read: impl Fn(&Value, &Place<'r>) -> Option<T>) -> Option<Setting<T>> {
        let at = self.at.key(name);
        let value = read(&self.keys.remove(name)?, &at)?;
        Some(setting(value, &at))
    }
}

impl<T> Setting<T> {
    /// What became of it.
    pub(super) fn note(&self, fate: Fate, text: impl Into<String>) -> Note {
        Note { path: self.path.clone(), line: self.line, fate, text: text.into() }
    }

    /// What counts for a key that could stand in this block and does not.
    pub(super) fn absent(&self, key: &str, text: impl Into<String>) -> Note {
        Note { path: format!("{}.{key}", self.path), line: self.line, fate: Fate::Absent, text: text.into() }
    }

    /// Where it stands.
    pub(super) fn path(&self) -> &str {
        &self.path
    }
}

fn setting<T>(value: T, at: &Place<'_>) -> Setting<T> {
    let (path, line) = at.spot();
    Setting { value, path, line }
}

fn cron(value: &Value) -> Result<String, Complaint> {
    let example = "\"0 9 * * 1\", which is Mondays at 09:00";
    let text = value.as_str().ok_or_else(|| mismatch(value, "a cron expression", example))?;
    Schedule::parse(text, Tz::UTC).map(|_| text.to_owned()).map_err(|error| {
        let fix = format!("write five fields such as {example}; AWS's own form has six and counts Sunday as 1");
        Complaint::new(error.to_string().trim_end_matches('.'), fix)
    })
}

fn day(value: &Value) -> Result<u32, Complaint> {
    let fits = value.as_u64().filter(|day| *day <= MOST_DAYS).and_then(|day| u32::try_from(day).ok());
    fits.ok_or_else(|| {
        let what = match value {
            Value::Number(number) => format!("no month has a day {number} days before its last day"),
            other => format!("is {}, not a number of days", kind(other)),
        };
        Complaint::new(what, "write a whole number from 0 (the last day itself) to 30")
    })
}

/// The value itself is never quoted: it could be a secret that stands in the wrong place.
fn mismatch(found: &Value, wanted: &str, example: &str) -> Complaint {
    Complaint::new(format!("is {}, not {wanted}", kind(found)), format!("write {example}"))
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
