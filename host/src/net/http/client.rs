//! [`GrantedHttp`]: sends for one channel what is granted to its plugin.

use std::{borrow::Cow, collections::BTreeMap, path::Path, sync::Arc, time::Duration};

use futures_util::StreamExt;
use reqwest::{
    Client, Method, Request, Response, Url,
    header::{HeaderMap, HeaderName, HeaderValue, RETRY_AFTER},
    redirect,
};

use super::{
    failure::failure,
    fields::field,
    resolver::{Guarded, Lookup, System},
    retry_after::retry_after,
    signature::{Key, signature},
    target::{Origin, target},
};
use crate::{
    clock::Clock,
    config::{Grant, Secret},
    net::{
        HttpError, HttpRequest, HttpResponse, HttpSender,
        authorities::{AuthoritiesError, tls_config},
        blot::Blotter,
    },
};

/// A server that is up takes a connection within a second; this leaves room for TLS across the world and for lost packets.
const CONNECT: Duration = Duration::from_secs(10);

/// From looking up the name to the last byte of the answer. Less than a channel's wall limit of 30 s, so that the guest
/// can still say what came of it.
const WHOLE: Duration = Duration::from_secs(25);

/// Connections that were idle for longer are often closed by the other side, just when they are used again.
const IDLE: Duration = Duration::from_secs(15);

/// Largest body of an answer: far more than any receiver of notices has to say.
const ANSWER_BYTES: usize = 1 << 20;

/// Most header fields of an answer, and most bytes of them together.
const ANSWER_FIELDS: usize = 100;
const ANSWER_FIELD_BYTES: usize = 64 << 10;

/// Largest body of a request, as the WIT says: as much as a mail may have.
pub(crate) const REQUEST_BYTES: usize = 4 << 20;

/// How a URL that is a secret is written.
pub(super) const SECRET: &str = "secret:";

/// Sends HTTP requests for one channel, to the hosts that are granted to its plugin and with the channel's secrets.
pub struct GrantedHttp {
    client: Client,
    grant: Grant,
    secrets: BTreeMap<String, Secret>,
    blotter: Blotter,
    clock: Arc<dyn Clock>,
    /// [`WHOLE`]
    pub(super) whole: Duration,
}

/// HTTP cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum GrantedHttpError {
    /// The file of authorities cannot be used.
    #[error(transparent)]
    Authorities(#[from] AuthoritiesError),
    /// The client cannot be built.
    #[error("HTTP cannot be set up")]
    Client(#[source] reqwest::Error),
}

impl GrantedHttp {
    /// Makes the sender; connects to nothing yet. `ca_file` names authorities that are trusted beside those that browsers
    /// trust.
    ///
    /// # Errors
    /// If the file cannot be used.
    pub fn new(
        grant: &Grant,
        secrets: BTreeMap<String, Secret>,
        ca_file: Option<&Path>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, GrantedHttpError> {
        Self::with_lookup(grant, secrets, ca_file, clock, Arc::new(System))
    }

    /// The same with another resolver than the system's.
    pub(super) fn with_lookup(
        grant: &Grant,
        secrets: BTreeMap<String, Secret>,
        ca_file: Option<&Path>,
        clock: Arc<dyn Clock>,
        lookup: Arc<dyn Lookup>,
    ) -> Result<Self, GrantedHttpError> {
        let resolver = Guarded { lookup, networks: grant.networks.clone().into() };
        let client = Client::builder()
            .tls_backend_preconfigured(tls_config(ca_file)?)
            .dns_resolver(resolver)
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .referer(false)
            .connect_timeout(CONNECT)
            .pool_idle_timeout(IDLE)
            .http1_max_headers(ANSWER_FIELDS)
            .user_agent(concat!("nudged/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(GrantedHttpError::Client)?;
        let blotter = Blotter::new(secrets.values());
        Ok(Self { client, grant: grant.clone(), secrets, blotter, clock, whole: WHOLE })
    }

    /// The request with its secrets, or why it may not be sent.
    fn prepare(&self, request: &HttpRequest) -> Result<Request, String> {
        let method = method(&request.method)?;
        if request.body.len() > REQUEST_BYTES {
            return Err(format!("a body of {} bytes, more than {REQUEST_BYTES}", request.body.len()));
        }
        // The URL first: no secret is looked up for a request that may not go where it wants to.
        let mut prepared = Request::new(method, self.url(request)?);
        for one in &request.headers {
            let value = match &one.secret {
                None => Cow::Borrowed(one.value.as_str()),
                Some(name) => format!("{}{}", one.value, self.secret(name, request)?.expose()).into(),
            };
            let (name, mut value) = field(&one.name, &value)?;
            value.set_sensitive(one.secret.is_some());
            prepared.headers_mut().append(name, value);
        }
        self.sign(request, prepared.headers_mut())?;
        *prepared.body_mut() = Some(request.body.clone().into());
        *prepared.timeout_mut() = Some(self.whole);
        Ok(prepared)
    }

    fn url(&self, request: &HttpRequest) -> Result<Url, String> {
        let to = |text: &str, origin| target(text, origin, &self.grant, &request.bounds);
        match request.url.strip_prefix(SECRET) {
            Some(name) => to(self.secret(name, request)?.expose(), Origin::Secret(name)),
            None => to(&request.url, Origin::Request),
        }
    }

    fn secret(&self, name: &str, request: &HttpRequest) -> Result<&Secret, String> {
        let lent = request.bounds.secrets.as_ref().is_none_or(|names| names.contains(name));
        match self.secrets.get(name) {
            None => Err(format!("the secret {name:?}, which the channel does not have")),
            Some(_) if !lent => Err(format!("the secret {name:?}, which the plugin's manifest does not name")),
            Some(secret) => Ok(secret),
        }
    }

    /// Adds the fields of Standard Webhooks, if the request is to be signed.
    fn sign(&self, request: &HttpRequest, headers: &mut HeaderMap) -> Result<(), String> {
        if request.signed_with.is_empty() {
            return Ok(());
        }
        let key = |name: &String| {
            let key = Key::read(self.secret(name, request)?);
            key.map_err(|_| {
                format!("a signature with the secret {name}, which is not base64, with or without `whsec_`")
            })
        };
        let keys = request.signed_with.iter().map(key).collect::<Result<Vec<_>, _>>()?;
        let timestamp = self.clock.now().timestamp();
        let signed = signature(&keys, request.id.as_str(), timestamp, &request.body);
        for (name, value) in [
            ("webhook-id", request.id.to_string()),
            ("webhook-timestamp", timestamp.to_string()),
            ("webhook-signature", signed),
        ] {
            let value = HeaderValue::from_str(&value).map_err(|_| format!("a signed request with a bad {name}"))?;
            headers.insert(name, value);
        }
        Ok(())
    }

    /// The answer, as far as it came and as far as it may be long: what was said first, the status, counts whatever
    /// becomes of the rest.
    async fn read(&self, response: Response) -> HttpResponse {
        let status = response.status().as_u16();
        let headers = self.fields(response.headers());
        let wait = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
        let retry_after = wait.and_then(|value| retry_after(value, self.clock.now()));
        let mut body = Vec::new();
        let mut stream = response.bytes_stream();
        while let Some(Ok(chunk)) = stream.next().await {
            let room = ANSWER_BYTES - body.len();
            body.extend_from_slice(&chunk[..chunk.len().min(room)]);
            if chunk.len() >= room {
                break;
            }
        }
        HttpResponse { status, headers, retry_after, body: self.blotter.bytes(body) }
    }

    /// The header fields, the first so many bytes of them.
    fn fields(&self, headers: &HeaderMap) -> Vec<(String, String)> {
        let mut room = ANSWER_FIELD_BYTES;
        let fits = |(name, value): &(&HeaderName, &HeaderValue)| {
            let bytes = name.as_str().len() + value.len();
            room = room.saturating_sub(bytes);
            room > 0
        };
        let shown = |value: &HeaderValue| self.blotter.text(&String::from_utf8_lossy(value.as_bytes()));
        let fields = headers.iter().take_while(fits);
        fields.map(|(name, value)| (name.as_str().to_owned(), shown(value))).collect()
    }
}

/// A method that plugins may use.
pub(super) fn method(text: &str) -> Result<Method, String> {
    let method = Method::from_bytes(text.as_bytes());
    let method = method.ok().filter(|method| *method != Method::CONNECT && *method != Method::TRACE);
    method.ok_or_else(|| format!("the method {text:?}"))
}

#[async_trait::async_trait]
impl HttpSender for GrantedHttp {
    async fn send(&self, request: &HttpRequest) -> Result<HttpResponse, HttpError> {
        let prepared = self.prepare(request).map_err(|why| HttpError::Denied(self.blotter.text(&why)))?;
        let response = self.client.execute(prepared).await.map_err(|error| failure(error, &self.blotter))?;
        Ok(self.read(response).await)
    }
}
