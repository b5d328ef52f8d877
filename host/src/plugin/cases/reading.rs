//! Cases as they are written, in one array.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{Case, channel, difference::shown, strategy};
use crate::{config::suggest::nearest, model::Kind};

/// Reads cases of plugins of this kind, at most so many.
///
/// # Errors
/// Which case, which part of it, what is wrong there and, where it can be told, how to mend it.
pub fn read(text: &str, kind: Kind, most: usize) -> Result<Vec<Case>, String> {
    let cases: Vec<Value> =
        serde_json::from_str(text).map_err(|error| format!("the cases are not a JSON array: {error}"))?;
    if cases.len() > most {
        return Err(format!("{} cases, at most {most} are allowed", cases.len()));
    }
    let read = |(index, case): (usize, Value)| {
        let name = case["name"].as_str().map(|name| format!(" ({name:?})")).unwrap_or_default();
        read_one(case, kind).map_err(|why| format!("case {index}{name}: {why}"))
    };
    cases.into_iter().enumerate().map(read).collect()
}

fn read_one(case: Value, kind: Kind) -> Result<Case, String> {
    if !case.is_object() {
        return Err(format!("is {}, not an object such as {{\"name\": \"…\", \"expect\": …}}", shown(&case)));
    }
    let has = |keys: &[&str]| keys.iter().any(|key| case.get(key).is_some());
    let of_channel = has(&["notification", "answers", "wording"]) && !has(&["items"]);
    let of_strategy = has(&["items"]) && !has(&["notification"]);
    match kind {
        Kind::Channel if of_strategy => return Err("is a case of a strategy, and this is a channel".to_owned()),
        Kind::Channel => {}
        kind if of_channel => return Err(format!("is a case of a channel, and this is a {}", kind.world())),
        _ => {}
    }
    match kind {
        Kind::Channel => channel::read(case),
        _ => strategy::read(case, kind),
    }
}

/// Reads an object whose keys are known.
///
/// # Errors
/// The path within it, what is wrong there, and the key that may have been meant.
pub(super) fn from_value<T: DeserializeOwned>(value: Value) -> Result<T, String> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let (path, what) = (error.path().to_string(), told(error.inner().to_string()));
        let place = if path == "." || path.is_empty() { String::new() } else { format!("{path}: ") };
        let meant = meant(&what).map(|word| format!("; did you mean `{word}`?")).unwrap_or_default();
        format!("{place}{what}{meant}")
    })
}

/// What chrono says of texts that are neither an instant nor a day; it does not say what was looked for.
const NO_TIME: [&str; 4] =
    ["input contains invalid characters", "premature end of input", "trailing input", "input is out of range"];

fn told(what: String) -> String {
    if NO_TIME.contains(&what.as_str()) {
        return "not an instant such as 2026-06-04T09:00:00Z, or a day such as 2026-06-04 where one is asked for"
            .to_owned();
    }
    what
}

/// The known key that is nearest to the unknown one that serde complains about.
fn meant(what: &str) -> Option<&str> {
    let words: Vec<_> = what.strip_prefix("unknown ")?.split('`').skip(1).step_by(2).collect();
    let (written, known) = words.split_first()?;
    nearest(written, known.iter().copied())
}

/// Reads the entries of a list, each by itself so that an error names its place.
pub(super) fn each<T>(
    key: &str,
    values: Vec<Value>,
    read: impl Fn(usize, Value) -> Result<T, String>,
) -> Result<Vec<T>, String> {
    let read = |(index, value)| read(index, value).map_err(|why| format!("{key}[{index}]: {why}"));
    values.into_iter().enumerate().map(read).collect()
}
