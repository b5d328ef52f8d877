//! HTTP to the hosts that the operator grants to the plugin.
//!
//! The manifest asks for it: `manifest!().asks(&["http"])`. Secrets go by name: the host fills them in once it
//! knows where the request goes. What is not granted ends the call. In native tests a
//! [`testing::HttpHost`](crate::testing::HttpHost) stands in for the network.
//!
//! ```
//! use nudged_sdk::{Outcome, http::Request, testing::{HttpHost, PlainResponse}};
//!
//! let network = HttpHost::answering([Ok(PlainResponse::new(202, "queued"))]);
//! let request = Request::post("https://x.test/hook").secret_header("authorization", "Bearer ", "token");
//! let outcome: Outcome = request.json(&["hello"]).send().into();
//! assert_eq!(outcome, Outcome::Delivered("202: queued".into()));
//! assert_eq!(network.sent()[0].body, br#"["hello"]"#);
//! ```

use std::time::Duration;

use serde::{Serialize, de::DeserializeOwned};

use crate::{Outcome, clean, json};

/// Characters of an answer that an outcome quotes: enough for an error message, too few for a page.
const QUOTED: usize = 200;

/// A request in the making.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Request {
    /// In capitals.
    pub method: String,
    /// An http or https URL, or `secret:<name>` where the whole URL is one of the channel's secrets.
    pub url: String,
    /// Header fields, in order.
    pub headers: Vec<Header>,
    /// The body.
    pub body: Vec<u8>,
    /// The secrets that the host signs it with.
    pub signed_with: Vec<String>,
}

/// A header field of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Its name.
    pub name: String,
    /// Its value, or what stands before the secret in it.
    pub value: String,
    /// The name of the secret that it ends in.
    pub secret: Option<String>,
}

impl Request {
    /// A POST to this URL, or to the one that a secret holds: `secret:<name>`.
    pub fn post(url: impl Into<String>) -> Self {
        Self {
            method: "POST".to_owned(),
            url: url.into(),
            headers: Vec::new(),
            body: Vec::new(),
            signed_with: Vec::new(),
        }
    }

    /// Adds a header field. Host, Content-Length and what else belongs to the connection are the host's.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push(Header { name: name.to_owned(), value: value.to_owned(), secret: None });
        self
    }

    /// Adds a header field that ends in one of the channel's secrets: `authorization`, `Bearer `, `token`.
    pub fn secret_header(mut self, name: &str, prefix: &str, secret: &str) -> Self {
        self.headers.push(Header { name: name.to_owned(), value: prefix.to_owned(), secret: Some(secret.to_owned()) });
        self
    }

    /// Sets the body, at most 4 MiB.
    pub fn body(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.body = bytes.into();
        self
    }

    /// Sets the body to a value as JSON, and the content type to `application/json` unless one was set before.
    ///
    /// # Panics
    /// If the value cannot be JSON, such as a map whose keys are no strings.
    pub fn json(self, value: &impl Serialize) -> Self {
        // Without the error's text, which would bring its printing into every guest.
        let Ok(body) = serde_json::to_vec(value) else { panic!("the body is no JSON") };
        let typed = self.headers.iter().any(|header| header.name.eq_ignore_ascii_case("content-type"));
        if typed { self.body(body) } else { self.header("content-type", "application/json").body(body) }
    }

    /// Has the host sign the request after Standard Webhooks with each of these secrets of the channel, the newest
    /// first.
    pub fn sign<T: Into<String>>(mut self, secrets: impl IntoIterator<Item = T>) -> Self {
        self.signed_with = secrets.into_iter().map(Into::into).collect();
        self
    }

    /// Sends, within the time that is left to the call; at most 8 requests a call. A redirect is an answer.
    ///
    /// # Errors
    /// If there is no answer.
    ///
    /// # Panics
    /// In a native test without a [`testing::HttpHost`](crate::testing::HttpHost).
    pub fn send(self) -> Result<Response, Failure> {
        #[cfg(target_arch = "wasm32")]
        {
            use crate::bindings::channel::nudged::plugin::http as wire;
            let request = wire::Request::new(&self.method, &self.url);
            for header in &self.headers {
                match &header.secret {
                    Some(secret) => request.secret_header(&header.name, &header.value, secret),
                    None => request.header(&header.name, &header.value),
                }
            }
            request.body(&self.body);
            if !self.signed_with.is_empty() {
                request.sign(&self.signed_with);
            }
            let failure = |failure: wire::Failure| Failure { kind: failure.kind, detail: failure.detail };
            request.send().map(Response).map_err(failure)
        }
        #[cfg(not(target_arch = "wasm32"))]
        crate::testing::hand_to_http_host(self).map(Response)
    }
}

#[cfg(target_arch = "wasm32")]
type Answer = crate::bindings::channel::nudged::plugin::http::Response;
#[cfg(not(target_arch = "wasm32"))]
type Answer = crate::testing::PlainResponse;

/// What the other side answered.
#[derive(Debug)]
pub struct Response(Answer);

impl Response {
    /// The status code.
    pub fn status(&self) -> u16 {
        self.0.status()
    }

    /// The first header field of this name, whatever its case.
    pub fn header(&self, name: &str) -> Option<String> {
        self.0.header(name)
    }

    /// What `Retry-After` comes to from now on.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after().map(|seconds| Duration::from_secs(seconds.into()))
    }

    /// The body, at most 1 MiB; the channel's secrets are blotted out.
    pub fn body(&self) -> Vec<u8> {
        self.0.body()
    }

    /// The body as text; what is not UTF-8 becomes replacement characters.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body()).into_owned()
    }

    /// The body, read as JSON by the small reader that reads parameters.
    ///
    /// # Errors
    /// What does not fit.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, String> {
        json::read(&self.text()).map_err(|error| format!("the answer is not as expected: {error}"))
    }

    /// The status and the beginning of the body on one line, to be an outcome's detail: `404: no such hook`.
    pub fn summary(&self) -> String {
        let body = clean::line(&self.text(), QUOTED);
        if body.is_empty() { self.status().to_string() } else { format!("{}: {body}", self.status()) }
    }

    /// What the answer means, as [`outcome_of`] has it, with [`summary`](Self::summary) as its detail.
    pub fn outcome(&self) -> Outcome {
        outcome_of(self.status(), self.retry_after(), self.summary())
    }
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// `resolve`, `connect`, `tls`, `send`, `timeout`, `answer` (broken off or malformed), …
    pub kind: String,
    /// Why, for the operator.
    pub detail: String,
}

/// See [`Response::outcome`].
impl From<Response> for Outcome {
    fn from(answer: Response) -> Self {
        answer.outcome()
    }
}

/// The network may be back soon.
impl From<Failure> for Outcome {
    fn from(Failure { kind, detail }: Failure) -> Self {
        Self::Retry { detail: format!("{kind}: {detail}"), after: None }
    }
}

/// What a status means, by nudged's rule for all channels: 2xx is delivered; 408, 425, 429 and 5xx may pass; everything
/// else is refused for good, redirects and 410 (gone) included.
///
/// ```
/// use nudged_sdk::{Outcome, http::outcome_of};
///
/// assert_eq!(outcome_of(410, None, "410: gone".into()), Outcome::Rejected("410: gone".into()));
/// ```
pub fn outcome_of(status: u16, retry_after: Option<Duration>, detail: String) -> Outcome {
    match status {
        200..=299 => Outcome::Delivered(detail),
        408 | 425 | 429 | 500..=599 => Outcome::Retry { detail, after: retry_after },
        _ => Outcome::Rejected(detail),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{HttpHost, PlainResponse};

    fn kind(status: u16) -> &'static str {
        match outcome_of(status, None, String::new()) {
            Outcome::Delivered(_) => "delivered",
            Outcome::Retry { .. } => "retry",
            Outcome::Rejected(_) => "rejected",
        }
    }

    #[test]
    fn every_status_has_one_meaning() {
        for (statuses, expected) in [
            (&[200, 202, 204][..], "delivered"),
            (&[408, 425, 429, 500, 502, 503, 504, 599][..], "retry"),
            (&[101, 301, 302, 308, 400, 401, 403, 404, 409, 410, 413, 422, 600][..], "rejected"),
        ] {
            for status in statuses {
                assert_eq!(kind(*status), expected, "{status}");
            }
        }
    }

    #[test]
    fn an_answer_becomes_a_harmless_line_and_keeps_its_wait() {
        let busy = PlainResponse { retry_after: Some(7), ..PlainResponse::new(503, "try\r\n\u{1b}[31mlater") };
        let network = HttpHost::answering([Ok(busy)]);
        let answer = Request::post("https://x.test").body("x").send().expect("an answer");
        let after = Some(Duration::from_secs(7));
        assert_eq!(answer.outcome(), Outcome::Retry { detail: "503: try [31mlater".to_owned(), after });
        assert_eq!(network.sent().len(), 1);
        let long = Response(PlainResponse::new(400, "x".repeat(5000)));
        assert_eq!(long.summary().chars().count(), "400: ".len() + QUOTED + 1);
        assert_eq!(Response(PlainResponse::new(204, "")).summary(), "204");
    }

    #[test]
    fn a_failure_of_the_network_is_tried_again() {
        let failure = Failure { kind: "connect".to_owned(), detail: "refused".to_owned() };
        assert_eq!(Outcome::from(failure), Outcome::Retry { detail: "connect: refused".to_owned(), after: None });
    }

    #[test]
    fn json_is_read_whatever_else_is_in_it() {
        #[derive(serde::Deserialize)]
        struct Told {
            ok: bool,
            ts: Option<String>,
        }
        let body = r#"{"ok":true,"channel":"C1","ts":"17.1","message":{"blocks":[{"a":[1,-2.5e3,null,"x\"}"]}]}}"#;
        let told: Told = Response(PlainResponse::new(200, body)).json().expect("JSON");
        assert_eq!((told.ok, told.ts.as_deref()), (true, Some("17.1")));
        assert!(Response(PlainResponse::new(200, "ok")).json::<Told>().is_err());
    }
}
