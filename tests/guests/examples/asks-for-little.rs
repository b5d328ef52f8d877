//! A channel whose manifest names one host and one secret, and which does as its parameters say whether they are those or
//! others. Tests write the real port in the place of 00001.

use nudged_sdk::{Channel, Manifest, Notification, Outcome, http::Request};
use serde::Deserialize;

struct AsksForLittle;

#[derive(Deserialize, nudged_sdk::Parameters)]
struct Parameters {
    url: String,
    secret: String,
}

impl Channel for AsksForLittle {
    type Parameters = Parameters;

    fn manifest() -> Manifest {
        Manifest::new("asks-for-little", "1.0.0").asks(&["http"]).hosts(&["http://127.0.0.1:00001"]).secrets(&["token"])
    }

    fn send(notification: &Notification<'_, Parameters>) -> Outcome {
        let Parameters { url, secret } = &notification.parameters;
        match Request::post(url.clone()).secret_header("authorization", "Bearer ", secret).send() {
            Ok(answer) => answer.outcome(),
            Err(failure) => failure.into(),
        }
    }
}

nudged_sdk::channel!(AsksForLittle);
