//! Interface `http`.

use std::sync::{Arc, atomic::Ordering};

use wasmtime::{Result, component::Resource};

use super::Guest;
use crate::{
    model::NotificationId,
    net::{Bounds, HttpError, HttpField, HttpRequest, HttpResponse, HttpSender, REQUEST_BYTES},
    plugin::bindings::channel::nudged::plugin::http,
};

/// Most requests of a call: looking something up, saying it, and asking again where a first try was turned away.
const REQUESTS: u32 = 8;

/// Most header fields of a request, and the most bytes of one: what servers commonly take.
const FIELDS: usize = 64;
const FIELD_BYTES: usize = 8 << 10;

/// Longest URL: what servers commonly take.
const URL_BYTES: usize = 8 << 10;

/// Most requests that a call may have at hand at one time: each holds a body that the guest's own memory does not count.
const AT_HAND: u32 = 8;

/// Longest method: those that are registered have at most 17.
const METHOD_BYTES: usize = 32;

/// Most secrets that a request is signed with: an old and a new key, for each of two receivers.
const SIGNATURES: usize = 4;

/// The way out for HTTP in one call.
pub(in crate::plugin) struct HttpWay {
    sender: Arc<dyn HttpSender>,
    id: NotificationId,
    bounds: Arc<Bounds>,
    sent: u32,
    at_hand: u32,
}

impl HttpWay {
    pub(in crate::plugin) fn new(sender: Arc<dyn HttpSender>, id: NotificationId, bounds: Bounds) -> Self {
        Self { sender, id, bounds: Arc::new(bounds), sent: 0, at_hand: 0 }
    }
}

/// A request that a guest is making.
#[allow(unreachable_pub)] // the generated bindings export it again
pub struct Request(HttpRequest);

/// An answer that a guest is reading.
#[allow(unreachable_pub)] // the generated bindings export it again
pub struct Response(HttpResponse);

impl http::Host for Guest {}

impl http::HostRequest for Guest {
    fn new(&mut self, method: String, url: String) -> Result<Resource<Request>> {
        let Some(way) = &mut self.http else {
            return self.deny("http, but `plugins.grants` grants it no host or its manifest does not ask for `http`");
        };
        let (id, bounds) = (way.id.clone(), Arc::clone(&way.bounds));
        if url.len() > URL_BYTES {
            return self.deny(&format!("a URL of {} bytes, more than {URL_BYTES}", url.len()));
        }
        if method.len() > METHOD_BYTES {
            return self.deny(&format!("a method of {} bytes, more than {METHOD_BYTES}", method.len()));
        }
        if way.at_hand >= AT_HAND {
            return self.deny(&format!("more than {AT_HAND} requests at hand in one call"));
        }
        way.at_hand += 1;
        let method = method.to_ascii_uppercase();
        let (headers, body, signed_with) = (Vec::new(), Vec::new(), Vec::new());
        Ok(self.table.push(Request(HttpRequest { id, method, url, headers, body, signed_with, bounds }))?)
    }

    fn header(&mut self, request: Resource<Request>, name: String, value: String) -> Result<()> {
        self.add(&request, HttpField { name, value, secret: None })
    }

    fn secret_header(
        &mut self,
        request: Resource<Request>,
        name: String,
        prefix: String,
        secret: String,
    ) -> Result<()> {
        self.add(&request, HttpField { name, value: prefix, secret: Some(secret) })
    }

    fn body(&mut self, request: Resource<Request>, bytes: Vec<u8>) -> Result<()> {
        if bytes.len() > REQUEST_BYTES {
            return self.deny(&format!("a request with a body of {} bytes, more than {REQUEST_BYTES}", bytes.len()));
        }
        self.table.get_mut(&request)?.0.body = bytes;
        Ok(())
    }

    fn sign(&mut self, request: Resource<Request>, secrets: Vec<String>) -> Result<()> {
        if secrets.len() > SIGNATURES {
            return self.deny(&format!("{} signatures on one request, more than {SIGNATURES}", secrets.len()));
        }
        if secrets.iter().map(String::len).sum::<usize>() > FIELD_BYTES {
            return self.deny(&format!("names of secrets of more than {FIELD_BYTES} bytes"));
        }
        self.table.get_mut(&request)?.0.signed_with = secrets;
        Ok(())
    }

    async fn send(&mut self, request: Resource<Request>) -> Result<Result<Resource<Response>, http::Failure>> {
        let Some(sender) = self.next_sender() else {
            return self.deny(&format!("more than {REQUESTS} requests in one call"));
        };
        let request = &self.table.get(&request)?.0;
        let answer = sender.send(request).await;
        match answer {
            Ok(response) => {
                self.trace.unreachable.store(false, Ordering::Relaxed);
                if changes_something(&request.method) && (200..300).contains(&response.status) {
                    // The first such answer stays.
                    let _ = self.trace.taken.set(format!("{} to {}", response.status, request.method));
                }
                Ok(Ok(self.table.push(Response(response))?))
            }
            Err(HttpError::Failed { kind, detail }) => {
                self.trace.unreachable.store(true, Ordering::Relaxed);
                Ok(Err(http::Failure { kind: kind.to_owned(), detail }))
            }
            Err(HttpError::Denied(what)) => self.deny(&what),
        }
    }

    fn drop(&mut self, request: Resource<Request>) -> Result<()> {
        self.table.delete(request)?;
        if let Some(way) = &mut self.http {
            way.at_hand -= 1;
        }
        Ok(())
    }
}

impl Guest {
    fn add(&mut self, request: &Resource<Request>, field: HttpField) -> Result<()> {
        let secret = field.secret.as_ref().map_or(0, String::len);
        if field.name.len() + field.value.len() + secret > FIELD_BYTES {
            return self.deny(&format!("a header field of more than {FIELD_BYTES} bytes"));
        }
        let headers = &mut self.table.get_mut(request)?.0.headers;
        if headers.len() >= FIELDS {
            return self.deny(&format!("more than {FIELDS} header fields on one request"));
        }
        headers.push(field);
        Ok(())
    }

    /// The sender, as long as requests are left.
    fn next_sender(&mut self) -> Option<Arc<dyn HttpSender>> {
        let way = self.http.as_mut().filter(|way| way.sent < REQUESTS)?;
        way.sent += 1;
        Some(Arc::clone(&way.sender))
    }
}

/// Whether a request of this method may have done something (RFC 9110, section 9.2.1, calls the others safe).
fn changes_something(method: &str) -> bool {
    !matches!(method, "GET" | "HEAD" | "OPTIONS")
}

impl http::HostResponse for Guest {
    fn status(&mut self, response: Resource<Response>) -> Result<u16> {
        Ok(self.table.get(&response)?.0.status)
    }

    fn header(&mut self, response: Resource<Response>, name: String) -> Result<Option<String>> {
        let name = name.to_ascii_lowercase();
        let headers = &self.table.get(&response)?.0.headers;
        Ok(headers.iter().find(|(one, _)| *one == name).map(|(_, value)| value.clone()))
    }

    fn retry_after(&mut self, response: Resource<Response>) -> Result<Option<u32>> {
        let after = self.table.get(&response)?.0.retry_after;
        Ok(after.map(|wait| u32::try_from(wait.as_secs()).unwrap_or(u32::MAX)))
    }

    fn body(&mut self, response: Resource<Response>) -> Result<Vec<u8>> {
        Ok(self.table.get(&response)?.0.body.clone())
    }

    fn drop(&mut self, response: Resource<Response>) -> Result<()> {
        self.table.delete(response)?;
        Ok(())
    }
}
