//! A channel that does with the host's interfaces what its parameters say, and reports it in its outcome. It is written
//! against the bindings, so that nothing stands between it and the host.

// Nothing is exported natively, where it is only checked.
#![cfg_attr(not(target_arch = "wasm32"), allow(dead_code))]

use nudged_sdk::{
    Manifest, Parameters as _,
    bindings::channel::{
        exports::nudged::plugin::{delivery, plugin},
        nudged::plugin::{
            http, inbox, mail,
            types::{Outcome, Retry},
        },
    },
};
use serde::Deserialize;

struct DoesAsTold;

#[derive(Deserialize, nudged_sdk::Parameters)]
#[parameters(schema = "{}")]
struct Parameters {
    steps: Vec<Step>,
}

/// One thing to do; `what` says which fields count.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Step {
    /// `http`, `hoard`, `inbox`, `mail`, `keep`, `wording`, `unsubscribe`, `panic`, `spin`, `retry`.
    what: String,
    method: String,
    url: String,
    headers: Vec<(String, String)>,
    /// Name, prefix, secret.
    secret_headers: Vec<(String, String, String)>,
    body: String,
    /// Bytes of a body that is too long to be written out, or requests to hoard.
    zeros: usize,
    sign: Vec<String>,
    /// What is asked of the answer, beside status and body.
    field: String,
    entries: Vec<Entry>,
    /// What is kept, or the part that is worded.
    text: String,
}

#[derive(Deserialize)]
struct Entry {
    kind: String,
    message: String,
    target: Option<String>,
}

impl plugin::Guest for DoesAsTold {
    fn describe() -> String {
        Manifest::new("does-as-told", "1.0.0").asks(&["http", "inbox"]).to_json("channel", "{}")
    }
}

impl delivery::Guest for DoesAsTold {
    fn send(notification: &delivery::Notification) -> Outcome {
        let told = match Parameters::read(&notification.parameters()) {
            Ok(Parameters { steps }) => steps,
            Err(why) => return Outcome::Rejected(why),
        };
        let mut report = Vec::new();
        for step in told {
            match step.what.as_str() {
                "http" => report.push(request(&step)),
                "inbox" => report.push(post(step.entries)),
                "hoard" => hoard(&step),
                "mail" => report.push(send_mail(notification)),
                "keep" => notification.keep(&step.text),
                "wording" => report.push(format!("{:?}", notification.wording(&step.text))),
                "unsubscribe" => report.push(format!("{:?}", notification.unsubscribe())),
                "spin" => loop {
                    std::hint::black_box(());
                },
                "retry" => return Outcome::Retry(Retry { detail: report.join(" | "), after: None }),
                other => panic!("told to {other}"),
            }
        }
        Outcome::Delivered(report.join(" | "))
    }
}

fn request(step: &Step) -> String {
    let request = http::Request::new(&step.method, &step.url);
    for (name, value) in &step.headers {
        request.header(name, value);
    }
    for (name, prefix, secret) in &step.secret_headers {
        request.secret_header(name, prefix, secret);
    }
    match step.zeros {
        0 => request.body(step.body.as_bytes()),
        zeros => request.body(&vec![b'0'; zeros]),
    }
    if !step.sign.is_empty() {
        request.sign(&step.sign);
    }
    match request.send() {
        Ok(response) => {
            let field = response.header(&step.field);
            let body = String::from_utf8_lossy(&response.body()).into_owned();
            format!("{} {field:?} {:?} {body}", response.status(), response.retry_after())
        }
        Err(failure) => format!("{}: {}", failure.kind, failure.detail),
    }
}

/// Makes requests and lets go of none.
fn hoard(step: &Step) {
    (0..step.zeros).for_each(|_| std::mem::forget(http::Request::new("POST", &step.url)));
}

fn post(entries: Vec<Entry>) -> String {
    let entries: Vec<_> =
        entries.into_iter().map(|Entry { kind, message, target }| inbox::Entry { kind, message, target }).collect();
    format!("{:?}", inbox::post(&entries))
}

fn send_mail(notification: &delivery::Notification) -> String {
    let (subject, text) = (notification.subject(), notification.text());
    format!("{:?}", mail::send(&mail::Message { subject, text, html: None, headers: Vec::new() }))
}

#[cfg(target_arch = "wasm32")]
nudged_sdk::bindings::channel::export_channel!(DoesAsTold with_types_in nudged_sdk::bindings::channel);
