//! The ways out of the daemon: mail through the operator's relay, HTTP to granted hosts, the inbox of data.all.

mod authorities;
mod blot;
mod headers;
mod http;
mod lockstep;
mod mail;
mod maildir;
mod parked;
mod relay;

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use crate::{
    config::HostGrant,
    model::{NotificationId, Outcome},
};

pub use authorities::AuthoritiesError;
pub use headers::header_is_free;
pub use http::{GrantedHttp, GrantedHttpError};
pub(crate) use http::{REQUEST_BYTES, may_be_sent};
pub use mail::{LettreMailer, MailerError};

/// One mail, complete but for what the mailer adds: From, Date, Message-ID.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Becomes the Message-ID, so that a repeated attempt has the same.
    pub id: NotificationId,
    /// The one recipient's address.
    pub to: String,
    /// Plain text, any characters.
    pub subject: String,
    /// Plain text, any characters.
    pub text: String,
    /// HTML alternative.
    pub html: Option<String>,
    /// More header fields, already checked.
    pub headers: Vec<(String, String)>,
    /// The first mails about the same, which this one refers to.
    pub threads: Vec<NotificationId>,
}

/// Hands mails to a relay (or a maildir).
#[async_trait::async_trait]
pub trait Mailer: Send + Sync {
    /// Sends and says what came of it. Never panics, never retries by itself.
    async fn send(&self, mail: &Mail) -> Outcome;
}

/// One HTTP request of a channel. Secrets are in it by name: the sender fills them in once it knows where they go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// The notification that it is about: a signed request carries its id.
    pub id: NotificationId,
    /// In capitals.
    pub method: String,
    /// An http or https URL, or `secret:<name>`.
    pub url: String,
    /// Header fields.
    pub headers: Vec<HttpField>,
    /// The body.
    pub body: Vec<u8>,
    /// The secrets that it is signed with, after Standard Webhooks; unsigned if there are none.
    pub signed_with: Vec<String>,
    /// How far it may go within what the channel has.
    pub bounds: Arc<Bounds>,
}

/// What a plugin is lent of what its channel has: it holds beside the channel's own grants.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bounds {
    /// The only hosts that requests may go to; `None` is all that are granted.
    pub hosts: Option<Vec<HostGrant>>,
    /// The names of the only secrets that are filled in; `None` is all that the channel has.
    pub secrets: Option<BTreeSet<String>>,
}

/// One header field of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpField {
    /// Its name.
    pub name: String,
    /// Its value, or what stands before the secret in it.
    pub value: String,
    /// The name of the secret that it ends in.
    pub secret: Option<String>,
}

/// What the other side answered, without any secret that it sent back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpResponse {
    /// The status code.
    pub status: u16,
    /// Header fields, names in lower case.
    pub headers: Vec<(String, String)>,
    /// What `Retry-After` comes to from now on.
    pub retry_after: Option<Duration>,
    /// The body.
    pub body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HttpError {
    /// The channel may not send this: it asked for something that is not granted.
    #[error("{0}")]
    Denied(String),
    /// It was tried.
    #[error("{detail}")]
    Failed {
        /// `resolve`, `connect`, `tls`, `send`, `timeout`, `answer`.
        kind: &'static str,
        /// Why, without any secret.
        detail: String,
    },
}

/// Sends HTTP requests for one channel, to the hosts that it may reach and with the secrets that it has.
#[async_trait::async_trait]
pub trait HttpSender: Send + Sync {
    /// Sends once; never follows a redirect, never retries by itself.
    async fn send(&self, request: &HttpRequest) -> Result<HttpResponse, HttpError>;
}

/// One row for the inbox of data.all's users.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboxEntry {
    /// notification.type
    pub kind: String,
    /// notification.message
    pub message: String,
    /// notification.target_uri
    pub target: Option<String>,
}

/// data.all's table `notification`.
#[async_trait::async_trait]
pub trait Inbox: Send + Sync {
    /// Writes all rows for the recipient or none. The same notification's rows are there once, however often they are
    /// posted.
    async fn post(&self, id: &NotificationId, recipient: &str, entries: &[InboxEntry]) -> Outcome;
}
