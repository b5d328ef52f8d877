//! Where one recipient says that they want no more.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::model::Notification;

/// What RFC 3986 calls unreserved stays as it is.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The configured place with the recipient's address in it, percent-encoded; `None` if the notification may not be
/// refused.
pub fn unsubscribe(place: &str, notification: &Notification) -> Option<String> {
    let recipient = || utf8_percent_encode(&notification.recipient, RESERVED).to_string();
    notification.refusable.then(|| place.replace("{recipient}", &recipient()))
}
