//! Cases as they are written, in one array.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{Case, channel, strategy};
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
        let (path, what) = (error.path().to_string(), error.inner().to_string());
        let place = if path == "." || path.is_empty() { String::new() } else { format!("{path}: ") };
        let meant = meant(&what).map(|word| format!("; did you mean `{word}`?")).unwrap_or_default();
        format!("{place}{what}{meant}")
    })
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
