//! What the other side says in a channel's case.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::{outcome, reading::from_value};
use crate::{
    config::suggest::did_you_mean,
    model::Outcome,
    net::{HttpError, HttpResponse},
};

/// The kinds of failures that a guest may be told of.
const FAILURES: [&str; 6] = ["resolve", "connect", "tls", "send", "timeout", "answer"];

/// One answer.
#[derive(Debug, Clone)]
pub(super) enum Answer {
    /// To a request.
    Http(Result<HttpResponse, HttpError>),
    /// To a mail, or to rows for the inbox.
    Outcome(Outcome),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Written {
    #[serde(default = "ok")]
    status: u16,
    #[serde(default)]
    headers: Map<String, Value>,
    body: Option<String>,
    json: Option<Value>,
    retry_after: Option<u32>,
    failure: Option<WrittenFailure>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenFailure {
    kind: String,
    #[serde(default)]
    detail: String,
}

fn ok() -> u16 {
    200
}

/// Reads an answer: an outcome, or what came of a request.
///
/// # Errors
/// What is wrong with it.
pub(super) fn read(value: Value) -> Result<Answer, String> {
    let is_outcome = ["delivered", "rejected", "retry"].iter().any(|kind| value.get(kind).is_some());
    if value.is_string() || is_outcome {
        return Ok(Answer::Outcome(outcome::read(&value)?));
    }
    let Written { status, headers, body, json, retry_after, failure } = from_value(value)?;
    if let Some(WrittenFailure { kind, detail }) = failure {
        let known = FAILURES.into_iter().find(|known| *known == kind);
        let kind = known.ok_or_else(|| format!("failure.kind: {kind:?}: {}", did_you_mean(&kind, &FAILURES)))?;
        return Ok(Answer::Http(Err(HttpError::Failed { kind, detail })));
    }
    if !(100..600).contains(&status) {
        return Err(format!("status: {status} is none: write one such as 200"));
    }
    let body = match (body, json) {
        (Some(_), Some(_)) => return Err("has both `body` and `json`: keep one".to_owned()),
        (Some(body), None) => body,
        (None, json) => json.map(|json| json.to_string()).unwrap_or_default(),
    };
    let field = |(name, value): (String, Value)| match value {
        Value::String(value) => Ok((name.to_ascii_lowercase(), value)),
        other => Err(format!("headers.{name}: is {other}, not a text")),
    };
    let headers = headers.into_iter().map(field).collect::<Result<_, _>>()?;
    let retry_after = retry_after.map(|seconds| Duration::from_secs(seconds.into()));
    Ok(Answer::Http(Ok(HttpResponse { status, headers, retry_after, body: body.into_bytes() })))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_answer_is_a_response_a_failure_or_an_outcome() {
        let written =
            json!({ "status": 429, "headers": { "X-Hint": "later" }, "json": { "ok": false }, "retry-after": 7 });
        let Ok(Answer::Http(Ok(response))) = read(written) else { panic!("a response") };
        assert_eq!((response.status, response.body), (429, br#"{"ok":false}"#.to_vec()));
        assert_eq!(response.headers, [("x-hint".to_owned(), "later".to_owned())]);
        assert_eq!(response.retry_after, Some(Duration::from_secs(7)));
        let Ok(Answer::Http(Ok(response))) = read(json!({})) else { panic!("a response") };
        assert_eq!((response.status, response.body.len()), (200, 0));
        let failure = read(json!({ "failure": { "kind": "connect", "detail": "refused" } }));
        let Ok(Answer::Http(Err(HttpError::Failed { kind, .. }))) = failure else { panic!("a failure") };
        assert_eq!(kind, "connect");
        assert!(matches!(read(json!("rejected")), Ok(Answer::Outcome(Outcome::Rejected(_)))));
    }

    #[test]
    fn what_makes_no_sense_is_named() {
        let wrong = |value: Value| read(value).expect_err("is wrong");
        let kind = wrong(json!({ "failure": { "kind": "conect" } }));
        assert_eq!(kind, "failure.kind: \"conect\": did you mean `connect`?");
        assert_eq!(wrong(json!({ "body": "", "json": 1 })), "has both `body` and `json`: keep one");
        assert_eq!(wrong(json!({ "headers": { "x": 1 } })), "headers.x: is 1, not a text");
        assert_eq!(wrong(json!({ "status": 0 })), "status: 0 is none: write one such as 200");
    }
}
