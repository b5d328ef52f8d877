//! Posts each notification as JSON.

use nudged_sdk::{Budget, Channel, Manifest, Notification, Outcome, Parameters, http::Request};
use serde::{Deserialize, Serialize};

struct Plugin;

/// What a channel of the configuration sets.
#[derive(Debug, Deserialize, Parameters)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// The name of the secret that holds the whole URL.
    url: String,
}

/// What is posted.
#[derive(Debug, Serialize)]
struct Message<'a> {
    id: &'a str,
    to: &'a str,
    subject: &'a str,
    text: &'a str,
}

impl Channel for Plugin {
    type Parameters = Settings;

    fn manifest() -> Manifest {
        nudged_sdk::manifest!().asks(&["http"]).budget(Budget::new().first_call_millis(100))
    }

    fn send(notification: &Notification<'_, Settings>) -> Outcome {
        let (id, to) = (notification.id(), notification.address());
        let (subject, text) = (notification.subject(), notification.text());
        let message = Message { id: &id, to: &to, subject: &subject, text: &text };
        // The guest never sees the URL: the host fills it in.
        let request = Request::post(format!("secret:{}", notification.parameters.url)).json(&message);
        match request.send() {
            Ok(answer) => answer.outcome(),
            Err(failure) => failure.into(),
        }
    }
}

nudged_sdk::channel!(Plugin);

#[cfg(test)]
mod tests {
    use nudged_sdk::testing::{HttpHost, NotificationBuilder, PlainResponse};

    use super::*;

    #[test]
    fn a_notification_is_posted_and_the_answer_kept() {
        let network = HttpHost::answering([Ok(PlainResponse::new(202, "queued"))]);
        let notification = NotificationBuilder::new().build(Settings { url: "hook".to_owned() });
        assert_eq!(Plugin::send(&notification), Outcome::Delivered("202: queued".to_owned()));
        assert_eq!(network.sent()[0].url, "secret:hook");
    }
}
