//! What Slack's answers mean.
//!
//! Three kinds of errors matter. Those about the recipient or the message are final. Those that a plainer message may
//! escape are told apart, so that one is sent. All others are tried again: Slack may be back soon, and a token or a
//! webhook that Slack no longer takes is the operator's to mend, until when the notices wait.

use nudged_sdk::{Outcome, clean, http::Response};
use serde::Deserialize;

/// Characters of an error's name: Slack's longest have about fifty.
const NAME: usize = 80;

/// What came of one request.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is there.
    Posted {
        /// The message's name in its channel.
        ts: Option<String>,
        /// For the record.
        detail: String,
    },
    /// The thread is gone or takes no answers: why.
    NoThread(String),
    /// Slack does not understand the blocks, or what else a plain message does without: why.
    NotUnderstood(String),
    /// It is not there.
    Failed(Outcome),
}

const NO_THREAD: &[&str] = &[
    "cannot_reply_to_message",
    "invalid_thread_ts",
    "message_not_found",
    "restricted_action_non_threadable_channel",
    "restricted_action_thread_locked",
    "thread_locked",
    "thread_not_found",
];

const NOT_UNDERSTOOD: &[&str] = &[
    "attachment_payload_limit_exceeded",
    "invalid_blocks",
    "invalid_blocks_format",
    "invalid_metadata_format",
    "invalid_metadata_schema",
    "invalid_payload",
    "metadata_must_be_sent_from_app",
    "metadata_too_large",
    "msg_blocks_too_long",
    "msg_too_long",
];

/// About the recipient or the message.
const FINAL: &[&str] = &[
    "cannot_dm_bot",
    "channel_is_archived",
    "channel_not_found",
    "channel_type_not_supported",
    "is_archived",
    "is_inactive",
    "no_text",
    "posting_to_general_channel_denied",
    "restricted_action_read_only_channel",
    "restricted_action_thread_only_channel",
    "too_many_attachments",
    "user_disabled",
    "user_not_found",
];

/// Slack says these with a status that would be final, but they are about the webhook: the operator makes another.
const OPERATORS: &[&str] = &[
    "account_inactive",
    "action_prohibited",
    "invalid_auth",
    "invalid_token",
    "no_active_hooks",
    "no_service",
    "no_service_id",
    "no_team",
    "team_disabled",
    "token_revoked",
];

/// The answer of a method of the Web API.
#[derive(Deserialize)]
struct Told {
    ok: bool,
    error: Option<String>,
    ts: Option<String>,
}

/// A method says in its body whether it went well; only the limit of requests and Slack's troubles show in the status.
pub(crate) fn of_method(answer: &Response) -> Verdict {
    if answer.status() == 429 || answer.status() >= 500 {
        return Verdict::Failed(answer.outcome());
    }
    match answer.json::<Told>() {
        Ok(Told { ok: true, ts, .. }) => {
            let ts = ts.map(|ts| clean::line(&ts, NAME));
            Verdict::Posted {
                detail: ts.as_ref().map_or_else(|| "posted".to_owned(), |ts| format!("posted as {ts}")),
                ts,
            }
        }
        Ok(Told { error, .. }) => {
            let error = clean::line(&error.unwrap_or_else(|| "an error without a name".to_owned()), NAME);
            verdict(&error, &error).unwrap_or_else(|| again(error, answer))
        }
        Err(_) if !(200..300).contains(&answer.status()) => Verdict::Failed(answer.outcome()),
        Err(_) => again(format!("no answer of Slack's: {}", answer.summary()), answer),
    }
}

/// An incoming webhook answers in plain text, with a status that fits.
pub(crate) fn of_webhook(answer: &Response) -> Verdict {
    if (200..300).contains(&answer.status()) {
        return Verdict::Posted { ts: None, detail: answer.summary() };
    }
    let text = clean::line(&answer.text(), NAME);
    let error = text.split([' ', ':']).next().unwrap_or_default();
    match verdict(error, &answer.summary()) {
        Some(verdict) => verdict,
        None if OPERATORS.contains(&error) => again(answer.summary(), answer),
        None => Verdict::Failed(answer.outcome()),
    }
}

fn verdict(error: &str, why: &str) -> Option<Verdict> {
    let why = why.to_owned();
    if NO_THREAD.contains(&error) {
        Some(Verdict::NoThread(why))
    } else if NOT_UNDERSTOOD.contains(&error) {
        Some(Verdict::NotUnderstood(why))
    } else {
        FINAL.contains(&error).then_some(Verdict::Failed(Outcome::Rejected(why)))
    }
}

fn again(detail: String, answer: &Response) -> Verdict {
    Verdict::Failed(Outcome::Retry { detail, after: answer.retry_after() })
}
