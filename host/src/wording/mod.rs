//! The operator's own wording: templates in files, rendered by minijinja.

use crate::model::Notification;

/// The templates of one channel.
#[derive(Debug, Default)]
pub struct Templates {}

impl Templates {
    /// What the template for a part of the message makes of the notification; `None` if there is none for it.
    ///
    /// # Errors
    /// Why the template failed: the channel's own wording holds.
    pub fn word(&self, _part: &str, _notification: &Notification) -> Option<Result<String, String>> {
        None
    }
}
