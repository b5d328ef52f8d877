//! What a channel should have sent, held against what it did.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    difference::{differences, fitted, shown},
    otherside::Noted,
    outcome,
    reading::from_value,
};
use crate::model::Sent;

/// What should come of a channel's call, to see that its keys and values make sense.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read for their types alone")]
struct Expected {
    outcome: Option<Value>,
    #[serde(default)]
    requests: Vec<ExpectedRequest>,
    mail: Option<ExpectedMail>,
    #[serde(default)]
    inbox: Vec<ExpectedEntry>,
    keep: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read for their types alone")]
struct ExpectedRequest {
    method: Option<String>,
    url: Option<String>,
    headers: Option<Map<String, Value>>,
    body: Option<String>,
    json: Option<Value>,
    sign: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read for their types alone")]
struct ExpectedMail {
    subject: Option<String>,
    text: Option<String>,
    html: Option<String>,
    headers: Option<Map<String, Value>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read for their types alone")]
struct ExpectedEntry {
    kind: Option<String>,
    message: Option<String>,
    target: Option<String>,
}

/// Reads what should come of a call; the names of header fields are then in lower case.
///
/// # Errors
/// What is wrong with it.
pub(super) fn read(mut written: Value) -> Result<Value, String> {
    let expected: Expected = from_value(written.clone())?;
    if let Some(outcome) = &expected.outcome {
        outcome::read(outcome).map_err(|why| format!("outcome: {why}"))?;
    }
    let requests = written.get_mut("requests").and_then(Value::as_array_mut);
    requests.into_iter().flatten().for_each(lower_fields);
    written.get_mut("mail").into_iter().for_each(lower_fields);
    Ok(written)
}

fn lower_fields(message: &mut Value) {
    let Some(headers) = message.get_mut("headers").and_then(Value::as_object_mut) else { return };
    *headers = std::mem::take(headers).into_iter().map(|(name, value)| (name.to_ascii_lowercase(), value)).collect();
}

/// What came; the body of a request as JSON, too, where that is asked for of the request of this index. What was noted is
/// taken: there is no second copy of it.
pub(super) fn written(sent: &Sent, noted: &mut Noted, as_json: impl Fn(usize) -> bool) -> Value {
    let requests = std::mem::take(&mut noted.requests).into_iter().enumerate().map(|(index, mut request)| {
        if as_json(index) {
            let body = request["body"].as_str().unwrap_or_default();
            request["json"] = serde_json::from_str(body).unwrap_or_default();
        }
        request
    });
    let parts = [
        ("outcome", outcome::write(&sent.outcome)),
        ("requests", requests.collect()),
        ("mail", noted.mail.take().unwrap_or_default()),
        ("inbox", std::mem::take(&mut noted.inbox).into()),
        ("keep", json!(sent.receipt)),
    ];
    parts.into_iter().collect()
}

/// Whether this request's body is expected as JSON.
pub(super) fn names_json(expected: &Value, index: usize) -> bool {
    expected["requests"][index].get("json").is_some()
}

/// Holds what came against what was expected.
pub(super) fn compare(expected: &Value, came: &Value) -> Vec<String> {
    let (wanted, got) = (&expected["outcome"], &came["outcome"]);
    let mut rest = expected.clone();
    let mut found = Vec::new();
    if !wanted.is_null() && (wanted.is_string() || outcome::kind(wanted) != outcome::kind(got)) {
        rest.as_object_mut().and_then(|rest| rest.shift_remove("outcome"));
        if outcome::kind(wanted) != outcome::kind(got) {
            found.push(format!("outcome: expected {}, got {}", shown(wanted), shown(got)));
        }
    }
    found.extend(differences("", &rest, came));
    found
}

/// What was expected, changed as little as it takes for what came to fit.
pub(super) fn blessed(expected: &Value, came: &Value) -> Value {
    let (mut expected, mut came) = (expected.clone(), came.clone());
    let (wanted, got) = (&expected["outcome"], came["outcome"].clone());
    match outcome::kind(&got) {
        Some(kind) if wanted.is_string() => came["outcome"] = json!(kind),
        // Keys of another kind say nothing about this one.
        kind if !wanted.is_null() && outcome::kind(wanted) != kind => expected["outcome"] = got,
        _ => {}
    }
    let known = expected["requests"].as_array().map_or(0, Vec::len);
    let requests = came["requests"].as_array_mut();
    requests.into_iter().flatten().skip(known).for_each(say_once);
    fitted(&expected, &came)
}

/// Leaves one of the two forms of a body that nobody has named yet.
fn say_once(request: &mut Value) {
    let other = if request["json"].is_null() { "json" } else { "body" };
    request.as_object_mut().and_then(|request| request.shift_remove(other));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Outcome;

    fn came() -> Value {
        let mut noted = Noted::default();
        noted.requests = vec![json!({
            "method": "POST", "url": "secret:hook", "headers": { "content-type": "application/json" },
            "body": "{\"a\": 1}", "sign": ["key"],
        })];
        let outcome = Outcome::Retry { detail: "busy".to_owned(), after: None };
        written(&Sent { outcome, receipt: Some("t1".to_owned()) }, &mut noted, |_| true)
    }

    #[test]
    fn a_body_is_read_as_json_only_where_that_is_expected() {
        let mut noted = Noted::default();
        noted.requests = vec![json!({ "body": "[1]" }), json!({ "body": "[2]" }), json!({ "body": "no" })];
        let expected = json!({ "requests": [{ "body": "[1]" }, { "json": [2] }, { "json": null }] });
        let sent = Sent { outcome: Outcome::Delivered(String::new()), receipt: None };
        let came = written(&sent, &mut noted, |index| names_json(&expected, index));
        let requests = json!([{ "body": "[1]" }, { "body": "[2]", "json": [2] }, { "body": "no", "json": null }]);
        assert_eq!(came["requests"], requests);
        assert_eq!(compare(&expected, &came), [""; 0]);
        assert!(!names_json(&json!({ "outcome": "delivered" }), 0));
    }

    fn compared(expected: Value) -> Vec<String> {
        compare(&read(expected).expect("sound"), &came())
    }

    #[test]
    fn what_is_named_must_be_equal_and_nothing_else_is_looked_at() {
        let all = json!({
            "outcome": "retry", "keep": "t1", "mail": null, "inbox": [],
            "requests": [{ "url": "secret:hook", "headers": { "Content-Type": "application/json" }, "json": { "a": 1 } }],
        });
        assert_eq!(compared(all), [""; 0]);
        assert_eq!(compared(json!({})), [""; 0]);
        assert_eq!(compared(json!({ "outcome": { "retry": { "detail": "busy" } } })), [""; 0]);
    }

    #[test]
    fn differences_are_told_with_their_place() {
        let wrong = json!({
            "outcome": "delivered", "keep": null,
            "requests": [{ "json": { "b": 2 }, "headers": { "X-A": "1", "x-b": null } }, {}],
        });
        assert_eq!(
            compared(wrong),
            [
                "outcome: expected \"delivered\", got {\"retry\":{\"detail\":\"busy\",\"after\":null}}",
                "keep: expected none, got \"t1\"",
                "requests[0].json.b: expected 2, got none",
                "requests[0].json.a: expected nothing, got 1",
                "requests[0].headers.x-a: expected \"1\", got none",
                "requests: expected 2 entries, got 1",
            ]
        );
    }

    #[test]
    fn what_is_blessed_keeps_to_the_keys_that_were_named() {
        for (before, after) in [
            (json!({ "outcome": "delivered" }), json!({ "outcome": "retry" })),
            (
                json!({ "outcome": { "delivered": "ok" }, "keep": "t0" }),
                json!({ "outcome": { "retry": { "detail": "busy", "after": null } }, "keep": "t1" }),
            ),
            (
                json!({ "requests": [] }),
                json!({ "requests": [{
                    "method": "POST", "url": "secret:hook", "headers": { "content-type": "application/json" },
                    "json": { "a": 1 }, "sign": ["key"],
                }] }),
            ),
            (
                json!({ "outcome": { "retry": { "detail": "full" } }, "requests": [{ "json": { "b": 2 } }] }),
                json!({ "outcome": { "retry": { "detail": "busy" } }, "requests": [{ "json": { "a": 1 } }] }),
            ),
        ] {
            let blessed = blessed(&read(before).expect("sound"), &came());
            assert_eq!(blessed, after);
            assert_eq!(compare(&blessed, &came()), [""; 0]);
        }
    }

    #[test]
    fn what_makes_no_sense_is_named() {
        let wrong = |value: Value| read(value).expect_err("is wrong");
        let key = wrong(json!({ "requests": [{ "header": {} }] }));
        assert!(key.starts_with("requests[0].header: ") && key.ends_with("did you mean `headers`?"), "{key}");
        assert!(wrong(json!({ "outcome": "sent" })).starts_with("outcome: unknown outcome `sent`: "));
    }
}
