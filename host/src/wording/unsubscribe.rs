//! Where one recipient says that they want no more.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::model::Notification;

/// The configured place with the recipient's address in it, percent-encoded; `None` if the notification may not be
/// refused.
pub fn unsubscribe(place: &str, notification: &Notification) -> Option<String> {
    let recipient = || utf8_percent_encode(&notification.recipient, NON_ALPHANUMERIC).to_string();
    notification.refusable.then(|| place.replace("{recipient}", &recipient()))
}
