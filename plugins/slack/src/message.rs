//! The body of a request: what `chat.postMessage` and incoming webhooks have in common.

use nudged_sdk::Notification;
use serde::Serialize;

use crate::{
    blocks::{self, Block},
    escape,
};

/// Characters of a plain text. Slack advises to stay below 4,000.
const TEXT: usize = 3_900;
/// Characters of the line that stands for the blocks in a phone's notification and for those who hear the message.
const SUMMARY: usize = 300;

/// One message.
#[derive(Serialize)]
pub(crate) struct Message {
    #[serde(skip_serializing_if = "Option::is_none")]
    channel: Option<String>,
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) blocks: Option<Vec<Block>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) thread_ts: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<Metadata>,
    /// `text` has no formatting.
    mrkdwn: bool,
    unfurl_links: bool,
    unfurl_media: bool,
}

/// What programs that read the channel know the notification by: the same for a repeated attempt.
#[derive(Serialize)]
struct Metadata {
    event_type: &'static str,
    event_payload: Payload,
}

#[derive(Serialize)]
struct Payload {
    id: String,
}

impl Message {
    /// To the channel that the webhook was made for.
    pub(crate) fn for_webhook<P>(notification: &Notification<'_, P>) -> Self {
        Self {
            channel: None,
            text: escape::plain(&notification.subject(), SUMMARY),
            blocks: Some(blocks::of(notification)),
            thread_ts: None,
            metadata: None,
            mrkdwn: false,
            unfurl_links: false,
            unfurl_media: false,
        }
    }

    /// To the recipient's address, in the thread of all that it tells of.
    pub(crate) fn for_bot<P>(notification: &Notification<'_, P>) -> Self {
        let payload = Payload { id: notification.id() };
        Self {
            channel: Some(notification.address()),
            thread_ts: thread(notification),
            metadata: Some(Metadata { event_type: "nudged_notification", event_payload: payload }),
            ..Self::for_webhook(notification)
        }
    }

    /// Leaves only text.
    pub(crate) fn make_plain<P>(&mut self, notification: &Notification<'_, P>) {
        self.text = escape::lines(&notification.text(), TEXT);
        (self.blocks, self.metadata) = (None, None);
    }
}

/// The thread that all reminders of the notification belong to. A digest of several threads starts one of its own.
fn thread<P>(notification: &Notification<'_, P>) -> Option<String> {
    let mut threads = notification.reminders().map(|reminder| reminder.thread());
    let first = threads.next()??;
    threads.all(|thread| thread.as_deref() == Some(&first)).then_some(first)
}
