//! Interface `inbox`.

use std::sync::Arc;

use wasmtime::Result;

use super::{Guest, channel::outcome_to_guest};
use crate::{
    model::Notification,
    net::{Inbox, InboxEntry},
    plugin::bindings::{channel::nudged::plugin::inbox, share_strategy::nudged::plugin::types},
};

/// Longest type, in characters: notification.type is varchar(100).
const KIND_CHARACTERS: usize = 100;

/// Most rows of a call: more than a digest shows by default, and than anybody reads.
const ENTRIES: usize = 100;

/// Most bytes of a call's rows together.
const BYTES: usize = 1 << 20;

/// The way to data.all's inbox in one call: rows for the notification's recipient.
pub(in crate::plugin) struct InboxWay {
    pub(in crate::plugin) inbox: Arc<dyn Inbox>,
    pub(in crate::plugin) notification: Arc<Notification>,
}

impl inbox::Host for Guest {
    async fn post(&mut self, entries: Vec<inbox::Entry>) -> Result<types::Outcome> {
        let Some(way) = &self.inbox else {
            return self.deny("the inbox, but its manifest does not ask for `inbox`");
        };
        if self.trace.posted.get().is_some() {
            return self.deny("a second post to the inbox for one notification");
        }
        if let Some(what) = misfit(&entries) {
            return self.deny(&what);
        }
        let entries: Vec<_> = entries.into_iter().map(entry).collect();
        let outcome = way.inbox.post(&way.notification.id, &way.notification.recipient, &entries).await;
        // Empty until now: a second post is refused above.
        let _ = self.trace.posted.set(outcome.clone());
        Ok(outcome_to_guest(outcome))
    }
}

/// What is wrong with the rows, as the end of "asked for …".
fn misfit(entries: &[inbox::Entry]) -> Option<String> {
    if entries.is_empty() || entries.len() > ENTRIES {
        return Some(format!("{} rows in the inbox, not one to {ENTRIES}", entries.len()));
    }
    let bytes = |entry: &inbox::Entry| entry.message.len() + entry.target.as_ref().map_or(0, String::len);
    if entries.iter().map(bytes).sum::<usize>() > BYTES {
        return Some(format!("rows of more than {BYTES} bytes in the inbox"));
    }
    entries.iter().find_map(|entry| {
        let kind = entry.kind.chars().count();
        let target = entry.target.as_deref().unwrap_or_default();
        match () {
            () if kind == 0 || kind > KIND_CHARACTERS => {
                Some(format!("a row whose type has {kind} characters, not 1 to {KIND_CHARACTERS}"))
            }
            () if entry.kind.chars().any(char::is_control) => {
                Some("a row whose type has control characters".to_owned())
            }
            () if target.chars().any(char::is_control) => Some("a row whose target has control characters".to_owned()),
            () => None,
        }
    })
}

/// PostgreSQL keeps no NUL in a text.
fn entry(entry: inbox::Entry) -> InboxEntry {
    InboxEntry { kind: entry.kind, message: entry.message.replace('\0', ""), target: entry.target }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(kind: &str, target: Option<&str>) -> inbox::Entry {
        inbox::Entry { kind: kind.to_owned(), message: "m".to_owned(), target: target.map(str::to_owned) }
    }

    #[test]
    fn rows_must_fit_data_alls_table() {
        assert_eq!(misfit(&[row(&"é".repeat(100), Some("s1|d1")), row("A", None)]), None);
        let cases = [
            (Vec::new(), "0 rows in the inbox, not one to 100"),
            ((0..101).map(|_| row("A", None)).collect(), "101 rows in the inbox, not one to 100"),
            (vec![row(&"a".repeat(101), None)], "a row whose type has 101 characters, not 1 to 100"),
            (vec![row("", None)], "a row whose type has 0 characters, not 1 to 100"),
            (vec![row("A\0", None)], "a row whose type has control characters"),
            (vec![row("A", Some("s1\n"))], "a row whose target has control characters"),
            (
                vec![inbox::Entry { message: "x".repeat(BYTES + 1), ..row("A", None) }],
                "rows of more than 1048576 bytes in the inbox",
            ),
        ];
        for (rows, expected) in cases {
            assert_eq!(misfit(&rows).as_deref(), Some(expected));
        }
        let with_nul = inbox::Entry { message: "a\0b".to_owned(), ..row("A", None) };
        assert_eq!(entry(with_nul).message, "ab");
    }
}
