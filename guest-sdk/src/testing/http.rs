//! A network that keeps what is sent and answers as it is told.

use std::{cell::RefCell, collections::VecDeque, marker::PhantomData};

use crate::http::{Failure, Request};

struct Network {
    answers: VecDeque<Result<PlainResponse, Failure>>,
    sent: Vec<Request>,
    /// The channel's secrets; `None` stands for whatever is asked for.
    secrets: Option<Vec<String>>,
}

thread_local! {
    /// In wasm the import is the host of [`Request::send`]; tests run on a thread each.
    static NETWORK: RefCell<Option<Network>> = const { RefCell::new(None) };
}

/// An answer made of plain data.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlainResponse {
    /// The status code.
    pub status: u16,
    /// Header fields.
    pub headers: Vec<(String, String)>,
    /// Retry-After in seconds.
    pub retry_after: Option<u32>,
    /// The body.
    pub body: Vec<u8>,
}

impl PlainResponse {
    /// An answer without header fields.
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { status, body: body.into(), ..Self::default() }
    }

    pub(crate) fn status(&self) -> u16 {
        self.status
    }

    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let found = self.headers.iter().find(|(one, _)| one.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.clone())
    }

    pub(crate) fn retry_after(&self) -> Option<u32> {
        self.retry_after
    }

    pub(crate) fn body(&self) -> Vec<u8> {
        self.body.clone()
    }
}

/// Stands in for the network on this thread until it is dropped; see [`http`](crate::http) for an example.
#[derive(Debug)]
pub struct HttpHost {
    // Bound to its thread: neither Send nor Sync.
    _thread: PhantomData<*const ()>,
}

impl HttpHost {
    /// A network that answers the requests in turn.
    ///
    /// # Panics
    /// If there is one on this thread already.
    pub fn answering(answers: impl IntoIterator<Item = Result<PlainResponse, Failure>>) -> Self {
        let network = Network { answers: answers.into_iter().collect(), sent: Vec::new(), secrets: None };
        let before = NETWORK.replace(Some(network));
        assert!(before.is_none(), "one HttpHost a thread");
        Self { _thread: PhantomData }
    }

    /// Says by name which secrets the channel has. Who uses another, or one of none, is stopped as by the daemon.
    ///
    /// ```should_panic
    /// use nudged_sdk::{http::Request, testing::{HttpHost, PlainResponse}};
    ///
    /// let _network = HttpHost::answering([Ok(PlainResponse::new(200, "ok"))]).with_secrets(["token"]);
    /// let _ = Request::post("secret:hook").send();
    /// ```
    pub fn with_secrets<'a>(self, names: impl IntoIterator<Item = &'a str>) -> Self {
        let names = names.into_iter().map(str::to_owned).collect();
        NETWORK.with_borrow_mut(|network| {
            if let Some(network) = network {
                network.secrets = Some(names);
            }
        });
        self
    }

    /// What was sent so far, with secrets by name: `secret:<name>` as a URL, and the `secret` of a header field.
    pub fn sent(&self) -> Vec<Request> {
        NETWORK.with_borrow(|network| network.as_ref().map(|network| network.sent.clone()).unwrap_or_default())
    }
}

impl Drop for HttpHost {
    fn drop(&mut self) {
        NETWORK.set(None);
    }
}

pub(crate) fn hand_to_http_host(request: Request) -> Result<PlainResponse, Failure> {
    NETWORK.with_borrow_mut(|network| {
        let network = network.as_mut().expect("a native test makes a testing::HttpHost before it sends requests");
        if let Some(known) = &network.secrets {
            let unknown = secrets_of(&request).find(|name| !known.iter().any(|one| one == name));
            assert!(unknown.is_none(), "the channel has no secret {unknown:?}, it has {known:?}");
        }
        network.sent.push(request);
        network.answers.pop_front().expect("an answer of the HttpHost for each request")
    })
}

/// The names of all secrets that the host would fill in or sign with.
fn secrets_of(request: &Request) -> impl Iterator<Item = &str> {
    let in_headers = request.headers.iter().filter_map(|header| header.secret.as_deref());
    let signing = request.signed_with.iter().map(String::as_str);
    request.url.strip_prefix("secret:").into_iter().chain(in_headers).chain(signing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_of_a_secret_is_seen() {
        let request =
            Request::post("secret:hook").secret_header("authorization", "Bearer ", "token").sign(["key", "old"]);
        assert_eq!(secrets_of(&request).collect::<Vec<_>>(), ["hook", "token", "key", "old"]);
        assert_eq!(secrets_of(&Request::post("https://x.test")).count(), 0);
    }
}
