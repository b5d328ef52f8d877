//! Outcomes as they are written: `{"delivered": "…"}`, or the kind alone.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use super::reading::from_value;
use crate::{config::suggest::did_you_mean, model::Outcome};

/// The kinds that a guest knows.
const KINDS: [&str; 3] = ["delivered", "rejected", "retry"];

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Written {
    Delivered(String),
    Rejected(String),
    Retry(WrittenRetry),
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct WrittenRetry {
    #[serde(default)]
    detail: String,
    after: Option<u32>,
}

/// Reads an outcome; the detail of a kind alone is empty.
///
/// # Errors
/// What is wrong with it.
pub(super) fn read(value: &Value) -> Result<Outcome, String> {
    let written = match value {
        Value::String(kind) if kind == "retry" => Written::Retry(WrittenRetry::default()),
        Value::String(kind) if KINDS.contains(&kind.as_str()) => from_value(json!({ kind: "" }))?,
        Value::String(kind) => return Err(format!("unknown outcome `{kind}`: {}", did_you_mean(kind, &KINDS))),
        other => from_value(other.clone())?,
    };
    Ok(match written {
        Written::Delivered(detail) => Outcome::Delivered(detail),
        Written::Rejected(detail) => Outcome::Rejected(detail),
        Written::Retry(WrittenRetry { detail, after }) => {
            Outcome::Retry { detail, after: after.map(|seconds| Duration::from_secs(seconds.into())) }
        }
    })
}

/// The outcome as a guest knows it.
pub(super) fn write(outcome: &Outcome) -> Value {
    match outcome {
        Outcome::Delivered(detail) => json!({ "delivered": detail }),
        Outcome::Rejected(detail) => json!({ "rejected": detail }),
        Outcome::Unreachable(detail) => json!({ "retry": { "detail": detail, "after": null } }),
        Outcome::Retry { detail, after } => {
            json!({ "retry": { "detail": detail, "after": after.map(|wait| wait.as_secs()) } })
        }
    }
}

/// The kind of an outcome that is written in one way or the other.
pub(super) fn kind(written: &Value) -> Option<&str> {
    written.as_str().or_else(|| written.as_object()?.keys().next().map(String::as_str))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        for written in [
            json!({ "delivered": "250 ok" }),
            json!({ "rejected": "no such mailbox" }),
            json!({ "retry": { "detail": "busy", "after": 7 } }),
            json!({ "retry": { "detail": "busy", "after": null } }),
        ] {
            assert_eq!(write(&read(&written).expect("sound")), written);
        }
        assert_eq!(read(&json!("delivered")), Ok(Outcome::Delivered(String::new())));
        assert_eq!(kind(&json!("retry")), kind(&json!({ "retry": {} })));
    }

    #[test]
    fn what_is_none_is_named() {
        assert_eq!(read(&json!("deliverd")), Err("unknown outcome `deliverd`: did you mean `delivered`?".to_owned()));
        let why = read(&json!({ "retry": { "afters": 1 } })).expect_err("is wrong");
        assert!(why.contains("unknown field `afters`") && why.ends_with("did you mean `after`?"), "{why}");
    }
}
