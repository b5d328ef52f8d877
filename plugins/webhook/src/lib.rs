//! Reminders as JSON over HTTP, signed after Standard Webhooks, plain or in a CloudEvents envelope.
//!
//! A repeated attempt has the same id, so that the other side can drop what it has seen, and the same bytes, unless some
//! of it is over by then.

use nudged_sdk::{
    Channel, Manifest, Notification, Outcome, Pairs, clean,
    http::{Request, Response},
};
use serde::Deserialize;

mod body;

use body::{Event, Message};

struct Webhook;

/// Where the message goes, and in what form.
#[derive(Debug, Default, Deserialize, nudged_sdk::Parameters)]
#[serde(default, deny_unknown_fields)]
struct Parameters {
    /// Where to post. Without it the recipient's address is the URL.
    #[parameter(format = "uri", pattern = "^https?://")]
    url: Option<String>,
    /// `json`: the message as it is; `cloudevents`: the same in a CloudEvents 1.0 envelope.
    format: Format,
    /// Names of the secrets to sign with after Standard Webhooks, the newest first.
    #[parameter(max_items = 8, items(min_length = 1))]
    keys: Vec<String>,
    /// More header fields. They are no place for secrets.
    #[parameter(more = r#""propertyNames": { "pattern": "^[A-Za-z0-9-]+$" }"#)]
    headers: Pairs,
    /// The name of the secret that is sent as `Authorization: Bearer …`.
    #[parameter(min_length = 1)]
    authorization: Option<String>,
}

#[derive(Debug, Default, Deserialize, nudged_sdk::Parameters)]
#[serde(rename_all = "lowercase")]
enum Format {
    #[default]
    Json,
    CloudEvents,
}

impl Channel for Webhook {
    type Parameters = Parameters;

    fn manifest() -> Manifest {
        nudged_sdk::manifest!().asks(&["http"])
    }

    fn send(notification: &Notification<'_, Parameters>) -> Outcome {
        let address = notification.address();
        let Some(url) = notification.parameters.url.as_deref().or_else(|| clean::web_link(&address)) else {
            let why = "the channel has no `url` in its parameters, and the recipient's address is no http or https URL";
            return Outcome::Rejected(why.to_owned());
        };
        request(url, notification).send().map(|answer| outcome(&answer)).into()
    }
}

fn request(url: &str, notification: &Notification<'_, Parameters>) -> Request {
    let Parameters { format, keys, headers, authorization, .. } = &notification.parameters;
    let mut request = Request::post(url);
    for (name, value) in &headers.0 {
        request = request.header(name, value);
    }
    if let Some(secret) = authorization {
        request = request.secret_header("authorization", "Bearer ", secret);
    }
    let message = Message::of(notification);
    let request = match format {
        Format::Json => request.json(&message),
        Format::CloudEvents => request.header("content-type", "application/cloudevents+json").json(&Event::of(message)),
    };
    request.sign(keys.clone())
}

/// The rule of all channels, and for redirects what would mend it: they are never followed, since nobody has granted
/// where they lead.
fn outcome(answer: &Response) -> Outcome {
    match (answer.outcome(), answer.header("location")) {
        (Outcome::Rejected(detail), Some(elsewhere)) if (300..400).contains(&answer.status()) => {
            let elsewhere = clean::line(&elsewhere, 200);
            Outcome::Rejected(format!("{detail}: redirects to {elsewhere}, which is not followed: write that URL"))
        }
        (outcome, _) => outcome,
    }
}

nudged_sdk::channel!(Webhook);

#[cfg(test)]
mod tests;
