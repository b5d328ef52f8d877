//! Reminders in Slack: over an incoming webhook, or as a bot that keeps reminders of the same thing in one thread.
//!
//! What Slack does not understand is sent more plainly in the same call: without its thread where that is gone, and as
//! plain text where the blocks are refused. So no notice is lost to its looks.

use nudged_sdk::{Channel, Manifest, Notification, Outcome, http::Request};
use serde::Deserialize;

mod answer;
mod blocks;
mod escape;
mod message;

use answer::Verdict;
use message::Message;

/// Where the methods of the Web API are.
const API: &str = "https://slack.com/api";

struct Slack;

/// Either a webhook or a token: `parameters.json` says so, as a derived schema could not.
#[derive(Debug, Default, Deserialize, nudged_sdk::Parameters)]
#[serde(default)]
#[parameters(schema = include_str!("parameters.json"))]
struct Parameters {
    webhook: Option<String>,
    token: Option<String>,
    api: Option<String>,
}

impl Channel for Slack {
    type Parameters = Parameters;

    fn manifest() -> Manifest {
        nudged_sdk::manifest!().asks(&["http"])
    }

    fn send(notification: &Notification<'_, Parameters>) -> Outcome {
        let Parameters { webhook, token, api } = &notification.parameters;
        match (webhook, token) {
            (Some(webhook), _) => send(Message::for_webhook(notification), notification, |message| {
                let answer = request(format!("secret:{webhook}"), message).send()?;
                Ok(answer::of_webhook(&answer))
            }),
            (None, Some(token)) => {
                let url = format!("{}/chat.postMessage", api.as_deref().unwrap_or(API).trim_end_matches('/'));
                send(Message::for_bot(notification), notification, |message| {
                    let request = request(url.clone(), message).secret_header("authorization", "Bearer ", token);
                    Ok(answer::of_method(&request.send()?))
                })
            }
            // Not with the schema of `parameters.json`.
            (None, None) => panic!("the parameters have neither `webhook` nor `token`"),
        }
    }
}

fn request(url: String, message: &Message) -> Request {
    // Slack warns of JSON that does not say that it is UTF-8.
    Request::post(url).header("content-type", "application/json; charset=utf-8").json(message)
}

/// Posts the message, and more plainly as long as that may help. Every round but the last takes something away.
fn send<P>(
    mut message: Message,
    notification: &Notification<'_, P>,
    post: impl Fn(&Message) -> Result<Verdict, nudged_sdk::http::Failure>,
) -> Outcome {
    loop {
        match post(&message) {
            Err(failure) => return failure.into(),
            Ok(Verdict::Posted { ts, detail }) => {
                // A thread is known by its first message: an answer's own name would begin another one.
                if let Some(root) = message.thread_ts.or(ts) {
                    notification.keep(&root);
                }
                return Outcome::Delivered(detail);
            }
            Ok(Verdict::NoThread(_)) if message.thread_ts.is_some() => message.thread_ts = None,
            Ok(Verdict::NotUnderstood(_)) if message.blocks.is_some() => message.make_plain(notification),
            Ok(Verdict::NoThread(why) | Verdict::NotUnderstood(why)) => return Outcome::Rejected(why),
            Ok(Verdict::Failed(outcome)) => return outcome,
        }
    }
}

nudged_sdk::channel!(Slack);

#[cfg(test)]
mod tests;
