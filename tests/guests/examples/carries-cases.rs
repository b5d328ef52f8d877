//! A channel with a case of its own, which its parameters let it fail.

use nudged_sdk::{Channel, Manifest, NoParameters, Notification, Outcome, http::Request, log};

struct CarriesCases;

impl Channel for CarriesCases {
    type Parameters = NoParameters;

    fn manifest() -> Manifest {
        Manifest::channel("carries-cases", "1.0.0").asks(["http"])
    }

    fn send(notification: &Notification<'_, NoParameters>) -> Outcome {
        log::warn(format!("sends to {}", notification.address()));
        let request = Request::post("secret:hook").secret_header("authorization", "Bearer ", "token");
        match request.body(notification.text()).send() {
            Ok(answer) => answer.outcome(),
            Err(failure) => failure.into(),
        }
    }
}

const CASES: &str = r#"[{
    "name": "is posted to the hook",
    "notification": { "text": "hello" },
    "expect": {
        "outcome": "delivered",
        "requests": [{
            "method": "POST", "url": "secret:hook", "headers": { "Authorization": "Bearer {secret:token}" }, "body": "hello"
        }]
    }
}]"#;

nudged_sdk::channel!(CarriesCases, cases = CASES);
