//! E-mail through the operator's relay, to the notification's recipient and nobody else.
//!
//! The manifest asks for it: `manifest!().asks(&["mail"])`. In native tests a
//! [`testing::MailHost`](crate::testing::MailHost) stands in for the relay.

use crate::Outcome;

/// A message. The host adds From, To, Date and the stable Message-ID.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Message {
    /// One line of plain text; the host encodes it.
    pub subject: String,
    /// The message for clients that show plain text.
    pub text: String,
    /// The same as HTML.
    pub html: Option<String>,
    /// More header fields. The host refuses those it sets itself and values with line breaks.
    pub headers: Vec<(String, String)>,
}

impl Message {
    /// A plain-text message.
    pub fn new(subject: impl Into<String>, text: impl Into<String>) -> Self {
        Self { subject: subject.into(), text: text.into(), html: None, headers: Vec::new() }
    }

    /// Adds the HTML alternative.
    pub fn html(mut self, html: impl Into<String>) -> Self {
        self.html = Some(html.into());
        self
    }

    /// Adds a header field.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }
}

/// Sends, and says what came of it.
///
/// # Panics
/// In a native test without a [`testing::MailHost`](crate::testing::MailHost).
pub fn send(message: Message) -> Outcome {
    #[cfg(target_arch = "wasm32")]
    {
        use crate::bindings::channel::nudged::plugin::mail as wire;
        let Message { subject, text, html, headers } = message;
        wire::send(&wire::Message { subject, text, html, headers }).into()
    }
    #[cfg(not(target_arch = "wasm32"))]
    crate::testing::hand_to_mail_host(message)
}
