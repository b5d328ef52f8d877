//! The ways out of the daemon: mail through the operator's relay.

mod headers;
mod mail;
mod maildir;
mod parked;
mod relay;

use crate::model::{NotificationId, Outcome};

pub use headers::header_is_free;
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
}

/// Hands mails to a relay (or a maildir).
#[async_trait::async_trait]
pub trait Mailer: Send + Sync {
    /// Sends and says what came of it. Never panics, never retries by itself.
    async fn send(&self, mail: &Mail) -> Outcome;
}
