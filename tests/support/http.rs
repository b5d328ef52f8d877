//! An HTTP server that follows a script: it answers what a test wants, or stalls, breaks off and babbles, and remembers
//! every request.
//!
//! ```text
//! let recorder = Recorder::start().await;
//! recorder.next(Reply::says(503, "busy").with("retry-after", "30")); // the next request only
//! recorder.always(Reply::says(200, "taken"));                        // all others
//! recorder.on("/slow", Reply::says(200, "late").held());             // whatever is said: wait for `release`
//! …
//! assert_eq!(recorder.requests()[0].field("content-type"), Some("application/json"));
//! ```

use std::{net::SocketAddr, sync::Arc, time::Duration};

use tokio::{net::TcpListener, sync::watch};
use tokio_rustls::TlsAcceptor;

use crate::{DEADLINE, http_session};

/// A request that the server has read to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// `POST`
    pub method: String,
    /// Path and query.
    pub path: String,
    /// Header fields in their order, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Received {
    /// The first header field of this name, which is given in lower case.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(one, _)| one == name).map(|(_, value)| value.as_str())
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// What the server does with a request, or in place of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) manner: Way,
    pub(crate) held: bool,
}

/// How the server goes about an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// As it should be.
    Whole,
    /// Closes the connection before it has read anything.
    HangUpAtOnce,
    /// Reads the request and closes the connection without a word.
    HangUp,
    /// Reads the request and resets the connection.
    Reset,
    /// Sends the status and half a header field and resets the connection.
    ResetInHeaders,
    /// Sends status and header fields and resets the connection.
    ResetAfterHeaders,
    /// Promises the whole body, sends the first half and closes.
    HalfBody,
    /// Sends the body a byte at a time with this many milliseconds between, and then for ever.
    Drip(u64),
    /// Sends the body again and again without end, as fast as it is read.
    Endless,
    /// Sends the body without a word of HTTP around it.
    Babble,
}

impl Reply {
    /// An answer as it should be.
    pub fn says(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { status, headers: Vec::new(), body: body.into(), manner: Way::Whole, held: false }
    }

    /// An answer of 200 that comes in this way.
    pub fn goes(manner: Way) -> Self {
        Self { manner, ..Self::says(200, "all is well") }
    }

    /// The same with another status.
    pub fn status(self, status: u16) -> Self {
        Self { status, ..self }
    }

    /// The same in this way.
    pub fn by(self, manner: Way) -> Self {
        Self { manner, ..self }
    }

    /// The same with a header field.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same, but not before [`Recorder::release`]. The request is recorded meanwhile.
    pub fn held(self) -> Self {
        Self { held: true, ..self }
    }
}

/// What the server heard and will say.
#[derive(Debug, Default)]
pub struct Heard {
    /// Every request, in the order in which they were complete.
    pub requests: Vec<Received>,
    /// Connections that were made.
    pub connections: usize,
    /// Requests that wait for a release.
    pub held: usize,
    /// Rises with each release.
    pub(crate) releases: usize,
    pub(crate) next: Vec<Reply>,
    pub(crate) on: Vec<(String, Reply)>,
    pub(crate) always: Option<Reply>,
}

impl Heard {
    /// What is said to the next request to this path; what was said for [`Recorder::next`] is used up.
    pub(crate) fn reply(&mut self, path: &str) -> Reply {
        if let Some((_, reply)) = self.on.iter().find(|(one, _)| one == path) {
            return reply.clone();
        }
        if !self.next.is_empty() {
            return self.next.remove(0);
        }
        self.always.clone().unwrap_or_else(|| Reply::says(200, "ok"))
    }

    /// Whether the next connection is to be closed before anything is read. Uses that up.
    pub(crate) fn hangs_up_at_once(&mut self) -> bool {
        let at_once = |reply: &Reply| reply.manner == Way::HangUpAtOnce;
        match self.next.first() {
            Some(reply) if at_once(reply) => {
                self.next.remove(0);
                true
            }
            Some(_) => false,
            None => self.always.as_ref().is_some_and(at_once),
        }
    }
}

/// The server. It ends with the test's runtime.
#[derive(Clone)]
pub struct Recorder {
    address: SocketAddr,
    scheme: &'static str,
    tls: watch::Sender<Option<Arc<TlsAcceptor>>>,
    heard: watch::Sender<Heard>,
}

impl Recorder {
    /// A server that answers everything with 200, without TLS.
    pub async fn start() -> Self {
        Self::listen("127.0.0.1:0", None).await
    }

    /// The same at an address of which [`nobody`](Self::nobody) has told.
    pub async fn start_at(address: &str) -> Self {
        Self::listen(address.trim_start_matches("http://"), None).await
    }

    /// The same with TLS, of an [`Authority`](crate::Authority) for instance.
    pub async fn with_tls(tls: TlsAcceptor) -> Self {
        Self::listen("127.0.0.1:0", Some(tls)).await
    }

    async fn listen(address: &str, tls: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind(address).await.expect("a free port");
        let address = listener.local_addr().expect("the port");
        let (heard, _) = watch::channel(Heard::default());
        let scheme = if tls.is_some() { "https" } else { "http" };
        let tls = watch::Sender::new(tls.map(Arc::new));
        let (sessions, shown) = (heard.clone(), tls.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (heard, tls) = (sessions.clone(), shown.borrow().clone());
                // A client that goes away ends its session, nothing else.
                tokio::spawn(async move { http_session::run(stream, tls.as_deref(), &heard).await.ok() });
            }
        });
        Self { address, scheme, tls, heard }
    }

    /// Shows this certificate from the next connection on.
    pub fn show(&self, tls: TlsAcceptor) {
        self.tls.send_replace(Some(Arc::new(tls)));
    }

    /// An address on which nobody listens, as `http://127.0.0.1:port`.
    pub async fn nobody() -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        format!("http://{}", listener.local_addr().expect("the port"))
    }

    /// `http://127.0.0.1:port`, or https with TLS: a grant, and the beginning of a URL.
    pub fn url(&self) -> String {
        format!("{}://{}", self.scheme, self.address)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Says this once, before what [`always`](Self::always) says; several are used up in their order.
    pub fn next(&self, reply: Reply) {
        self.heard.send_modify(|heard| heard.next.push(reply));
    }

    /// Says this from now on.
    pub fn always(&self, reply: Reply) {
        self.heard.send_modify(|heard| heard.always = Some(reply));
    }

    /// Says this from now on to requests for this path and query.
    pub fn on(&self, path: &str, reply: Reply) {
        self.heard.send_modify(|heard| {
            heard.on.retain(|(one, _)| one != path);
            heard.on.push((path.to_owned(), reply));
        });
    }

    /// Answers the requests that are held. Those that come later are held again.
    pub fn release(&self) {
        self.heard.send_modify(|heard| heard.releases += 1);
    }

    /// Waits until the server has heard something like this.
    ///
    /// # Panics
    /// If that takes longer than [`DEADLINE`].
    pub async fn until(&self, what: &str, is: impl FnMut(&Heard) -> bool) {
        let mut heard = self.heard.subscribe();
        if tokio::time::timeout(DEADLINE, heard.wait_for(is)).await.is_err() {
            panic!("the recorder waits in vain until {what}: {:?}", *self.heard.borrow());
        }
    }

    /// Waits until a request is held.
    pub async fn until_held(&self) {
        self.until("a request is held", |heard| heard.held > 0).await;
    }

    /// The requests so far.
    pub fn requests(&self) -> Vec<Received> {
        self.heard.borrow().requests.clone()
    }

    /// How many connections were made.
    pub fn connections(&self) -> usize {
        self.heard.borrow().connections
    }
}

impl Way {
    /// The pause between the bytes of a body.
    pub(crate) fn pause(self) -> Option<Duration> {
        match self {
            Self::Drip(millis) => Some(Duration::from_millis(millis)),
            _ => None,
        }
    }
}
